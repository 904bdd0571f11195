"""Inspection 验货: what the shop says of the goods that came; passed, reduced or failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.cases import Offer
from chalicelib.domain.claims import Ask, came, less
from chalicelib.domain.freights import freight_due
from chalicelib.domain.inspections import USUAL, InspectedLine
from chalicelib.domain.ledgers import release
from chalicelib.errors import FieldError, InvalidRequest
from chalicelib.schemas.returns import InspectLine
from chalicelib.usecases import acceptances, cases, instants, photos, replacements, returns, steps
from chalicelib.usecases.access import act_as_decider

if TYPE_CHECKING:
    from chalicelib.domain.claims import Claim
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.inspections import Inspection
    from chalicelib.domain.orders import Order
    from chalicelib.domain.returns import Return
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.returns import InspectGoods
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def inspect(ports: Ports, request: Request, case_id: str, body: InspectGoods) -> Reply:
    """The shop says what came, in which grade, and what that is worth.

    `passed`: all that was claimed is refunded. `reduced`: less is, because less came or it is worth less; the buyer is
    asked. `failed`: nothing is; the goods go back, unless the buyer asks the platform to rule.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, InvalidRequest.
    """
    _refuse_incomplete(body)

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as_decider(request.actor, turn.case)
        gate = cases.awaited_gate(turn, found, "inspection")
        goods = returns.goods_of(turn, found)
        lines = _looked_at(goods, body)
        photos.refuse_unknown(found, case_id, _photos(body))
        inspection = _inspection(turn, found, lines, body)
        goods = goods.but(inspection=inspection)
        turn.keep_goods(goods)
        _OUTCOMES[body.outcome](turn, found, gate, goods)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, [*cases.first_round(case_id, "inspection"), refs.goods(case_id)], once)


def _refuse_incomplete(body: InspectGoods) -> None:
    wrong: list[FieldError] = []
    if body.outcome != "passed" and not body.reason:
        wrong.append(FieldError("reason", f"needed when it is {body.outcome}"))
    if body.outcome != "reduced" and body.amount is not None:
        wrong.append(FieldError("amount", "only when it is reduced"))
    ids = [line.line_id for line in body.lines]
    wrong += [
        FieldError(f"lines[{i}].line_id", "stands more than once")
        for i, line_id in enumerate(ids)
        if line_id in ids[:i]
    ]
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)


def _looked_at(goods: Return, body: InspectGoods) -> tuple[InspectedLine, ...]:
    """Every expected line as it came; a line of which nothing is said came whole and as new."""
    told = {line.line_id: line for line in body.lines}
    unknown = [
        FieldError(f"lines[{i}].line_id", "nothing of this line should come back")
        for i, line in enumerate(body.lines)
        if line.line_id not in {expected.line_id for expected in goods.lines}
    ]
    if unknown:
        raise InvalidRequest(f"{unknown[0].field}: {unknown[0].message}", errors=unknown)
    return tuple(
        _line(expected.line_id, expected.sku, expected.quantity, told.get(expected.line_id)) for expected in goods.lines
    )


def _line(line_id: str, sku: str, expected: int, told: InspectLine | None) -> InspectedLine:
    said = told or InspectLine(line_id=line_id)
    return InspectedLine(
        line_id=line_id,
        sku=sku,
        expected=expected,
        received=expected if said.received is None else said.received,
        grade=said.grade,
        disposition=said.disposition or USUAL[said.grade],
        findings=said.findings,
    )


def _photos(body: InspectGoods) -> dict[str, str]:
    """The files that findings name, and where."""
    return {
        evidence_id: f"lines[{i}].findings[{j}].evidence"
        for i, line in enumerate(body.lines)
        for j, remark in enumerate(line.findings)
        for evidence_id in remark.evidence
    }


def _inspection(turn: Turn, found: Found, lines: tuple[InspectedLine, ...], body: InspectGoods) -> Inspection:
    (order, _), claim = cases.order_and_ledger(found, turn.case), turn.case.claim
    short = [line.line_id for line in lines if line.is_short]
    if body.outcome == "passed" and short:
        wrong = FieldError("outcome", f"of {', '.join(short)} less came than was expected: reduced or failed")
        raise InvalidRequest(wrong.message, errors=[wrong])
    if body.outcome == "reduced":
        claim = _reduced(turn, found, order, lines, body)
    return acceptances.seen(turn, order, claim, lines, body.outcome, body.reason, turn.actor)


def _reduced(turn: Turn, found: Found, order: Order, lines: tuple[InspectedLine, ...], body: InspectGoods) -> Claim:
    """The claim for what came, and of that what the shop grants."""
    before = turn.case.claim
    claim = before
    if any(line.is_short for line in lines):
        received = {line.line_id: line.received for line in lines}
        claim = came(before, received, _freight(turn, found, received))
    if body.amount is None and claim == before:
        limits = {"minimum": 1, "maximum": before.total - 1}
        raise InvalidRequest("all came: to how much?", errors=[FieldError("amount", "needed: all of it came", limits)])
    amount = body.amount.in_currency(turn.case.currency, "amount") if body.amount else claim.total
    most = min(claim.total, before.total - 1)
    if not 1 <= amount <= most:
        limits = {"minimum": 1, "maximum": most}
        wrong = FieldError("amount", f"between 1 and {most}; where nothing is owed, it has failed", limits)
        raise InvalidRequest(f"a reduced refund: {wrong.message}", errors=[wrong])
    return claim if amount == claim.total else less(claim, amount)


def _freight(turn: Turn, found: Found, received: dict[str, int]) -> int:
    """Of the freight, what goes with the units that came: nothing, where it only went with the order's last ones."""
    order, ledger = cases.order_and_ledger(found, turn.case)
    asks = [Ask(line_id=line_id, quantity=units) for line_id, units in received.items() if units]
    reason = turn.policy.reason(turn.case.reason)
    if not asks or not turn.case.claim.freight:
        return 0
    free = release(order, instants.unpaid(turn.case, order, ledger), turn.case.claim)
    return freight_due(order, free, asks, turn.case.delivery, reason.liability if reason else "buyer")


def _pass(turn: Turn, found: Found, gate: Gate, goods: Return) -> None:
    then = replacements.what_follows(turn, found)
    turn.answer(gate, then.outcome if then else instants.outcome(turn.case, "passed"))
    turn.tell("GoodsInspected", "inspected", return_id=goods.return_id, inspection="passed")
    returns.dispose(turn, goods, returns.as_inspected(goods))
    replacements.go_on(turn, found, then)
    instants.conclude(turn, found)


def _reduce(turn: Turn, found: Found, gate: Gate, goods: Return) -> None:
    assert goods.inspection is not None
    offer = Offer(amount=goods.inspection.claim.total, by=turn.actor, note=goods.inspection.reason)
    turn.answer(gate, "reduced")
    turn.change(offer=offer)
    answer = turn.wait("buyer_answer", f"buyer#{turn.case.buyer_id}", "disputed")
    turn.tell("GoodsInspected", "inspected", return_id=goods.return_id, inspection="reduced")
    turn.tell("OfferMade", "countered", note=offer.note, offer=offer.amount, because="inspection", **answer.awaited)


def _fail(turn: Turn, found: Found, gate: Gate, goods: Return) -> None:
    assert goods.inspection is not None
    turn.answer(gate, "failed")
    escalation = turn.wait("escalation", f"buyer#{turn.case.buyer_id}", instants.goods_refused(turn.case))
    turn.tell("GoodsInspected", "inspected", return_id=goods.return_id, inspection="failed")
    turn.tell("CaseRejected", "rejected", note=goods.inspection.reason, because="inspection", **escalation.awaited)


_OUTCOMES = {"passed": _pass, "reduced": _reduce, "failed": _fail}
