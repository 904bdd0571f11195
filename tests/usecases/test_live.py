"""Who may listen, to what, and what is said to whom."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.actors import Actor
from chalicelib.domain.connections import LIFE, LONGEST, MOST_CASES, MOST_CONNECTIONS
from chalicelib.domain.entries import Entry
from chalicelib.domain.turns import Turn
from chalicelib.errors import Fault, Forbidden, TransientFault, Unauthorized
from chalicelib.usecases import cases, live
from tests.standins.shops import AUDITOR, BUYER, MERCHANT, RIVAL, STRANGER, decide, file, sell, shop
from tests.standins.world import World

PAGE = "https://shop.example"


@pytest.fixture
def world() -> World:
    world = shop()
    sell(world)
    return world


def secret_for(world: World, actor: Actor) -> str:
    return str(live.issue(world, actor).body["ticket"])


def connect(world: World, actor: Actor = BUYER, connection_id: str = "c1") -> str:
    live.admit(world, connection_id, PAGE, secret_for(world, actor))
    return connection_id


def says(world: World, connection_id: str = "c1", **wish: Any) -> list[dict[str, Any]]:
    """What is heard because of it."""
    before = len(world.live.heard[connection_id])
    live.heed(world, connection_id, json.dumps(wish))
    return world.live.heard[connection_id][before:]


def subscribe(world: World, case_id: str, connection_id: str = "c1", after: int = 0) -> list[dict[str, Any]]:
    return says(world, connection_id, action="subscribe", case_id=case_id, after=after)


def told(world: World, case_id: str) -> list[Entry]:
    return sorted(world.records.all(Entry, case_id=case_id), key=lambda entry: entry.sequence)


# --- tickets


def test_a_ticket_says_where_and_until_when(world: World) -> None:
    body = live.issue(world, BUYER).body
    assert (world.live.url, world.clock.now() + timedelta(seconds=60)) == (
        body["url"],
        world.clock.now().fromisoformat(body["expires_at"]),
    )


def test_a_ticket_is_kept_as_its_digest_alone(world: World) -> None:
    secret = secret_for(world, BUYER)
    assert secret not in repr(world.connections.tickets)


def test_a_ticket_opens_once(world: World) -> None:
    secret = secret_for(world, BUYER)
    live.admit(world, "c1", PAGE, secret)
    with pytest.raises(Unauthorized):
        live.admit(world, "c2", PAGE, secret)
    assert {"c1"} == set(world.connections.connections)


def test_the_same_handshake_tried_again_is_still_its_own(world: World) -> None:
    secret = secret_for(world, BUYER)
    for _ in range(2):
        live.admit(world, "c1", PAGE, secret)
    assert BUYER == world.connections.connections["c1"].actor


def test_a_ticket_is_over_after_a_minute(world: World) -> None:
    secret = secret_for(world, BUYER)
    world.clock.pass_by(seconds=60)
    with pytest.raises(Unauthorized):
        live.admit(world, "c1", PAGE, secret)


@pytest.mark.parametrize("secret", [None, "", "secret-9", "a" * 5000, "\ud800"])
def test_nobody_comes_in_without_a_ticket_of_ours(world: World, secret: str | None) -> None:
    secret_for(world, BUYER)
    with pytest.raises(Unauthorized):
        live.admit(world, "c1", PAGE, secret)


def test_a_ticket_of_another_stage_is_unknown_here(world: World) -> None:
    with pytest.raises(Unauthorized):
        live.admit(shop(), "c1", PAGE, secret_for(world, BUYER))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "https://shop.example.evil", "HTTPS://SHOP"])
def test_a_page_of_another_origin_does_not_connect_and_does_not_use_the_ticket_up(world: World, origin: str) -> None:
    secret = secret_for(world, BUYER)
    with pytest.raises(Forbidden):
        live.admit(world, "c1", origin, secret)
    live.admit(world, "c2", PAGE, secret)


def test_a_program_sends_no_origin_and_connects(world: World) -> None:
    live.admit(world, "c1", None, secret_for(world, BUYER))
    assert {"c1"} == set(world.connections.connections)


# --- connections


def test_who_opens_too_many_keeps_the_newest_and_is_told_so(world: World) -> None:
    case_id = file(world)
    for number in range(MOST_CONNECTIONS + 1):
        connect(world, connection_id=f"c{number}")
        subscribe(world, case_id, f"c{number}")
        world.clock.pass_by(seconds=1)
    assert ["closing", "Forbidden"] == [(last := world.live.heard["c0"][-1])["type"], last["code"]["code"]]
    assert {"c0"} == world.live.gone
    assert MOST_CONNECTIONS == len(world.connections.connections) == len(world.connections.subscriptions)


def test_one_person_s_connections_are_not_another_s(world: World) -> None:
    for number in range(MOST_CONNECTIONS):
        connect(world, BUYER, f"b{number}")
        connect(world, STRANGER, f"s{number}")
    assert set() == world.live.gone


def test_who_leaves_is_forgotten_with_all_that_it_followed(world: World) -> None:
    case_id = file(world)
    subscribe(world, case_id, connect(world))
    live.leave(world, "c1")
    live.leave(world, "c1")
    assert ({}, {}) == (world.connections.connections, world.connections.subscriptions)


@pytest.mark.parametrize("is_old", [True, False])
def test_a_connection_that_nobody_knows_any_more_is_told_so_and_closed(world: World, is_old: bool) -> None:
    if is_old:
        connect(world)
        world.clock.reach(world.clock.now() + LIFE)
    assert ["closing"] == [heard["type"] for heard in says(world, action="ping")]
    assert {"c1"} == world.live.gone


# --- subscriptions


def test_a_subscription_tells_the_story_so_far_as_the_timeline_does(world: World) -> None:
    case_id = file(world)
    first, *entries = subscribe(world, case_id, connect(world))
    views = cases.timeline(world, BUYER, case_id, 50, None).body["items"]
    assert ("subscribed", case_id, 0) == (first["type"], first["case_id"], first["after"])
    assert views == [{name: entry[name] for name in views[0]} for entry in entries]
    assert {("entry", case_id)} == {(entry["type"], entry["case_id"]) for entry in entries}


def test_what_is_not_for_a_follower_passes_and_leaves_no_gap(world: World) -> None:
    case_id = file(world)
    for actor, connection in ((BUYER, "c1"), (AUDITOR, "c2")):
        subscribe(world, case_id, connect(world, actor, connection))
    case = world.case(case_id)
    turn = Turn(case, AUDITOR, world.clock.now(), world.policies.get(case.policy_id, case.policy_version))
    turn.tell("GoodsPutAway", stock="done")
    world.records.save(turn.items)
    live.tell(world, case_id)
    [passed], [entry] = ([*world.live.heard[connection][-1:]] for connection in ("c1", "c2"))
    last = world.case(case_id).sequence
    assert ("passed", last, last) == (passed["type"], passed["sequence"], passed["case"]["sequence"])
    assert {"type", "case_id", "sequence", "case"} == passed.keys()
    assert ("entry", last, "GoodsPutAway") == (entry["type"], entry["sequence"], entry["what"]["code"])


def test_a_message_says_where_the_case_stands(world: World) -> None:
    case_id = file(world)
    standing = subscribe(world, case_id, connect(world))[-1]["case"]
    assert ("in_review", "merchant", len(told(world, case_id))) == (
        standing["status"]["code"],
        standing["next_action"]["who"]["code"],
        standing["sequence"],
    )


def test_who_resumes_hears_only_what_follows(world: World) -> None:
    case_id = file(world)
    decide(world, case_id, "approve")
    last = len(told(world, case_id))
    assert [last] == [heard["sequence"] for heard in subscribe(world, case_id, connect(world), last - 1)[1:]]


def test_what_happens_is_told_to_everybody_who_follows(world: World) -> None:
    case_id = file(world)
    for actor, connection in ((BUYER, "c1"), (MERCHANT, "c2"), (AUDITOR, "c3")):
        subscribe(world, case_id, connect(world, actor, connection))
    decide(world, case_id, "approve")
    for _ in range(3):  # the queue repeats itself
        live.tell(world, case_id)
    for connection in ("c1", "c2", "c3"):
        heard = [each for each in world.live.heard[connection] if each["type"] == "entry"]
        assert [entry.sequence for entry in told(world, case_id)] == [each["sequence"] for each in heard]
        assert "approved" == heard[-1]["case"]["status"]["code"]


@pytest.mark.parametrize("actor", [STRANGER, RIVAL, Actor(role="orders", id="orders")])
def test_what_is_another_s_is_not_found_just_like_what_is_not_there(world: World, actor: Actor) -> None:
    connect(world, actor)
    [foreign] = subscribe(world, (case_id := file(world)))
    [absent] = subscribe(world, (nowhere := "case_" + "9" * 26))
    assert ("not_found", case_id) == (foreign["type"], foreign["case_id"])
    assert foreign == {**absent, "case_id": case_id} and nowhere == absent["case_id"]
    assert {} == world.connections.subscriptions


def test_a_follower_that_may_not_see_the_case_any_more_hears_nothing(world: World) -> None:
    case_id = file(world)
    subscribe(world, case_id, connect(world))
    [(key, subscription)] = world.connections.subscriptions.items()
    world.connections.subscriptions[key] = subscription.but(actor=STRANGER)
    decide(world, case_id, "approve")
    before = len(world.live.heard["c1"])
    live.tell(world, case_id)
    assert (before, {}) == (len(world.live.heard["c1"]), world.connections.subscriptions)


def test_who_unsubscribes_hears_no_more(world: World) -> None:
    case_id = file(world)
    subscribe(world, case_id, connect(world))
    assert [{"type": "unsubscribed", "id": "7", "case_id": case_id}] == says(
        world, action="unsubscribe", case_id=case_id, id="7"
    )
    decide(world, case_id, "approve")
    live.tell(world, case_id)
    assert "unsubscribed" == world.live.heard["c1"][-1]["type"]


def test_a_page_that_begins_anew_on_its_connection_hears_all_again(world: World) -> None:
    case_id = file(world)
    first = subscribe(world, case_id, connect(world))
    assert first == subscribe(world, case_id)


def test_a_connection_that_is_gone_is_forgotten_at_the_first_message_that_it_does_not_take(world: World) -> None:
    case_id = file(world)
    subscribe(world, case_id, connect(world))
    world.live.gone.add("c1")
    decide(world, case_id, "approve")
    live.tell(world, case_id)
    assert ({}, {}) == (world.connections.connections, world.connections.subscriptions)


def test_a_subscription_whose_connection_was_forgotten_already_goes_too(world: World) -> None:
    case_id = file(world)
    subscribe(world, case_id, connect(world))
    world.connections.connections.clear()
    world.live.gone.add("c1")
    decide(world, case_id, "approve")
    live.tell(world, case_id)
    assert {} == world.connections.subscriptions


def test_an_event_of_a_case_that_nobody_follows_reads_nothing_else(world: World) -> None:
    case_id = file(world)
    before = len(world.records.loads)
    live.tell(world, case_id)
    assert before == len(world.records.loads)


def test_one_that_cannot_be_told_does_not_keep_it_from_the_others(world: World) -> None:
    case_id = file(world)
    for connection in ("c1", "c2", "c3"):
        subscribe(world, case_id, connect(world, BUYER, connection))
    decide(world, case_id, "approve")
    post = world.live.post

    def broken(connection_id: str, message: str) -> bool:
        if connection_id == "c1":
            raise TransientFault("throttled")
        return post(connection_id, message)

    world.live.post = broken  # type: ignore[method-assign]
    with pytest.raises(TransientFault):
        live.tell(world, case_id)
    assert [True, True] == [world.live.heard[each][-1]["what"]["code"] == "CaseApproved" for each in ("c2", "c3")]


# --- what makes no sense


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (None, "InvalidRequest"),
        ("", "InvalidRequest"),
        ("hello", "InvalidRequest"),
        ("[]", "InvalidRequest"),
        ("[" * 2000, "InvalidRequest"),
        ('{"action": "dance"}', "InvalidRequest"),
        ('{"action": "$connect"}', "InvalidRequest"),
        ("{}", "InvalidRequest"),
        ('{"action": "ping", "id": 7}', "InvalidRequest"),
        ('{"action": "ping", "id": "\\ud800"}', "InvalidRequest"),
        ('{"action": "ping", "\\ud800": 1}', "InvalidRequest"),
        ('{"action": "ping", "case_id": "case_1"}', "InvalidRequest"),
        ('{"action": "subscribe"}', "InvalidRequest"),
        ('{"action": "subscribe", "case_id": "x"}', "InvalidRequest"),
        ('{"action": "subscribe", "case_id": {"a": 1}}', "InvalidRequest"),
        (json.dumps({"action": "subscribe", "case_id": "case_" + "1" * 26, "after": -1}), "InvalidRequest"),
        (json.dumps({"action": "subscribe", "case_id": "case_" + "1" * 26, "after": 1.0}), "InvalidRequest"),
        (json.dumps({"action": "subscribe", "case_id": "case_" + "1" * 26, "after": "1"}), "InvalidRequest"),
        (json.dumps({"action": "subscribe", "case_id": "case_" + "1" * 26, "after": 10**9}), "InvalidRequest"),
        (" " * (LONGEST + 1), "BodyTooLarge"),
        ("茶" * (LONGEST // 2), "BodyTooLarge"),
    ],
)
def test_what_makes_no_sense_is_answered_and_closes_nothing(world: World, message: str | None, code: str) -> None:
    connect(world)
    live.heed(world, "c1", message)
    [heard] = world.live.heard["c1"]
    assert ("error", code) == (heard["type"], heard["code"]["code"])
    assert heard["detail"] and heard["code"]["zh"]
    assert ["pong"] == [each["type"] for each in says(world, action="ping")]


def test_a_refusal_names_the_field_and_what_was_asked(world: World) -> None:
    connect(world)
    case_id = file(world)
    [heard] = says(world, action="subscribe", case_id=case_id, after=99, id="s1")
    assert ("s1", case_id, "after", 1) == (
        heard["id"],
        heard["case_id"],
        heard["errors"][0]["field"],
        len(told(world, case_id)) == heard["errors"][0]["limits"]["maximum"],
    )


def test_a_connection_follows_a_limited_number_of_cases(world: World) -> None:
    case_id = file(world)
    connect(world)
    known = world.connections.connections["c1"]
    full = known.but(cases=frozenset(f"case_{n}" for n in range(MOST_CASES)))
    world.connections.find = lambda _: full  # type: ignore[method-assign]
    [heard] = subscribe(world, case_id)
    assert ("error", {"maximum": MOST_CASES}) == (heard["type"], heard["errors"][0]["limits"])


def test_a_case_that_is_followed_already_does_not_count_again(world: World) -> None:
    case_id = file(world)
    connect(world)
    known = world.connections.connections["c1"]
    full = known.but(cases=frozenset([case_id, *(f"case_{n}" for n in range(MOST_CASES - 1))]))
    world.connections.find = lambda _: full  # type: ignore[method-assign]
    assert "subscribed" == subscribe(world, case_id)[0]["type"]


def test_a_ping_is_answered(world: World) -> None:
    connect(world)
    assert [{"type": "pong", "id": "p1"}] == says(world, action="ping", id="p1")


def test_a_hiccup_is_told_and_asks_for_another_try(world: World) -> None:
    connect(world)
    case_id = file(world)

    def broken(_: Any) -> Any:
        raise TransientFault("BatchGetItem: throttled")

    world.records.load = broken  # type: ignore[method-assign]
    [heard] = says(world, action="subscribe", case_id=case_id)
    assert ("error", "TransientFault", case_id) == (heard["type"], heard["code"]["code"], heard["case_id"])


def test_a_fault_of_ours_is_told_without_its_words_and_is_not_hidden(world: World) -> None:
    connect(world)
    case_id = file(world)

    def broken(_: Any) -> Any:
        raise Fault("a secret detail")

    world.records.load = broken  # type: ignore[method-assign]
    with pytest.raises(Fault):
        subscribe(world, case_id)
    assert "secret" not in json.dumps(world.live.heard["c1"])


def test_a_story_longer_than_one_read_is_told_whole(world: World) -> None:
    case_id = file(world)
    case, [entry, *_] = world.case(case_id), told(world, case_id)
    world.records.put(case.but(sequence=250), *(entry.but(sequence=n) for n in range(1, 251)))
    heard = subscribe(world, case_id, connect(world))
    assert list(range(1, 251)) == [each["sequence"] for each in heard[1:]]
