"""先行赔付 in the preview: what the fund would pay at once, for what, until when; and it keeps to that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from chalicelib.domain.freezes import FrozenShops
from chalicelib.schemas.cases import FileCase
from chalicelib.usecases import filings
from tests.standins.debts import debt_shop, shows
from tests.standins.returns import DELIVERED
from tests.standins.shops import BUYER, ask, file, sell
from tests.standins.world import World

OWED = 30789


def announced(world: World, reason: str = "quality_defect", **more: Any) -> Any:
    body = FileCase.model_validate({"order_id": "o1", "reason": reason, "lines": [ask()], **more})
    return filings.preview(world, BUYER, body).body["advance"]


def test_the_preview_says_what_it_takes_and_until_when() -> None:
    world = debt_shop()
    before = len(world.records.saves)
    told = announced(world)
    case_id = file(world, reason="quality_defect")
    assert (1, world.gate(case_id).due_at) == (told["evidence"], datetime.fromisoformat(told["until"]))
    assert before + 1 == len(world.records.saves), "a preview writes nothing"


def test_what_is_announced_is_kept_and_the_shop_is_not_waited_for() -> None:
    world = debt_shop()
    assert announced(world)
    case_id = file(world, reason="quality_defect")
    shows(world, case_id)
    assert ("approved", True) == (world.case(case_id).status, world.case(case_id).advanced)


@pytest.mark.parametrize(
    ("reason", "policy", "asked"),
    [
        ("wrong_item", {}, {}),  # not promised for it
        ("not_wanted", {}, {}),
        ("quality_defect", {"advance": {"up_to": {"CNY": OWED - 1}}}, {}),
        ("quality_defect", {}, {"remedy": "return_and_refund"}),  # the goods are looked at before anybody pays
        ("counterfeit", {}, {}),  # the platform looks first
    ],
)
def test_what_is_not_promised_is_not_announced(reason: str, policy: dict[str, Any], asked: dict[str, Any]) -> None:
    world = debt_shop(**policy)
    assert announced(world, reason, **asked) is None


def test_a_deposit_that_does_not_cover_it_announces_nothing() -> None:
    assert announced(debt_shop(OWED - 1)) is None
    assert announced(debt_shop(OWED))


def test_neither_the_platform_s_own_shop_nor_a_frozen_one_is_paid_for_in_advance() -> None:
    world = debt_shop()
    world.records.put(FrozenShops(merchant_ids=("m1",)))
    assert announced(world) is None
    own = debt_shop()
    sell(own, merchant_id="own", delivery=DELIVERED)
    assert announced(own) is None
