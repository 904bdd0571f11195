"""What buyer and merchant answer to each other: decide, counter, accept, decline, revise, escalate, withdraw.

Every answer is recorded on the gate by the same write as its effect; the stream tells the flow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.cases import Offer
from chalicelib.domain.eligibility import INQUIRY
from chalicelib.domain.freezes import decides
from chalicelib.domain.ledgers import release, reserve
from chalicelib.domain.replacements import Wanted
from chalicelib.errors import (
    FieldError,
    GateNotFound,
    InvalidRequest,
    RevisionsExhausted,
    TransitionRefused,
)
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import AskBody
from chalicelib.schemas.replacements import WantedBody
from chalicelib.usecases import (
    acceptances,
    approvals,
    cases,
    differences,
    disputes,
    filings,
    inquiries,
    repairs,
    replacements,
    steps,
    workbenches,
)
from chalicelib.usecases.access import act_as, act_as_decider, is_frozen
from chalicelib.usecases.applications import Asked, filing_of, price, refuse_at_the_door, verdict_on
from chalicelib.usecases.proposals import second_person_agrees

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.turns import Turn
    from chalicelib.domain.warranties import Service
    from chalicelib.ports import Ports
    from chalicelib.schemas.cases import AnswerOffer, DecideCase, EscalateCase, ReviseCase, WithdrawCase
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def decide(ports: Ports, request: Request, case_id: str, body: DecideCase) -> Reply:
    """The merchant (or the platform for its own shops) approves, rejects or makes a counter-offer.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, InvalidRequest, TransitionRefused.
    """
    _refuse_incomplete(body)

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as_decider(request.actor, turn.case)
        gate = cases.awaited_gate(turn, found, "decision")
        _refuse_to_keep_nothing(turn, body)
        if body.decision == "approve":
            replacements.confirm(turn, _prices(turn, body))
            if second_person_agrees(turn, turn.case.amount, "approve and keep" if body.keep_item else "approve"):
                approvals.approve(turn, found, gate, "CaseApproved", keeps=body.keep_item, note=body.reason)
        elif body.decision == "reject":
            turn.answer(gate, "rejected")
            next_gate = turn.wait("escalation", f"buyer#{turn.case.buyer_id}", "closed")
            turn.tell("CaseRejected", "rejected", note=body.reason, **next_gate.awaited)
        else:
            _counter(turn, body)
            turn.answer(gate, "countered")
            next_gate = turn.wait("buyer_answer", f"buyer#{turn.case.buyer_id}", "closed")
            turn.tell("OfferMade", "countered", note=body.reason, offer=_offered(turn), **next_gate.awaited)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "decision"), once)


def _refuse_incomplete(body: DecideCase) -> None:
    if body.decision == "reject" and not body.reason:
        raise InvalidRequest("a rejection says why", errors=[FieldError("reason", "needed to reject")])
    if body.decision == "counter" and body.amount is None:
        raise InvalidRequest("an offer names its amount", errors=[FieldError("amount", "needed to counter")])
    if body.keep_item and body.decision == "reject":
        raise InvalidRequest("a rejection leaves nothing", errors=[FieldError("keep_item", "to approve or to counter")])
    if body.prices and body.decision != "approve":
        raise InvalidRequest("only an approval has prices", errors=[FieldError("prices", "only to approve")])
    if body.decision != "counter" and body.amount is not None:
        raise InvalidRequest("only an offer has an amount", errors=[FieldError("amount", "only with counter")])


def _prices(turn: Turn, body: DecideCase) -> list[Wanted]:
    return [
        Wanted(
            line_id=said.line_id,
            sku="-",
            title=said.title,
            specification=said.specification,
            unit_price=said.unit_price.in_currency(turn.case.currency, f"prices[{i}].unit_price"),
        )
        for i, said in enumerate(body.prices)
    ]


def _refuse_to_keep_nothing(turn: Turn, body: DecideCase) -> None:
    if body.keep_item and not turn.case.comes_back:
        raise InvalidRequest("nothing comes back", errors=[FieldError("keep_item", "where goods come back")])


def _counter(turn: Turn, body: DecideCase) -> None:
    assert body.amount is not None
    amount = body.amount.in_currency(turn.case.currency, "amount")
    if not 1 <= amount < turn.case.amount:
        most = turn.case.amount - 1
        wrong = FieldError("amount", f"between 1 and {most}", {"minimum": 1, "maximum": most})
        raise InvalidRequest("an offer is less than what was asked", errors=[wrong])
    if turn.case.remedy == "repair":
        raise TransitionRefused("a repair is no amount: approve or reject it")
    if turn.case.rounds.get("buyer_answer", 0) >= turn.policy.offers:
        raise TransitionRefused(f"{turn.policy.offers} offers were made: approve or reject")
    turn.change(offer=Offer(amount=amount, by=turn.actor, note=body.reason, keeps=body.keep_item))


def _offered(turn: Turn) -> int:
    assert turn.case.offer is not None
    return turn.case.offer.amount


def answer_offer(ports: Ports, request: Request, case_id: str, body: AnswerOffer) -> Reply:
    """The buyer accepts an offer, which becomes the amount, or declines it.

    Of a counter-offer declined, the merchant decides again; of a refund that an inspection reduced, an agent rules. Of
    dearer goods, whose difference the buyer will not pay, the refund is left.
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        if turn.case.gate is not None and turn.case.gate.name == "difference":
            differences.answer(turn, found, cases.awaited_gate(turn, found, "difference"), body)
            return turn.items, cases.shown(turn, found)
        if turn.case.gate is not None and turn.case.gate.name == "estimate":
            workbenches.answer_estimate(turn, found, cases.awaited_gate(turn, found, "estimate"), body)
            return turn.items, cases.shown(turn, found)
        gate = cases.awaited_gate(turn, found, "buyer_answer")
        if gate.silence == "disputed":
            _answer_inspection(turn, found, gate, body)
        elif body.answer == "accept" and is_frozen(found, turn.case.merchant_id):
            # What the shop offered before it was frozen, a person of the platform looks at before it is paid.
            turn.answer(gate, "referred")
            cases.grant_less(turn, found, _offered(turn))
            turn.change(offer=None)
            await_decision(turn, found)
            turn.tell("OfferAccepted", "in_review", note=body.note, awaiting="decision")
        elif body.answer == "accept":
            keeps = turn.case.offer is not None and turn.case.offer.keeps
            cases.grant_less(turn, found, _offered(turn))
            approvals.approve(turn, found, gate, "OfferAccepted", outcome="accepted", keeps=keeps, note=body.note)
        else:
            turn.answer(gate, "declined")
            turn.change(offer=None)
            await_decision(turn, found)
            turn.tell("OfferDeclined", "in_review", note=body.note, awaiting="decision")
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "buyer_answer"), once)


def _answer_inspection(turn: Turn, found: Found, gate: Gate, body: AnswerOffer) -> None:
    if body.answer == "accept" and is_frozen(found, turn.case.merchant_id):
        acceptances.refer(turn, found, gate, body.note)
    elif body.answer == "accept":
        acceptances.agree(turn, found, gate, body.note)
    else:
        acceptances.disagree(turn, gate, body.note)


def await_decision(turn: Turn, found: Found) -> None:
    """The decider is awaited once more: the platform, while the shop is frozen."""
    turn.wait("decision", *decides(turn.case, frozen=is_frozen(found, turn.case.merchant_id)))


def escalate(ports: Ports, request: Request, case_id: str, body: EscalateCase) -> Reply:
    """平台介入: a refused buyer asks the platform to rule."""

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        gate = cases.awaited_gate(turn, found, "escalation")
        disputes.open_at(turn, gate, "refused", outcome="escalated", note=body.note)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "escalation"), once)


def withdraw(ports: Ports, request: Request, case_id: str, body: WithdrawCase) -> Reply:
    """The buyer takes the request back before anybody has decided, or before the goods were handed over; units and
    money are free again."""

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        ref = turn.case.gate
        if ref is None or not _may_withdraw(turn.case.status, ref.name):
            raise TransitionRefused(f"{turn.case.status} cannot become withdrawn", status=turn.case.status)
        if turn.case.live_refunds:
            raise TransitionRefused("it was paid already: send the goods back", status=turn.case.status)
        if turn.case.way_out is not None and turn.case.way_out.awaits == "interception":
            raise TransitionRefused("the carrier is stopping the goods", status=turn.case.status)
        if ref.name == "pickup":
            raise TransitionRefused("a courier is on his way: call him off first", status=turn.case.status)
        turn.answer(found.need(refs.gate(case_id, ref.name, ref.round), GateNotFound), "withdrawn")
        cases.give_back(turn, found)
        turn.tell("CaseWithdrawn", "withdrawn", note=body.note)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "decision"), once)


def _may_withdraw(status: str, gate: str) -> bool:
    """Before anybody has decided, before the goods were handed over, or while no engineer is on the way."""
    return status in ("in_review", "awaiting_goods") or (status, gate) == ("repairing", "appointment")


def revise(ports: Ports, request: Request, case_id: str, body: ReviseCase) -> Reply:
    """A refused buyer asks differently: the old claim is given back and the new one reserved in one write.

    Who calls the goods fakes or dangerous only now is heard by the platform first, as if it had been filed so.
    Raises RevisionsExhausted after as many as the policy gives, NotEligible, and what a filing raises.
    """

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        gate = cases.awaited_gate(turn, found, "escalation")
        if turn.case.return_id is not None:
            raise TransitionRefused("the goods were inspected: escalate or let it rest", status=turn.case.status)
        if turn.case.revisions >= turn.policy.revisions:
            raise RevisionsExhausted(f"{turn.policy.revisions} revisions were made: escalate or let it rest")
        _claim_anew(ports, turn, found, body)
        revised: dict[str, Any] = {"reason": turn.case.reason, "revision": turn.case.revisions}
        if turn.case.verdict.findings[0].rule == INQUIRY:
            turn.tell("CaseRevised", "in_review", **revised, **inquiries.begin_anew(turn, gate))
            return turn.items, cases.shown(turn, found)
        turn.answer(gate, "revised")
        await_decision(turn, found)
        turn.tell("CaseRevised", "in_review", awaiting="decision", **revised)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "escalation"), once)


def _claim_anew(ports: Ports, turn: Turn, found: Found, body: ReviseCase) -> None:
    case = turn.case
    order_id = case.order_id
    found.also(refs.order(order_id), refs.ledger(order_id), refs.delivery(order_id), refs.credit(case.buyer_id))
    facts = filings.facts_of(ports, turn.actor, found, order_id, case.remedy)
    free = release(facts.order, facts.ledger, case.claim)
    asked = Asked(
        remedy=case.remedy,
        reason=body.reason or case.reason,
        lines=_lines(turn) if body.lines is None else body.lines,
        freight=body.freight,
        evidence=case.evidence,
        wanted=_wanted(case, body),
        service=_service(turn, found),
    )
    facts = filings.with_ledger(facts, free)
    filing = filing_of(case.case_id, case.revisions + 1, facts, asked, turn.at)
    claim = price(facts.order, facts.policy, filing)
    verdict = verdict_on(facts.order, facts.policy, filing, claim)
    refuse_at_the_door(facts, verdict)
    turn.write(filing, reserve(facts.order, free, claim).next())
    turn.change(
        reason=asked.reason,
        description=case.description if body.description is None else body.description,
        delivery=facts.delivery.state,
        verdict=verdict.but(instant=False),  # a refused case goes to a person, whatever the policy would say
        revisions=case.revisions + 1,
        wanted=filing.wanted,
    )
    turn.claim(facts.order, claim)


def _wanted(case: Case, body: ReviseCase) -> list[WantedBody]:
    """The other articles that were wanted, of lines that are asked about still."""
    if body.wanted is not None:
        return list(body.wanted)
    lines = {line.line_id for line in (body.lines or case.claim.lines)}
    wanted = [one for one in case.wanted if one.line_id in lines]
    return [WantedBody(line_id=one.line_id, sku=one.sku, specification=one.specification) for one in wanted]


def _service(turn: Turn, found: Found) -> Service | None:
    return repairs.repair_of(turn, found).service if turn.case.repair_id is not None else None


def _lines(turn: Turn) -> list[AskBody]:
    """What was asked before, for a revision that changes something else."""
    return [
        AskBody(
            line_id=line.line_id,
            quantity=line.quantity,
            amount=Amount(amount=line.asked, currency=turn.case.currency) if line.asks_less else None,
        )
        for line in turn.case.claim.lines
        if not line.is_restored
    ]
