"""The model check: every state that one case can reach, every move of everybody in it, in the real use cases.

A breadth-first search. A state is what makes a difference for the future (states.sameness); a move is whatever an
actor, a partner, time or a fault can do next (moves). The definition runs as it is written, and so do the tables: what
they refuse must be refused by name. In every state: nobody is paid twice or without a grant, the books agree; and if
nobody acts any more, the case ends, or waits for a person who can still do something about it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.buyers import Credit
from chalicelib.domain.cases import Case
from chalicelib.domain.entries import Entry
from chalicelib.errors import AftersalesError
from tests.campaign.cloud import Cloud
from tests.campaign.judge import goods_or_money, judge
from tests.campaign.moves import Move, carry, moves
from tests.campaign.settling import settle
from tests.campaign.snapshots import put_back, taken
from tests.campaign.stage import Stage
from tests.campaign.states import sameness
from tests.campaign.stories.shops import under_way
from tests.standins import invariants
from tests.standins.returns import BOOK, DELIVERED
from tests.standins.shops import ask, furnish, sell

Path = tuple[str, ...]
Alphabet = Callable[[Stage], Iterator[Move]]
# What says yes: a person or the policy, an offer taken, a ruling that is final, goods that the carrier could not bring.
APPROVALS = {
    "CaseApproved",
    "OfferAccepted",
    "RulingExecuted",
    "CaseConverted",
    "DeliveryFailed",
    "ReplacementReceived",
}


@dataclass
class Searched:
    states: int = 0
    moves: int = 0
    unchanged: int = 0  # moves that were refused, or found nothing to do
    complete: bool = False  # every state within the bounds was seen
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[Path, str]] = field(default_factory=list)


UNDER_WAY = "under_way"  # a refund whose goods are on their way to their buyer
TRUSTED = "trusted"  # a return of a buyer who is paid when the carrier has the goods
FAKE = "fake"  # a refund of goods said to be fakes, which the platform looks at first
DANGER = "danger"  # the same of dangerous ones
DISPUTED = "disputed"  # a refund whose goods were signed for, as the carrier says


def opening(remedy: str = "refund_only", service: str | None = None) -> Stage:
    """A case in review, its flow waiting; one revision, one offer, and of a return one parcel. Or one of goods that are
    on their way (`UNDER_WAY`), or of which nobody knows whether they came (`DISPUTED`): then a carrier is awaited."""
    limit = {"CNY": 50000} if remedy == TRUSTED else {}
    cloud = furnish(Cloud(), instant_up_to=limit, revisions=1, offers=1, parcels=1, pickups={"in_all": 2})
    sell(cloud, delivery=DELIVERED if remedy in (TRUSTED, "return_and_refund", "repair") else None)
    if remedy == TRUSTED:
        cloud.table.put(Credit(buyer_id="b1", limits=limit))
    cloud.table.put(BOOK)
    cloud.table.things = {key: one for key, one in cloud.table.things.items() if key[1] != "webhook"}
    cloud.run = lambda: None  # type: ignore[method-assign]  # nothing happens by itself here
    stage = Stage(cloud)
    if remedy in (UNDER_WAY, DISPUTED):
        under_way(cloud, signed=remedy == DISPUTED)
        stage.files(ask("coat"), ask("scarf", 2), reason="delivery_disputed" if remedy == DISPUTED else "not_wanted")
    elif remedy in (FAKE, DANGER):
        stage.files(reason="counterfeit" if remedy == FAKE else "unsafe")
    elif remedy == "repair":
        stage.files(remedy=remedy, reason="quality_defect", service=service)
    else:
        stage.files(remedy="return_and_refund" if remedy == TRUSTED else remedy)
    if remedy == TRUSTED:  # what comes before is every return's
        del cloud.run
        stage.decides("approve")
        stage.ships()
        cloud.run = lambda: None  # type: ignore[method-assign]
    carry(cloud)
    return stage


def search(limit: int, remedy: str = "refund_only", service: str | None = None) -> Searched:
    """Looks at `limit` states, the nearest first."""
    return explore(opening(remedy, service), limit)


def explore(
    stage: Stage,
    limit: int,
    alphabet: Alphabet = moves,
    beyond: frozenset[str] = frozenset(),
    faults: int | None = None,
) -> Searched:
    """The same from wherever a case is, by some of the moves. What comes after a status of `beyond` is not looked at,
    but that it has a way on. `faults` is how many a story may have, any number without it; signals that are late are
    none."""
    found, cloud = Searched(), stage.cloud
    seen, waiting = {sameness(cloud): 0}, deque([((), 0, taken(cloud))])  # a state, and the fewest faults to it
    while waiting and found.states < limit:
        path, had, kept = waiting.popleft()
        found.states += 1
        found.statuses[cloud_case(kept).status] += 1
        put_back(cloud, kept)
        for name, _ in list(alphabet(stage)) if cloud_case(kept).status not in beyond else ():
            has = had + name.startswith("fault:") if faults is not None else 0
            if has > (faults or 0):
                continue
            put_back(cloud, kept)
            before = _outside(cloud)
            sound = _moved(stage, found, path, name, alphabet)
            if not cloud.table.saves and not cloud.surprises and _outside(cloud) == before:
                found.unchanged += 1
                continue
            sound &= _kept_its_promises(stage, found, (*path, name))  # also where its world is known: stories differ
            key = sameness(cloud)
            if sound and seen.get(key, has + 1) > has:
                seen[key] = has
                waiting.append(((*path, name), has, taken(cloud)))
        put_back(cloud, kept)
        _has_a_way_on(stage, found, path)
    found.complete = not waiting
    return found


def _outside(cloud: Cloud) -> tuple[Any, ...]:
    """What a move may change without writing anything."""
    running = [(key, one.token, one.late_at, len(one.answers), one.is_running) for key, one in _executions(cloud)]
    return cloud.clock.now(), len(cloud.table.changes), len(cloud.queues.waiting), dict(cloud.provider.book), running


def _executions(cloud: Cloud) -> Any:
    return cloud.machine.executions.items()


def cloud_case(kept: dict[str, Any]) -> Case:
    return next(thing for thing in kept["things"].values() if isinstance(thing, Case))


def _moved(stage: Stage, found: Searched, path: Path, name: str, alphabet: Alphabet) -> bool:
    """Makes the move: it is made, or refused by name, which is an outcome too."""
    found.moves += 1
    try:
        with suppress(AftersalesError):
            dict(alphabet(stage))[name]()
    except Exception as error:
        found.wrong.append(((*path, name), f"{type(error).__name__}: {error}"))
        return False
    return True


def _kept_its_promises(stage: Stage, found: Searched, path: Path) -> bool:
    wrong = [*stage.cloud.surprises, *_broken(stage.cloud)]
    found.wrong.extend((path, what) for what in wrong)
    return not wrong


def _broken(cloud: Cloud) -> list[str]:
    checks = (
        lambda: invariants.nobody_is_paid_twice(cloud, cloud.returned),
        lambda: invariants.the_provider_pays_only_what_was_granted(cloud),
        lambda: invariants.no_payment_without_a_grant(cloud),
        lambda: invariants.never_over_the_cap(cloud),
        lambda: invariants.the_books_agree(cloud),
        lambda: invariants.credit_is_what_is_out(cloud),
        lambda: invariants.a_debt_is_collected_once(cloud),
        lambda: invariants.a_completed_case_owes_nothing(cloud),
        lambda: invariants.every_story_is_whole(cloud),
        lambda: _granted_after_approval(cloud),
        lambda: _looked_at_before_approval(cloud),
        lambda: goods_or_money(cloud),
    )
    broken = []
    for check in checks:
        try:
            check()
        except Exception as error:
            broken.append(f"{type(error).__name__}: {error}")
    return broken


def _granted_after_approval(cloud: Cloud) -> None:
    told = cloud.table.all(Entry)
    granted = next((entry.sequence for entry in told if entry.type == "RefundGranted"), None)
    approved = [entry.sequence for entry in told if entry.type in APPROVALS and entry.after == "approved"]
    assert granted is None or (approved and approved[0] < granted), "money without an approval"


def _looked_at_before_approval(cloud: Cloud) -> None:
    """Fakes and dangers, also those that only a revision speaks of: somebody of the platform has looked since."""
    [case] = cloud.table.all(Case)
    told = cloud.table.all(Entry)
    approved = next((entry.sequence for entry in told if entry.type in APPROVALS and entry.after == "approved"), None)
    if case.reason not in ("counterfeit", "unsafe") or approved is None:
        return
    asked = max(entry.sequence for entry in told if entry.type in ("CaseSubmitted", "CaseRevised"))
    looked = [entry.sequence for entry in told if entry.type == "InquiryAnswered" and entry.sequence > asked]
    assert looked and looked[0] < approved, "approved unseen"


def _has_a_way_on(stage: Stage, found: Searched, path: Path) -> None:
    """Left alone it ends, or a person is awaited, for whom some way out is open."""
    cloud = stage.cloud
    del cloud.run  # everything happens by itself again
    try:
        settled = settle(stage)
        wrong = [f"{one.of}: {one.what}" for one in judge(cloud, settled=settled) if one.of != "untold"]
        case = cloud.table.all(Case)[0]
        if case.gate is not None and case.gate.name == "person" and not _person_can_act(stage):
            wrong.append(f"nothing a person can do: {case.status}, {case.parking}, {case.refunds}")
    finally:
        cloud.run = lambda: None  # type: ignore[method-assign]
    found.wrong.extend((path, f"left alone: {what}") for what in wrong)


def _person_can_act(stage: Stage) -> bool:
    """Some move of an operator changes the case."""
    kept = taken(stage.cloud)
    for name, _ in list(moves(stage)):
        if not name.startswith("operator"):
            continue
        put_back(stage.cloud, kept)
        before = stage.cloud.table.all(Case)[0].version
        dict(moves(stage))[name]()
        if stage.cloud.table.all(Case)[0].version > before:
            return True
    return False
