"""Orders: registered once, immutable from then on; their delivery is told by facts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.allocations import allocate
from chalicelib.domain.balances import grown
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.ledgers import open_ledger
from chalicelib.domain.orders import OrderDraft
from chalicelib.domain.parcels import tidy
from chalicelib.domain.policies import PLATFORM, version_in_force
from chalicelib.errors import MerchantNotFound, OrderExists, OrderNotFound
from chalicelib.schemas.orders import OrderView
from chalicelib.usecases import logistics, parcels, recalls, steps
from chalicelib.usecases.access import act_as, see_order
from chalicelib.usecases.steps import Found, Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.lifecycles import DeliveryState
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.orders import Order
    from chalicelib.ports import Ports
    from chalicelib.schemas.logistics import SendParcel
    from chalicelib.schemas.orders import RegisterOrder
    from chalicelib.usecases.steps import Decision, Request


def register(ports: Ports, request: Request, body: RegisterOrder) -> Reply:
    """Takes an order in: allocates every reduction to its lines and binds it to the policy in force at purchase.

    The same order again is answered like the first time. Raises OrderExists when its number stands for another
    order, OrderDoesNotAddUp, InvalidRequest, MerchantNotFound, PolicyNotFound.
    """
    act_as(request.actor, "orders")
    draft = OrderDraft(**{name: getattr(body, name) for name in OrderDraft.model_fields})
    own, platform = refs.policy_index(body.merchant_id), refs.policy_index(PLATFORM)
    merchant = refs.merchant(body.merchant_id)

    def decide(found: Found) -> Decision[Reply]:
        kind = found.need(merchant, MerchantNotFound).kind
        policy_id, version = version_in_force(found.get(platform), found.get(own), body.placed_at)
        order = allocate(draft, policy_id=policy_id, policy_version=version).but(merchant_kind=kind)
        standing = found.get(refs.order(body.order_id))
        if standing is not None:
            return [], _same(ports, found, standing, order)
        ledger = open_ledger(order)
        delivery = Delivery(order_id=order.order_id, **dict(body.delivery))
        view = OrderView.of(order, ledger, delivery, ports.policies.get(policy_id, version))
        return [order, ledger, delivery, *recalls.listed(order)], Reply(201, view)

    recalls.list_more(ports, body.merchant_id, body.order_id, [line.sku for line in body.lines])
    wanted = [refs.order(body.order_id), merchant, own, platform]
    return steps.answer(ports, request, wanted, decide)


def _same(ports: Ports, found: Found, standing: Order, order: Order) -> Reply:
    bound = {"policy_id", "policy_version", "merchant_kind"}  # decided when it first came
    if standing.model_dump(exclude=bound) != order.model_dump(exclude=bound):
        raise OrderExists(f"order {order.order_id} was registered with other contents")
    return Reply(200, _view(ports, found, standing))


def read(ports: Ports, actor: Actor, order_id: str) -> Reply:
    """The order with what is still refundable. Raises OrderNotFound."""
    wanted = [refs.order(order_id), refs.ledger(order_id), refs.delivery(order_id)]
    found = Found(ports, ports.records.load(wanted), wanted)
    order = see_order(actor, found.get(refs.order(order_id)))
    return Reply(200, _view(ports, found, order))


def _view(ports: Ports, found: Found, order: Order) -> OrderView:
    ledger = found.need(refs.ledger(order.order_id), OrderNotFound)
    delivery = found.need(refs.delivery(order.order_id), OrderNotFound)
    policy = ports.policies.get(order.policy_id, order.policy_version)
    return OrderView.of(grown(order, ledger), ledger, delivery, policy)


def tell_delivery(
    ports: Ports, order_id: str, state: DeliveryState, at: datetime, *, promised_at: datetime | None = None
) -> None:
    """A fact about the goods on their way out; repeated and overtaking facts change nothing. Raises OrderNotFound."""
    ref = refs.delivery(order_id)

    def decide(found: Found) -> Decision[None]:
        before = found.need(ref, OrderNotFound)
        after = before.told(state, at)
        if promised_at is not None:
            after = after.promised(promised_at)
        return ([] if after is before else [after.but(version=before.version + 1)]), None

    steps.change(ports, [ref], decide)


def send_parcel(ports: Ports, request: Request, order_id: str, waybill_no: str, body: SendParcel) -> Reply:
    """The order system says what the goods travel under. Repeating it changes nothing. Raises OrderNotFound,
    WaybillTaken.
    """
    act_as(request.actor, "orders")
    ship(ports, order_id, body.carrier, waybill_no)
    if body.at is not None:
        tell_delivery(ports, order_id, "shipped", body.at)
    return read(ports, request.actor, order_id)


def ship(ports: Ports, order_id: str, carrier: str, waybill_no: str) -> None:
    """The goods travel under this waybill: from now on its carrier tells the delivery, which has it followed.

    Told twice, nothing is written; the tracker is asked again only while it has not answered. Raises OrderNotFound,
    WaybillTaken.
    """
    wanted = [refs.order(order_id), refs.delivery(order_id), refs.waybill(carrier, tidy(waybill_no))]

    def decide(found: Found) -> Decision[CarrierCommand | None]:
        order = found.need(refs.order(order_id), OrderNotFound)
        items = parcels.ship(found, order, carrier, waybill_no)
        if not items:
            return [], None
        command = logistics.follow_order(ports, order_id, carrier, waybill_no)
        return [*items, command], command

    command = steps.change(ports, wanted, decide)
    if command is not None:
        logistics.signal(ports, command)
