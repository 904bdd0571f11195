"""退货运费: who pays for the way back, by whose doing it was; and 运费险, which pays what is the buyer's own."""

from __future__ import annotations

from chalicelib.domain import refs
from chalicelib.domain.orders import FreightInsurance
from chalicelib.schemas.returns import DeclareFreight
from chalicelib.usecases import return_freights
from tests.campaign.cloud import Cloud
from tests.campaign.stage import Stage
from tests.campaign.stories.shops import delivered
from tests.campaign.stories.told import Stories, told
from tests.standins.shops import BUYER


def insured(cloud: Cloud) -> None:
    """An insurer pays 10.00 for the way back, whatever it cost."""
    delivered(cloud)
    order = cloud.table.one(refs.order("o1"))
    cloud.table.put(order.but(freight_insurance=FreightInsurance(insurer_id="picc", amount=1000, fixed=True)))


def _declares(s: Stage, amount: int = 1200) -> None:
    body = DeclareFreight.model_validate({"amount": {"amount": amount, "currency": "CNY"}})
    s.does(return_freights.declare, BUYER, body)


def _comes_back(s: Stage, reason: str) -> None:
    s.files(remedy="return_and_refund", reason=reason)
    s.decides("approve")
    s.ships()


def way_back_of_shop(s: Stage) -> None:
    """The wrong goods came: what the buyer paid the carrier is paid with the refund, by the shop."""
    _comes_back(s, "wrong_item")
    _declares(s)
    s.receives()
    s.inspects()


def way_back_declared_late(s: Stage) -> None:
    """Said after the money has come, and said once more: it is paid at once, and once."""
    _comes_back(s, "wrong_item")
    s.receives()
    s.inspects()
    _declares(s)
    _declares(s, 1500)


def way_back_insured(s: Stage) -> None:
    """A change of mind: the fund pays the buyer what the insurer owes, who pays it, and says so twice."""
    _comes_back(s, "not_wanted")
    s.receives()
    s.inspects()
    s.minutes_pass()
    s.debtors_pay("insurer")
    s.debtors_pay("insurer")


def way_back_insured_in_vain(s: Stage) -> None:
    """The insurer does not pay: somebody is told once, and it stays owed."""
    _comes_back(s, "not_wanted")
    s.receives()
    s.inspects()
    s.minutes_pass(60 * 24 * 31)
    s.minutes_pass(60 * 24)


def way_back_of_buyer(s: Stage) -> None:
    """A change of mind without insurance: the buyer has paid for it, and is paid the goods alone."""
    _comes_back(s, "not_wanted")
    _declares(s)
    s.receives()
    s.inspects()


def way_back_shared(s: Stage) -> None:
    """Refused, and ruled: buyer, shop and carrier share the price of the goods, and the way back like it."""
    s.files(reason="wrong_item")
    s.rejects()
    s.escalates()
    s.nobody_answers()
    shares = {"buyer": 250, "merchant": 500, "carrier": 250}
    s.rules("approve", liability="both", shares=shares, goods="go_back")
    s.nobody_answers()
    s.ships()
    _declares(s)
    s.receives()
    s.inspects()
    s.minutes_pass()
    s.minutes_pass()


STORIES: Stories = {
    **told(delivered, way_back_of_shop, way_back_declared_late, way_back_of_buyer, way_back_shared),
    **told(insured, way_back_insured, way_back_insured_in_vain),
}
