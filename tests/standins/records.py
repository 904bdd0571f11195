"""The table in memory: the same keys, the same conditions, the same refusals as the real one, and a memory of calls.

What is saved goes through JSON and back, as it would through the real table: a thing that cannot be read again as it
was written fails here too (`as_json=False` leaves that out where only time counts).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from threading import RLock
from typing import Any, Literal, TypeVar, cast

from chalicelib.adapters.dynamodb.keys import Key, can_stand, key_of, key_of_thing, ref_of
from chalicelib.domain.answers import StoredAnswer
from chalicelib.domain.base import Record
from chalicelib.domain.cases import Case
from chalicelib.domain.entries import Entry
from chalicelib.domain.refs import Ref
from chalicelib.domain.tallies import change_of
from chalicelib.domain.values import Value
from chalicelib.errors import Fault, TransientFault, VersionLost
from chalicelib.schemas.messages import Change
from tests.standins.messages import has_no_holes

V = TypeVar("V", bound=Value)
MAX_ITEMS = 100

# What becomes of a save: it is refused and nothing is written; it is written but its reply is lost; it is written.
SaveFate = Literal["refused", "lost_reply", "written"]


class MemoryRecords:
    """Consistent and conditional, and safe for threads: every load and save happens at one moment."""

    def __init__(self, *, as_json: bool = True) -> None:
        self.things: dict[Key, Value] = {}
        self.unpublished: set[Key] = set()
        self.tallies: dict[str | None, Counter[str]] = {}
        self.changes: deque[Change] = deque()  # what the stream would carry, until somebody takes it
        self.written: list[Change] = []  # the same of cases, kept for who reads the stream a second time
        self.loads: list[tuple[Ref[Any], ...]] = []
        self.saves: list[tuple[Value, ...]] = []
        self.fates: deque[SaveFate] = deque()  # of the next saves, in order
        self.before_save: list[Callable[[], None]] = []  # rivals: each acts once, just before the next save
        self._as_json = as_json
        self._lock = RLock()

    def load(self, wanted: Sequence[Ref[Any]]) -> Mapping[Ref[Any], Value]:
        if len(set(wanted)) > MAX_ITEMS:
            raise Fault(f"{len(wanted)} things do not fit into one read")
        with self._lock:
            self.loads.append(tuple(wanted))
            found = {ref: self.things.get(key_of(ref)) for ref in wanted if can_stand(key_of(ref))}
        return {ref: thing for ref, thing in found.items() if thing is not None}

    def save(self, items: Sequence[Value]) -> None:
        if self.before_save:
            self.before_save.pop(0)()
        fate = self.fates.popleft() if self.fates else "written"
        if fate == "refused":
            raise TransientFault("the store asks for another try")
        with self._lock:
            self._save(items)
        if fate == "lost_reply":
            raise TransientFault("no answer came")

    def _save(self, items: Sequence[Value]) -> None:
        keys = [key_of_thing(item) for item in items]
        twice = [key for key, times in Counter(keys).items() if times > 1]
        if twice or len(items) > MAX_ITEMS:
            raise Fault(f"one transaction cannot write {twice or len(items)}")
        lost = [key for key, item in zip(keys, items, strict=True) if not self._may_stand(key, item)]
        if lost:
            raise VersionLost(", ".join(f"{pk} {sk}" for pk, sk in lost))
        self.saves.append(tuple(items))
        for key, item in zip(keys, items, strict=True):
            kept = type(item).model_validate_json(item.model_dump_json()) if self._as_json else item
            change = Change(str(len(self.changes) + 1), self.things.get(key), kept)
            self.changes.append(change)
            if isinstance(kept, Entry):
                has_no_holes(kept)
            if isinstance(kept, Case):
                self.written.append(change)
            self.things[key] = kept
            if isinstance(kept, Entry):
                self.unpublished.add(key)

    def _may_stand(self, key: Key, item: Value) -> bool:
        before = self.things.get(key)
        if isinstance(item, Record) and item.version > 1:
            return isinstance(before, Record) and before.version == item.version - 1
        return before is None

    def acknowledge(self, entries: Sequence[Entry]) -> None:
        with self._lock:
            for entry in entries:
                key = key_of_thing(entry)
                if key in self.unpublished:
                    self.unpublished.discard(key)
                    for of in (entry.merchant_id, None):
                        numbers = self.tallies.setdefault(of, Counter())
                        for name, number in change_of(entry).items():
                            numbers[name] += number

    # What tests ask

    def all(self, type_: type[V], **having: Any) -> list[V]:
        """Every thing of a type whose fields have these values, in the order of its keys."""
        with self._lock:
            found = [(key, thing) for key, thing in self.things.items() if isinstance(thing, type_)]
        for name, value in having.items():
            found = [(key, thing) for key, thing in found if getattr(thing, name) == value]
        return [thing for _, thing in sorted(found, key=itemgetter(0))]

    def one(self, ref: Ref[V]) -> V:
        """The thing that a ref names, which must be there."""
        return cast(V, self.things[key_of(ref)])

    def put(self, *things: Value) -> None:
        """Puts things there as they are, whatever stood there: a test's past."""
        for thing in things:
            self.things[key_of_thing(thing)] = thing

    def due(self, before: Any) -> Iterable[tuple[Key, Value, Any]]:
        """What the due index would show: watched things, and entries that nobody published yet."""
        found = []
        for key, thing in self.things.items():
            if isinstance(thing, StoredAnswer) or (isinstance(thing, Entry) and key not in self.unpublished):
                continue
            at = getattr(thing, "watch_at", None)
            if at is not None and at < before:
                found.append((key, thing, at))
        return sorted(found, key=itemgetter(0))

    def ref_of(self, key: Key) -> Ref[Any]:
        return ref_of(key)
