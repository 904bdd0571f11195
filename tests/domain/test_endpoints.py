"""When an endpoint rests, and for how long: slowness is what others would suffer from, failure is its own affair."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.endpoints import Webhook
from tests.standins.time import MONDAY

NEW = Webhook(merchant_id="m1", url="https://anna.example", updated_at=MONDAY)
SILENCE: dict[str, Any] = {"status": None, "took": 10.0}
QUICK: dict[str, Any] = {"status": 200, "took": 0.2}


def rest(webhook: Webhook) -> float:
    assert webhook.resting_until is not None
    return (webhook.resting_until - MONDAY).total_seconds()


def probed(*answers: dict[str, Any]) -> Webhook:
    """After attempts that were claimed one after another."""
    webhook = NEW
    for answer in answers:
        webhook = webhook.heard(MONDAY, **answer, probing=True)
    return webhook


def test_a_quick_success_teaches_nothing() -> None:
    assert NEW is NEW.heard(MONDAY, **QUICK)


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503, None])
def test_a_quick_failure_opens_no_rest(status: int | None) -> None:
    after = NEW.heard(MONDAY, status, 0.2)
    assert (False, MONDAY) == (after.is_resting(MONDAY), after.failing_since)
    assert after is after.heard(MONDAY, status, 0.2), "and the next one says nothing new"


@pytest.mark.parametrize(("silences", "seconds"), [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 900), (99, 900)])
def test_each_silence_doubles_the_rest_up_to_a_quarter_of_an_hour(silences: int, seconds: int) -> None:
    assert seconds == rest(probed(*[SILENCE] * silences))


def test_a_slow_success_rests_three_times_as_long_as_it_took_however_often() -> None:
    slow = {"status": 200, "took": 6.0}
    assert (18, None) == (rest(probed(slow, slow, slow)), probed(slow).failing_since)


def test_attempts_that_were_under_way_when_the_rest_began_do_not_prolong_it() -> None:
    first = NEW.heard(MONDAY, **SILENCE)
    later = MONDAY + timedelta(seconds=1)
    assert first is first.heard(later, **SILENCE)


def test_one_quick_answer_ends_the_slowness() -> None:
    after = probed(SILENCE, SILENCE, QUICK)
    assert (0, False, MONDAY) == (after.slow, after.is_resting(MONDAY), after.wake_at)


def test_a_quick_failure_ends_the_slowness_too() -> None:
    assert 0 == probed(SILENCE, {"status": 500, "took": 0.1}).slow


@pytest.mark.parametrize(("wish", "seconds"), [(60, 60), (86_400, 3600)])
def test_a_wish_for_a_pause_keeps_everything_back_for_an_hour_at_most(wish: int, seconds: int) -> None:
    assert seconds == rest(NEW.heard(MONDAY, 429, 0.1, wish))


@pytest.mark.parametrize("status", [200, 400, 500])
def test_only_who_is_overloaded_may_wish_that(status: int) -> None:
    assert NEW.heard(MONDAY, status, 0.1, 60).resting_until is None


@pytest.mark.parametrize(("hours", "enabled"), [(119.9, True), (120, False)])
def test_five_days_of_failures_disable(hours: float, enabled: bool) -> None:
    failing = NEW.heard(MONDAY, 500, 0.1)
    assert enabled == failing.heard(MONDAY + timedelta(hours=hours), 500, 0.1).enabled


def test_a_disabled_endpoint_learns_nothing_more() -> None:
    gone = NEW.heard(MONDAY, 410, 0.1)
    assert ("gone", False) == (gone.disabled_because, gone.enabled)
    assert gone is gone.heard(MONDAY, **QUICK)


def test_what_is_parked_for_a_disabled_endpoint_is_looked_at_at_once() -> None:
    gone = probed(SILENCE, {"status": 410, "took": 0.1})
    assert (0, False, MONDAY) == (gone.slow, gone.is_resting(MONDAY), gone.wake_at)


def test_the_sweeper_looks_until_nothing_was_parked_for_ten_minutes() -> None:
    webhook = probed(SILENCE, QUICK)
    looks = 0
    while webhook.wake_at is not None:
        webhook = webhook.looked_after(webhook.wake_at, found=False)
        looks += 1
    assert 11 == looks
