"""Cases whose cost falls on others: the shop's deposit, the carrier."""

from __future__ import annotations

from chalicelib.ports import CarrierAnswer
from tests.campaign.stage import Stage
from tests.campaign.stories.shops import indebted
from tests.campaign.stories.told import told


def advanced(s: Stage) -> None:
    """先行赔付: evidence pays the buyer, the deposit the fund, and the settlement system the same once more."""
    s.files(reason="quality_defect")
    s.shows()
    s.minutes_pass()
    s.debtors_pay()
    s.minutes_pass()


def claimed(s: Stage) -> None:
    """物流破损: the carrier is asked to pay for what its own scan says."""
    s.files(reason="damaged_in_transit")
    s.decides("approve")
    s.minutes_pass()
    s.minutes_pass()


def unclaimed(s: Stage) -> None:
    """The carrier refuses, nobody files again, and when time is up the platform bears it."""
    s.cloud.logistics._port.answers.append(CarrierAnswer("failed", "claim_unfounded"))
    s.files(reason="damaged_in_transit")
    s.decides("approve")
    s.minutes_pass()
    s.minutes_pass(60 * 24 * 31)


def shared(s: Stage) -> None:
    """责任界定: the buyer's part is not paid, the shop's is taken of its deposit, the carrier's claimed of it."""
    s.files(reason="wrong_item")
    s.rejects()
    s.escalates()
    s.nobody_answers()
    s.rules("approve", liability="both", shares={"buyer": 200, "merchant": 300, "carrier": 500})
    s.nobody_answers()
    s.minutes_pass()
    s.minutes_pass()


STORIES = told(indebted, advanced, claimed, unclaimed, shared)
