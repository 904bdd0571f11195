"""Returned parcels as their carriers tell of them, and couriers who come for them."""

from __future__ import annotations

from tests.campaign.stage import Stage
from tests.campaign.stories.shops import delivered
from tests.campaign.stories.told import told


def fetched(s: Stage) -> None:
    """上门取件: called off once, booked again, fetched; then as any other return."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.has_fetched()
    s.calls_off()
    s.has_fetched()
    s.fetches()
    s.receives()
    s.inspects()


def another_time(s: Stage) -> None:
    """The courier is to come another day; the carrier cannot, and then can."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.has_fetched()
    s.carrier_will("failed", reason="no_courier")
    s.wants_another_time()
    s.has_fetched()
    s.wants_another_time()
    s.fetches()
    s.receives()
    s.inspects()


def fetched_in_vain(s: Stage) -> None:
    """One courier came in vain, the other not at all; the buyer ships."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.has_fetched()
    s.fetches_nothing()
    s.nobody_answers()
    s.ships()
    s.receives()
    s.inspects()


def carried(s: Stage) -> None:
    """What its carrier tells of a return: handed over, signed for; the shop says nothing at all."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.scanned("picked_up", "in_transit", "signed", number="SF1234567890", carrier="shunfeng")
    s.nobody_answers()


def carried_in_vain(s: Stage) -> None:
    """The carrier loses what the buyer sent back; an agent rules; then it turns up, and changes nothing."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.scanned("picked_up", "lost", number="SF1234567890", carrier="shunfeng")
    s.nobody_answers()
    s.rules("approve")
    s.scanned("signed", number="SF1234567890", carrier="shunfeng")


def carried_back(s: Stage) -> None:
    """The parcel comes back to the buyer, who sends it once more."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.scanned("picked_up", "returned_to_sender", number="SF1234567890", carrier="shunfeng")
    s.ships("SF2234567890")
    s.receives()
    s.inspects()


STORIES = told(delivered, fetched, another_time, fetched_in_vain, carried, carried_in_vain, carried_back)
