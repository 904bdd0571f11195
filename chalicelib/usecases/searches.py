"""Searching: cases found by words and fields, the index kept up with the table, and the index made anew.

Whoever writes an index, the projection or a rebuild, asks where to write first, reads the table consistently then, and
numbers what it writes by the case's version: in whatever order writers come, and however often, the newest stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from chalicelib.domain import refs
from chalicelib.domain.cases import Case
from chalicelib.domain.orders import Order
from chalicelib.domain.searches import Written, gone, written
from chalicelib.errors import Fault, OrderNotFound
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.searches import CaseQuery
    from chalicelib.domain.values import Value
    from chalicelib.ports import Clock, Policies, Ports, Records, SearchIndexes
    from chalicelib.schemas.messages import Change

T = TypeVar("T")
AT_ONCE = 50  # cases; with an order each they are one read
PAGE = 200  # documents of an index
TRIES = 8  # of one document that moves while it is compared
LOOKS = 3  # at a document of the old index that differs
PAUSE = 0.05  # seconds, doubled each time: the projection is that far behind at the most


def find(ports: Ports, actor: Actor, query: CaseQuery) -> Reply:
    """What the actor may see of what is looked for. Raises SearchUnavailable, Forbidden, InvalidRequest."""
    from chalicelib.schemas.searches import SearchView

    found = ports.search.find(actor, query, ports.clock.now())
    return Reply(200, SearchView.of(found))


class Projecting(Protocol):
    """What making documents needs of the world."""

    @property
    def clock(self) -> Clock: ...
    @property
    def records(self) -> Records: ...
    @property
    def policies(self) -> Policies: ...


def project(ports: Ports, changes: Sequence[Change]) -> list[Change]:
    """Brings the index up to the table for the cases that these changes are about. Safe to repeat, in any order.

    Without any index nothing is written, and nothing is lost by it: whoever makes the first one reads the whole table
    after it can be written to. Answers the changes that no index can ever take. Raises TransientFault.
    """
    cases = {case.case_id: case for change in changes if (case := _case(change)) is not None}
    targets = ports.search.targets() if cases else ()
    if not targets:
        return []
    refused: set[str] = set()
    for part in _parts(list(cases.values()), AT_ONCE):
        standing = _in_table(ports, {case.case_id: case.order_id for case in part})
        items = [standing.get(case.case_id) or gone(case) for case in part]
        refused |= ports.search.write(targets, items)
    return [change for change in changes if (case := _case(change)) is not None and case.case_id in refused]


def _case(change: Change) -> Case | None:
    """The case that a change is about, at its newest as far as the change knows."""
    thing = change.after or change.before
    return thing if isinstance(thing, Case) else None


def _in_table(ports: Projecting, orders: Mapping[str, str]) -> dict[str, Written]:
    """The documents of cases (case id → order id), as the table has them at this moment; one consistent read."""
    wanted = [ref for case_id, order_id in orders.items() for ref in (refs.case(case_id), refs.order(order_id))]
    loaded = ports.records.load(list(dict.fromkeys(wanted)))
    cases = [case for case_id in orders if isinstance(case := loaded.get(refs.case(case_id)), Case)]
    return {case.case_id: _written(ports, case, loaded) for case in cases}


def _written(ports: Projecting, case: Case, loaded: Mapping[refs.Ref[Any], Value]) -> Written:
    order = loaded.get(refs.order(case.order_id))
    if not isinstance(order, Order):
        raise OrderNotFound(f"case {case.case_id} has no order")
    return written(case, order, ports.policies.get(case.policy_id, case.policy_version))


# ── made anew


@dataclass(frozen=True)
class Rebuilt:
    """A new index of so many documents, and how the one before (None: there was none) differed from the table."""

    index: str
    before: str | None
    documents: int
    lacking: int = 0  # cases that it did not have
    stale: int = 0  # cases of which it had another document
    extra: int = 0  # documents of cases that are not there


Tell = Callable[[str, int], None]  # `writing` or `comparing`, and how many more are done


def rebuild(ports: Projecting, indexes: SearchIndexes, scan: Iterable[Sequence[Case]], tell: Tell) -> Rebuilt:
    """Makes the index anew from the table while people search the old one and the projection writes both.

    `scan` must read the table consistently, and begin only when it is asked for its first cases. The new index takes
    the old one's place when each of its documents was compared with the table; whatever goes wrong before, the old one
    stays. Raises TransientFault, and Fault when the new index does not come to equal the table.
    """
    before, read = indexes.live(), 0
    index = indexes.begin()
    try:
        for cases in scan:
            _fill(ports, indexes, index, cases)
            read += len(cases)
            tell("writing", len(cases))
        comparison = _Comparison(ports, indexes, index, before)
        comparison.run(tell)
        if comparison.outcome.documents < read:
            raise Fault(f"{read} cases were read, and {comparison.outcome.documents} of them are in the new index")
        indexes.replace(index)
    except BaseException:  # also when it is broken off by hand
        with suppress(Exception):
            indexes.drop(index)
        raise
    return comparison.outcome


def _fill(ports: Projecting, indexes: SearchIndexes, index: str, cases: Sequence[Case]) -> None:
    for part in _parts(cases, AT_ONCE):
        orders = ports.records.load(list(dict.fromkeys(refs.order(case.order_id) for case in part)))
        refused = indexes.write([index], [_written(ports, case, orders) for case in part])
        if refused:
            raise Fault(f"the index cannot take {', '.join(sorted(refused)[:10])}")


class _Comparison:
    """Every document of the new index, and of the one before it, against the table."""

    def __init__(self, ports: Projecting, indexes: SearchIndexes, index: str, before: str | None) -> None:
        self._ports, self._indexes, self._index, self._before = ports, indexes, index, before
        self._documents, self._differs = 0, {"lacking": 0, "stale": 0, "extra": 0}

    @property
    def outcome(self) -> Rebuilt:
        return Rebuilt(self._index, self._before, self._documents, **self._differs)

    def run(self, tell: Tell) -> None:
        for index in filter(None, (self._index, self._before)):
            self._indexes.refresh(index)
        for part in _parts(self._walk(), AT_ONCE):
            table = self._table([case_id for case_id, _, _ in part])
            for case_id, old, new in part:
                stands = table.get(case_id)
                if new != stands:
                    stands = self._settled(case_id)
                self._documents += stands is not None
                if self._before and old != stands:
                    self._note(case_id, self._before)
            tell("comparing", len(part))

    def _walk(self) -> Iterator[tuple[str, Written | None, Written | None]]:
        """Both indexes side by side, by case id: (id, in the old one, in the new one)."""
        olds, news = _documents(self._indexes, self._before), _documents(self._indexes, self._index)
        old, new = next(olds, None), next(news, None)
        while old or new:
            case_id = min(each.case_id for each in (old, new) if each)
            left = old if old and old.case_id == case_id else None
            right = new if new and new.case_id == case_id else None
            yield case_id, left, right
            old = next(olds, None) if left else old
            new = next(news, None) if right else new

    def _table(self, case_ids: Sequence[str]) -> dict[str, Written]:
        loaded = self._ports.records.load([refs.case(case_id) for case_id in case_ids])
        cases = [case for case in loaded.values() if isinstance(case, Case)]
        if not cases:
            return {}
        orders = self._ports.records.load(list(dict.fromkeys(refs.order(case.order_id) for case in cases)))
        return {case.case_id: _written(self._ports, case, orders) for case in cases}

    def _settled(self, case_id: str) -> Written | None:
        """What table and new index agree on, after waiting for the projection or doing its work."""
        for attempt in range(TRIES):
            stands = self._table([case_id]).get(case_id)
            new = self._indexes.standing(self._index, [case_id]).get(case_id)
            if new == stands:
                return stands
            if stands is None and new is not None:
                self._indexes.write([self._index], [Written(case_id, new.version + 1, None)])
            elif stands is not None and (new is None or new.version < stands.version):
                self._indexes.write([self._index], [stands])
            else:  # the projection was faster than our two looks: they are worth another one
                self._ports.clock.pause(PAUSE * 2**attempt)
        raise Fault(f"the new index does not come to equal the table at {case_id}")

    def _note(self, case_id: str, before: str) -> None:
        """Whether the old index really differs, or was only seen a moment too early."""
        for attempt in range(LOOKS):
            stands = self._table([case_id]).get(case_id)
            old = self._indexes.standing(before, [case_id]).get(case_id)
            if old == stands:
                return
            self._ports.clock.pause(PAUSE * 2**attempt)
        self._differs["lacking" if old is None else "extra" if stands is None else "stale"] += 1


def _documents(indexes: SearchIndexes, index: str | None) -> Iterator[Written]:
    after = ""
    while index is not None and (page := indexes.page(index, after, PAGE)):
        yield from page
        after = page[-1].case_id


def _parts(things: Iterable[T], size: int) -> Iterator[list[T]]:
    part: list[T] = []
    for thing in things:
        part.append(thing)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
