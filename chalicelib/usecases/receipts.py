"""Receipt 签收: the shop says that the goods came, or that they did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.freezes import decides
from chalicelib.errors import FieldError, InvalidRequest
from chalicelib.usecases import cases, repairs, returns, steps
from chalicelib.usecases.access import act_as_decider, is_frozen

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.returns import ReceiveGoods
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def receive(ports: Ports, request: Request, case_id: str, body: ReceiveGoods) -> Reply:
    """They came: three days to look at them. They did not, whatever the carrier says: an agent rules.

    Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, InvalidRequest (nothing came, and no word why).
    """
    if not body.received and not body.note:
        raise InvalidRequest("what happened?", errors=[FieldError("note", "needed when nothing came")])

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as_decider(request.actor, turn.case)
        gate = cases.awaited_gate(turn, found, "receipt")
        if body.received:
            take_in(turn, found, gate, body.note)
        else:
            turn.keep_goods(returns.goods_of(turn, found))
            returns.bring_in_agent(turn, gate, "not_received", body.note)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, [*cases.first_round(case_id, "receipt"), refs.goods(case_id)], once)


def take_in(turn: Turn, found: Found, gate: Gate, note: str | None = None) -> None:
    """The goods are with the shop, and it is awaited to look at them."""
    if turn.case.remedy == "repair":
        repairs.receive(turn, found, gate, note)
        return
    goods = returns.goods_of(turn, found)
    turn.keep_goods(goods.but(received_at=turn.at))
    turn.answer(gate, "received")
    frozen = is_frozen(found, turn.case.merchant_id)
    inspection = turn.wait("inspection", *decides(turn.case, frozen=frozen, silence="passed"))
    turn.tell("ReturnReceived", "received", note=note, return_id=goods.return_id, **inspection.awaited)
