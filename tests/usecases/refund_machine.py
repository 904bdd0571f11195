"""Everybody at once, in any order: buyers, a merchant, agents, operators, a provider with moods, time, crashes.

The journal is the oracle: whatever happened, it must say the same as the ledger, the refunds and the provider's book.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.domain.cases import Case
from chalicelib.domain.refunds import Refund
from chalicelib.errors import AftersalesError, TransientFault
from chalicelib.ports import ProviderAnswer
from chalicelib.schemas.cases import (
    AnswerOffer,
    EscalateCase,
    RedoRefund,
    ReviseCase,
    RuleCase,
    WithdrawCase,
)
from chalicelib.usecases import chargebacks, decisions, redos, rulings, settlements, sweeper
from tests.domain import drafts
from tests.standins import invariants
from tests.standins.flows import WalkedFlows
from tests.standins.shops import (
    AGENT,
    OPERATOR,
    OTHER_AGENT,
    OTHER_OPERATOR,
    ask,
    asking,
    decide,
    file,
    sell,
    shop,
)

NUMBERS = st.integers(0, 9)  # which of those that there are


class RefundMachine(RuleBasedStateMachine):
    """One order of three lines, paid by card and wallet; as many cases as its units allow."""

    rounds = 100  # of seven hours each, until everything has settled

    def __init__(self) -> None:
        super().__init__()
        self.world = shop(instant_up_to={}, auto_approve_below={"CNY": 500})
        self.flows = WalkedFlows(self.world)
        self.world.flows = self.flows  # type: ignore[assignment]
        lines = (drafts.line("coat", 1, 30000), drafts.line("scarf", 7, 4001), drafts.line("pin", 5, 99))
        payments = {"card": 40000, "wallet": 30000 + 7 * 4001 + 5 * 99 + 1000 - 40000}
        sell(self.world, lines=lines, payments=payments)
        self.returned: set[str] = set()

    def attempt(self, act: Callable[[], Any]) -> Any:
        """What is refused changes nothing; that nothing changed, the invariants see."""
        try:
            return act()
        except AftersalesError:
            return None

    def insist(self, act: Callable[[], Any]) -> None:
        """What a partner tells again until it was heard."""
        for _ in range(9):
            with suppress(TransientFault):
                act()
                return

    @property
    def filed(self) -> list[Case]:
        return self.world.records.all(Case)

    def pick(self, which: int, status: str | None = None) -> str:
        """A case, one in this status if there is one."""
        fitting = [case for case in self.filed if case.status == status] or self.filed
        return fitting[which % len(fitting)].case_id

    # Buyers, merchants, agents

    @rule(
        line=st.sampled_from(["coat", "scarf", "pin"]),
        quantity=st.integers(1, 4),
        less=st.none() | st.integers(1, 5000),
    )
    def file(self, line: str, quantity: int, less: int | None) -> None:
        amount = None if less is None else {"amount": less, "currency": "CNY"}
        self.attempt(lambda: file(self.world, ask(line, quantity, amount)))

    @precondition(lambda self: self.filed)
    @rule(
        which=NUMBERS, decision=st.sampled_from(["approve", "approve", "reject", "counter"]), offer=st.integers(1, 9000)
    )
    def decide(self, which: int, decision: str, offer: int) -> None:
        more: dict[str, Any] = {"reason": "worn"} if decision == "reject" else {}
        if decision == "counter":
            more = {"amount": {"amount": offer, "currency": "CNY"}}
        self.attempt(lambda: decide(self.world, self.pick(which, "in_review"), decision, **more))

    @precondition(lambda self: self.filed)
    @rule(which=NUMBERS, answer=st.sampled_from(["accept", "accept", "decline"]))
    def answer(self, which: int, answer: Any) -> None:
        case = self.pick(which, "countered")
        self.attempt(lambda: decisions.answer_offer(self.world, asking(), case, AnswerOffer(answer=answer)))

    @precondition(lambda self: self.filed)
    @rule(which=NUMBERS)
    def withdraw(self, which: int) -> None:
        self.attempt(lambda: decisions.withdraw(self.world, asking(), self.pick(which), WithdrawCase()))

    @precondition(lambda self: self.filed)
    @rule(which=NUMBERS)
    def escalate(self, which: int) -> None:
        case = self.pick(which, "rejected")
        self.attempt(lambda: decisions.escalate(self.world, asking(), case, EscalateCase()))

    @precondition(lambda self: self.filed)
    @rule(which=NUMBERS, line=st.sampled_from(["coat", "scarf", "pin"]), quantity=st.integers(1, 3))
    def revise(self, which: int, line: str, quantity: int) -> None:
        body = ReviseCase(lines=(ask(line, quantity),))
        self.attempt(lambda: decisions.revise(self.world, asking(), self.pick(which, "rejected"), body))

    @precondition(lambda self: self.filed)
    @rule(which=NUMBERS, ruling=st.sampled_from(["approve", "close"]), agent=st.sampled_from([AGENT, OTHER_AGENT]))
    def rule_case(self, which: int, ruling: Any, agent: Any) -> None:
        body = RuleCase(ruling=ruling, reason="seen")
        case = self.pick(which, "in_dispute")
        self.attempt(lambda: rulings.rule(self.world, asking(None, agent), case, body))

    # Operators

    @precondition(lambda self: self.refunds)
    @rule(
        which=NUMBERS,
        action=st.sampled_from(["retry", "regrant", "regrant", "release"]),
        who=st.sampled_from([OPERATOR, OTHER_OPERATOR]),
    )
    def redo(self, which: int, action: Any, who: Any) -> None:
        refund = self.refunds[which % len(self.refunds)]
        body = RedoRefund(refund_no=refund.refund_no, action=action, note="seen to")
        self.attempt(lambda: redos.redo(self.world, asking(None, who), refund.case_id, body))

    @precondition(lambda self: any(case.parking and case.status == "approved" for case in self.filed))
    @rule(which=NUMBERS, action=st.sampled_from(["retry", "release"]))
    def unpark(self, which: int, action: Any) -> None:
        body = RedoRefund(action=action, note="seen to")
        case = self.pick(which, "approved")
        self.attempt(lambda: redos.redo(self.world, asking(None, OPERATOR), case, body))

    # The provider

    @precondition(lambda self: self.world.payment_commands.asked)
    @rule(deed=st.sampled_from(["pay", "pay", "accept", "decline", "pay_silently", "lose"]))
    def work(self, deed: Any) -> None:
        """The worker takes the oldest command."""
        refund_no, _ = self.world.payment_commands.asked.pop(0)
        self.world.payments.deeds.clear()
        self.world.payments.deeds.append(deed)
        self.attempt(lambda: settlements.see_to(self.world, refund_no))

    @precondition(lambda self: self.world.payments.book)
    @rule(which=NUMBERS)
    def notify(self, which: int) -> None:
        """The provider says, again or for the first time, what stands in its book; what it accepted it pays first."""
        known = [refund for refund in self.refunds if refund.refund_no in self.world.payments.book]
        refund = known[which % len(known)]
        if self.world.payments.book[refund.refund_no] == "accepted":
            self.world.payments.settle(refund)
        state: Any = self.world.payments.book[refund.refund_no]
        self.attempt(lambda: settlements.record(self.world, refund.refund_no, ProviderAnswer(state)))

    @precondition(lambda self: any(refund.state == "settled" for refund in self.refunds))
    @rule(which=NUMBERS)
    def come_back(self, which: int) -> None:
        """A settled refund is returned by the buyer's bank, and we are told, perhaps twice."""
        settled = [refund for refund in self.refunds if refund.state == "settled"]
        refund_no = settled[which % len(settled)].refund_no
        self.returned.add(refund_no)
        self.insist(lambda: settlements.reverse(self.world, refund_no, "account closed"))
        self.insist(lambda: settlements.reverse(self.world, refund_no, "account closed"))

    @rule(payment=st.sampled_from(["pay_card", "pay_wallet"]), amount=st.integers(1, 20000))
    def charge_back(self, payment: str, amount: int) -> None:
        """At most once for each payment."""
        self.attempt(lambda: chargebacks.open_chargeback(self.world, f"of-{payment}", "o1", payment, amount))

    # Time, signals, crashes

    @rule(hours=st.sampled_from([0, 1, 20, 30, 24 * 8]))
    def pass_by(self, hours: int) -> None:
        self.world.clock.pass_by(hours=hours, minutes=3)

    @rule(carried=st.sampled_from(["both", "both", "both", "stream", "flows", "nothing"]))
    def carry_on(self, carried: str) -> None:
        """Signals arrive; or some are lost for ever, and only facts remain."""
        for _ in range(3):
            if carried in ("both", "stream"):
                self.world.pump()
            if carried in ("both", "flows"):
                self.flows.run()
        if carried == "nothing":
            self.world.records.changes.clear()

    @precondition(lambda self: self.flows.executions)
    @rule(which=NUMBERS)
    def abort(self, which: int) -> None:
        running = [key for key, execution in self.flows.executions.items() if execution.is_running]
        if running:
            self.flows.abort(*running[which % len(running)])

    @rule()
    def sweep(self) -> None:
        sweeper.sweep(self.world)

    @rule(fates=st.lists(st.sampled_from(["refused", "lost_reply", "written"]), max_size=2))
    def trouble(self, fates: Any) -> None:
        """The next saves fail before, or after."""
        self.world.records.fates.extend(fates)

    # What must hold, always

    @property
    def refunds(self) -> list[Refund]:
        return self.world.records.all(Refund)

    @invariant()
    def never_over_the_cap(self) -> None:
        invariants.never_over_the_cap(self.world)

    @invariant()
    def the_books_agree(self) -> None:
        invariants.the_books_agree(self.world)

    @invariant()
    def the_provider_pays_only_what_was_granted(self) -> None:
        invariants.the_provider_pays_only_what_was_granted(self.world)

    @invariant()
    def nobody_is_paid_twice(self) -> None:
        invariants.nobody_is_paid_twice(self.world, self.returned)

    @invariant()
    def no_payment_without_a_grant(self) -> None:
        invariants.no_payment_without_a_grant(self.world)

    @invariant()
    def a_completed_case_owes_nothing(self) -> None:
        invariants.a_completed_case_owes_nothing(self.world)

    @invariant()
    def every_story_is_whole(self) -> None:
        invariants.every_story_is_whole(self.world)

    def teardown(self) -> None:
        self.world.records.fates.clear()
        for _ in range(self.rounds):
            self.settle_down()
        self.world.pump()
        self.nothing_is_stuck()
        invariants.the_tallies_count_every_case(self.world)

    def settle_down(self) -> None:
        """Nobody acts any more; deadlines pass, the provider answers, the sweeper repairs."""
        self.world.pump()
        self.flows.run()
        while self.world.payment_commands.asked:
            refund_no, _ = self.world.payment_commands.asked.pop(0)
            self.world.payments.deeds.clear()
            refund = next(refund for refund in self.refunds if refund.refund_no == refund_no)
            if self.world.payments.book.get(refund_no) == "accepted":
                self.world.payments.settle(refund)
            self.attempt(lambda number=refund_no: settlements.see_to(self.world, number))
        self.world.clock.pass_by(hours=7)
        sweeper.sweep(self.world)

    def nothing_is_stuck(self) -> None:
        """Whoever is still awaited is a person, called again and again."""
        for case in self.world.records.all(Case):
            awaited = case.gate.name if case.gate else None
            assert not case.is_open or awaited in ("person", "ruling"), (case.status, awaited, case.refunds)
        assert not self.world.records.unpublished
