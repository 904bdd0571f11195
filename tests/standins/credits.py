"""A trusted buyer of the small shop, whose returns are paid when a carrier has them."""

from __future__ import annotations

from typing import Any

from chalicelib.domain import refs
from chalicelib.domain.buyers import Credit
from chalicelib.domain.recoveries import Recovery
from chalicelib.usecases import grants, settlements
from tests.standins.returns import carrier_says, in_transit, return_shop
from tests.standins.world import World

LIMIT = 50000


def trusting_shop(limit: int = LIMIT, **policy: Any) -> World:
    world = return_shop(**policy)
    world.records.put(Credit(buyer_id="b1", limits={"CNY": limit}))
    return world


def credit(world: World) -> Credit:
    return world.records.one(refs.credit("b1"))


def used(world: World) -> int:
    return credit(world).used.get("CNY", 0)


def handed_over(world: World, *lines: Any, **more: Any) -> str:
    """A return that its carrier has scanned; the flow knows nothing of it yet."""
    case_id = in_transit(world, *lines, **more)
    carrier_says(world, case_id, "handed_over")
    return case_id


def hasten(world: World, case_id: str) -> None:
    grants.hasten(world, case_id)


def pay(world: World, case_id: str) -> None:
    """The worker sees to all that is on its way."""
    for ref in world.case(case_id).refunds:
        settlements.see_to(world, ref.refund_no)


def paid_early(world: World, *lines: Any, **more: Any) -> str:
    case_id = handed_over(world, *lines, **more)
    hasten(world, case_id)
    pay(world, case_id)
    return case_id


def debts(world: World) -> list[Recovery]:
    return world.records.all(Recovery, debtor="buyer")
