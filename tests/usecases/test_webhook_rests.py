"""An endpoint that lets us wait is left alone for a while; what happens meanwhile waits in order and is not lost."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain import refs
from chalicelib.domain.endpoints import Webhook
from chalicelib.domain.webhooks import WebhookDelivery
from chalicelib.ports import WebhookResponse
from chalicelib.schemas.merchants import PutWebhook
from chalicelib.usecases import merchants, webhooks
from tests.standins.carriers import Carrier, delivery, event, sent
from tests.standins.shops import MERCHANT
from tests.standins.world import World

SILENCE = WebhookResponse(None, "timeout", took=10.0)


def webhook(world: World) -> Webhook:
    return world.records.one(refs.webhook("m1"))


def happen(world: World, events: int, begin: int = 0) -> None:
    """So many events of as many cases, a second apart."""
    for number in range(begin, begin + events):
        webhooks.notify(world, event(case_id=f"case_{number:03}"))
        world.clock.pass_by(seconds=1)


def states(world: World) -> set[str]:
    return {each.state for each in world.records.all(WebhookDelivery)}


def test_after_a_silence_nothing_is_sent_there_for_a_while(world: World) -> None:
    world.webhooks.responses.append(SILENCE)
    happen(world, 20)
    assert ["case_000-1"] == sent(world)
    assert 19 == len(world.listings.parked("m1", 100))


def test_what_is_parked_uses_up_no_attempts_and_costs_the_sweeper_one_row(world: World) -> None:
    world.webhooks.responses.append(SILENCE)
    happen(world, 20)
    assert 0 == delivery(world, "case_007-1").tries
    tomorrow = world.clock.now() + timedelta(days=1)
    due = [thing for _, thing, _ in world.records.due(tomorrow) if thing != delivery(world, "case_000-1")]
    assert [webhook(world)] == [thing for thing in due if isinstance(thing, Webhook | WebhookDelivery)]


def test_what_is_parked_is_not_written_again_while_the_rest_lasts(world: World) -> None:
    world.webhooks.responses.append(SILENCE)
    happen(world, 2)
    before = len(world.records.saves)
    for _ in range(5):
        webhooks.retry(world, "m1", "case_001-1")
    assert before == len(world.records.saves)


def test_when_it_is_quick_again_everything_arrives_the_oldest_first(world: World) -> None:
    world.webhooks.responses.append(SILENCE)
    happen(world, 20)
    world.webhooks.sent.clear()
    Carrier(world).run(minutes=5)
    assert {"delivered"} == states(world)
    parked = [f"case_{number:03}-1" for number in range(1, 20)]
    assert parked == [event_id for event_id in sent(world) if event_id != "case_000-1"]


def test_a_newcomer_parks_behind_its_case_and_does_not_look_for_it_again_and_again(world: World) -> None:
    world.webhooks.responses.append(SILENCE)
    happen(world, 250)
    carrier = Carrier(world)
    carrier.run(minutes=1)  # the first hundred are on their way
    webhooks.notify(world, event(2, "case_249"))
    carrier.run(minutes=10)
    assert ["case_249-1", "case_249-2"] == [one for one in sent(world) if one.startswith("case_249")]
    assert delivery(world, "case_249-2").version <= 4, "few writes, however long it waited"


def test_a_silent_endpoint_is_asked_four_times_an_hour_however_much_waits(world: World) -> None:
    world.webhooks.responses.extend([SILENCE] * 10_000)
    carrier = Carrier(world)
    happen(world, 200)
    carrier.run(hours=2)
    before = len(sent(world))
    carrier.run(hours=10)
    assert 36 <= len(sent(world)) - before <= 40
    assert carrier.carried <= 2 * len(sent(world)), "nor is the queue filled with what cannot be sent"


def test_only_one_delivery_at_a_time_finds_out_whether_it_is_quick_again(world: World) -> None:
    world.webhooks.responses.append(SILENCE)
    happen(world, 5)
    world.clock.pass_by(minutes=1)
    rival = "case_002-1"
    world.records.before_save.append(lambda: webhooks.retry(world, "m1", rival))  # between its read and its claim
    webhooks.retry(world, "m1", "case_001-1")
    assert ["case_000-1", rival] == sent(world)
    assert delivery(world, "case_001-1").is_parked


def test_what_is_under_way_with_a_slow_endpoint_keeps_others_back(world: World) -> None:
    world.webhooks.responses.append(SILENCE)
    happen(world, 3)
    world.clock.pass_by(minutes=1)
    world.records.put(webhook(world).claimed(world.clock.now()))
    webhooks.retry(world, "m1", "case_001-1")
    assert ["case_000-1"] == sent(world)


def test_a_worker_that_died_with_its_claim_keeps_nobody_back_for_long(world: World) -> None:
    world.webhooks.responses.append(SILENCE)
    happen(world, 3)
    world.clock.pass_by(minutes=1)
    world.records.put(webhook(world).claimed(world.clock.now()))
    Carrier(world).run(minutes=5)
    assert {"delivered"} == states(world)


def test_a_silent_endpoint_is_disabled_after_five_days_and_what_is_parked_is_skipped(world: World) -> None:
    world.webhooks.responses.extend([SILENCE] * 10_000)
    happen(world, 30)
    Carrier(world).run(days=6)
    assert [("m1", "failing")] == world.webhooks.switched_off
    assert states(world) <= {"skipped", "given_up"}
    assert webhook(world).wake_at is None, "and nobody looks there any more"


def test_setting_the_address_anew_ends_the_rest(world: World) -> None:
    world.webhooks.responses.append(SILENCE)
    happen(world, 10)
    view = merchants.read_webhook(world, MERCHANT, "m1").body
    assert view["resting_until"]
    view = merchants.put_webhook(world, MERCHANT, "m1", PutWebhook(url="https://quick.example")).body
    assert view["resting_until"] is None
    Carrier(world).run(minutes=2)
    assert {"delivered"} == states(world)


def test_what_an_attempt_at_the_old_address_says_is_not_held_against_the_new_one(world: World) -> None:
    world.webhooks.responses.append(SILENCE)
    anew = PutWebhook(url="https://quick.example")
    world.clock.pass_by(seconds=1)
    world.records.before_save.append(lambda: merchants.put_webhook(world, MERCHANT, "m1", anew) and None)
    webhooks.notify(world, event())
    assert (None, None) == (webhook(world).failing_since, webhook(world).resting_until)


def test_a_merchants_rest_is_nobody_elses(world: World) -> None:
    world.records.put(Webhook(merchant_id="m2", url="https://rita.example", updated_at=world.clock.now()))
    world.webhooks.responses.append(SILENCE)
    happen(world, 1)
    webhooks.notify(world, event(merchant_id="m2", case_id="case_y"))
    assert ["case_000-1", "case_y-1"] == sent(world)
