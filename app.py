"""The Chalice application: every blueprint, no logic. The API handler alone imports this file (house.md, fact 2)."""

from __future__ import annotations

# Ours first: the package sets the collector to rest before anything large is loaded.
from chalicelib.settings import on_lambda  # isort: split

from typing import TYPE_CHECKING

from chalice.app import Chalice

from chalicelib.api.authorizer import authorizer
from chalicelib.api.buyers import buyers
from chalicelib.api.cases import cases
from chalicelib.api.disputes import disputes
from chalicelib.api.documents import documents
from chalicelib.api.live import live
from chalicelib.api.logistics import logistics
from chalicelib.api.merchants import merchants
from chalicelib.api.monitors import monitors
from chalicelib.api.notifications import notifications
from chalicelib.api.orders import orders
from chalicelib.api.payments import payments
from chalicelib.api.policies import policies
from chalicelib.api.preflights import preflights
from chalicelib.api.problems import problems
from chalicelib.api.reconciliations import reconciliations
from chalicelib.api.recoveries import recoveries
from chalicelib.api.webhook_deliveries import webhook_deliveries

if TYPE_CHECKING:
    from chalice.app import Blueprint


def functions() -> tuple[Blueprint, ...]:
    """Everything that is not the API."""
    from chalicelib.flows.dispute_flow import dispute_flow
    from chalicelib.flows.exchange_flow import exchange_flow
    from chalicelib.flows.gates import gates
    from chalicelib.flows.refund_flow import refund_flow
    from chalicelib.flows.repair_flow import repair_flow
    from chalicelib.flows.return_flow import return_flow
    from chalicelib.listeners.cases import cases
    from chalicelib.listeners.evidence import evidence
    from chalicelib.listeners.live import live as live_signals
    from chalicelib.listeners.logistics import logistics
    from chalicelib.listeners.notifications import notifications
    from chalicelib.listeners.orders import orders
    from chalicelib.listeners.payments import payments
    from chalicelib.listeners.reconciliations import reconciliations as bills
    from chalicelib.listeners.searches import searches
    from chalicelib.listeners.stock import stock
    from chalicelib.listeners.sweeper import sweeper
    from chalicelib.listeners.webhooks import webhooks

    return (
        refund_flow,
        return_flow,
        exchange_flow,
        repair_flow,
        dispute_flow,
        gates,
        cases,
        searches,
        payments,
        logistics,
        orders,
        webhooks,
        notifications,
        stock,
        evidence,
        live_signals,
        sweeper,
        bills,
    )


app = Chalice(app_name="aftersales", configure_logs=False)

API = (
    authorizer, orders, cases, disputes, policies, merchants, webhook_deliveries, payments, logistics, buyers, monitors,
    notifications, reconciliations, recoveries, live, documents,
)  # fmt: skip
# Flows and listeners are functions of their own, and import their own files (house.md, fact 2): whoever packages, or
# calls them in process, finds them here, but the API's container has no use for them.
FUNCTIONS = () if on_lambda() else functions()

for blueprint in (problems, *API, preflights, *FUNCTIONS):
    app.register_blueprint(blueprint)
