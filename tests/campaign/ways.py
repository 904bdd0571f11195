"""Which ways were really taken while a world was watched: of each transition table, of each machine's contract, and
the states of lifecycles that have no table.

A way of a table counts when the table was asked about it and the write of that very decision stood: what was tried and
lost, or refused for another reason, was not taken.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, NamedTuple
from unittest import mock

from chalicelib.adapters.dynamodb.keys import key_of_thing
from chalicelib.domain import lifecycles
from chalicelib.domain.cases import Case
from chalicelib.domain.disputes import Dispute
from chalicelib.domain.endpoints import Webhook
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.gates import Gate
from chalicelib.domain.lifecycles import Table
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.parcels import Course, Parcel
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund
from chalicelib.domain.repairs import Repair
from chalicelib.domain.replacements import Replacement
from chalicelib.domain.returns import FURTHER, Return
from chalicelib.domain.webhooks import WebhookDelivery
from chalicelib.usecases.steps import Found
from tests.flows.walker import Call, Fault
from tests.standins.flows import WalkedFlows
from tests.standins.records import MemoryRecords

# Every table there is: one that is new is looked at without being named here.
TABLES: Mapping[str, Table] = {
    **{name: table for name, table in vars(lifecycles).items() if isinstance(table, Mapping) and name.isupper()},
    "FATE": {
        before: frozenset(FURTHER[before]) for before in FURTHER
    },  # of goods that somebody sent, as a case sees it
}
_TABLED: Mapping[type, str] = {
    Case: "CASE",
    Refund: "REFUND",
    Parcel: "PICKUP",
    CarrierCommand: "COMMAND",
    Dispute: "DISPUTE",
    Recovery: "RECOVERY",
}
_NAMES = {id(table): name for name, table in TABLES.items()}


class Way(NamedTuple):
    """`CASE: in_review → approved`, or of a machine `refund_flow AwaitDecision: approved`."""

    of: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.of}: {self.before} → {self.after}"


def all_ways() -> set[Way]:
    return {Way(name, before, after) for name, table in TABLES.items() for before in table for after in table[before]}


class Taken:
    """What was taken, and how often."""

    def __init__(self) -> None:
        self.ways: Counter[Way] = Counter()
        self.said: Counter[Way] = Counter()  # of a machine: what its steps answered
        self.states: Counter[tuple[str, str]] = Counter()  # of lifecycles without a table
        self.around: list[str] = []  # writes that changed a state without asking its table
        self._asked: list[Way] = []  # by the decision that is being made

    def check(self, table: Table, before: str, after: str) -> None:
        lifecycles.check(table, before, after)
        self._asked.append(Way(_NAMES[id(table)], before, after))

    def heard(self, heard: Callable[..., Course], course: Course, scans: Any) -> Course:
        """A course is read and not stepped: what counts is where a scan found it, and where it left it."""
        after = heard(course, scans)
        if after.state != course.state:
            self._asked.append(Way("PARCEL", course.state, after.state))
        return after

    def begin(self, begin: Callable[..., None], found: Found, *given: Any) -> None:
        self._asked.clear()  # another decision, or the same once more
        begin(found, *given)

    def save(self, save: Callable[..., None], records: MemoryRecords, items: Sequence[Any]) -> None:
        before = [records.things.get(key_of_thing(item)) for item in items]
        save(records, items)
        for old, new in zip(before, items, strict=True):
            self.around.extend(self._around(old, new))
            fates = list(_fates(old, new))
            self.ways.update(fates)
            self.around.extend(str(way) for way in fates if way.after not in TABLES["FATE"][way.before])
        self.ways.update(self._asked)
        self._asked.clear()
        self.states.update(state for item in items for state in _states(item))

    def _around(self, old: Any, new: Any) -> Iterator[str]:
        """A changed state that no chain of ways, asked for by this decision, leads to."""
        name = _TABLED.get(type(new))
        before, after = _state(old), _state(new)
        if name is None or None in (before, after) or before == after:
            return
        reached = {before}
        for way in self._asked * 2:
            if way.of == name and way.before in reached:
                reached.add(way.after)
        if after not in reached:
            yield f"{name}: {before} → {after}"

    def call(self, told: Callable[..., Any], flows: WalkedFlows, execution: Any, answers: Any, call: Call) -> Any:
        known = len(execution.answers)
        answer = told(flows, execution, answers, call)
        if len(execution.answers) > known or answer is not None:
            self._say(execution.flow, call.state, answer)
        return answer

    def _say(self, flow: str, state: str, answer: Any) -> None:
        said = "…" if answer == Fault("States.Timeout") else "a fault" if isinstance(answer, Fault) else None
        self.said[Way(flow, state, said or answer["outcome"])] += 1


def _fates(old: Any, new: Any) -> Iterator[Way]:
    """What became of each parcel: nobody asks that table, a fact that is none any more is passed over."""
    if isinstance(new, Return | Replacement) and old is not None:
        before = {parcel.parcel_id: parcel.fate for parcel in old.parcels}
        for parcel in new.parcels:
            if before.get(parcel.parcel_id, parcel.fate) != parcel.fate:
                yield Way("FATE", before[parcel.parcel_id], parcel.fate)


def _state(item: Any) -> str | None:
    """Of a parcel its courier's visit: a parcel's own course is read from scans and never stepped."""
    match item:
        case Parcel():
            return item.pickup and item.pickup.state
        case Case():
            return item.status
        case Refund() | CarrierCommand() | Dispute() | Recovery():
            return item.state
    return None


def _states(item: Any) -> Iterator[tuple[str, str]]:
    match item:
        case Gate():
            yield "gate", item.name
            yield "silence of a gate", item.silence
        case Evidence() | WebhookDelivery():
            yield type(item).__name__, item.state
        case Repair():
            yield from (("Visit", visit.state) for visit in item.visits)
            if item.estimate:
                yield "Estimate", item.estimate.state
        case Webhook():
            yield "Webhook", "enabled" if item.enabled else "disabled"


@contextmanager
def watched() -> Iterator[Taken]:
    """Everything that any world does meanwhile."""
    taken = Taken()
    watching = (
        (Found, "__init__", taken.begin),
        (MemoryRecords, "_save", taken.save),
        (WalkedFlows, "_told", taken.call),
        (Course, "heard", taken.heard),
    )
    with ExitStack() as stack:
        for owner, name, watch in watching:
            stack.enter_context(mock.patch.object(owner, name, _method(watch, getattr(owner, name))))
        stack.enter_context(_asking(taken))
        yield taken


def _method(watching: Callable[..., Any], real: Callable[..., Any]) -> Callable[..., Any]:
    """A function, so that it is bound like the method whose place it takes."""
    ask = partial(watching, real)
    return lambda one, *args: ask(one, *args)


@contextmanager
def _asking(taken: Taken) -> Iterator[None]:
    """Whoever knows the function knows it by its name in a module of its own."""
    real = lifecycles.check
    known = [module for name, module in list(sys.modules.items()) if name.startswith("chalicelib.") and module]
    asking: list[Any] = [one for one in known if one is not lifecycles and vars(one).get("check") is real]
    try:
        for module in asking:
            module.check = taken.check
        yield
    finally:
        for module in asking:
            module.check = real
