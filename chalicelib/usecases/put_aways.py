"""入库: the stock system acknowledges what it put away, where, and how much of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from chalicelib.domain import refs
from chalicelib.domain.actors import STOCK
from chalicelib.domain.returns import PutAway
from chalicelib.errors import InvalidRequest, ReturnNotFound
from chalicelib.schemas.returns import PutAwayFact
from chalicelib.usecases import cases, steps
from chalicelib.usecases.access import act_as
from chalicelib.usecases.invalid import invalid_request

if TYPE_CHECKING:
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.returns import PutGoodsAway
    from chalicelib.usecases.steps import Decision, Found, Reply, Request


def take(ports: Ports, type: str, body: Mapping[str, Any]) -> None:
    """A fact of `source: stock`. Told twice, recorded once; more or other goods than were announced are recorded too,
    and shown. Raises InvalidRequest, CaseNotFound, ReturnNotFound.
    """
    if type != "goods.put_away":
        raise InvalidRequest(f"{type[:80]!r} is no event of the stock system")
    try:
        fact = PutAwayFact.model_validate(body)
    except ValidationError as error:
        raise invalid_request(error) from None
    put_away = PutAway.model_validate(fact.model_dump(exclude={"case_id"}))
    told = fact.model_dump(include={"line_id", "quantity", "warehouse"})

    def once(found: Found) -> Decision[None]:
        turn = cases.turn_of(ports, cases.need(found, fact.case_id), STOCK)
        return (turn.items if _shelve(turn, found, [put_away], told) else []), None

    steps.change(ports, [refs.goods(fact.case_id), refs.case(fact.case_id)], once)


def tell(ports: Ports, request: Request, case_id: str, body: PutGoodsAway) -> Reply:
    """The same, said by the system of a shop that keeps its own stock, of all that it put away together: an entry for
    each line would fit no transaction. Raises CaseNotFound, Forbidden, ReturnNotFound.
    """
    units = [one.model_dump() for one in body.lines]
    told = {"lines": units, "warehouse": body.warehouse}

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        act_as(request.actor, "merchant")
        parts = [
            PutAway(put_away_id=f"{body.put_away_id}.{n}", warehouse=body.warehouse, at=body.at, **one)
            for n, one in enumerate(units)
        ]
        if not _shelve(turn, found, parts, told):
            return [], cases.read(ports, request.actor, case_id)
        return turn.items, cases.shown(turn, found)

    return steps.answer(ports, request, [refs.goods(case_id), refs.case(case_id)], once)


def _shelve(turn: Turn, found: Found, parts: Sequence[PutAway], told: Mapping[str, Any]) -> bool:
    """Notes what stands in a warehouse now. False when it was said before."""
    goods = found.need(refs.goods(turn.case.case_id), ReturnNotFound)
    after = goods
    for part in parts:
        after = after.shelved(part)
    if after is goods:
        return False
    turn.keep_goods(after.but(put_away_due_at=after.put_away_due_at or turn.at))
    turn.tell("GoodsPutAway", return_id=goods.return_id, stock=after.stock, missing=after.missing, **told)
    return True
