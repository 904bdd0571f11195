"""An application in the making: what a buyer asks, priced and judged. Preview and filing share every line of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.buyers import Credit
from chalicelib.domain.claims import Ask, Claim
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.eligibility import Application, Verdict, judge
from chalicelib.domain.freights import freight_due
from chalicelib.domain.ledgers import Ledger, quote
from chalicelib.domain.orders import Order
from chalicelib.domain.policies import Policy
from chalicelib.domain.quotes import Fee
from chalicelib.domain.reasons import COMES_BACK, Remedy
from chalicelib.errors import FieldError, NotEligible, QuantityExceedsPurchased
from chalicelib.schemas import names
from chalicelib.schemas.cases import AskBody
from chalicelib.schemas.names import name


@dataclass(frozen=True)
class Asked:
    """What a filing, a preview or a revision asks for."""

    remedy: Remedy
    reason: str
    lines: Sequence[AskBody]
    freight: bool | None
    evidence: int = 0


@dataclass(frozen=True)
class Facts:
    """What it is asked of: all read in one go."""

    order: Order
    ledger: Ledger
    delivery: Delivery
    credit: Credit
    policy: Policy


def price(facts: Facts, asked: Asked) -> Claim:
    """What the lines come to. Raises LineNotFound, QuantityExceedsPurchased, RefundExceedsPaid, InvalidRequest."""
    order, ledger = facts.order, facts.ledger
    asks = [_ask(order, ledger, i, line) for i, line in enumerate(asked.lines)]
    reason = facts.policy.reason(asked.reason)
    due = freight_due(order, ledger, asks, facts.delivery.state, reason.liability if reason else "buyer")
    if asked.freight is False:
        due = 0
    return quote(order, ledger, asks, freight=due, fee=_fee(facts.policy, asked))


def _fee(policy: Policy, asked: Asked) -> Fee | None:
    """What a return costs the buyer who changed their mind, rounded down."""
    if asked.remedy not in COMES_BACK:
        return None
    return lambda line, amount: amount * policy.restocking_fee(line.category, asked.reason) // 1000


def _ask(order: Order, ledger: Ledger, i: int, line: AskBody) -> Ask:
    amount = line.amount.in_currency(order.currency, f"lines[{i}].amount") if line.amount else None
    return Ask(line_id=line.line_id, quantity=line.quantity or _all_left(order, ledger, i, line), amount=amount)


def _all_left(order: Order, ledger: Ledger, i: int, line: AskBody) -> int:
    """The default quantity: every unit that nobody asked back yet."""
    if line.line_id not in order.positions:
        return 1  # the quote names the unknown line
    left = order.line(line.line_id).quantity - ledger.lines[order.positions[line.line_id]].units_taken
    if left == 0:
        wrong = FieldError(f"lines[{i}].quantity", "no units are left", {"maximum": 0})
        raise QuantityExceedsPurchased(f"{wrong.field}: {wrong.message}", errors=[wrong])
    return left


def verdict_on(facts: Facts, asked: Asked, claim: Claim, at: datetime) -> Verdict:
    """What the policy says."""
    return judge(
        Application.model_construct(
            order=facts.order,
            delivery=facts.delivery,
            policy=facts.policy,
            remedy=asked.remedy,
            reason=asked.reason,
            claim=claim,
            evidence=asked.evidence,
            credit=facts.credit,
            at=at,
        )
    )


def refuse_at_the_door(facts: Facts, verdict: Verdict) -> None:
    """Raises NotEligible with the rule's reason, and with what else is possible."""
    if verdict.kind != "reject":
        return
    finding = verdict.findings[0]
    because = name(names.FINDINGS, finding.because)
    raise NotEligible(
        because.en,
        errors=[FieldError(_FIELDS.get(finding.rule, "lines"), because.en, finding.facts)],
        because=because.model_dump(),
        remedies=sorted(facts.policy.remedies.get(facts.delivery.state, ())),
        reasons=[reason.code for reason in facts.policy.reasons],
    )


_FIELDS = {"reason": "reason", "remedy": "remedy"}
