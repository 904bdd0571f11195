"""Rulings 裁决: the platform decides what buyer and merchant could not, and what is final happens by itself.

A ruling waits for its appeal; when there is none in time, or when the appeal is ruled on, it is executed: the money by
the one path of grants, the goods through returns, and who bears it is told and kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.disputes import (
    Precedent,
    Ruling,
    category_of,
)
from chalicelib.domain.shares import shares_of, withheld
from chalicelib.errors import FieldError, Forbidden, InvalidRequest, RefundExceedsPaid
from chalicelib.usecases import (
    advances,
    approvals,
    cases,
    conversions,
    disputes,
    exchange_conversions,
    instants,
    liabilities,
    replacements,
    returns,
    steps,
)
from chalicelib.usecases.access import act_as
from chalicelib.usecases.proposals import second_person_agrees

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.disputes import (
        Dispute,
        GoodsRuling,
    )
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.reasons import Responsible
    from chalicelib.domain.returns import Return
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.cases import RuleCase
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def rule(ports: Ports, request: Request, case_id: str, body: RuleCase) -> Reply:
    """Grants an amount, or closes the case; says who bears it and what becomes of the goods. The buyer's own share is
    not paid. A late ruling is the supervisor's, and so is one over an appeal, by a supervisor who has not ruled on it
    before.

    Of an exchange without an amount, the goods are approved (once more, if they were sent); closed when they were sent,
    they count as received.

    Raises CaseNotFound, Forbidden, GateNotFound, InvalidRequest, RefundExceedsPaid, SecondPersonNeeded.
    """
    if body.ruling == "close" and body.amount is not None:
        raise InvalidRequest("closing grants nothing", errors=[FieldError("amount", "only to approve")])

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        late = turn.case.gate is not None and turn.case.gate.owner == "supervisor"
        act_as(request.actor, *(("supervisor",) if late else ("agent", "supervisor")))
        gate = cases.awaited_gate(turn, found, "ruling")
        _act_as_another(turn, found)
        seconded = turn.case.proposal.by if turn.case.proposal else None
        ruling = _ruling(turn, found, body)
        if ruling.verdict == "close" or second_person_agrees(turn, ruling.amount, _act(ruling)):
            needed = ruling.verdict == "approve" and turn.case.proposal is None and seconded is not None
            _give(turn, found, gate, ruling.but(seconded=seconded if needed else None))
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "ruling"), once)


def _act_as_another(turn: Turn, found: Found) -> None:
    """An appeal is not ruled on by those whose ruling it is about."""
    if turn.case.dispute is None:
        return
    before = disputes.of(turn, found).ruling
    if before is not None and turn.actor.key in before.given_by:
        raise Forbidden("an appeal is ruled on by somebody who has not ruled on it before")


def _act(ruling: Ruling) -> str:
    """What a second person must repeat."""
    shares = " ".join(f"{share.party}={share.per_mille}" for share in ruling.shares)
    return f"rule {ruling.goods} {shares}"


def _ruling(turn: Turn, found: Found, body: RuleCase) -> Ruling:
    case = turn.case
    claimed, ruled = case.amount, 0
    if body.amount is not None and case.remedy == "repair" and approvals.is_first(turn, found):
        wrong = FieldError("amount", "a repair is no amount")
        raise InvalidRequest(wrong.message, errors=[wrong])
    if body.ruling == "approve":
        usual = claimed if case.owed is None else case.owed
        ruled = body.amount.in_currency(case.currency, "amount") if body.amount else usual
        if ruled > claimed:
            wrong = FieldError("amount", f"at most {claimed} was claimed", {"maximum": claimed})
            raise RefundExceedsPaid(wrong.message, errors=[wrong])
    liability = body.liability or _usual_liability(turn, body)
    shares = shares_of(liability, body.shares, ruled if _is_money(turn, found, body) else 0)
    amount = ruled - withheld(shares)
    if body.ruling == "approve" and amount < 1:
        wrong = FieldError("amount", "at least 1; to grant nothing is to close", {"minimum": 1})
        raise InvalidRequest(wrong.message, errors=[wrong])
    return Ruling(
        round=case.dispute.round if case.dispute else 1,
        verdict=body.ruling,
        amount=amount,
        ruled=ruled,
        instead=body.amount is not None,
        liability=liability,
        shares=shares if body.ruling == "approve" else (),
        goods=_goods(turn, found, body),
        by=turn.actor,
        at=turn.at,
        reason=body.reason,
    )


def _is_money(turn: Turn, found: Found, body: RuleCase) -> bool:
    """Whether it is money that is ruled: an exchange or a repair that is approved is goods, and nobody's share of them
    can be kept back."""
    case = turn.case
    goods = case.replaces or (case.remedy == "repair" and approvals.is_first(turn, found))
    return body.ruling == "approve" and (body.amount is not None or not goods)


def _usual_liability(turn: Turn, body: RuleCase) -> Responsible:
    """Whose doing the reason says it is; where nothing is granted it is nobody's."""
    if body.ruling == "close":
        return "none"
    reason = turn.policy.reason(turn.case.reason)
    return reason.liability if reason else "merchant"


def _goods(turn: Turn, found: Found, body: RuleCase) -> GoodsRuling:
    """Where the goods go, as far as that can be from where they are now. Raises InvalidRequest."""
    possible = _possible(turn.case, _goods_of(turn, found), body.ruling)
    if turn.case.remedy == "repair":
        possible = conversions.ruled_goods(turn, found, possible)
    if body.goods is None:
        return possible[0]
    if body.goods not in possible:
        allowed = ", ".join(possible)
        wrong = FieldError("goods", f"one of {allowed}, by where they are", {"allowed": list(possible)})
        raise InvalidRequest(wrong.message, errors=[wrong])
    return body.goods


def _goods_of(turn: Turn, found: Found) -> Return | None:
    """The case's return; not that of goods which were repaired, and are with their buyer or on their way there."""
    if turn.case.return_id is None or (turn.case.remedy == "repair" and not conversions.are_with_shop(turn, found)):
        return None
    return returns.goods_of(turn, found)


def _possible(case: Case, goods: Return | None, verdict: str) -> tuple[GoodsRuling, ...]:
    """What may become of the goods, the usual first. With the shop: it keeps them, or sends them back; with the buyer:
    they come back, or stay. On their way, nobody but the carrier can do anything."""
    if goods is not None and goods.received_at is not None:
        return ("stay", "send_back", "disposed") if verdict == "approve" else ("send_back", "disposed")
    if goods is not None or case.delivery != "delivered" or verdict == "close":
        return ("go_back", "stay") if case.comes_back and verdict == "approve" else ("stay",)
    if case.comes_back:
        return ("go_back", "stay", "disposed")
    return ("stay", "go_back", "disposed") if any(line.quantity for line in case.claim.lines) else ("stay",)


def _give(turn: Turn, found: Found, gate: Gate, ruling: Ruling) -> None:
    """The ruling is told; it is final at once when it is an appeal's, or when nobody has anything against it."""
    turn.change(proposal=None)
    adopted = turn.case.dispute is None
    dispute = disputes.adopt(turn, found)
    ruling = ruling.but(round=dispute.round)
    data = _told(ruling)
    if not dispute.hears or dispute.appeal is not None:
        turn.keep_dispute(dispute.but(rulings=(*dispute.rulings, ruling)))
        turn.tell("RulingGiven", note=ruling.reason, because="final", **data)
        _execute(turn, found, gate)
        return
    parties = tuple(party for party in dispute.awaited if party != "carrier")
    turn.keep_dispute(dispute.to("ruled", rulings=(*dispute.rulings, ruling), done=(), awaited=parties))
    turn.answer(gate, "ruled")
    appeal = turn.wait("appeal", disputes.PARTIES, "final")
    begins: dict[str, Any] = {}
    if adopted:  # it was escalated before disputes had an execution of their own
        turn.change(attempt=turn.case.attempt + 1)
        begins = turn.case.beginning
    turn.tell("RulingGiven", note=ruling.reason, **data, **begins, **appeal.awaited)


def _told(ruling: Ruling) -> dict[str, Any]:
    return {
        "ruling": ruling.verdict,
        "ruled_amount": ruling.amount,
        "liability": ruling.liability,
        "goods": ruling.goods,
        "shares": {share.party: share.per_mille for share in ruling.shares},
        "borne": {share.party: share.amount for share in ruling.shares},
    }


def stand(turn: Turn, found: Found, gate: Gate) -> None:
    """Nobody appealed: the ruling is final."""
    _execute(turn, found, gate)


def _execute(turn: Turn, found: Found, gate: Gate) -> None:
    """Money, goods and liability, in the one write that makes the ruling final."""
    dispute = disputes.of(turn, found)
    ruling = dispute.ruling
    assert ruling is not None
    turn.write(_precedent(turn, found, dispute, ruling))
    turn.keep_dispute(dispute.to("final"))
    data = _told(ruling)
    if ruling.verdict == "close" and replacements.is_out(turn, found):
        _end_received(turn, found, gate, data)
        return
    if ruling.verdict == "close":
        turn.answer(gate, "closed")
        turn.change(closed_because="ruled")
        instants.give_back(turn, found)
        turn.tell("RulingExecuted", "closed", **data)
        _end_goods(turn, found, ruling)
        return
    if ruling.instead:
        exchange_conversions.to_refund(turn, "ruled")
    instants.grant_less(turn, found, ruling.amount)
    liabilities.decide(turn, found, ruling.liability, "ruled", ruling.shares)
    advances.step_in(turn, found)
    if turn.case.remedy == "repair" and not approvals.is_first(turn, found):
        conversions.prepare(turn, found, "ruled", comes=ruling.goods == "go_back")
    if ruling.goods == "go_back" and not turn.case.comes_back and turn.case.return_id is None:
        turn.change(remedy="return_and_refund")  # the buyer gets the money for goods, and not for nothing
    turn.change(attempt=turn.case.attempt + 1)
    begins: dict[str, Any] = {"start_attempt": turn.case.attempt, "start_flow": turn.case.remedy_flow}
    keeps = turn.case.comes_back and ruling.goods != "go_back"
    approvals.approve(turn, found, gate, "RulingExecuted", outcome="executed", keeps=keeps, **data, **begins)
    _end_goods(turn, found, ruling)


def _end_received(turn: Turn, found: Found, gate: Gate, data: dict[str, Any]) -> None:
    """The buyer has the goods that were sent, says the ruling: the exchange is done, and nobody keeps both."""
    turn.tell("RulingExecuted", **data)
    begins: dict[str, Any] = {}
    if replacements.of(turn, found).owed:
        turn.change(attempt=turn.case.attempt + 1)
        begins = {"start_attempt": turn.case.attempt, "start_flow": turn.case.remedy_flow}
    replacements.complete(turn, found, gate, turn.at, "ruled", outcome="executed", **begins)


def _end_goods(turn: Turn, found: Found, ruling: Ruling) -> None:
    """Goods that the shop has meet the end that was ruled."""
    goods = _goods_of(turn, found)
    if goods is None or goods.received_at is None:
        return  # with the buyer, on their way back by this ruling, or nobody but the carrier knows where
    if turn.case.has_replacement and goods.disposals:
        return  # that was said when they came; what was ruled on is what was sent in their place
    match ruling.goods:
        case "send_back":
            ends = returns.all_of(goods, "send_back")
        case "disposed":
            ends = returns.all_of(goods, "scrap")
        case _ if turn.case.repair_id is not None and goods.inspection is None:
            ends = returns.all_of(goods, turn.policy.repairs.unrepaired)
        case _:
            ends = returns.as_inspected(goods)
    returns.dispose(turn, goods, ends)


def _precedent(turn: Turn, found: Found, dispute: Dispute, ruling: Ruling) -> Precedent:
    """For those who rule on like cases."""
    case, (order, _) = turn.case, cases.order_and_ledger(found, turn.case)
    first = dispute.rulings[0]
    return Precedent(
        case_id=case.case_id,
        number=dispute.number,
        reason=case.reason,
        category=category_of(order, case.claim),
        currency=case.currency,
        claimed=case.amount,
        verdict=ruling.verdict,
        granted=ruling.amount,
        liability=ruling.liability,
        goods=ruling.goods,
        appealed=dispute.appeal is not None,
        changed=(first.verdict, first.amount) != (ruling.verdict, ruling.amount),
        at=turn.at,
    )
