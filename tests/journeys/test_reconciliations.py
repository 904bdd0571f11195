"""对账: real refunds, a bill that is printed wrong, the day reconciled, an auditor who reads it, the way back taken."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import urllib3

from chalicelib.adapters.dynamodb.codec import item_of
from chalicelib.adapters.dynamodb.listings import DynamoListings
from local.stack import Stack
from operations.places import Place
from operations.reconciliations import reconcile
from tests.journeys.patience import until
from tests.journeys.provider import Provider
from tests.journeys.shops import SMALL, Shop
from tests.journeys.stories import AUDITOR, Story

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
STRANGE = "rfd_7ZZZZZZZZZZZZZZZZZZZZZZZZZ01"


@pytest.fixture
def day() -> date:
    """The day before yesterday: its bill and that of the day after are there."""
    return (datetime.now(ZONE) - timedelta(days=2)).date()


def place_of(stack: Stack, shop: Shop) -> Place:
    return Place("local", shop.api, stack.cloud, stack.table, stack.refund_flow_arn)


def as_if_then(stack: Stack, provider: Provider, story: Story, at: datetime, **says: Any) -> str:
    """What happened a moment ago happened at noon of that day, on both sides: nobody can wait for tomorrow's bill.

    Answers the refund's number.
    """
    table = stack.client("dynamodb")
    [refund] = DynamoListings(table, stack.table).refunds_of(story.case_id)
    if refund.settled_at is not None:
        then = refund.but(settled_at=at + timedelta(seconds=5), granted_at=at - HOUR)
        table.put_item(TableName=stack.table, Item=item_of(then))
    facts = {"left_out": True} if says.pop("left_out", False) else {"says": {"settled_at": at.isoformat(), **says}}
    provider.now("misprint", refund_no=refund.refund_no, **facts)
    return refund.refund_no


def unheard_of(shop: Shop, provider: Provider) -> Story:
    """The bank paid it after a while; its notice was lost, and it answers no question about it."""
    order = shop.sells(SMALL)
    provider.misbehave(order, outcome="accept", seconds=None, notices="silent")
    provider.misbehave(order, call="find", outcome="timeout", times=None)
    story = shop.files(order)
    refund = story.until_refund("submitted")
    until(lambda: provider.refund(refund["refund_no"]), bool)
    provider.now("settle", refund_no=refund["refund_no"])
    return story


def test_a_day_is_reconciled_read_by_an_auditor_and_put_right(
    stack: Stack, shop: Shop, provider: Provider, day: date, capsys: pytest.CaptureFixture[str]
) -> None:
    at = datetime.combine(day, time(12), ZONE)
    settled = [shop.automatic() for _ in range(3)]
    for story in settled:
        story.until("completed", within=90)  # alone, this journey starts every function cold
    lost = unheard_of(shop, provider)
    healthy, missing, wrong = (
        as_if_then(stack, provider, story, at, **says)
        for story, says in zip(settled, ({}, {"left_out": True}, {"amount": SMALL + 1}), strict=True)
    )
    unknown = as_if_then(stack, provider, lost, at)
    line = {"refund_no": STRANGE, "reference": "x", "payment_id": "p", "amount": 1, "currency": "CNY"}
    made_up = json.dumps({**line, "state": "settled", "settled_at": at.isoformat()})
    provider.now("misprint", day=str(day), made_up=made_up)

    # The day is run by the deployed function, over its own read-only key and its own rights.
    assert 0 < reconcile(place_of(stack, shop), day)
    view = shop.api.get(f"/reconciliations/{day}", AUDITOR)
    told = report(view["reports"][0]["url"])
    assert ("Missing on the bill", "Another amount", "Another state", "Extra on the bill") == tuple(
        told[number]["kind"].partition(" ")[2] for number in (missing, wrong, unknown, STRANGE)
    )
    assert healthy not in told
    assert "have it correct its bill" in told[missing]["way back"]  # asked again, the provider says that it paid
    assert ("8.90", "8.91") == (told[wrong]["our amount"], told[wrong]["bill's amount"])
    assert {"refund_no": unknown, "state": "settled"} in view["facts"]
    assert "403 Forbidden" == refused(shop, day, shop.buyer)

    # The way back that is safe: the bill's fact is recorded, and nothing is paid.
    assert 0 == reconcile(place_of(stack, shop), day, record=True, run=False)
    assert "RefundSettled" in lost.told() and "completed" == lost.until("completed")["status"]["code"]
    paid = provider.refund(unknown)
    assert paid is not None and 1 == paid.moved
    assert "operator" in json.dumps(shop.api.get(f"/reconciliations/{day}", AUDITOR)["recorded"])
    assert str(day) in [row["day"] for row in shop.api.listed("/reconciliations", AUDITOR)]

    # Again: what was put right is only late now, and the first report is still there.
    reconcile(place_of(stack, shop), day)
    again = shop.api.get(f"/reconciliations/{day}", AUDITOR)["reports"]
    assert "Settled late" == report(again[0]["url"])[unknown]["kind"].partition(" ")[2]
    assert told == report(again[1]["url"])
    assert "unknown" not in capsys.readouterr().err


def report(url: str) -> dict[str, dict[str, str]]:
    """The file's lines by refund number, their cells by the English words of the heads."""
    download = urllib3.request("GET", url, timeout=10)
    assert (200, b"\xef\xbb\xbf") == (download.status, download.data[:3])
    assert download.headers["Content-Disposition"].startswith("attachment")
    rows = csv.DictReader(io.StringIO(download.data.decode("utf-8-sig"), newline=""))
    named = [{head.partition(" ")[2]: cell for head, cell in row.items()} for row in rows]
    return {row["refund number"]: row for row in named}


def refused(shop: Shop, day: date, user: str) -> str:
    answer = shop.api.call("GET", f"/reconciliations/{day}", user=user)
    return f"{answer.status} {answer.code}"
