"""Filing: what would happen (preview), and making it so (file)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.actors import POLICY
from chalicelib.domain.allocations import explain
from chalicelib.domain.balances import grown
from chalicelib.domain.cases import Case
from chalicelib.domain.compensations import BEARERS
from chalicelib.domain.eligibility import INQUIRY, PROOF, judge
from chalicelib.domain.freezes import decides
from chalicelib.domain.ledgers import reserve
from chalicelib.domain.reasons import COMES_BACK
from chalicelib.domain.scenes import WATCHED
from chalicelib.domain.turns import Turn
from chalicelib.errors import OrderNotFound
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import (
    AdvanceView,
    NextAction,
    PreviewView,
    VerdictView,
    reason_name,
)
from chalicelib.schemas.explanations import ExplanationView
from chalicelib.schemas.names import name
from chalicelib.schemas.policies import PolicyRef
from chalicelib.usecases import advances, approvals, cases, catalogue, credits, repairs, steps
from chalicelib.usecases.access import act_as, is_frozen, see_order
from chalicelib.usecases.applications import (
    Asked,
    Facts,
    application_of,
    filing_of,
    price,
    refuse_at_the_door,
    verdict_on,
)
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.actors import Actor
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.claims import Claim
    from chalicelib.domain.eligibility import Verdict
    from chalicelib.domain.filings import Filing
    from chalicelib.domain.reasons import Bearer, Remedy
    from chalicelib.domain.scenes import Scene
    from chalicelib.ports import Ports
    from chalicelib.schemas.cases import (
        AskBody,
        FileCase,
    )
    from chalicelib.schemas.names import Name
    from chalicelib.usecases.steps import Decision, Found, Request


def preview(ports: Ports, actor: Actor, body: FileCase) -> Reply:
    """What filing this now would do: remedies, reasons, the amount explained, who decides until when.

    Raises what filing raises, but a policy's refusal is shown and not raised.
    """
    found = steps.read(ports, *_wanted(body.order_id, actor.id, body.remedy))
    facts = facts_of(ports, actor, found, body.order_id, body.remedy, body.lines)
    asked, now = _asked(body), ports.clock.now()
    filing = filing_of(ports.ids.new("case"), 0, facts, asked, now)
    claim = price(facts.order, facts.policy, filing)
    application = application_of(facts.order, facts.policy, filing, claim)
    verdict = judge(application)
    reason = facts.policy.reason(asked.reason)
    next_action = _who_is_awaited_then(found, facts, actor, body, filing, claim, verdict)
    view = PreviewView(
        order_id=body.order_id,
        scene=name(names.SCENES, application.scene),
        remedies=tuple(
            name(names.REMEDIES, remedy) for remedy in sorted(facts.policy.remedies.get(facts.delivery.state, ()))
        ),
        reasons=tuple(
            reason_name(facts.policy, known.code) for known in facts.policy.reasons if asked.remedy in known.remedies
        ),
        amount=Amount(amount=claim.total, currency=facts.order.currency),
        explanation=ExplanationView.of(explain(facts.order, claim)),
        freight_payer=_freight_payer(facts, asked),
        evidence_asked=reason.evidence if reason and facts.delivery.state == "delivered" else 0,
        verdict=VerdictView.of(verdict),
        next_action=next_action,
        advance=_advance(facts, found, asked, claim, next_action),
        policy=PolicyRef(policy_id=facts.order.policy_id, version=facts.order.policy_version),
    )
    return Reply(200, view)


def _advance(
    facts: Facts, found: Found, asked: Asked, claim: Claim, next_action: NextAction | None
) -> AdvanceView | None:
    """先行赔付: the platform's fund would not wait for the shop, if it is shown what the reason asks for in time."""
    order = facts.order
    if next_action is None or (next_action.gate.code, next_action.who.code) != ("decision", "merchant"):
        return None  # nobody decides, or not the shop
    shop = (order.merchant_id, order.merchant_kind)
    if not advances.covers(facts.policy, found, shop, asked.reason, asked.remedy, claim.total, order.currency):
        return None
    reason = facts.policy.reason(asked.reason)
    return AdvanceView(evidence=max(1, reason.evidence if reason else 1), until=next_action.until)


def _freight_payer(facts: Facts, asked: Asked) -> Name | None:
    if asked.remedy not in COMES_BACK:
        return None
    return name(names.ACTORS, facts.policy.freight_payer(asked.reason))


def file(ports: Ports, request: Request, body: FileCase) -> Reply:
    """Files a case: units and money are reserved, the verdict is stored, and whoever decides is awaited.

    Raises OrderNotFound, LineNotFound, QuantityExceedsPurchased, RefundExceedsPaid, PaymentChargedBack, NotEligible.
    """
    act_as(request.actor, "buyer")
    case_id, now = ports.ids.new("case"), ports.clock.now()

    def decide(found: Found) -> Decision[Reply]:
        facts = facts_of(ports, request.actor, found, body.order_id, body.remedy, body.lines)
        filing = filing_of(case_id, 0, facts, _asked(body), now)
        claim = price(facts.order, facts.policy, filing)
        verdict = verdict_on(facts.order, facts.policy, filing, claim)
        refuse_at_the_door(facts, verdict)
        turn = _begun(found, facts, request.actor, body, filing, claim, verdict)
        turn.write(filing, reserve(facts.order, facts.ledger, claim).next())
        return turn.items, cases.shown(turn, found, 201)

    return steps.answer(ports, request, _wanted(body.order_id, request.actor.id, body.remedy), decide, at=now)


def _begun(
    found: Found, facts: Facts, actor: Actor, body: FileCase, filing: Filing, claim: Claim, verdict: Verdict
) -> Turn:
    """The case as it begins, with whoever is awaited first; nothing of it is written yet."""
    application = application_of(facts.order, facts.policy, filing, claim)
    case = _case(facts, body, filing, claim, verdict, application.scene)
    turn = Turn(case, actor, filing.at, facts.policy, new=True)
    if body.remedy == "repair":
        repairs.ask_for(turn, application)
    _submit(turn, found, facts, verdict)
    return turn


def _who_is_awaited_then(
    found: Found, facts: Facts, actor: Actor, body: FileCase, filing: Filing, claim: Claim, verdict: Verdict
) -> NextAction | None:
    """Whom the filing would await: the same first step is taken, and thrown away."""
    if verdict.kind == "reject":
        return None
    gate = _begun(found, facts, actor, body, filing, claim, verdict).case.gate
    return NextAction.of(gate) if gate else None


def _wanted(order_id: str, buyer_id: str, remedy: Remedy) -> list[refs.Ref[Any]]:
    usual: list[refs.Ref[Any]] = [
        refs.order(order_id), refs.ledger(order_id), refs.delivery(order_id), refs.credit(buyer_id), refs.frozen()
    ]  # fmt: skip
    return [*usual, refs.warranty(order_id)] if remedy == "repair" else usual


def facts_of(
    ports: Ports, actor: Actor, found: Found, order_id: str, remedy: Remedy, lines: Sequence[AskBody] = ()
) -> Facts:
    """What is asked of; of a price protection what the catalogue says of its goods too, of a repair the warranties."""
    order = see_order(actor, found.get(refs.order(order_id)))
    ledger = found.need(refs.ledger(order_id), OrderNotFound)
    wanted = lines if remedy == "price_protection" else ()
    skus = {order.line(line.line_id).sku for line in wanted if line.line_id in order.positions}
    prices = catalogue.prices_of(found, order, skus, ports.clock.now()) if skus else None
    return Facts(
        order=grown(order, ledger),
        ledger=ledger,
        delivery=found.need(refs.delivery(order_id), OrderNotFound),
        credit=credits.credit_of(found, order.buyer_id),
        policy=ports.policies.get(order.policy_id, order.policy_version),
        prices=prices or {},
        frozen=is_frozen(found, order.merchant_id),
        warranty=found.get(refs.warranty(order_id)) if remedy == "repair" else None,
    )


def with_ledger(facts: Facts, ledger: Ledger) -> Facts:
    """The same facts on another ledger: a revision asks as if its old claim had never been."""
    return replace(facts, ledger=ledger)


def _asked(body: FileCase) -> Asked:
    return Asked(
        body.remedy,
        body.reason,
        body.lines,
        body.freight,
        amount=body.amount,
        service=body.service,
        wanted=body.wanted,
    )


def _case(facts: Facts, body: FileCase, filing: Filing, claim: Claim, verdict: Verdict, scene: Scene) -> Case:
    order, now = facts.order, filing.at
    return Case(
        case_id=filing.case_id,
        order_id=order.order_id,
        buyer_id=order.buyer_id,
        merchant_id=order.merchant_id,
        merchant_kind=order.merchant_kind,
        remedy=body.remedy,
        reason=body.reason,
        description=body.description,
        currency=order.currency,
        claim=claim,
        explanation=explain(order, claim),
        delivery=facts.delivery.state,
        status="submitted",
        verdict=verdict,
        scene=scene,
        bearer=_bearer(facts, body),
        policy_id=order.policy_id,
        policy_version=order.policy_version,
        wanted=filing.wanted,
        about=tuple(came for ask in filing.asks if (came := order.line(ask.line_id).replaces)),
        created_at=now,
        updated_at=now,
    )


def _bearer(facts: Facts, body: FileCase) -> Bearer:
    """A refund is the shop's; a compensation whoever's doing it was, and what no shop did is the platform's."""
    reason = facts.policy.reason(body.reason)
    return BEARERS[reason.liability] if body.remedy == "compensation" and reason else "merchant"


def _submit(turn: Turn, found: Found, facts: Facts, verdict: Verdict) -> None:
    """The story's first lines: what was asked, and what the policy said of it."""
    because = verdict.findings[0].because
    asked: dict[str, Any] = {"remedy": turn.case.remedy, "reason": turn.case.reason}
    if verdict.kind == "refer" and verdict.findings[0].rule == PROOF:
        about = {**asked, **_deliveries().ask_for_proof(turn, found, facts.delivery)}
        turn.tell("CaseSubmitted", "in_review", **turn.case.beginning, because=because, **about)
        return
    if verdict.kind == "refer" and verdict.findings[0].rule == INQUIRY:
        gate = _inquiries().begin(turn)
        turn.tell("CaseSubmitted", "in_review", **turn.case.beginning, because=because, **asked, **gate.awaited)
        return
    if verdict.kind == "refer":
        if turn.case.scene in WATCHED:
            _deliveries().watch(turn, found, facts.delivery)
        gate = turn.wait("decision", *decides(turn.case, frozen=facts.frozen))
        turn.tell("CaseSubmitted", "in_review", **turn.case.beginning, because=because, **asked, **gate.awaited)
        return
    turn.tell("CaseSubmitted", "submitted", **turn.case.beginning, **asked)
    approvals.approve(turn, found, None, "CaseApproved", by=POLICY, because=because)
    if verdict.instant:
        turn.change(credit_out=turn.case.amount)
        turn.write(facts.credit.using(turn.case.currency, turn.case.amount))


def _inquiries() -> Any:
    """Few goods are said to be fakes or dangerous."""
    from chalicelib.usecases import inquiries

    return inquiries


def _deliveries() -> Any:
    """Carriers concern few filings: only those pay for loading what speaks of them."""
    from chalicelib.usecases import deliveries

    return deliveries
