"""The Chalice application: every blueprint, no logic. The API handler alone imports this file (house.md, fact 2)."""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.api.authorizer import authorizer
from chalicelib.api.buyers import buyers
from chalicelib.api.cases import cases
from chalicelib.api.documents import documents
from chalicelib.api.merchants import merchants
from chalicelib.api.monitors import monitors
from chalicelib.api.notifications import notifications
from chalicelib.api.orders import orders
from chalicelib.api.payments import payments
from chalicelib.api.policies import policies
from chalicelib.api.preflights import preflights
from chalicelib.api.problems import problems
from chalicelib.api.webhook_deliveries import webhook_deliveries
from chalicelib.flows.gates import gates
from chalicelib.flows.refund_flow import refund_flow
from chalicelib.flows.return_flow import return_flow
from chalicelib.listeners.cases import cases as case_changes
from chalicelib.listeners.notifications import notifications as notification_events
from chalicelib.listeners.orders import orders as order_events
from chalicelib.listeners.payments import payments as payment_messages
from chalicelib.listeners.stock import stock
from chalicelib.listeners.sweeper import sweeper
from chalicelib.listeners.webhooks import webhooks

app = Chalice(app_name="aftersales", configure_logs=False)

API = (
    authorizer, orders, cases, policies, merchants, webhook_deliveries, payments, buyers, monitors, notifications,
    documents,
)  # fmt: skip
FLOWS = (refund_flow, return_flow, gates)
LISTENERS = (case_changes, payment_messages, order_events, webhooks, notification_events, stock, sweeper)

for blueprint in (problems, *API, preflights, *FLOWS, *LISTENERS):
    app.register_blueprint(blueprint)
