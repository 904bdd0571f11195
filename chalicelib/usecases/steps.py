"""Load, decide, save: the only way in which anything changes.

One consistent read of what the decision needs and of the idempotency key, a pure decision, one transaction. A lost
race is decided again from a fresh read; whoever lost to itself (a reply that never arrived) finds its own effect there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from chalicelib.domain import refs
from chalicelib.domain.answers import StoredAnswer
from chalicelib.domain.values import Value
from chalicelib.errors import (
    Conflict,
    Fault,
    KeyReused,
    OrderBusy,
    TransientFault,
)
from chalicelib.usecases.access import act_unfrozen

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.entries import Entry
    from chalicelib.domain.evidence import Evidence
    from chalicelib.domain.refs import Ref
    from chalicelib.errors import (
        AftersalesError,
        NotFound,
    )
    from chalicelib.ports import Ports

LONGEST_PAUSE = 0.25  # seconds: a buyer waits, and a transaction takes a tenth of it
STORY = 100  # entries of a timeline at once
TRIES = 8  # eight writers at once needed six
T = TypeVar("T")
V = TypeVar("V", bound=Value)


@dataclass(frozen=True)
class Reply:
    """What a caller is told: an HTTP status, and a view, plain data or JSON as it was kept. `replayed`: it was told so
    before."""

    status: int
    told: Value | Mapping[str, Any] | str
    replayed: bool = False

    @cached_property
    def text(self) -> str:
        """The body as JSON: what is sent and what is kept for a replay are equal to the byte, and written once."""
        if isinstance(self.told, str):
            return self.told
        if isinstance(self.told, Value):
            return self.told.model_dump_json()
        return json.dumps(self.told, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def body(self) -> Mapping[str, Any]:
        """The body as plain data."""
        if isinstance(self.told, Value):
            return self.told.model_dump(mode="json")
        return json.loads(self.told) if isinstance(self.told, str) else self.told

    @property
    def version(self) -> int | None:
        """Of the thing that is shown, if it has one."""
        version = getattr(self.told, "version", None) if isinstance(self.told, Value) else self.body.get("version")
        return version if isinstance(version, int) else None


@dataclass(frozen=True)
class Request:
    """Who asks, under which idempotency key, and the fingerprint of what is asked.

    `if_match` holds the versions that the asker would act on, if it said so (it saw one of them).
    """

    actor: Actor
    key: str | None = None
    fingerprint: str = ""
    if_match: frozenset[int] | None = None

    @staticmethod
    def of(actor: Actor, key: str | None, *asked: object, if_match: frozenset[int] | None = None) -> Request:
        """`asked` is everything that makes the request what it is: method, path, body."""
        text = json.dumps(asked, sort_keys=True, default=str)
        return Request(actor, key, hashlib.sha256(text.encode()).hexdigest(), if_match)


class Found:
    """What was read. A thing that was not foreseen is read when it is asked for, consistently too."""

    def __init__(self, ports: Ports, loaded: Mapping[Ref[Any], Value], asked: Sequence[Ref[Any]]) -> None:
        self._ports = ports
        self._things: dict[Ref[Any], Value | None] = {ref: loaded.get(ref) for ref in asked}

    @property
    def ports(self) -> Ports:
        """For new ids and settings, where a decision is made deep inside a turn; never for the table."""
        return self._ports

    def also(self, *wanted: Ref[Any]) -> None:
        """Reads what turned out to be needed too, in one more read."""
        missing = [ref for ref in wanted if ref not in self._things]
        if missing:
            loaded = self._ports.records.load(missing)
            self._things.update({ref: loaded.get(ref) for ref in missing})

    def get(self, ref: Ref[V]) -> V | None:
        self.also(ref)
        return cast("V | None", self._things[ref])

    def files_of(self, case_id: str) -> Sequence[Evidence]:
        """The case's files, from the table itself. Every file that is taken counts the case's version, so a turn of the
        case that was read before is written only if these are all there are."""
        return self._ports.listings.evidence_of(case_id)

    def story_of(self, case_id: str) -> Iterator[Entry]:
        """The case's timeline, from the table itself; the same holds for it."""
        cursor: str | None = None
        while True:
            page = self._ports.listings.timeline(case_id, STORY, cursor)
            yield from page.rows
            cursor = page.cursor
            if cursor is None:
                return

    def need(self, ref: Ref[V], otherwise: type[NotFound]) -> V:
        """The thing; raises `otherwise` when it is not there."""
        thing = self.get(ref)
        if thing is None:
            raise otherwise(f"{' '.join(map(str, ref.parts))} is not there")
        return thing


Decision = tuple[Sequence[Value], T]


def read(ports: Ports, *wanted: Ref[Any]) -> Found:
    """What stands there now, in one consistent read."""
    return Found(ports, ports.records.load(wanted), wanted)


def change(ports: Ports, wanted: Sequence[Ref[Any]], decide: Callable[[Found], Decision[T]]) -> T:
    """Reads `wanted`, decides, writes. Raises what `decide` raises, or OrderBusy after eight lost races."""
    doubted: type[AftersalesError] | None = None
    for attempt in range(TRIES):
        found = Found(ports, ports.records.load(wanted), wanted)
        try:
            items, outcome = decide(found)
        except (Conflict, Fault) as error:
            # Things are read one after another, and a writer may come in between: then what was found never stood.
            # Only what a fresh read says again is so.
            if doubted is type(error):
                raise
            doubted = type(error)
            continue
        if not items:
            return outcome
        try:
            ports.records.save(items)
        except TransientFault:
            ports.clock.pause(min(LONGEST_PAUSE, 0.01 * 2**attempt) * (0.5 + ports.ids.jitter()))
            continue
        return outcome
    raise OrderBusy("others were changing the same order or case; try again")


def answer(
    ports: Ports,
    request: Request,
    wanted: Sequence[Ref[Any]],
    decide: Callable[[Found], Decision[Reply]],
    *,
    at: datetime | None = None,
) -> Reply:
    """`change` for a caller with an idempotency key: a stored answer comes back before any rule is asked.

    A frozen shop's members change nothing, whatever it is: that is asked here, in the same read. Raises MerchantFrozen.
    """
    if request.actor.role == "merchant":
        wanted = list(dict.fromkeys([*wanted, refs.frozen()]))

    def allowed(found: Found) -> Decision[Reply]:
        act_unfrozen(request.actor, found)
        return decide(found)

    if request.key is None:
        return change(ports, wanted, allowed)
    key_ref = refs.answer(request.actor.key, request.key)

    def once(found: Found) -> Decision[Reply]:
        stored = found.get(key_ref)
        if stored is not None:
            return [], replay(stored, request)
        items, reply = allowed(found)
        if items:
            items = [*items, _stored(request, reply, at or ports.clock.now())]
        return items, reply

    return change(ports, [*wanted, key_ref], once)


def replay(stored: StoredAnswer, request: Request) -> Reply:
    """The stored answer. Raises KeyReused when the key came with something else."""
    if stored.fingerprint != request.fingerprint:
        raise KeyReused("this Idempotency-Key was used for another request")
    return Reply(stored.status, stored.body, replayed=True)


def _stored(request: Request, reply: Reply, at: datetime) -> StoredAnswer:
    assert request.key is not None
    return StoredAnswer(
        actor_key=request.actor.key,
        key=request.key,
        fingerprint=request.fingerprint,
        status=reply.status,
        body=reply.text,
        at=at,
    )
