"""The seeded shop's orders add up and its requests are well formed, before any stack is there."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from rich.console import Console

from chalicelib.adapters.logistics import standard
from chalicelib.domain.allocations import allocate
from chalicelib.domain.orders import Order, OrderDraft
from chalicelib.schemas import cases as shapes
from chalicelib.schemas import disputes, repairs, replacements, returns
from chalicelib.schemas.logistics import SendParcel
from chalicelib.schemas.orders import RegisterOrder
from chalicelib.schemas.payments import BuyerPaid
from chalicelib.schemas.prices import PutPrices
from chalicelib.schemas.replacements import PriceBody
from local.api import Answer, Api
from local.seed import partners, photo
from local.seed.goods import CUPS, TEA
from local.seed.orders import Basket
from local.seed.scene import Scene
from local.seed.stories import STORIES, Story
from local.seed.summary import Told, table
from local.stack import Stack

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
BODIES = {
    "decision": shapes.DecideCase,
    "answer": shapes.AnswerOffer,
    "escalate": shapes.EscalateCase,
    "withdraw": shapes.WithdrawCase,
    "revise": shapes.ReviseCase,
    "ruling": shapes.RuleCase,
    "inquiry": disputes.AnswerInquiry,
    "statements": disputes.MakeStatement,
    "done": disputes.FinishDispute,
    "appeal": disputes.AppealRuling,
    "evidence": shapes.AddEvidence,
    "shipment": returns.ShipGoods,
    "extension": shapes.AskForTime,
    "pickup": returns.BookPickup,
    "cancel": returns.CallOffPickup,
    "receipt": returns.ReceiveGoods,
    "inspection": returns.InspectGoods,
    "appointment": repairs.BookVisit,
    "repair": repairs.RecordRepair,
    "dispatch": repairs.SendGoodsBack,
    "choice": repairs.ChooseInstead,
    "replacement": replacements.ShipReplacement,
    "cases": shapes.FileCase,
    "orders": RegisterOrder,
}


class Reader:
    """Takes every request that is well formed, and remembers the orders."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.keys: list[str] = []
        self.scanned = ""  # where the newest scan puts the parcel
        self.gate = "replacement"  # at which the case waits

    def call(self, method: str, path: str, *, user: str, body: Mapping[str, Any], key: str | None = None) -> Answer:
        by_path = {"PATCH": shapes.MoveDeadline, "PUT": SendParcel}
        last = path.rpartition("/")[2]
        assert "/parcels/" not in path or re.fullmatch(r"[A-Z0-9][A-Z0-9-]{3,39}", last), f"{last} is no waybill number"
        shape = PutPrices if last == "prices" else by_path.get(method) or BODIES[last]
        read = shape.model_validate_json(json.dumps(body))
        if isinstance(read, RegisterOrder):
            draft = OrderDraft(**{name: getattr(read, name) for name in OrderDraft.model_fields})
            self.orders.append(allocate(draft, policy_id="platform", policy_version=1))
        if last == "escalate":
            self.gate = "ruling"
        if isinstance(read, shapes.DecideCase) and any(map(self._is_dearer, read.prices)):
            self.gate = "difference"
        if key:
            self.keys.append(key)
        reply = {"case_id": "case_01M81V50KV9ZX50FF0WHB594Y9", "url": "http://bucket", "fields": {}}
        return Answer(path, 200 if method in by_path else 201, {}, json.dumps(reply).encode(), 0.0)

    def _is_dearer(self, price: PriceBody) -> bool:
        return price.unit_price.amount > self.orders[-1].line(price.line_id).unit_price

    def hears(self, stack: Stack, source: str, type: str, **fact: Any) -> None:
        """The buyer has paid the difference."""
        assert ("payments", "difference.paid", "difference") == (source, type, self.gate)
        BuyerPaid.model_validate(fact)
        self.gate = "replacement"

    def get(self, path: str, user: str) -> dict[str, Any]:
        """A case, its parcels or an order, as far as a story looks at one."""
        if path.endswith("/parcels"):
            return {"items": [{"waybill_no": "SF1000000001", "pickup": {"visits": 1}}]}
        if path.startswith("/orders/"):
            return {"parcels": [{"state": {"code": self.scanned}}]}
        return {
            "amount": {"amount": 25800, "currency": "CNY"},
            "next_action": {"gate": {"code": self.gate}},
            "refunds": [{"state": {"code": "settled"}}],
        }


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What the partners were told."""
    heard: list[tuple[str, Any]] = []
    monkeypatch.setattr(partners, "payment_will", lambda stack, payment_id, **rule: heard.append((payment_id, rule)))
    monkeypatch.setattr(partners, "courier_fails", lambda stack, number, because: heard.append((number, because)))
    monkeypatch.setattr(partners, "upload", lambda url, fields, content, kind: heard.append((url, content)))
    return heard


def _state(code: str) -> str:
    """What one of the standard codes says of a parcel."""
    state = standard.CODES[code]
    return str(state[0] if isinstance(state, tuple) else state)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.key)
def test_every_request_of_a_story_is_well_formed(
    story: Story, told: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader()
    scene = Scene(cast(Stack, None), cast(Api, reader), f"s1-{story.key}", NOW)
    monkeypatch.setattr(partners, "carrier_scans", lambda stack, number, code: setattr(reader, "scanned", _state(code)))
    monkeypatch.setattr(partners, "tells", reader.hears)
    story.tell(scene)
    assert 1 == len([sold for sold in reader.orders if sold.order_id == scene.order_id])
    assert len(set(reader.keys)) == len(reader.keys)
    assert len({sold.order_id for sold in reader.orders}) == len(reader.orders)
    payments = {payment.payment_id for sold in reader.orders for payment in sold.payments}
    assert {name for name, rule in told if isinstance(rule, dict)} <= payments


def test_every_state_that_a_refund_story_has_is_told() -> None:
    statuses = {"in_review", "countered", "rejected", "in_dispute", "remedying", "completed", "withdrawn", "closed"}
    assert statuses | {"awaiting_goods", "in_transit", "repairing"} == {story.ends[0] for story in STORIES}
    assert {"unknown", "submitted", "failed", "reversed", "settled"} == {story.ends[1] for story in STORIES} - {None}


def test_a_basket_is_paid_by_points_and_card_and_the_wallet_for_the_rest() -> None:
    basket = Basket([(TEA, 2), (CUPS, 1)], off=(5000, 50000), coupon=1000, freight=1200, points=3000, gift_card=2000)
    assert 2 * 26800 + 12900 - 5000 - 1000 + 1200 == basket.due
    assert {"points": 3000, "gift_card": 2000, "wallet": basket.due - 5000} == {
        payment["method"]: payment["amount"] for payment in basket.payments("o1")
    }


def test_the_picture_is_a_png() -> None:
    assert photo.png().startswith(b"\x89PNG\r\n\x1a\n")


def test_the_list_of_cases_cuts_no_word_off_however_narrow_the_terminal_is() -> None:
    told = [Told(f"case_{n:026}", "buyer-1", each.zh, each.en, each.ends[0], None) for n, each in enumerate(STORIES)]
    shown = io.StringIO()
    Console(file=shown, width=80).print(table(told))
    assert "…" not in shown.getvalue()


def test_a_line_of_the_summary_says_how_the_refund_stands() -> None:
    assert "remedying, refund unknown" == Told("c", "b", "", "", "remedying", "unknown").state
    assert "closed" == Told("c", "b", "", "", "closed", None).state
