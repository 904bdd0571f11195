"""What the bus may say of goods on their way back."""

from __future__ import annotations

from chalicelib.schemas.events import text_of
from tests.standins import returns as stages


def test_where_goods_go_back_to_is_told_to_nobody_but_the_parties() -> None:
    world = stages.return_shop()
    case_id = stages.in_transit(world)
    told = "".join(text_of(entry) for entry in world.listings.timeline(case_id, 100, None).rows)
    assert all(secret not in told for secret in (*stages.ADDRESS.values(), "SF1234567890"))
    assert "GoodsShipped" in told


def test_goods_of_the_longest_real_order_fit_into_one_event() -> None:
    world = stages.return_shop()
    case_id = stages.inspected(world)
    [entry] = [one for one in world.listings.timeline(case_id, 100, None).rows if one.type == "GoodsDisposed"]
    line = {"line_id": "1" * 36, "sku": "s" * 40, "quantity": 1000, "disposition": "return_to_vendor"}
    assert len(text_of(entry.but(data={**entry.data, "lines": [line] * 277}))) < 64 * 1024
