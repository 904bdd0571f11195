"""The provider's keys may change while it runs; whoever changes them must know the one that is good now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import urllib3

from local.standins.payment import PaymentStandIn
from local.standins.payment_provider import Provider

NEW = {"api_key": "new", "signing_secret": "whsec_" + "bmV3bmV3" * 4}


@pytest.fixture
def bank() -> Iterator[PaymentStandIn]:
    with PaymentStandIn(Provider(), api_key="old") as standin:
        yield standin


def ask(bank: PaymentStandIn, key: str, method: str = "GET", path: str = "/book", body: object = None) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    return int(urllib3.request(method, bank.url + path, json=body, headers=headers, timeout=5).status)


def test_the_new_key_opens_and_the_old_one_does_not_any_more(bank: PaymentStandIn) -> None:
    assert 200 == ask(bank, "old", "POST", "/keys", NEW)
    assert (200, 401) == (ask(bank, "new"), ask(bank, "old"))


def test_who_does_not_know_the_key_changes_none(bank: PaymentStandIn) -> None:
    assert 401 == ask(bank, "guessed", "POST", "/keys", NEW)
    assert 200 == ask(bank, "old")


def test_a_key_that_is_none_is_refused_and_the_old_one_stays(bank: PaymentStandIn) -> None:
    assert 400 == ask(bank, "old", "POST", "/keys", {"api_key": "", "signing_secret": NEW["signing_secret"]})
    assert 200 == ask(bank, "old")
