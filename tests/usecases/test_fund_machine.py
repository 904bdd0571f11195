"""Whatever happens to what others owe it, in whatever order: the fund's books balance, and nobody pays twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain import journals
from chalicelib.domain.journals import PLATFORM_FUND, RECEIVABLE
from chalicelib.domain.lifecycles import RECOVERY
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund
from chalicelib.errors import AftersalesError
from chalicelib.usecases import deposits
from tests.standins import invariants
from tests.standins.pursuing import MOVES, is_decided, of_carrier, of_merchant, pays
from tests.standins.world import World

PARTIES = ("merchant", "carrier", "platform")


class FundMachine(RuleBasedStateMachine):
    """One case that was paid; debtors, banks, carriers, people and time do what they like."""

    world: World
    case_id: str

    @initialize(begin=st.sampled_from([of_merchant, of_carrier]))
    def paid(self, begin: Callable[[], tuple[World, str]]) -> None:
        self.world, self.case_id = begin()
        self.facts = 0
        self.seen: dict[str, Recovery] = {}

    @rule(move=st.sampled_from(sorted(MOVES)))
    def anything(self, move: str) -> None:
        self._do(lambda: MOVES[move](self.world, self.case_id))

    @rule(amount=st.integers(1, 40000))
    def somebody_pays(self, amount: int) -> None:
        self.facts += 1
        self._do(lambda: pays(self.world, self.case_id, amount, f"fact-{self.facts}"))

    @rule(amount=st.integers(1, 60000), kind=st.sampled_from(["deposited", "withdrawn"]))
    def the_deposit_moves(self, amount: int, kind: Any) -> None:
        self.facts += 1
        self._do(lambda: deposits.tell(self.world, "m1", kind, amount, "CNY", f"move-{self.facts}"))

    @rule(cuts=st.lists(st.integers(1, 999), min_size=2, max_size=2, unique=True))
    def it_is_shared_otherwise(self, cuts: list[int]) -> None:
        first, second = sorted(cuts)
        parts: Any = dict(zip(PARTIES, (first, second - first, 1000 - second), strict=True))
        self._do(lambda: is_decided(self.world, self.case_id, "both", parts))

    def _do(self, act: Callable[[], object]) -> None:
        try:
            act()
        except AftersalesError:
            return  # refused by name, which is an outcome

    @invariant()
    def the_books_balance(self) -> None:
        if not hasattr(self, "world"):
            return
        invariants.the_books_agree(self.world)
        told = journals.balance(self.world.listings.journal_of("o1"))
        owed = self.world.records.all(Recovery)
        had = sum(one.recovered for one in owed)
        assert told.get(RECEIVABLE, 0) == sum(one.open for one in owed)
        assert told.get(PLATFORM_FUND, 0) == had - self._borne(), "the fund has what it paid, less what it got back"
        assert sum(one.standing for one in owed) <= self._borne(), "others owe more than the fund has paid"

    @invariant()
    def debts_move_as_the_table_says(self) -> None:
        for one in self.world.records.all(Recovery) if hasattr(self, "world") else ():
            before = self.seen.get(one.recovery_id, one)
            near = {before.state, *RECOVERY[before.state]}
            assert one.state in near | {after for state in near for after in RECOVERY[state]}
            self.seen[one.recovery_id] = one

    def _borne(self) -> int:
        """What the fund has given, or promised, of this case; nothing any more of what was given up."""
        refunds = self.world.records.all(Refund, case_id=self.case_id)
        standing = self.world.case(self.case_id).claim.total
        return standing if any(refund.bearer == PLATFORM_FUND for refund in refunds) else 0


TestFund = FundMachine.TestCase
TestFund.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
pytestmark = pytest.mark.filterwarnings("ignore")
