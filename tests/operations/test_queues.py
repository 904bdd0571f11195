"""`dead`: what lies there is told by ids alone, and goes back once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from operations import queues
from operations.errors import Refused
from operations.places import Place

EVENT = {"detail-type": "CaseApproved", "source": "aftersales", "detail": {"case_id": "case_1", "note": "Zhang San"}}


@pytest.fixture
def sqs(place: Place) -> Any:
    return place.session.client("sqs")


def send(sqs: Any, name: str, *bodies: object) -> None:
    url = sqs.get_queue_url(QueueName=f"aftersales-test-{name}")["QueueUrl"]
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))


def bodies(sqs: Any, name: str) -> list[Any]:
    url = sqs.get_queue_url(QueueName=f"aftersales-test-{name}")["QueueUrl"]
    found: list[Any] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found.extend(json.loads(message["Body"]) for message in messages)
    return found


def test_a_replay_puts_everything_back_and_leaves_nothing(place: Place, sqs: Any) -> None:
    send(sqs, "webhooks-dead", *({"event_id": f"e{n}"} for n in range(13)))
    assert 13 == queues.replay(place, "webhooks")
    assert [] == bodies(sqs, "webhooks-dead")
    assert {f"e{n}" for n in range(13)} == {body["event_id"] for body in bodies(sqs, "webhooks")}


def test_a_replay_of_nothing_moves_nothing(place: Place) -> None:
    assert 0 == queues.replay(place, "notifications")


@pytest.mark.parametrize(("name", "way_back"), [("changes", "the sweeper repairs"), ("searches", "reindex")])
def test_the_stream_s_pointers_cannot_be_replayed(place: Place, name: str, way_back: str) -> None:
    with pytest.raises(Refused, match=way_back):
        queues.replay(place, name)


def test_looking_takes_nothing_away_and_shows_no_words(
    place: Place, sqs: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    send(sqs, "notifications-dead", EVENT)
    queues.show(place, "notifications")
    out = capsys.readouterr().out
    assert "case_id=case_1" in out
    assert "CaseApproved" in out
    assert "Zhang" not in out
    assert [EVENT] == bodies(sqs, "notifications-dead")


@pytest.mark.parametrize(("body", "about"), [("no json", "no JSON"), ("[]", "no ids"), ('{"case_id": 5}', "no ids")])
def test_what_is_no_message_of_ours_is_told_as_such(body: str, about: str) -> None:
    assert about == queues.about(body)


def test_every_queue_is_counted_with_what_died_of_it(place: Place, sqs: Any) -> None:
    send(sqs, "order-events", {"order_id": "o1"})
    send(sqs, "order-events-dead", {"order_id": "o2"}, {"order_id": "o3"})
    lines = {line[0]: line for line in queues.depths(place)}
    assert ("order-events", "1", "0", "0", "2") == lines["order-events"]
    assert {*queues.QUEUES, "changes", "searches"} == set(lines)
