"""Ten attempts over 75 hours, an endpoint that is gone, one that fails for days, and one that is set anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain import refs
from chalicelib.domain.webhooks import SCHEDULE
from chalicelib.ports import WebhookResponse
from chalicelib.schemas.merchants import PutWebhook
from chalicelib.usecases import merchants, webhooks
from tests.standins.carriers import Carrier, delivery, event, sent
from tests.standins.records import SaveFate
from tests.standins.shops import MERCHANT
from tests.standins.time import CountingIds
from tests.standins.world import World

FAILED = WebhookResponse(500)
URL = "https://anna.example"


def hours_of_attempts(world: World) -> list[float]:
    attempts = delivery(world).attempts
    return [(each.at - attempts[0].at).total_seconds() / 3600 for each in attempts]


def always(world: World, response: WebhookResponse, times: int = 1000) -> None:
    world.webhooks.responses.extend([response] * times)


def test_an_endpoint_that_fails_is_tried_ten_times_over_75_hours_and_then_no_more(world: World) -> None:
    always(world, FAILED)
    webhooks.notify(world, event())
    Carrier(world).run(days=10)
    planned = [sum(SCHEDULE[: i + 1]) / 3600 for i in range(10)]
    assert planned == pytest.approx(hours_of_attempts(world), abs=0.3)  # the sweeper comes up to two minutes late
    assert ("given_up", 10, None) == (delivery(world).state, delivery(world).tries, delivery(world).next_at)


@pytest.mark.parametrize(("jitter", "least", "most"), [(0.0, 0.9 * 75, 0.9 * 77), (0.999, 1.1 * 75, 1.1 * 77)])
def test_jitter_moves_each_attempt_by_a_tenth_at_most(world: World, jitter: float, least: float, most: float) -> None:
    world.ids = CountingIds(jitter)
    always(world, FAILED)
    webhooks.notify(world, event())
    Carrier(world).run(days=10)
    assert least <= hours_of_attempts(world)[-1] <= most


def test_waits_longer_than_the_queue_delays_stand_in_the_table_alone(world: World) -> None:
    always(world, FAILED)
    webhooks.notify(world, event())
    carrier = Carrier(world)
    carrier.run(minutes=10)
    carrier.lose()
    carrier.run(days=4)
    assert 10 == len(delivery(world).attempts)


def test_a_message_that_comes_again_and_again_makes_no_attempt_before_its_time(world: World) -> None:
    always(world, FAILED)
    for _ in range(20):
        webhooks.notify(world, event())
        webhooks.retry(world, "m1", "case_x-1")
    assert 1 == len(delivery(world).attempts)


def test_an_endpoint_that_asks_for_a_pause_gets_it(world: World) -> None:
    world.webhooks.responses.append(WebhookResponse(503, retry_after=3600))
    webhooks.notify(world, event())
    assert delivery(world).next_at == world.clock.now() + timedelta(hours=1)
    Carrier(world).run(minutes=59)
    assert 1 == len(sent(world))
    Carrier(world).run(minutes=5)
    assert "delivered" == delivery(world).state


def test_a_pause_that_is_shorter_than_ours_makes_nothing_sooner(world: World) -> None:
    world.webhooks.responses.extend([FAILED, WebhookResponse(429, retry_after=1)])
    webhooks.notify(world, event())
    Carrier(world).run(seconds=6)
    assert [2, 300] == [len(sent(world)), (delivery(world).next_at - world.clock.now()).seconds + 1]  # type: ignore[operator]


def test_who_asks_for_a_pause_gets_it_for_all_that_happens(world: World) -> None:
    world.webhooks.responses.append(WebhookResponse(429, retry_after=600))
    webhooks.notify(world, event())
    webhooks.notify(world, event(case_id="case_y"))
    assert ["case_x-1"] == sent(world)
    Carrier(world).run(minutes=15)
    assert ["case_x-1", "case_x-1", "case_y-1"] == sorted(sent(world))


def test_an_endpoint_that_is_gone_is_disabled_and_its_owner_sees_why(world: World) -> None:
    world.webhooks.responses.append(WebhookResponse(410))
    webhooks.notify(world, event())
    view = merchants.read_webhook(world, MERCHANT, "m1").body
    assert (False, "gone") == (view["enabled"], view["disabled_because"])
    assert [("m1", "gone")] == world.webhooks.switched_off
    assert "given_up" == delivery(world).state


def test_what_happens_while_a_webhook_is_disabled_is_written_down_as_skipped(world: World) -> None:
    merchants.put_webhook(world, MERCHANT, "m1", PutWebhook(url=URL, enabled=False))
    webhooks.notify(world, event())
    assert ([], "skipped", ()) == (sent(world), delivery(world).state, delivery(world).attempts)


def test_what_still_waited_when_it_was_disabled_is_skipped_and_watched_no_more(world: World) -> None:
    world.webhooks.responses.extend([FAILED, WebhookResponse(410)])
    webhooks.notify(world, event())
    webhooks.notify(world, event(case_id="case_y"))
    carrier = Carrier(world)
    carrier.run(hours=1)
    assert ("skipped", "given_up") == (delivery(world).state, delivery(world, "case_y-1").state)
    carried = carrier.carried
    carrier.run(days=5)
    assert carried == carrier.carried, "nothing is tried for ever"


def fail_for(world: World, carrier: Carrier, days: int) -> None:
    """Something happens every day, and the endpoint never takes it."""
    always(world, FAILED)
    for day in range(days):
        webhooks.notify(world, event(case_id=f"case_{day}"))
        carrier.run(days=1)


def test_an_endpoint_that_failed_for_five_days_is_disabled(world: World) -> None:
    carrier = Carrier(world)
    fail_for(world, carrier, days=5)
    assert merchants.read_webhook(world, MERCHANT, "m1").body["enabled"]
    fail_for(world, carrier, days=1)
    view = merchants.read_webhook(world, MERCHANT, "m1").body
    assert (False, "failing") == (view["enabled"], view["disabled_because"])
    assert [("m1", "failing")] == world.webhooks.switched_off


def test_one_success_ends_the_five_days(world: World) -> None:
    carrier = Carrier(world)
    fail_for(world, carrier, days=4)
    assert merchants.read_webhook(world, MERCHANT, "m1").body["failing_since"]
    world.webhooks.responses.clear()
    webhooks.notify(world, event(case_id="case_fine"))
    assert merchants.read_webhook(world, MERCHANT, "m1").body["failing_since"] is None
    fail_for(world, carrier, days=4)
    assert merchants.read_webhook(world, MERCHANT, "m1").body["enabled"]


def test_setting_it_anew_enables_it_and_forgets_the_failures(world: World) -> None:
    fail_for(world, Carrier(world), days=7)
    world.webhooks.responses.clear()
    view = merchants.put_webhook(world, MERCHANT, "m1", PutWebhook(url=URL)).body
    assert (True, None, None) == (view["enabled"], view["failing_since"], view["disabled_because"])
    webhooks.notify(world, event(case_id="case_new"))
    assert "delivered" == delivery(world, "case_new-1").state


def test_a_healthy_endpoints_record_is_not_written_by_its_deliveries(world: World) -> None:
    for number in range(20):
        webhooks.notify(world, event(case_id=f"case_{number}"))
    assert 1 == world.records.one(refs.webhook("m1")).version
    assert 20 == len(world.records.saves), "one write each"


def test_an_attempt_is_written_down_even_if_the_delivery_changed_meanwhile(world: World) -> None:
    told = event()
    world.records.before_save.append(lambda: webhooks.notify(world, told))
    webhooks.notify(world, told)
    assert (2, "delivered") == (len(sent(world)), delivery(world).state)  # at least once


@pytest.mark.parametrize("fate", ["refused", "lost_reply"])
def test_an_attempt_is_written_down_once_when_the_store_stumbles(world: World, fate: SaveFate) -> None:
    always(world, FAILED)
    world.records.fates.append(fate)
    webhooks.notify(world, event())
    assert (1, 1, [5]) == (len(sent(world)), delivery(world).tries, [delay for *_, delay in world.webhooks.delayed])


def test_while_two_secrets_are_good_both_sign_and_afterwards_the_new_one_alone(world: World) -> None:
    merchants.put_webhook(world, MERCHANT, "m1", PutWebhook(url=URL, rotate=True))
    for number, hours in enumerate((0, 23.99, 0.01, 100)):
        world.clock.pass_by(hours=hours)
        webhooks.notify(world, event(case_id=f"case_{number}"))
    assert [(2, 1), (2, 1), (2,), (2,)] == [versions for *_, versions in world.webhooks.sent]
