"""What of a world makes a difference for its future: two worlds with the same `sameness` have the same stories before
them, so the model check looks at one of them only.

Everything that stands in the table counts, and everything outside it, but what is left out here with its reason
(docs/decisions/0104). That the reasons are good is tested: from two worlds that are the same, the same move leads to
worlds that are the same (test_states.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.adapters.dynamodb.keys import key_of_thing
from chalicelib.domain.addresses import AddressBook
from chalicelib.domain.answers import StoredAnswer
from chalicelib.domain.base import Record
from chalicelib.domain.cases import Case, Parking
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.deposits import DepositEntry
from chalicelib.domain.disputes import Dispute, Precedent, Seal
from chalicelib.domain.entries import Entry
from chalicelib.domain.filings import Filing
from chalicelib.domain.gates import Gate, GateName
from chalicelib.domain.journals import JournalEntry
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.notifications import Notification, Preferences
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Course, Parcel, Pickup
from chalicelib.domain.policies import Policy, PolicyIndex
from chalicelib.domain.recalls import Sold
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund
from chalicelib.domain.repairs import Repair
from chalicelib.domain.returns import Return
from chalicelib.domain.values import Value
from chalicelib.domain.webhooks import WebhookDelivery
from tests.campaign.cloud import Cloud
from tests.standins.flows import Execution

# Written once and read by nobody who decides: what happened. (Promises that look back at it are looked at after each
# move, before worlds are compared.) Nobody asks again with the key of an answer that is stored.
HISTORY = (Entry, StoredAnswer, JournalEntry, DepositEntry, Notification, WebhookDelivery, Filing, Seal, Precedent)
# What nobody in here changes.
GIVEN = (Policy, PolicyIndex, Order, Sold, AddressBook, Preferences)

# `version` guards writes against rivals, and here nobody comes in between: a move is whole. An `attempt` counts by
# whether it is the newest; that the twentieth is the last is tested by itself (tests/usecases/test_sweeper.py).
_UNREAD: Mapping[type, frozenset[str]] = {
    Case: frozenset({"explanation", "description", "attempt", "converted_in", "gate", "rounds", "sequence"}),  # `_case`
    Parking: frozenset({"detail"}),  # words for a person
    Dispute: frozenset({"statements", "seals"}),  # what was said is sealed, and weighed by a person
    Recovery: frozenset({"filings"}),  # a number for the next claim
    Refund: frozenset({"asks", "unknown_since", "reason"}),  # but that it was asked about: `_shape`
    Delivery: frozenset({"shipped_at", "signed_at"}),  # windows are judged when somebody files
}
# What was asked and answered, whose times and words are read by nobody any more.
_ONCE_OVER: Mapping[type, frozenset[str]] = {
    Refund: frozenset({"accepted_at", "ask_at"}),
    CarrierCommand: frozenset({"slot", "reason", "asks", "ask_at", "asked_at", "answered_at", "carrier", "waybill_no"}),
    Pickup: frozenset({"slot", "because", "visits"}),
}
_COUNTED: Mapping[GateName, int] = {"buyer_answer": 9, "pickup": 9}  # rounds that a rule counts; of others: any or none
_NUMBER = re.compile(r"\b[a-z]+_\d{26,28}\b|\bSF\d{6}\b|\bsecret-\d+\b")
_SOON = timedelta(hours=2)  # any silence is longer, and so is any time after which somebody is asked again


class Now(NamedTuple):
    at: datetime
    visit: datetime  # when the engineer comes next
    then: datetime  # when the next silence ends: nothing tells apart what is due before


def silence_ends(cloud: Cloud) -> datetime:
    """Whoever is awaited is too late."""
    return max(cloud.after_deadlines(), cloud.clock.now() + _SOON)


class Part(NamedTuple):
    """A thing: its shape (a number for each that there is), with holes for what is compared with its world: numbers
    that were given out, times, the courses of parcels."""

    thing: Value  # kept, so that no other takes its place in memory
    shape: int
    holes: tuple[Any, ...]


def visit_of(cloud: Cloud) -> datetime:
    """When an engineer comes; now, if nobody does."""
    booked = (repair.visits[-1] for repair in cloud.table.all(Repair) if repair.visits)
    return max([cloud.clock.now(), *(visit.starts_at for visit in booked if visit.state == "booked")])


_shapes: dict[Any, int] = {}
_parts: dict[int, Part] = {}


def sameness(cloud: Cloud) -> tuple[Any, ...]:
    """One world is like another when these are equal."""
    things = cloud.table.things
    now = Now(cloud.clock.now(), visit_of(cloud), silence_ends(cloud))
    kept = [(key, thing) for key, thing in things.items() if not isinstance(thing, (*HISTORY, *GIVEN, Gate))]
    spoken_of = set(_spoken_of(thing for _, thing in kept))
    kept = [(key, thing) for key, thing in kept if _counts(thing, spoken_of)]
    kept.sort(key=lambda one: one[0])
    names: dict[str, int] = {}
    [case] = [thing for _, thing in kept if isinstance(thing, Case)]
    found: list[Any] = [_whole(_part(thing), names, now) for _, thing in kept]
    gates = [thing for thing in things.values() if isinstance(thing, Gate)]
    found.append(sorted(repr(_gate(one, case, names, now)) for one in gates if _matters(one, case)))
    found.append(sorted(repr(_standing(cloud, one, case, names, now)) for one in _running(cloud)))
    found.append(_case(cloud, case))
    found.append(sorted(names.get(number, number) for number in _letters(cloud)))
    found.append(
        sorted((repr(names.get(no, no)), what, no in cloud.provider.paid) for no, what in cloud.provider.book.items())
    )
    found.append(sorted(repr(names.get(number, number)) for number in cloud.returned))
    found.append(_signals(cloud, case))
    found.append(bool(cloud.arrived))
    return tuple(map(_frozen, found))


def _frozen(one: Any) -> Any:
    return tuple(one) if isinstance(one, list) else one


def _part(thing: Value) -> Part:
    known = _parts.get(id(thing))
    if known is None:
        if len(_parts) > 200_000:
            _parts.clear()
        holes: list[Any] = []
        shape = _shape(thing, holes)
        known = _parts[id(thing)] = Part(thing, _shapes.setdefault(shape, len(_shapes)), tuple(holes))
    return known


def _shape(value: Any, holes: list[Any]) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        if found := _NUMBER.findall(value):
            holes.extend(found)
            return _NUMBER.sub("#", value)
        return value
    if isinstance(value, datetime | Course):
        holes.append(value)
        return type(value).__name__
    if isinstance(value, Value):
        unread = _unread(value)
        fields = [name for name in type(value).model_fields if name not in unread and name != "version"]
        watched = getattr(value, "watch_at", None) if isinstance(value, Record) else None
        if watched:
            holes.append(Due(watched))
        asked = isinstance(value, Refund) and value.is_open and value.asks > 0
        known = (type(value).__name__, watched is not None, asked)
        return (*known, *(_shape(getattr(value, name), holes) for name in fields))
    if isinstance(value, Mapping):
        return tuple((name, _shape(value[name], holes)) for name in sorted(value))
    if isinstance(value, frozenset):
        return tuple(sorted(map(repr, value)))
    if isinstance(value, tuple | list):
        return tuple(_shape(one, holes) for one in value)
    return repr(value)


def _unread(value: Value) -> frozenset[str]:
    over = isinstance(value, Refund | CarrierCommand) and not value.is_open
    over |= isinstance(value, Pickup) and _is_over(value)
    unread = _UNREAD.get(type(value), frozenset())
    return unread | _ONCE_OVER[type(value)] if over else unread


class Due(NamedTuple):
    """When the sweeper looks: later than it is due, and not at that very moment."""

    at: datetime


def _whole(part: Part, names: dict[str, int], now: Now) -> tuple[Any, ...]:
    return (part.shape, *(_hole(hole, names, now) for hole in part.holes))


def _hole(hole: Any, names: dict[str, int], now: Now) -> Any:
    if isinstance(hole, str):
        return names.setdefault(hole, len(names))
    if isinstance(hole, Course):
        return _course(hole, now)
    if isinstance(hole, Due):
        return "due" if hole.at < now.at else _ahead(hole.at, now)
    return _ahead(hole, now) if hole > now.at else None


def _ahead(at: datetime, now: Now) -> float:
    if at < now.then:
        return -1 if at < now.visit else -0.5 if at == now.visit else 0
    return (at - now.then).total_seconds()


def _course(course: Course, now: Now) -> Any:
    """Where it is, what is known, and what a scan of this very moment would be put in order with."""
    before = tuple(scan for scan in course.scans if scan.at < now.at)
    was = Course().heard(before)
    heard = course.contradiction and (course.contradiction.before, course.contradiction.said)
    tied = tuple((scan.event, scan.state) for scan in course.scans if scan.at >= now.at)
    return was.state, was.detail, course.state, heard, tuple(sorted(scan.event for scan in before)), tied


def _matters(gate: Gate, case: Case) -> bool:
    newest = gate.round == case.rounds.get(gate.name)
    return gate.answer is None or not gate.told or gate.token is not None or (newest and gate.name in _LOOKED_BACK_AT)


_LOOKED_BACK_AT = frozenset({"settlement", "receipt", "replacement", "difference"})


def _gate(gate: Gate, case: Case, names: dict[str, int], now: Now) -> Any:
    """Its round counts only by whether a later one was begun."""
    moved = gate.token_version not in (None, gate.deadline_version)
    answer, live = gate.answer, case.gate
    then = answer and answer.then and (answer.then.name, case.rounds.get(answer.then.name, 0) - answer.then.round > 0)
    is_live = live is not None and (live.name, live.round) == (gate.name, gate.round)
    times = (
        (gate.remind_at and _hole(gate.remind_at, names, now), _hole(gate.due_at, names, now)) if answer is None else ()
    )
    due = None if gate.watch_at is None else _hole(Due(gate.watch_at), names, now)
    newer = case.rounds.get(gate.name, 0) > gate.round
    what = (gate.name, newer, is_live, gate.owner, gate.silence, gate.extended, gate.token is None, moved, gate.told)
    return *what, answer and answer.outcome, then, times, due


def _running(cloud: Cloud) -> Iterator[Execution]:
    return (one for one in cloud.machine.executions.values() if one.is_running)


def _standing(cloud: Cloud, one: Execution, case: Case, names: dict[str, int], now: Now) -> Any:
    """Where an execution waits, whether its gate knows, and until when; or what it was told and has not acted on."""
    call = cloud.machine.calls.get((one.case_id, one.attempt))
    own = one.attempt >= case.attempt
    if call is None or not one.answers:
        return one.flow, own, "begins"
    name, round = call.payload["gate"], call.payload["round"]
    gate = next((g for g in cloud.table.all(Gate, name=name) if g.round == round), None)
    at = gate and (_gate(gate, case, names, now), gate.token == one.token)
    if one.token is None:
        told = one.answers[-1]
        return one.flow, own, call.state, at, repr(told)
    return one.flow, own, call.state, at, one.late_at and _hole(one.late_at, names, now)


def _case(cloud: Cloud, case: Case) -> Any:
    rounds = tuple(sorted((name, min(round, _COUNTED.get(name, 1))) for name, round in case.rounds.items()))
    told = {entry.type for entry in cloud.table.things.values() if isinstance(entry, Entry)}
    return rounds, case.attempt == case.converted_in, "CaseApproved" in told, case.gate and case.gate.name


def _spoken_of(things: Iterable[Value]) -> Iterator[str]:
    """Visits of couriers and commands to carriers that something else still speaks of."""
    for thing in things:
        match thing:
            case Return() if thing.pickup_id:
                yield thing.pickup_id
            case Parcel() if thing.pickup and (thing.waybill_no or not _is_over(thing.pickup)):
                yield thing.parcel_id  # also of goods that are fetched after all
                yield thing.pickup.booking_no
            case Recovery() if thing.command_no:
                yield thing.command_no
            case Case() if thing.way_out:
                yield from (ask.command_no for ask in thing.way_out.asks)
            case CarrierCommand() if thing.kind == "file_claim" and thing.state == "failed":
                yield thing.command_no  # it may be paid all the same


def _counts(thing: Value, spoken_of: set[str]) -> bool:
    """Not a command that has its answer, and no visit that came to nothing, of which nobody speaks any more."""
    if isinstance(thing, CarrierCommand):
        return thing.is_open or thing.command_no in spoken_of
    return not (isinstance(thing, Parcel) and thing.pickup) or thing.parcel_id in spoken_of


def _is_over(pickup: Pickup) -> bool:
    return pickup.state in ("done", "failed", "cancelled")


def _letters(cloud: Cloud) -> set[str]:
    """The worker takes all commands of a number at once, so how many there are is nothing."""
    return {letter.body["refund_no"] for letter in cloud.queues.waiting if letter.reader == "on_payment_command"}


def _signals(cloud: Cloud, case: Case) -> Any:
    """What the stream would still bring, and what the sweeper would find that it did not: flows that nobody started,
    answers that no flow heard. Who else hears of an entry is no matter of the case."""
    things = cloud.table.things
    coming = {key_of_thing(change.after) for change in cloud.table.changes}
    entries = {
        (entry.data["start_attempt"] >= case.attempt, entry.data["start_flow"], key in coming)
        for key in cloud.table.unpublished
        if isinstance(entry := things[key], Entry) and _begins(cloud, entry)
    }
    gates = {
        (gate.name, gate.round < case.rounds[gate.name])
        for key in coming
        if isinstance(gate := things.get(key), Gate) and gate.signal is not None
    }
    return tuple(sorted(entries)), tuple(sorted(gates))


def _begins(cloud: Cloud, entry: Entry) -> bool:
    attempt = entry.data.get("start_attempt")
    return attempt is not None and (entry.case_id, int(attempt)) not in cloud.machine.executions
