"""The same crowd with the goods at their buyer's: returns, exchanges and goods sent again come beside refunds, and each
side is heard in disputes and may appeal."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.replacements import Replacement
from chalicelib.domain.returns import Return
from chalicelib.schemas.cases import RuleCase
from chalicelib.schemas.disputes import AppealRuling, FinishDispute, MakeStatement
from chalicelib.usecases import hearings, rulings
from tests.standins import exchanges, returns
from tests.standins.returns import BOOK, DELIVERED
from tests.standins.shops import BUYER, MERCHANT, OTHER_SUPERVISOR, SUPERVISOR, ask, asking, file
from tests.standins.time import MONDAY
from tests.usecases.refund_machine import NUMBERS, RefundMachine

REASONS = {"return_and_refund": "not_wanted", "exchange": "not_wanted", "reship": "missing_item"}
PARTIES = st.sampled_from([BUYER, MERCHANT])


class RemedyMachine(RefundMachine):
    """`RefundMachine`'s rules and promises, and these."""

    rounds = 300  # goods take weeks

    def __init__(self) -> None:
        super().__init__()
        self.world.clock.reach(MONDAY.replace(day=6))
        self.world.records.put(Delivery(order_id="o1", **DELIVERED), BOOK)

    @rule(
        line=st.sampled_from(["coat", "scarf"]),
        quantity=st.integers(1, 3),
        remedy=st.sampled_from(["return_and_refund", "return_and_refund", "exchange", "exchange", "reship"]),
    )
    def file_goods(self, line: str, quantity: int, remedy: str) -> None:
        asked = ask(line, 1 if line == "coat" else quantity)
        self.attempt(lambda: file(self.world, asked, remedy=remedy, reason=REASONS[remedy]))

    # Goods on their way back

    @precondition(lambda self: self.filed)
    @rule(which=NUMBERS, number=st.integers(1, 3))
    def ship(self, which: int, number: int) -> None:
        """Perhaps under a number that another case has named before."""
        case = self.pick(which, "awaiting_goods")
        self.attempt(lambda: returns.ship(self.world, case, f"SF{number}0000000"))

    @precondition(lambda self: self.world.records.all(Return))
    @rule(which=NUMBERS, came=st.sampled_from([True, True, False]))
    def receive(self, which: int, came: bool) -> None:
        body: dict[str, Any] = {} if came else {"received": False, "note": "nothing came"}
        self.attempt(lambda: returns.receive(self.world, self.pick(which, "in_transit"), **body))

    @precondition(lambda self: self.world.records.all(Return))
    @rule(which=NUMBERS, outcome=st.sampled_from(["passed", "passed", "failed"]))
    def inspect(self, which: int, outcome: str) -> None:
        body = {"reason": "worn"} if outcome == "failed" else {}
        self.attempt(lambda: returns.inspect(self.world, self.pick(which, "received"), outcome, **body))

    # Goods in their place

    @precondition(lambda self: self.world.records.all(Replacement))
    @rule(which=NUMBERS, has=st.sampled_from([True, True, False]))
    def send_new(self, which: int, has: bool) -> None:
        case = self.pick(which, "remedying")
        self.attempt(lambda: exchanges.ship(self.world, case) if has else exchanges.none_left(self.world, case))

    @precondition(lambda self: self.world.records.all(Replacement))
    @rule(which=NUMBERS, came=st.sampled_from([True, True, False]))
    def hear_of_new(self, which: int, came: bool) -> None:
        body: dict[str, Any] = {} if came else {"received": False, "note": "nothing came"}
        self.attempt(lambda: exchanges.came(self.world, self.pick(which, "remedying"), **body))

    # Disputes

    @precondition(lambda self: self.filed)
    @rule(which=NUMBERS, who=PARTIES)
    def testify(self, which: int, who: Any) -> None:
        body = MakeStatement(text="it came torn")
        self.attempt(lambda: hearings.testify(self.world, asking(None, who), self.pick(which, "in_dispute"), body))

    @precondition(lambda self: self.filed)
    @rule(which=NUMBERS, who=PARTIES)
    def finish(self, which: int, who: Any) -> None:
        case = self.pick(which, "in_dispute")
        self.attempt(lambda: hearings.finish(self.world, asking(None, who), case, FinishDispute()))

    @precondition(lambda self: self.filed)
    @rule(which=NUMBERS, who=PARTIES)
    def appeal(self, which: int, who: Any) -> None:
        body = AppealRuling(reason="the photos are of other goods")
        self.attempt(lambda: hearings.appeal(self.world, asking(None, who), self.pick(which, "in_dispute"), body))

    @precondition(lambda self: self.filed)
    @rule(
        which=NUMBERS,
        ruling=st.sampled_from(["approve", "close"]),
        goods=st.sampled_from([None, None, "stay", "go_back", "send_back", "disposed"]),
        who=st.sampled_from([SUPERVISOR, OTHER_SUPERVISOR]),
    )
    def supervise(self, which: int, ruling: Any, goods: Any, who: Any) -> None:
        body = RuleCase(ruling=ruling, reason="seen", goods=goods)
        self.attempt(lambda: rulings.rule(self.world, asking(None, who), self.pick(which, "in_dispute"), body))
