"""A case that is told of, watched by clients that lose their connections, while every call may fail.

The queue repeats and reorders, workers meet, handlers end in their middle. A client does what docs/live.md asks of it,
and nothing else: it drops what is not above the last sequence it saw, and subscribes again after that one whenever it
was told of an error or lost its connection.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.actors import Actor
from chalicelib.domain.turns import Turn
from chalicelib.errors import TransientFault
from chalicelib.ports import Connections, Live
from chalicelib.usecases import live
from tests.standins.shops import BUYER, MERCHANT, file, sell, shop
from tests.standins.turns import FAULTS, Breakable, ContainerGone, Fate, Invocation
from tests.standins.world import World

TOLD = 6  # entries of the case, at the end
STEPS = 120
Plant = Callable[[World], None]


def methods(port: type) -> set[str]:
    return {name for name in vars(port) if not name.startswith("_")}


class Client:
    """`seen` are the sequences that it took, in order; `gaps` those that came before their predecessor."""

    def __init__(self, world: World, case_id: str, actor: Actor) -> None:
        self._world, self._case_id, self._actor = world, case_id, actor
        self.seen: list[int] = []
        self.gaps: list[int] = []
        self.repeated = 0
        self.connections = 0
        self.wishes = True  # to subscribe
        self.connect()

    @property
    def last(self) -> int:
        return self.seen[-1] if self.seen else 0

    def connect(self) -> None:
        """What was posted to the old connection and not read by now is lost."""
        self.connections += 1
        self.id = f"{self._actor.id}-{self.connections}"
        issued = live.issue(self._world, self._actor).body
        live.admit(self._world, self.id, None, issued["ticket"])
        self._read, self.wishes = 0, True

    def lose(self) -> None:
        self._world.live.gone.add(self.id)
        self.connect()

    def subscribes(self) -> Callable[[], None]:
        wish = json.dumps({"action": "subscribe", "case_id": self._case_id, "after": self.last})
        self.wishes, connection_id = False, self.id

        def heed() -> None:
            try:
                live.heed(self._world, connection_id, wish)
            except (Exception, ContainerGone):
                # What API Gateway itself says when a function fails.
                self._world.live.heard[connection_id].append({"message": "Internal server error"})
                raise

        return heed

    def reads(self) -> bool:
        """The next message, if there is one."""
        heard = self._world.live.heard[self.id]
        if self._read >= len(heard):
            return False
        message = heard[self._read]
        self._read += 1
        if message.get("type") in ("entry", "passed"):
            self._takes(message["sequence"])
        elif message.get("type") == "closing":
            self.lose()
        elif message.get("type") != "subscribed":
            self.wishes = True
        return True

    def _takes(self, sequence: int) -> None:
        if sequence <= self.last:
            self.repeated += 1
            return
        if sequence != self.last + 1:
            self.gaps.append(sequence)
        self.seen.append(sequence)


class Story:
    """One run: the seed decides who moves; `strikes` are the faults by the number of the call, `moody` draws more."""

    def __init__(
        self, seed: int, strikes: Mapping[int, Fate] | None = None, *, moody: float = 0.0, plant: Plant | None = None
    ) -> None:
        self._draw, self._strikes, self._moody = random.Random(seed), dict(strikes or {}), moody
        self._world = shop()
        sell(self._world)
        self.case_id = file(self._world)
        if plant is not None:
            plant(self._world)
        self._queue: list[str] = []
        self._workers: list[Invocation] = []
        self._handlers: list[Invocation] = []
        self.calls = 0
        self.surprises: list[BaseException] = []
        self.clients = [Client(self._world, self.case_id, actor) for actor in (BUYER, MERCHANT)]
        world: Any = self._world
        world.connections = Breakable(world.connections, methods(Connections))
        world.live = Breakable(world.live, {"post", "close"} & methods(Live))
        world.records = Breakable(world.records, {"load"})

    @property
    def told(self) -> int:
        return self._world.case(self.case_id).sequence

    def run(self) -> Story:
        for _ in range(STEPS):
            self._anything()
        self._settle()
        return self

    def _anything(self) -> None:
        client = self._draw.choice(self.clients)
        match self._draw.randrange(14):
            case 0 if self.told < TOLD:
                self._tells()
            case 1 | 2 if self._queue:
                self._works()
            case 3 if client.wishes:
                self._handlers.append(Invocation(client.subscribes()))
            case 4 if client.seen and self._draw.random() < 0.3:
                client.lose()
            case 5 if self._draw.random() < 0.1:
                client.wishes = True  # impatient: it asks again on the same connection
            case 6 | 7 | 8:
                client.reads()
            case _:
                self._moves()
        self._collect()

    def _tells(self) -> None:
        """One more entry, with its case in one transaction; the bus tells of it at least once."""
        case = self._world.case(self.case_id)
        turn = Turn(case, BUYER, self._world.clock.now(), self._world.policies.get(case.policy_id, case.policy_version))
        turn.tell("EvidenceAdded" if case.sequence % 2 else "GoodsPutAway")  # every other one is not for the buyer
        self._world.records.save(turn.items)
        self._queue.extend([self.case_id] * self._draw.choice((1, 1, 1, 2)))

    def _works(self) -> None:
        case_id = self._queue.pop(self._draw.randrange(len(self._queue)))
        self._workers.append(Invocation(lambda: live.tell(self._world, case_id)))

    def _moves(self) -> None:
        at_work = [each for each in (*self._workers, *self._handlers) if not each.is_over]
        if at_work:
            self._draw.choice(at_work).step(self._fate())

    def _fate(self) -> Fate:
        self.calls += 1
        struck = self._strikes.pop(self.calls, None)
        if struck is None and self._draw.random() < self._moody:
            struck = self._draw.choice(FAULTS)
        return struck or "made"

    def _collect(self) -> None:
        """A message whose worker failed comes again; what no design foresees is kept to be looked at."""
        for worker in [each for each in self._workers if each.is_over]:
            self._workers.remove(worker)
            self._queue.extend([self.case_id] if worker.failed else [])
            self._look(worker)
        for handler in [each for each in self._handlers if each.is_over]:
            self._handlers.remove(handler)
            self._look(handler)

    def _look(self, over: Invocation) -> None:
        if over.failed is not None and not isinstance(over.failed, TransientFault | ContainerGone):
            self.surprises.append(over.failed)

    def _settle(self) -> None:
        """Nothing fails any more, and everything comes to its end."""
        self._moody, self._strikes = 0.0, {}
        while self.told < TOLD:
            self._tells()
        for _ in range(50):
            for invocation in (*self._workers, *self._handlers):
                invocation.finish()
            self._collect()
            while self._queue:
                self._works()
                self._workers[-1].finish()
                self._collect()
            for client in self.clients:
                while client.reads():
                    pass
                if client.wishes:
                    self._handlers.append(Invocation(client.subscribes()))
            if not (self._workers or self._handlers):
                return
        raise AssertionError("it does not come to rest")

    @property
    def violations(self) -> list[str]:
        whole = list(range(1, TOLD + 1))
        found = [f"{client.id} saw {client.seen}" for client in self.clients if client.seen != whole]
        found += [f"{client.id} had gaps before {client.gaps}" for client in self.clients if client.gaps]
        return [*found, *map(repr, self.surprises)]
