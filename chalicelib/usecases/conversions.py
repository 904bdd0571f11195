"""A repair that came to nothing becomes an exchange or a refund: another remedy of the same case, on the same claim.

The case leaves its machine for the one of its new remedy, which begins with the next attempt; money goes out by the one
way on which all money goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.errors import FieldError, InvalidRequest
from chalicelib.usecases import cases, repairs, returns, steps
from chalicelib.usecases.access import act_as

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.disputes import GoodsRuling
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.reasons import Remedy
    from chalicelib.domain.turns import Turn
    from chalicelib.domain.warranties import Unfixed
    from chalicelib.ports import Ports
    from chalicelib.schemas.repairs import ChooseInstead
    from chalicelib.usecases.steps import Decision, Found, Reply, Request

DEFAULT: tuple[Unfixed, ...] = ("refund", "exchange")  # what a silent buyer gets, the first that is possible
_SILENCE: Mapping[Unfixed, str] = {"refund": "refunded", "exchange": "exchanged"}


def possible(turn: Turn) -> list[Unfixed]:
    """What the policy gives instead, as far as it is offered at all; a refund where nothing else is."""
    offered = turn.policy.remedies.get("delivered", frozenset())
    wanted = [one for one in DEFAULT if one in turn.policy.repairs.unfixed]
    return [one for one in wanted if one == "refund" or one in offered] or ["refund"]


def instead(turn: Turn, found: Found, gate: Gate, because: str) -> None:
    """The buyer gets something else: at once where there is one thing to get, else as they choose."""
    options = possible(turn)
    if len(options) == 1:
        turn.answer(gate, "converted")
        convert(turn, found, options[0], because)
        return
    turn.answer(gate, "choosing")
    choice = turn.wait("choice", f"buyer#{turn.case.buyer_id}", _SILENCE[options[0]])
    turn.tell("ChoiceAsked", because=because, repair_id=turn.case.repair_id, **choice.awaited)


def choose(ports: Ports, request: Request, case_id: str, body: ChooseInstead) -> Reply:
    """The buyer chooses. Raises CaseNotFound, Forbidden, GateNotFound, AnswerTooLate, InvalidRequest."""

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "buyer")
        gate = cases.awaited_gate(turn, found, "choice")
        if body.choice not in possible(turn):
            wrong = FieldError("choice", "is not offered", {"possible": ", ".join(possible(turn))})
            raise InvalidRequest(wrong.message, errors=[wrong])
        turn.answer(gate, "converted")
        convert(turn, found, body.choice, "chosen", note=body.note)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, cases.first_round(case_id, "choice"), once)


def choose_for_silent(turn: Turn, found: Found, gate: Gate) -> None:
    turn.answer(gate, "converted")
    convert(turn, found, possible(turn)[0], "silence")


def convert(
    turn: Turn, found: Found, to: Unfixed, because: str, *, by: Actor | None = None, note: str | None = None
) -> None:
    """The case is about something else from now on, approved as it stands; the gate was answered `converted`."""
    CONVERSIONS[to](turn, found, because, by, note)


def _refund(turn: Turn, found: Found, because: str, by: Actor | None, note: str | None) -> None:
    """Where the goods are decides: with the shop they stay there, with the buyer they are asked for, where the policy
    wants them; what is lost between them is nobody's to send."""
    _begin(turn, found, because, ("return_and_refund", "refund_only"), by, note)


def _exchange(turn: Turn, found: Found, because: str, by: Actor | None, note: str | None) -> None:
    """The same article anew, and the goods are where they are as for a refund: what does not come back is sent once
    more. `exchanges.ship_replacement` asks for it, at once or when the old one has come."""
    _begin(turn, found, because, ("exchange", "reship"), by, note)


def _begin(
    turn: Turn,
    found: Found,
    because: str,
    remedies: tuple[Remedy, Remedy],
    by: Actor | None,
    note: str | None,
) -> None:
    """The first remedy for goods that the shop has or gets, the second for what stays where it is."""
    at = where(turn, found)
    comes = at == "buyer" and turn.policy.repairs.goods_come_back
    _become(turn, remedies[0 if comes or at == "shop" else 1], because, comes=comes, by=by, note=note, ruled=False)
    if at == "shop":
        goods = returns.goods_of(turn, found)
        returns.dispose(turn, goods, returns.all_of(goods, turn.policy.repairs.unrepaired))
    elif comes:
        returns.ask_for_goods(turn, found, *returns.address_for(found, turn.case))


def prepare(turn: Turn, found: Found, because: str, *, comes: bool) -> None:
    """Money, as a ruling says over a repair that was begun; the ruling itself begins the machine of it."""
    remedy: Remedy = "return_and_refund" if comes or are_with_shop(turn, found) else "refund_only"
    _become(turn, remedy, because, comes=comes)


def _become(
    turn: Turn,
    remedy: Remedy,
    because: str,
    *,
    comes: bool,
    by: Actor | None = None,
    note: str | None = None,
    ruled: bool = True,
) -> None:
    """Another remedy, and with it another machine at the next attempt, which a ruling begins by itself.

    `comes`: the buyer has the goods and sends them; a return of before is over then, and there is another.
    """
    case = turn.case
    told: dict[str, Any] = {"remedy": remedy, "remedy_before": case.remedy, "because": because}
    turn.change(remedy=remedy, return_id=None if comes else case.return_id)
    if ruled:
        turn.tell("CaseConverted", by=by, note=note, **told)
        return
    turn.change(converted_in=case.attempt, attempt=case.attempt + 1)
    turn.tell("CaseConverted", "approved", by=by, note=note, **told, **turn.case.beginning)


def are_with_shop(turn: Turn, found: Found) -> bool:
    return where(turn, found) == "shop"


def where(turn: Turn, found: Found) -> str:
    """Who has the goods; `carrier` also where nobody can say."""
    at = repairs.repair_of(turn, found).goods_with
    if at == "buyer" and turn.case.return_id is not None and returns.goods_of(turn, found).received_at is None:
        return "carrier"  # asked for and not received: the dispute was about that
    return at


def ruled_goods(turn: Turn, found: Found, possible: tuple[GoodsRuling, ...]) -> tuple[GoodsRuling, ...]:
    """Of what a ruling may say of goods: those that the buyer has come back first, where the policy wants them."""
    if repairs.repair_of(turn, found).begun_at is None or where(turn, found) == "carrier":
        return ("stay",)
    if where(turn, found) == "buyer" and turn.policy.repairs.goods_come_back and "go_back" in possible:
        return ("go_back", *(one for one in possible if one != "go_back"))
    return possible


CONVERSIONS: Mapping[Unfixed, Any] = {"refund": _refund, "exchange": _exchange}
