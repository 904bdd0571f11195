"""A refund's number leads back to its case, and its clock says when the provider is asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.lifecycles import REFUND
from chalicelib.domain.refunds import ASK_DELAYS, Refund, RefundRef, ask_delay, case_of, number_of
from chalicelib.errors import RefundNotFound, TransitionRefused
from tests.refusals import refused

CASE = "case_01HZX0000000000000000000AB"
NUMBER = "rfd_01HZX0000000000000000000AB07"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def refund(state: str = "granted", **more: object) -> Refund:
    ids = {"refund_no": NUMBER, "case_id": CASE, "order_id": "o1", "merchant_id": "m1", "buyer_id": "b1"}
    paid = {"payment_id": "p1", "method": "card", "provider": "standard", "amount": 500, "currency": "CNY"}
    return Refund.model_validate({**ids, **paid, "state": state, "granted_at": AT, **more})


def test_a_number_is_the_case_s_with_a_count() -> None:
    assert NUMBER == number_of(CASE, 7)


def test_the_number_leads_back_to_the_case() -> None:
    assert CASE == case_of(NUMBER)


@pytest.mark.parametrize(
    "number",
    ["", CASE, NUMBER[:-1], NUMBER + "1", "x" + NUMBER, NUMBER.lower(), NUMBER.replace("HZX", "HIX"),
     NUMBER.replace("07", "0a"), NUMBER + "\n"],
)  # fmt: skip
def test_another_text_is_no_number_of_ours(number: str) -> None:
    assert (f"{number[:64]!r} is not a refund number", []) == refused(RefundNotFound, lambda: case_of(number))


def test_a_long_text_is_quoted_in_part() -> None:
    assert (f"'{'x' * 64}' is not a refund number", []) == refused(RefundNotFound, lambda: case_of("x" * 65))


def test_the_provider_is_asked_every_minute_then_more_and_more_seldom_and_never_not() -> None:
    expected = [60, 60, 60, 60, 60, 60, 300, 600, 1200, 1800, 3600, 3600, 3600]
    assert expected == [ask_delay(asks) for asks in range(len(ASK_DELAYS) + 2)]


@pytest.mark.parametrize(("asks", "seconds"), [(0, 120), (6, 360), (50, 3660)])
def test_the_sweeper_looks_a_minute_after_the_ask_should_have_been(asks: int, seconds: int) -> None:
    asked = refund("submitted", asks=asks).asked(AT)
    assert (asks + 1, AT + timedelta(seconds=seconds), 2) == (asked.asks, asked.ask_at, asked.version)


@pytest.mark.parametrize("state", ["granted", "submitted", "unknown"])
def test_the_sweeper_watches_a_refund_that_is_open(state: str) -> None:
    assert AT == refund(state, ask_at=AT).watch_at


@pytest.mark.parametrize("state", ["settled", "failed", "released", "reversed"])
def test_nobody_watches_a_refund_that_is_done(state: str) -> None:
    assert refund(state, ask_at=AT).watch_at is None


def test_a_new_refund_is_granted_and_nobody_was_asked() -> None:
    new = refund().model_dump()
    assert ("granted", 0) == (new["state"], new["asks"])
    unset = ("submitted_at", "accepted_at", "unknown_since", "settled_at", "reason", "ask_at")
    assert [None] * len(unset) == [Refund.model_fields[name].default for name in unset]
    bare = {name: value for name, value in new.items() if name not in ("state", "asks")}
    assert ("granted", 0) == (Refund.model_validate(bare).state, Refund.model_validate(bare).asks)


def test_a_refund_is_referred_to_by_number_payment_amount_and_state() -> None:
    assert RefundRef(refund_no=NUMBER, payment_id="p1", amount=500, state="unknown") == refund("unknown").ref


def test_a_refund_moves_only_as_its_table_says() -> None:
    assert {
        "granted": {"submitted", "released"},
        "submitted": {"settled", "failed", "unknown"},
        "unknown": {"submitted", "settled", "failed"},
        "failed": {"released"},
        "settled": {"reversed"},
        "released": set(),
        "reversed": set(),
    } == REFUND


def test_a_refund_that_moves_takes_what_was_learned_along() -> None:
    moved = refund("submitted").moved("settled", settled_at=AT)
    assert ("settled", AT, 2) == (moved.state, moved.settled_at, moved.version)


def test_a_released_refund_is_never_settled() -> None:
    with pytest.raises(TransitionRefused, match="released cannot become settled"):
        refund("released").moved("settled")


def test_a_refund_is_of_a_payment_unless_it_is_said_to_be_a_voucher() -> None:
    assert not refund().voucher


def test_what_is_known_meanwhile_is_kept_with_its_facts() -> None:
    asked = refund("submitted").asked(AT, "unknown", unknown_since=AT, reason="HTTP 503")
    assert ("unknown", AT, "HTTP 503") == (asked.state, asked.unknown_since, asked.reason)
    assert "unknown" == asked.asked(AT, "unknown").state, "the same again is no transition"


def test_an_ask_leads_nowhere_that_the_table_does_not() -> None:
    with pytest.raises(TransitionRefused):
        refund("failed").asked(AT, "unknown")
