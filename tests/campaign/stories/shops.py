"""The shops of the stories: the same small one, and what was sold, sent and promised before a story begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.buyers import Credit
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.deposits import Deposit, posting
from chalicelib.domain.lifecycles import ParcelState
from chalicelib.domain.notifications import Preferences
from chalicelib.domain.parcels import Course, Holder, Scan, Waybill
from tests.campaign.cloud import Cloud
from tests.campaign.stage import OUT
from tests.standins.debts import PARCEL
from tests.standins.repairs import OLD
from tests.standins.returns import BOOK, DELIVERED
from tests.standins.shops import furnish, sell
from tests.standins.time import MONDAY

LIMIT = {"CNY": 50000}


def usual(cloud: Cloud, *, policy: Mapping[str, Any] | None = None, **sold: Any) -> None:
    """One order, paid by card and not shipped; its buyer is reached by e-mail too."""
    furnish(cloud, **{"instant_up_to": {}, **(policy or {})})
    cloud.table.put(Preferences(buyer_id="b1", channels=frozenset({"inbox", "email"})))
    sell(cloud, **sold)


def by_card_and_wallet(cloud: Cloud) -> None:
    usual(cloud, payments={"card": 20000, "wallet": 19000})


def careful(cloud: Cloud) -> None:
    """Whose staff grants more than 100.00 only by two."""
    usual(cloud, policy={"second_person_above": {"CNY": 10000}})


def on_file(cloud: Cloud) -> None:
    """Whose policy hears nobody again when a ruling is appealed against."""
    usual(cloud, policy={"appeal_hears": False})


def without_address(cloud: Cloud) -> None:
    """The buyer has the goods, and the shop has no address for them."""
    usual(cloud, delivery=DELIVERED)


def delivered(cloud: Cloud) -> None:
    """The buyer has the goods, and the shop says where they go back to."""
    without_address(cloud)
    cloud.table.put(BOOK)


def out_of_warranty(cloud: Cloud) -> None:
    usual(cloud, delivery=OLD)
    cloud.table.put(BOOK)


def trusting(cloud: Cloud) -> None:
    """A buyer who is paid when the carrier has the goods."""
    usual(cloud, policy={"instant_up_to": LIMIT}, delivery=DELIVERED)
    cloud.table.put(BOOK, Credit(buyer_id="b1", limits=LIMIT))


def indebted(cloud: Cloud) -> None:
    """A parcel that its carrier damaged, and a shop that has paid a deposit in."""
    usual(cloud, delivery={**DELIVERED, "parcels": (PARCEL,)})
    deposit = Deposit(merchant_id="m1").moved("deposited", 50000, "CNY").but(version=1)
    cloud.table.put(deposit, posting(deposit, "deposited", 50000, "CNY", entry_id="paid-in", at=MONDAY))


def on_the_road(cloud: Cloud) -> None:
    usual(cloud)
    under_way(cloud)


def undecided(cloud: Cloud) -> None:
    """Whose policy stops no goods before somebody has decided."""
    usual(cloud, policy={"way_out": {"intercept_at_once": False}})
    under_way(cloud)


def under_way(cloud: Cloud, order_id: str = "o1", *, signed: bool = False) -> None:
    """The order's goods left under a waybill, and the carrier has them, or says that somebody signed for them."""
    order, at = cloud.order(order_id), cloud.clock.now()
    state: ParcelState = "signed" if signed else "picked_up"
    scan = Scan(event=f"{OUT}-{state}", at=at, state=state, code=state)
    waybill = Waybill(carrier="sf", number=OUT, course=Course().heard([scan]))
    holder = Holder(buyer_id=order.buyer_id, merchant_id=order.merchant_id, goes_back=False, order_id=order.order_id)
    delivery = Delivery(order_id=order.order_id).sent("sf", OUT).moved("sf", OUT, waybill.course)
    cloud.table.put(waybill.but(holders=(holder,)), delivery.but(version=1))
