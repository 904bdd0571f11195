"""Cases whose cost falls on others: a shop with a deposit, a parcel that its carrier damaged."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.actors import Actor
from chalicelib.domain.deliveries import Shipment
from chalicelib.domain.recoveries import Recovery
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.cases import AddEvidence
from chalicelib.usecases import deposits, evidence, grants, settlements, sweeper, tracking
from local.seed import photo
from tests.standins.returns import DELIVERED
from tests.standins.shops import BUYER, asking, decide, file, sell, shop
from tests.standins.time import MONDAY
from tests.standins.world import World

PARCEL = Shipment(carrier="sf", waybill_no="SF1234567890", state="signed", at=MONDAY, damaged_at=MONDAY)


def debt_shop(
    deposit: int = 50000, *, parcels: tuple[Shipment, ...] = (), state: str = "delivered", **policy: Any
) -> World:
    """A delivered order of a shop that has paid in `deposit`."""
    world = shop(**policy)
    world.clock.reach(MONDAY.replace(day=6))
    signed = {} if state == "delivered" else {"signed_at": None}
    sell(world, delivery={**DELIVERED, **signed, "state": state, "parcels": parcels})
    if deposit:
        deposits.tell(world, "m1", "deposited", deposit, "CNY", "top-up-1")
    return world


def shows(world: World, case_id: str, actor: Actor = BUYER) -> None:
    """A party shows a photo, which is looked at."""
    body = AddEvidence(content_type=photo.TYPE, size=1000)
    key = evidence.add(world, asking(None, actor), case_id, body).body["fields"]["key"]
    world.evidence.put(key, photo.png(), photo.TYPE)
    evidence.look_at(world, key)


def paid(world: World, case_id: str) -> str:
    """Granted, submitted, settled."""
    grants.grant(world, case_id)
    grants.submit(world, case_id)
    for refund in world.listings.refunds_of(case_id):
        settlements.see_to(world, refund.refund_no)
    return case_id


def advanced(world: World) -> str:
    """商品质量: the buyer of a bad coat shows a photo, and is paid at once."""
    case_id = file(world, reason="quality_defect")
    shows(world, case_id)
    return paid(world, case_id)


def damaged(world: World) -> str:
    """物流破损: the carrier's own scans say so, the shop agrees, the buyer is paid."""
    case_id = file(world, reason="damaged_in_transit")
    decide(world, case_id, "approve")
    return paid(world, case_id)


def claimed(world: World, case_id: str, *answers: CarrierAnswer) -> str:
    """Filed with the carrier, which answers so; answers the command's number."""
    world.logistics.answers.extend(answers)
    swept(world)
    number = debt(world, case_id).command_no
    assert number is not None
    if answers:
        tracking.see_to(world, number)
    return number


def swept(world: World, **later: float) -> None:
    """Time passes, and the sweeper comes."""
    world.clock.pass_by(**(later or {"minutes": 2}))
    sweeper.sweep(world)


def debt(world: World, case_id: str, number: int = 1) -> Recovery:
    return list(world.listings.recoveries_of(case_id))[number - 1]


def owed(world: World, case_id: str, number: int = 1) -> tuple[str, int, int, int, int]:
    """State, open, recovered, written off, dropped."""
    one = debt(world, case_id, number)
    return one.state, one.open, one.recovered, one.written_off, one.dropped
