"""The merchants' page about webhooks: what it tells a shop to do works on what we really send."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from chalicelib.adapters.webhooks import derived

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
SECRET, OTHER = derived(b"m" * 32, "m1", 1), derived(b"m" * 32, "m1", 2)
BODY = '{"type": "CaseSubmitted", "note": "茶杯"}'

Verified = Callable[[str, Mapping[str, str], bytes], bool]


@pytest.fixture(scope="module")
def verified() -> Verified:
    [told] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    page: dict[str, Any] = {}
    exec(told, page)
    function: Verified = page["verified"]
    return function


def headers(*secrets: str, at: datetime | None = None) -> dict[str, str]:
    sent = at or datetime.now(UTC)
    signatures = " ".join(Webhook(secret).sign("evt_1", sent, BODY) for secret in secrets)
    stamp = str(int(sent.timestamp()))
    return {"webhook-id": "evt_1", "webhook-timestamp": stamp, "webhook-signature": signatures}


def test_what_we_sign_verifies_also_in_the_day_of_two_secrets(verified: Verified) -> None:
    assert verified(SECRET, headers(SECRET), BODY.encode())
    assert verified(SECRET, headers(OTHER, SECRET), BODY.encode())


def test_nothing_else_verifies(verified: Verified) -> None:
    told = headers(SECRET)
    assert not verified(SECRET, headers(OTHER), BODY.encode())
    assert not verified(SECRET, told, BODY.replace("茶杯", "茶壶").encode())
    assert not verified(SECRET, {**told, "webhook-id": "evt_2"}, BODY.encode())
    assert not verified(SECRET, headers(SECRET, at=datetime.now(UTC) - timedelta(minutes=6)), BODY.encode())
    assert not verified(SECRET, {**told, "webhook-timestamp": "soon"}, BODY.encode())
