"""Money is promised once: numbers are fixed before the first call, and what is repeated changes nothing."""

from __future__ import annotations

import pytest

from chalicelib.errors import PaymentChargedBack
from chalicelib.usecases import chargebacks, grants
from tests.standins import stages
from tests.standins.world import World


def test_the_number_is_fixed_before_the_first_call_and_a_second_grant_finds_it(world: World) -> None:
    case_id = stages.approved(world)
    assert grants.grant(world, case_id)["outcome"] == grants.grant(world, case_id)["outcome"] == "granted"
    assert ([], 1) == (world.payments.calls, len(world.listings.refunds_of(case_id)))


def test_a_submission_that_is_repeated_asks_again_and_changes_nothing(world: World) -> None:
    case_id = stages.submitted(world)
    version = world.case(case_id).version
    assert ("submitted", "settlement") == tuple(grants.submit(world, case_id)[name] for name in ("outcome", "gate"))
    assert version == world.case(case_id).version


def test_after_a_chargeback_nobody_is_paid_twice(world: World) -> None:
    case_id = stages.approved(world)
    for _ in range(2):
        chargebacks.open_chargeback(world, "cb1", "o1", "pay_card", 30000)
    assert 30000 == world.ledger().payments[0].charged_back
    with pytest.raises(PaymentChargedBack):
        grants.grant(world, case_id)
