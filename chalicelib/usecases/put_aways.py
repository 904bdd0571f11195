"""入库: the stock system acknowledges what it put away, where, and how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from chalicelib.domain import refs
from chalicelib.domain.actors import STOCK
from chalicelib.domain.returns import PutAway
from chalicelib.errors import InvalidRequest, ReturnNotFound
from chalicelib.schemas.returns import PutAwayFact
from chalicelib.usecases import cases, steps
from chalicelib.usecases.invalid import invalid_request

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.usecases.steps import Decision, Found


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
    ref = refs.goods(fact.case_id)

    def once(found: Found) -> Decision[None]:
        goods = found.need(ref, ReturnNotFound)
        case = cases.need(found, fact.case_id)
        put_away = PutAway.model_validate(fact.model_dump(exclude={"case_id"}))
        after = goods.shelved(put_away)
        if after is goods:
            return [], None
        turn = cases.turn_of(ports, case, STOCK)
        turn.keep_goods(after.but(put_away_due_at=after.put_away_due_at or turn.at))
        told = fact.model_dump(include={"line_id", "quantity", "warehouse"})
        turn.tell("GoodsPutAway", return_id=goods.return_id, stock=after.stock, missing=after.missing, **told)
        return turn.items, None

    steps.change(ports, [ref, refs.case(fact.case_id)], once)
