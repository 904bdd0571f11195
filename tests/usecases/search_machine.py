"""Random stories, and an index that is projected with interruptions, repeated, shuffled, dropped and made anew.

Whatever happened: once the stream was read to its end, the index equals the table document by document.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from chalicelib.domain import refs
from chalicelib.domain.cases import Case
from chalicelib.domain.searches import Written, written
from chalicelib.errors import TransientFault
from chalicelib.schemas.messages import Change
from chalicelib.usecases import searches
from tests.standins.searches import MemorySearch, Mortal
from tests.standins.shops import AGENT
from tests.standins.world import World
from tests.usecases.refund_machine import NUMBERS, RefundMachine

SEEDS = st.integers(0, 2**32)
RIVALS = ("file", "decide", "project", "repeat")


def in_table(world: World) -> dict[str, Written]:
    """What the index should hold: made here from the table, and not by who writes the index."""
    found = {}
    for case in world.records.all(Case):
        policy = world.policies.get(case.policy_id, case.policy_version)
        found[case.case_id] = written(case, world.records.one(refs.order(case.order_id)), policy)
    return found


def in_index(engine: Any, index: str | None = None) -> dict[str, Written]:
    live = index or engine.live()
    engine.refresh(live)
    return {item.case_id: item for item in engine.page(live, "", 1000)}


def scan(world: World, size: int = 2) -> Iterator[list[Case]]:
    """As the table's scan: a page is read when it is asked for, and then the next."""
    ids = sorted(case.case_id for case in world.records.all(Case))
    for start in range(0, len(ids), size):
        yield [world.case(case_id) for case_id in ids[start : start + size]]


class SearchMachine(RefundMachine):
    """The stories of refunds with a projection beside them. `make` gives the engine."""

    @staticmethod
    def make() -> Any:
        return MemorySearch()

    def __init__(self) -> None:
        super().__init__()
        self.engine = Mortal(self.make())
        if self.engine.live() is None:
            self.engine.replace(self.engine.begin())
        self.world.search = self.engine  # type: ignore[assignment]
        self.stream: list[Change] = []  # all of it
        self.read = 0  # how much of it is done

    def wander(self, seed: int, steps: int) -> None:
        """A story by chance: everything that can happen is as likely, which Hypothesis's own choice is not."""
        draw = random.Random(seed)
        for _ in range(steps):
            n = draw.randrange(10)
            acts: list[Callable[[], None]] = [
                lambda: self.file(draw.choice(["coat", "scarf", "pin"]), draw.randint(1, 3), None),
                lambda n=n: self.decide(n, draw.choice(["approve", "approve", "reject", "counter"]), 500),
                lambda n=n: self.answer(n, draw.choice(["accept", "decline"])),
                lambda n=n: self.withdraw(n),
                lambda n=n: self.escalate(n),
                lambda n=n: self.rule_case(n, draw.choice(["approve", "close"]), AGENT),
                lambda: self.carry_on("both"),
                lambda: self.work(draw.choice(["pay", "accept", "decline", "lose"])),
                lambda: self.pass_by(draw.choice([1, 30])),
                self.sweep,
                lambda n=n: self.project(n + 1, draw.choice([None, None, 0, 1, 2]), draw.random() < 0.8),
                lambda n=n: self.project(n + 1, None, True),
                lambda n=n: self.repeat(draw.random()),
                lambda: self.rebuild([(draw.choice(RIVALS), draw.randrange(10)) for _ in range(draw.randrange(6))]),
                lambda: self.break_off(draw.randrange(4)),
                lambda: self.drop() if draw.random() < 0.2 else None,
            ]
            act = draw.choice(acts)
            with suppress(IndexError, ZeroDivisionError):  # nobody to act upon yet
                act()

    def flow(self) -> None:
        self.stream += self.world.records.written
        self.world.records.written.clear()

    @rule(batch=st.integers(1, 20), takes=st.none() | st.integers(0, 3), reply=st.booleans())
    def project(self, batch: int, takes: int | None, reply: bool) -> None:
        """A batch; or its projection is killed in the middle of it, or afterwards, and the batch comes again."""
        self.flow()
        self.engine.takes = takes
        with suppress(TransientFault):
            assert [] == searches.project(self.world, self.stream[self.read : self.read + batch])
            if reply:
                self.read = min(self.read + batch, len(self.stream))
        self.engine.takes = None

    @rule(seed=SEEDS)
    def repeat(self, seed: float) -> None:
        """Some of what was read comes twice more, in any order."""
        draw = random.Random(seed)
        again = self.stream[: self.read] * 2
        draw.shuffle(again)
        searches.project(self.world, again[: draw.randrange(len(again) + 1)])

    @rule()
    def drop(self) -> None:
        if self.engine.live() is not None:
            self.engine.drop(self.engine.live())

    @rule(rivals=st.lists(st.tuples(st.sampled_from(RIVALS), NUMBERS), max_size=8))
    def rebuild(self, rivals: Sequence[tuple[str, int]]) -> None:
        """While people and the projection go on."""
        self.engine.rivals = [lambda act=act, n=n: self.rival(act, n) for act, n in rivals]  # type: ignore[misc]
        self.engine.latecomers = self.engine.rivals[:2] and [self.file_and_decide, lambda: self.project(20, None, True)]
        outcome = searches.rebuild(self.world, self.engine, scan(self.world), lambda *_: None)
        self.engine.rivals, self.engine.latecomers = [], []
        assert [outcome.index] == list(self.engine.targets())
        if not rivals:
            assert in_table(self.world) == in_index(self.engine)

    @rule(takes=st.integers(0, 3))
    def break_off(self, takes: int) -> None:
        """A rebuild that dies leaves everything as it was."""
        before = self.engine.live()
        self.engine.takes = takes
        with suppress(TransientFault):
            searches.rebuild(self.world, self.engine, scan(self.world), lambda *_: None)
            before = self.engine.live()
        self.engine.takes = None
        assert before == self.engine.live()
        assert len(self.engine.targets()) <= 1

    def file_and_decide(self) -> None:
        self.file("scarf", 1, None)
        self.decide(0, "approve", 1)

    def rival(self, act: str, n: int) -> None:
        match act:
            case "file":
                self.file("pin", 1, None)
            case "decide" if self.filed:
                self.decide(n, "approve", 1)
            case "project":
                self.project(n + 1, None, True)
            case "repeat":
                self.repeat(n)

    def teardown(self) -> None:
        self.world.records.fates.clear()
        self.versions_grow_with_documents()
        if self.engine.live() is None:
            self.rebuild([])
        self.flow()
        searches.project(self.world, self.stream[self.read :])
        live = in_index(self.engine)
        assert in_table(self.world) == live
        searches.project(self.world, [*self.stream, *self.stream])
        assert live == in_index(self.engine), "replaying the stream twice changes nothing"
        self.drop()
        self.rebuild([])
        assert live == in_index(self.engine), "a rebuilt index equals the live one"
        for index in self.engine.targets():
            self.engine.drop(index)

    def versions_grow_with_documents(self) -> None:
        self.flow()
        newest: dict[str, Written] = {}
        for change in self.stream:
            case = change.after
            assert isinstance(case, Case)
            order = self.world.records.one(refs.order(case.order_id))
            now = written(case, order, self.world.policies.get(case.policy_id, case.policy_version))
            before = newest.get(case.case_id)
            assert before is None or before == now or before.version < now.version
            newest[case.case_id] = now
