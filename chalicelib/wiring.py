"""Where the use cases' ports meet their adapters: built once per container, each when it is first asked for.

Nothing here is imported before it is used. A function that never publishes loads no bus client, and only who
speaks to the payment provider ever loads an HTTP client.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.settings import Settings, on_lambda

if TYPE_CHECKING:
    from chalicelib import ports as p
    from chalicelib.adapters.clients import Clients
    from chalicelib.adapters.secrets import Secrets
    from chalicelib.domain.cases import Flow
    from chalicelib.schemas.messages import Change


class World:
    """All ports over one stage's resources, and what only the front doors need (`tokens`, `read_change`)."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def clients(self) -> Clients:
        from chalicelib.adapters.clients import Clients

        return Clients()

    @cached_property
    def clock(self) -> p.Clock:
        from chalicelib.adapters.clock import SystemClock

        return SystemClock()

    @cached_property
    def ids(self) -> p.Ids:
        from chalicelib.adapters.clock import SystemIds

        return SystemIds()

    @cached_property
    def records(self) -> p.Records:
        from chalicelib.adapters.dynamodb.records import DynamoRecords

        return DynamoRecords(self.clients.dynamodb, self.settings.table)

    @cached_property
    def listings(self) -> p.Listings:
        from chalicelib.adapters.dynamodb.listings import DynamoListings

        return DynamoListings(self.clients.dynamodb, self.settings.table)

    @cached_property
    def policies(self) -> p.Policies:
        from chalicelib.adapters.dynamodb.policies import DynamoPolicies

        return DynamoPolicies(self.records, self.settings.speed)

    @cached_property
    def flows(self) -> p.Flows:
        from chalicelib.adapters.stepfunctions import StepFunctions

        machines: dict[Flow, str] = {
            "refund_flow": self.settings.refund_flow_arn,
            "return_flow": self.settings.return_flow_arn,
            "exchange_flow": self.settings.exchange_flow_arn,
            "repair_flow": self.settings.repair_flow_arn,
            "dispute_flow": self.settings.dispute_flow_arn,
        }
        return StepFunctions(self.clients.stepfunctions, machines)

    @cached_property
    def events(self) -> p.Events:
        from chalicelib.adapters.events import EventBus

        return EventBus(self.clients.events, self.settings.bus, self.clock)

    @cached_property
    def payment_commands(self) -> p.PaymentCommands:
        from chalicelib.adapters.commands import PaymentQueue

        return PaymentQueue(self.clients.sqs, self.settings.payment_queue_url)

    @cached_property
    def payments(self) -> p.Payments:
        from chalicelib.adapters.payments.standard import StandardProvider

        return StandardProvider(self.settings.payment_url, self._payment_secret)

    @cached_property
    def bills(self) -> p.Bills:
        from chalicelib.adapters.payments.bills import StandardBills

        return StandardBills(self.settings.payment_url, self._bill_secret, self.settings.payment_zone)

    @cached_property
    def reports(self) -> p.Reports:
        from chalicelib.adapters.reports import ReportBucket

        return ReportBucket(self.clients.s3, self.settings.evidence_bucket)

    @cached_property
    def provider_notices(self) -> p.ProviderNotices:
        from chalicelib.adapters.payments.notices import SignedNotices

        return SignedNotices(self._notice_secret)

    @cached_property
    def logistics_commands(self) -> p.LogisticsCommands:
        from chalicelib.adapters.commands import LogisticsQueue

        return LogisticsQueue(self.clients.sqs, self.settings.logistics_queue_url, self.settings.tracker)

    @cached_property
    def logistics(self) -> p.Logistics:
        from chalicelib.adapters.logistics.systems import CarrierSystems

        return CarrierSystems(self.settings.logistics_url, self._logistics_secret)

    @cached_property
    def logistics_notices(self) -> p.LogisticsNotices:
        from chalicelib.adapters.logistics.notices import SignedNotices

        return SignedNotices(self._tracking_secret)

    @cached_property
    def evidence(self) -> p.EvidenceStore:
        from chalicelib.adapters.evidence import EvidenceBucket

        return EvidenceBucket(self.clients.s3, self.settings.evidence_bucket)

    @cached_property
    def webhooks(self) -> p.Webhooks:
        from chalicelib.adapters.webhooks import StandardWebhooks

        return StandardWebhooks(
            self._webhook_secret, self.clients.sqs, self.settings.webhook_queue_url, self.settings.webhook_allow
        )

    @cached_property
    def courier(self) -> p.Courier:
        from chalicelib.adapters.couriers import LoggingCourier

        return LoggingCourier()

    @cached_property
    def search(self) -> p.Search:
        if self.settings.search_endpoint is None:
            from chalicelib.adapters.opensearch.absent import NoSearch

            return NoSearch()
        from chalicelib.adapters.opensearch.cases import OpenSearchCases

        return OpenSearchCases.of(self.settings.search_endpoint, self.settings.stage, self.clients.session)

    @cached_property
    def connections(self) -> p.Connections:
        from chalicelib.adapters.dynamodb.connections import DynamoConnections

        return DynamoConnections(self.clients.dynamodb, self.settings.live_table)

    @cached_property
    def live(self) -> p.Live:
        from chalicelib.adapters.live import Sockets

        return Sockets(self.settings.live_url, self.settings.web_origins, self.clients.sockets)

    @cached_property
    def tokens(self) -> p.Tokens:
        from chalicelib.adapters.tokens import CognitoTokens

        return CognitoTokens(self.settings.issuer, self.settings.client_id, self.settings.jwks_url)

    def read_change(self, record: Mapping[str, Any]) -> Change:
        """A record of the table's stream as the items before and after it."""
        from chalicelib.adapters.dynamodb.streams import read_change

        return read_change(record)

    @cached_property
    def _payment_secret(self) -> Secrets:
        from chalicelib.adapters.secrets import Secrets

        return Secrets(self.clients.secretsmanager, self.settings.payment_secret)

    @cached_property
    def _bill_secret(self) -> Secrets:
        from chalicelib.adapters.secrets import Secrets

        return Secrets(self.clients.secretsmanager, self.settings.bill_secret)

    @cached_property
    def _notice_secret(self) -> Secrets:
        from chalicelib.adapters.secrets import Secrets

        return Secrets(self.clients.secretsmanager, self.settings.notice_secret)

    @cached_property
    def _logistics_secret(self) -> Secrets:
        from chalicelib.adapters.secrets import Secrets

        return Secrets(self.clients.secretsmanager, self.settings.logistics_secret)

    @cached_property
    def _tracking_secret(self) -> Secrets:
        from chalicelib.adapters.secrets import Secrets

        return Secrets(self.clients.secretsmanager, self.settings.tracking_secret)

    @cached_property
    def _webhook_secret(self) -> Secrets:
        from chalicelib.adapters.secrets import Secrets

        return Secrets(self.clients.secretsmanager, self.settings.webhook_secret)


@cache
def ports() -> World:
    """This container's world. Tests put another in its place: `monkeypatch.setattr(wiring, "ports", lambda: …)`."""
    world = World(Settings.read())
    # Everything imported so far lives as long as the container: no collection needs to walk through it again. What
    # requests leave behind is to be found, and looked for less often than Python would: most of it goes by itself.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    return world


def warm(*names: str) -> None:
    """On Lambda, builds these ports while the container starts: that time has a whole CPU, a request has not.

    Without names, the table's: every function with a front door of `entry` uses it, so nothing is loaded in vain.
    """
    if on_lambda():
        for name in names or ("records",):
            getattr(ports(), name)
