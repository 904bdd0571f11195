"""All stand-ins together: a world for use cases, and its stream."""

from __future__ import annotations

from typing import Any

from chalicelib.domain import refs
from chalicelib.domain.balances import Ledger
from chalicelib.domain.cases import Case
from chalicelib.domain.entries import Entry
from chalicelib.domain.gates import Gate
from chalicelib.domain.orders import Order
from chalicelib.domain.policies import Policy
from chalicelib.domain.refunds import Refund
from chalicelib.errors import PolicyNotFound
from chalicelib.schemas.messages import Change
from chalicelib.settings import Settings
from chalicelib.usecases import publishing, searches
from tests.settings_values import ENVIRONMENT
from tests.standins.bills import StandInBills, StandInReports
from tests.standins.listings import MemoryListings
from tests.standins.live import MemoryConnections, StandInSockets
from tests.standins.partners import (
    PlainTokens,
    RecordingCommands,
    RecordingCourier,
    RecordingEvents,
    RecordingFlows,
    RecordingLogisticsCommands,
    StandInCarriers,
    StandInEvidence,
    StandInNotices,
    StandInProvider,
    StandInPushes,
    StandInWebhooks,
)
from tests.standins.records import MemoryRecords
from tests.standins.searches import MemorySearch
from tests.standins.time import CountingIds, HandClock


class MemoryPolicies:
    def __init__(self, records: MemoryRecords) -> None:
        self._records = records

    def get(self, policy_id: str, version: int) -> Policy:
        try:
            return self._records.one(refs.policy(policy_id, version))
        except KeyError:
            raise PolicyNotFound(f"there is no version {version} of {policy_id}") from None


class World:
    """Ports for use cases; the API and the listeners find `settings`, `tokens` and `read_change` beside them."""

    def __init__(self, *, as_json: bool = True) -> None:
        self.clock = HandClock()
        self.ids = CountingIds()
        self.records = MemoryRecords(as_json=as_json)
        self.listings = MemoryListings(self.records)
        self.policies = MemoryPolicies(self.records)
        self.flows = RecordingFlows()
        self.events = RecordingEvents()
        self.payment_commands = RecordingCommands()
        self.payments = StandInProvider()
        self.bills = StandInBills()
        self.reports = StandInReports()
        self.provider_notices = StandInNotices()
        self.logistics_commands = RecordingLogisticsCommands()
        self.logistics = StandInCarriers()
        self.logistics_notices = StandInPushes()
        self.evidence = StandInEvidence()
        self.webhooks = StandInWebhooks()
        self.courier = RecordingCourier()
        self.search = MemorySearch()
        self.connections = MemoryConnections()
        self.live = StandInSockets()
        self.tokens = PlainTokens()
        self.settings = Settings.model_validate({name.lower(): value for name, value in ENVIRONMENT.items()})

    def read_change(self, record: Any) -> Change:
        change: Change = record["change"]
        return change

    def pump(self) -> None:
        """The stream, up to now: entries are published and start flows, answered gates resume theirs."""
        while self.records.changes:
            change = self.records.changes.popleft()
            if isinstance(change.after, Entry) and change.before is None:
                publishing.tell_everybody(self, [change.after])
            elif isinstance(change.after, Gate) and change.after.signal is not None:
                publishing.resume_flow(self, change.after)

    def project(self) -> None:
        """The stream's other reader, up to now: the search index."""
        changes, self.records.written = self.records.written, []
        searches.project(self, changes)

    # What tests look at

    def case(self, case_id: str) -> Case:
        return self.records.one(refs.case(case_id))

    def order(self, order_id: str = "o1") -> Order:
        return self.records.one(refs.order(order_id))

    def ledger(self, order_id: str = "o1") -> Ledger:
        return self.records.one(refs.ledger(order_id))

    def refund(self, case_id: str, count: int = 1) -> Refund:
        return list(self.listings.refunds_of(case_id))[count - 1]

    def gate(self, case_id: str) -> Gate:
        """The gate at which a case waits."""
        ref = self.case(case_id).gate
        assert ref is not None, "the case waits for nobody"
        return self.records.one(refs.gate(case_id, ref.name, ref.round))

    def told(self, case_id: str) -> list[str]:
        """The types of a case's timeline, oldest first."""
        return [entry.type for entry in self.listings.timeline(case_id, 100, None).rows]
