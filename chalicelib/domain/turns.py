"""A turn: one step of a case's story, in the making.

It collects what one transaction will write: the case as it will stand, the entries that tell the step, the gates that
open or close. It decides nothing; use cases do, in business verbs.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.domain.entries import Entry
from chalicelib.domain.explanations import explain
from chalicelib.domain.gates import Gate
from chalicelib.domain.lifecycles import CASE, check

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.cases import Case
    from chalicelib.domain.claims import Claim
    from chalicelib.domain.disputes import Dispute
    from chalicelib.domain.entries import EntryType
    from chalicelib.domain.gates import GateName, GateRef
    from chalicelib.domain.lifecycles import CaseStatus
    from chalicelib.domain.orders import Order
    from chalicelib.domain.policies import Policy
    from chalicelib.domain.repairs import Repair
    from chalicelib.domain.replacements import Replacement
    from chalicelib.domain.returns import Return
    from chalicelib.domain.values import Value

REMIND_AFTER = 0.75  # of the time that an awaited party has
V = TypeVar("V", bound="Value")


class Turn:
    """`new` is True for a case that does not stand in the table yet."""

    def __init__(self, case: Case, actor: Actor, at: datetime, policy: Policy, *, new: bool = False) -> None:
        self.actor = actor
        self.at = at
        self.policy = policy
        self.case = case.but(updated_at=at) if new else case.next(updated_at=at)
        self.goods: Return | None = None  # as this turn would leave it
        self.replacement: Replacement | None = None  # likewise
        self.repair: Repair | None = None
        self.dispute: Dispute | None = None  # as this turn would leave it
        self._answered: list[tuple[Gate, GateRef | None]] = []  # with the gate that each answer opened
        self._told = None if new else case.status
        self._amount_before = 0 if new else case.amount
        self._writes: dict[tuple[str, str, int], Value] = {}

    @property
    def items(self) -> list[Value]:
        """All that this turn writes, the case first."""
        for gate, then in self._answered:
            assert gate.answer is not None
            self._put_gate(gate.but(answer=gate.answer.but(then=self._newest(then))))
        if self.goods is not None and self.goods.quiet_at and self.case.status != "in_transit":
            self._writes["goods", "", 0] = self.goods.but(quiet_at=None)  # nobody listens for carriers any more
        return [self.case, *self._writes.values()]

    def _newest(self, then: GateRef | None) -> GateRef | None:
        """The gate with the deadline that this turn leaves it."""
        live = self.case.gate
        return live if live and then and (live.name, live.round) == (then.name, then.round) else then

    def change(self, **changes: Any) -> None:
        """Other values in the case's fields; its version counts one per turn."""
        self.case = self.case.but(**changes)

    def claim(self, order: Order, claim: Claim) -> None:
        """What the case stands for from now on, explained anew."""
        self.change(claim=claim, explanation=explain(order, claim))

    def tell(
        self,
        type: EntryType,
        to: CaseStatus | None = None,
        *,
        by: Actor | None = None,
        note: str | None = None,
        **data: Any,
    ) -> Entry:
        """Adds an entry, moving the case to `to`. Raises TransitionRefused where the table has no such way."""
        before = self._told
        after = to or self.case.status
        if before is not None and to is not None:
            check(CASE, before, to)
        self.change(status=after, sequence=self.case.sequence + 1)
        entry = Entry(
            case_id=self.case.case_id,
            sequence=self.case.sequence,
            at=self.at,
            actor=by or self.actor,
            type=type,
            before=before,
            after=after,
            merchant_id=self.case.merchant_id,
            buyer_id=self.case.buyer_id,
            order_id=self.case.order_id,
            currency=self.case.currency,
            amount=self.case.amount,
            amount_before=self._amount_before,
            policy_version=self.case.policy_version,
            note=note,
            data=data,
        )
        self._told, self._amount_before = after, self.case.amount
        self._writes["entry", "", entry.sequence] = entry
        return entry

    def wait(self, name: GateName, owner: str, silence: str, *, due_at: datetime | None = None) -> Gate:
        """Opens the next round of a gate: somebody is awaited from now on."""
        round = self.case.rounds.get(name, 0) + 1
        if due_at is None:
            duration = self.policy.deadlines.of(name, self.case.delivery)
            due_at = self.policy.calendar.after(self.at, duration)
        gate = Gate(
            case_id=self.case.case_id,
            merchant_id=self.case.merchant_id,
            name=name,
            round=round,
            owner=owner,
            opened_at=self.at,
            due_at=due_at,
            remind_at=self._reminder(due_at),
            silence=silence,
        )
        self._put_gate(gate)
        self.change(gate=gate.ref, rounds={**self.case.rounds, name: round})
        self._answered = [(answered, then or gate.ref) for answered, then in self._answered]
        return gate

    def gate(self, ref: GateRef) -> Gate | None:
        """A gate that this turn has opened or changed, as it would leave it."""
        written = self._writes.get(("gate", ref.name, ref.round))
        return written if isinstance(written, Gate) else None

    def answer(self, gate: Gate, outcome: str) -> None:
        """Records the gate's one answer. Raises AnswerTooLate when it has one already."""
        self._answered.append((gate.answered(outcome, self.actor, self.at), None))
        self.change(gate=None)

    @property
    def outcome(self) -> str:
        """What the flow hears of this turn: its last answer."""
        answer = self._answered[-1][0].answer
        assert answer is not None
        return answer.outcome

    def flow_knows(self) -> None:
        """The answer of this turn goes straight back to the flow that asked for it."""
        gate, then = self._answered[-1]
        self._answered[-1] = gate.but(token=None, token_version=None, told=True), then

    def keep(self, gate: Gate) -> None:
        """Writes a gate that changed without an answer."""
        self._put_gate(gate)

    def move_deadline(self, gate: Gate, due_at: datetime, reason: str, *, because: str | None = None) -> None:
        """Gives the awaited party another deadline, and says so: the one way in which a deadline moves.

        `reason` may be people's words; `because` is a code for those who must not hear words.
        """
        moved = gate.moved(due_at, reason, self._reminder(due_at))
        self._put_gate(moved)
        self.change(gate=moved.ref)
        before = gate.due_at.isoformat()
        coded: dict[str, Any] = {"because": because} if because else {}
        self.tell(
            "DeadlineMoved", note=reason, gate=gate.name, due_at=due_at.isoformat(), before_due_at=before, **coded
        )

    def keep_goods(self, goods: Return) -> None:
        """Writes the case's return as it will stand; its version counts one per turn, like the case's."""
        version = self.goods.version if self.goods else goods.version + 1
        self.goods = goods.but(version=version)
        self._writes["goods", "", 0] = self.goods

    def keep_replacement(self, replacement: Replacement) -> None:
        """Writes the case's replacement as it will stand; its version counts one per turn, like the case's."""
        version = self.replacement.version if self.replacement else replacement.version + 1
        self.replacement = replacement.but(version=version)
        self._writes["replacement", "", 0] = self.replacement

    def keep_repair(self, repair: Repair) -> None:
        """The same of the case's repair."""
        version = self.repair.version if self.repair else repair.version + 1
        self.repair = repair.but(version=version)
        self._writes["repair", "", 0] = self.repair

    def keep_dispute(self, dispute: Dispute) -> None:
        """Writes the case's dispute as it will stand, and what the case remembers of it; counts one like the case's."""
        version = self.dispute.version if self.dispute else dispute.version + 1
        self.dispute = dispute.but(version=version)
        self._writes["dispute", "", 0] = self.dispute
        self.change(dispute=self.dispute.ref)

    def write(self, *items: Value) -> None:
        """Adds other records of the same transaction: ledger, refund, journal, credit."""
        for item in items:
            self._writes["item", type(item).__name__, len(self._writes)] = item

    def written(self, kind: type[V]) -> V | None:
        """What this turn writes of the record of that kind so far; None when it does not."""
        return next((item for item in self._writes.values() if isinstance(item, kind)), None)

    def rewrite(self, before: V, item: V) -> None:
        """Writes `item` in the place of what was `written`."""
        key = next(key for key, known in self._writes.items() if known is before)
        self._writes[key] = item

    def _put_gate(self, gate: Gate) -> None:
        """A gate is written once per turn, however often the turn changes it: its version counts one."""
        before = self._writes.get(("gate", gate.name, gate.round))
        version = before.version if isinstance(before, Gate) else gate.version
        self._writes["gate", gate.name, gate.round] = gate.but(version=version)

    def _reminder(self, due_at: datetime) -> datetime:
        return self.at + (due_at - self.at) * REMIND_AFTER
