"""An application in the making: what a buyer asks, priced and judged. Preview and filing share every line of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.claims import Ask
from chalicelib.domain.compensations import award
from chalicelib.domain.eligibility import Application, judge
from chalicelib.domain.filings import Filing
from chalicelib.domain.freights import freight_due
from chalicelib.domain.ledgers import quote, takes_the_rest
from chalicelib.domain.protections import protect
from chalicelib.domain.quotes import refuse_unknown
from chalicelib.domain.reasons import COMES_BACK, REPLACES
from chalicelib.domain.replacements import Wanted
from chalicelib.errors import FieldError, InvalidRequest, NotEligible, QuantityExceedsPurchased
from chalicelib.schemas import names
from chalicelib.schemas.names import name

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.buyers import Credit
    from chalicelib.domain.claims import Claim
    from chalicelib.domain.deliveries import Delivery
    from chalicelib.domain.eligibility import Verdict
    from chalicelib.domain.orders import Order
    from chalicelib.domain.policies import Policy
    from chalicelib.domain.protections import Prices
    from chalicelib.domain.quotes import Fee
    from chalicelib.domain.reasons import Remedy
    from chalicelib.domain.warranties import Service, Warranty
    from chalicelib.schemas.amounts import Amount
    from chalicelib.schemas.cases import AskBody
    from chalicelib.schemas.replacements import WantedBody


_OF_GOODS: frozenset[Remedy] = COMES_BACK | {"repair"}
_NO_FREIGHT = "which goods? freight alone comes back when nothing was sent, or when it was not the buyer's doing"


@dataclass(frozen=True)
class Asked:
    """What a filing, a preview or a revision asks for."""

    remedy: Remedy
    reason: str
    lines: Sequence[AskBody]
    freight: bool | None
    evidence: int = 0
    service: Service | None = None  # of a repair; nothing named: as the policy has it
    amount: Amount | None = None  # of a compensation
    wanted: Sequence[WantedBody] = ()


@dataclass(frozen=True)
class Facts:
    """What it is asked of: all read in one go."""

    order: Order
    ledger: Ledger
    delivery: Delivery
    credit: Credit
    policy: Policy
    prices: Prices
    frozen: bool = False  # the shop
    warranty: Warranty | None = None  # read for repairs alone


def filing_of(case_id: str, number: int, facts: Facts, asked: Asked, at: datetime) -> Filing:
    """The application as it is kept. Raises LineNotFound, QuantityExceedsPurchased, InvalidRequest."""
    if asked.remedy in _OF_GOODS and not asked.lines:
        raise InvalidRequest("which goods?", errors=[FieldError("lines", "needed where it is about goods")])
    _refuse_unfitting(asked)
    if asked.remedy in REPLACES:
        _refuse_no_goods(asked)
    asks = tuple(_ask(facts.order, facts.ledger, i, line) for i, line in enumerate(asked.lines))
    return Filing(
        case_id=case_id,
        number=number,
        at=at,
        remedy=asked.remedy,
        reason=asked.reason,
        asks=asks,
        freight=asked.freight,
        evidence=asked.evidence,
        wanted=_wanted(asked),
        ledger=facts.ledger,
        delivery=facts.delivery,
        credit=facts.credit,
        prices=dict(facts.prices) if asked.remedy == "price_protection" else {},
        amount=asked.amount.in_currency(facts.order.currency, "amount") if asked.amount else None,
        frozen=facts.frozen,
        service=asked.service or _usual_service(facts, asked),
        warranty=facts.warranty,
    )


def _refuse_no_goods(asked: Asked) -> None:
    """What is exchanged or sent again is whole units of lines, each named once. Raises InvalidRequest."""
    ids = [line.line_id for line in asked.lines]
    wrong = [] if ids else [FieldError("lines", "needed: which goods?")]
    for i, line in enumerate(asked.lines):
        if line.line_id in ids[:i]:
            wrong.append(FieldError(f"lines[{i}].line_id", "stands more than once"))
        if line.amount is not None:
            wrong.append(FieldError(f"lines[{i}].amount", "goods are asked for, and no amount"))
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)


def _usual_service(facts: Facts, asked: Asked) -> Service | None:
    """Sent in where that is possible for all of the goods, else at the door; nothing where the policy repairs none."""
    if asked.remedy != "repair":
        return None
    known = [facts.order.line(line.line_id) for line in asked.lines if line.line_id in facts.order.positions]
    offered = [facts.policy.repairs.offered(line.category) for line in known]
    usual: tuple[Service, ...] = ("send_in", "on_site")
    return next((service for service in usual if all(service in some for some in offered)), None)


def _refuse_unfitting(asked: Asked) -> None:
    """What a remedy has no place for is not passed over in silence."""
    wrong = []
    if asked.remedy == "price_protection" and not asked.lines:
        wrong.append(FieldError("lines", "which goods cost less now?"))
    if asked.amount is not None and asked.remedy != "compensation":
        wrong.append(FieldError("amount", "only of a compensation; of a refund by line"))
    if asked.amount is not None and asked.amount.amount < 1:
        wrong.append(FieldError("amount", "at least 1", {"minimum": 1}))
    if asked.freight and asked.remedy in ("compensation", "price_protection"):
        wrong.append(FieldError("freight", "nothing of it goes back here"))
    if asked.remedy == "compensation":
        named = [FieldError(f"lines[{i}].amount", "named once") for i, line in enumerate(asked.lines) if line.amount]
        wrong += named
    if asked.service is not None and asked.remedy != "repair":
        wrong.append(FieldError("service", "only for a repair"))
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)


def _wanted(asked: Asked) -> tuple[Wanted, ...]:
    """Other articles than those that come back. Raises InvalidRequest where nothing is exchanged for them."""
    lines = {line.line_id for line in asked.lines} if asked.remedy == "exchange" else set()
    ids = [one.line_id for one in asked.wanted]
    wrong = [
        FieldError(f"wanted[{i}].line_id", "stands more than once" if one in ids[:i] else "is not exchanged")
        for i, one in enumerate(ids)
        if one in ids[:i] or one not in lines
    ]
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)
    return tuple(Wanted(line_id=one.line_id, sku=one.sku, specification=one.specification) for one in asked.wanted)


def price(order: Order, policy: Policy, filing: Filing) -> Claim:
    """What the units come to. Raises LineNotFound, QuantityExceedsPurchased, RefundExceedsPaid, InvalidRequest."""
    ledger, asks = filing.ledger, filing.asks
    if filing.remedy == "price_protection":
        refuse_unknown(order, asks)
        return protect(order, ledger, asks, filing.prices)
    if filing.remedy == "compensation":
        return _compensation(order, policy, filing)
    liability = policy.liability(filing.reason)
    due = 0 if filing.freight is False else freight_due(order, ledger, asks, filing.delivery.state, liability)
    if not asks and not due:
        raise InvalidRequest("there is nothing to refund", errors=[FieldError("lines", _NO_FREIGHT)])
    rule = policy.threshold_rule
    fee = _fee(policy, filing)
    return quote(order, ledger, asks, freight=due, fee=fee, rule=rule, buyer_breaks=liability == "buyer")


def _compensation(order: Order, policy: Policy, filing: Filing) -> Claim:
    refuse_unknown(order, filing.asks)
    rule = policy.compensation(filing.reason)
    due = rule.due(order, filing.asks, filing.delivery, filing.at, filing.amount) if rule else 0
    return award(filing.ledger, filing.reason, due)


def _fee(policy: Policy, filing: Filing) -> Fee | None:
    """What a return costs the buyer who changed their mind, rounded down."""
    if filing.remedy not in COMES_BACK:
        return None
    return lambda line, amount: amount * policy.restocking_fee(line.category, filing.reason) // 1000


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


def verdict_on(order: Order, policy: Policy, filing: Filing, claim: Claim) -> Verdict:
    """What a policy says."""
    return judge(application_of(order, policy, filing, claim))


def application_of(order: Order, policy: Policy, filing: Filing, claim: Claim) -> Application:
    """All that the rules look at."""
    return Application.model_construct(
        order=order,
        delivery=filing.delivery,
        policy=policy,
        remedy=filing.remedy,
        reason=filing.reason,
        claim=claim,
        evidence=filing.evidence,
        credit=filing.credit,
        prices=filing.prices,
        at=filing.at,
        frozen=filing.frozen,
        service=filing.service,
        warranty=filing.warranty,
        whole=takes_the_rest(order, filing.ledger, claim),
        wanted=filing.wanted,
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


_FIELDS = {"reason": "reason", "remedy": "remedy", "service": "service"}
