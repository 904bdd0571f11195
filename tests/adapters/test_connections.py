"""Who listens, kept in DynamoDB and in memory: the same promises for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from chalicelib.adapters.dynamodb.connections import DynamoConnections
from chalicelib.domain.connections import LIFE, Connection, Subscription, Ticket, digest
from chalicelib.errors import TransientFault
from chalicelib.ports import Connections
from tests import tables
from tests.adapters.stubs import stubbed
from tests.standins.live import MemoryConnections
from tests.standins.shops import BUYER, MERCHANT
from tests.standins.time import MONDAY

NOW = MONDAY


@pytest.fixture
def live_table(dynamodb_client: DynamoDBClient) -> Iterator[str]:
    with tables.fresh_table(dynamodb_client, "LiveTable") as name:
        yield name


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def kept(request: pytest.FixtureRequest) -> Connections:
    if request.param == "memory":
        return MemoryConnections()
    client = request.getfixturevalue("dynamodb_client")
    return DynamoConnections(client, request.getfixturevalue("live_table"))


def connection(connection_id: str = "c=1", actor: Any = BUYER, seconds: int = 0) -> Connection:
    return Connection(connection_id=connection_id, actor=actor, opened_at=NOW + timedelta(seconds=seconds))


def subscription(connection_id: str = "c=1", case_id: str = "case_1", **more: Any) -> Subscription:
    usual = {"actor": BUYER, "since": "sub_1", "sent": 3, "expires_at": NOW + LIFE}
    return Subscription(case_id=case_id, connection_id=connection_id, **{**usual, **more})


def test_a_ticket_is_redeemed_by_one_connection_as_often_as_it_asks(kept: Connections) -> None:
    kept.issue(Ticket.of("secret", MERCHANT, NOW))
    assert [MERCHANT, MERCHANT, None] == [kept.redeem(digest("secret"), each, NOW) for each in ("c1", "c1", "c2")]


@pytest.mark.parametrize(("seconds", "is_good"), [(0, True), (59.999, True), (60, False), (3600, False)])
def test_a_ticket_is_over_to_the_millisecond(kept: Connections, seconds: float, is_good: bool) -> None:
    kept.issue(Ticket.of("secret", BUYER, NOW))
    at = NOW + timedelta(seconds=seconds)
    assert is_good == (kept.redeem(digest("secret"), "c1", at) is not None)


def test_a_ticket_that_was_never_issued_is_nobody_s_and_leaves_nothing(kept: Connections) -> None:
    assert [None, None] == [kept.redeem(digest("forged"), "c1", NOW) for _ in range(2)]


def test_an_open_connection_is_found_by_its_id_and_by_its_person(kept: Connections) -> None:
    kept.open(connection())
    kept.open(connection("c2", MERCHANT))
    assert (connection(), None) == (kept.find("c=1"), kept.find("c"))
    assert [connection()] == kept.of_actor(BUYER.key)


def test_what_a_connection_follows_is_found_from_both_ends(kept: Connections) -> None:
    kept.open(connection())
    kept.follow(subscription())
    kept.follow(subscription(case_id="case_2", sent=0))
    found = kept.find("c=1")
    assert found is not None and {"case_1", "case_2"} == found.cases
    assert [subscription()] == kept.followers("case_1")


def test_who_follows_again_follows_anew(kept: Connections) -> None:
    kept.follow(subscription())
    kept.follow(again := subscription(since="sub_2", sent=1))
    assert [again] == kept.followers("case_1")


@pytest.mark.parametrize(("sent", "stands"), [(4, 4), (9, 9), (3, 3), (2, 3)])
def test_how_far_it_was_sent_never_goes_back(kept: Connections, sent: int, stands: int) -> None:
    kept.follow(subscription())
    kept.advance(subscription(), sent)
    assert [stands] == [each.sent for each in kept.followers("case_1")]


def test_a_late_note_about_the_subscription_before_changes_nothing(kept: Connections) -> None:
    kept.follow(subscription(since="sub_2"))
    kept.advance(subscription(), 9)
    kept.unfollow("c=1", "case_1")
    kept.advance(subscription(), 9)
    assert [] == kept.followers("case_1")


def test_who_unfollows_keeps_the_rest(kept: Connections) -> None:
    kept.open(connection())
    kept.follow(subscription())
    kept.follow(subscription(case_id="case_2"))
    for _ in range(2):
        kept.unfollow("c=1", "case_1")
    found = kept.find("c=1")
    assert found is not None and {"case_2"} == found.cases


def test_what_is_forgotten_leaves_nothing(kept: Connections) -> None:
    kept.open(connection())
    kept.open(other := connection("c2"))
    for each in ("case_1", "case_2"):
        kept.follow(subscription(case_id=each))
    kept.follow(subscription("c2"))
    found = kept.find("c=1")
    assert found is not None
    for _ in range(2):
        kept.forget(found)
    assert (None, [other]) == (kept.find("c=1"), kept.of_actor(BUYER.key))
    assert [["c2"], []] == [[each.connection_id for each in kept.followers(case)] for case in ("case_1", "case_2")]


@pytest.mark.dynamodb
def test_a_partition_of_many_pages_is_read_whole(dynamodb_client: DynamoDBClient, live_table: str) -> None:
    class Paging:
        """DynamoDB with pages of three."""

        def __getattr__(self, name: str) -> Any:
            return getattr(dynamodb_client, name)

        def query(self, **request: Any) -> Any:
            return dynamodb_client.query(**request, Limit=3)

    kept = DynamoConnections(Paging(), live_table)  # type: ignore[arg-type]
    for number in range(8):
        kept.follow(subscription(f"c{number}"))
    assert [f"c{number}" for number in range(8)] == [each.connection_id for each in kept.followers("case_1")]


@pytest.mark.dynamodb
def test_everything_that_is_kept_is_forgotten_by_itself(dynamodb_client: DynamoDBClient, live_table: str) -> None:
    kept = DynamoConnections(dynamodb_client, live_table)
    kept.issue(Ticket.of("secret", BUYER, NOW))
    kept.open(connection())
    kept.follow(subscription())
    items = dynamodb_client.scan(TableName=live_table)["Items"]
    ends = {item["sk"]["S"].partition("#")[0]: int(item["expires_at"]["N"]) for item in items}
    later = int((NOW + LIFE).timestamp())
    assert 5 == len(items)
    assert {"ticket": int(NOW.timestamp()) + 60, "connection": later, "case": later} == ends
    assert "secret" not in repr(items)


@pytest.mark.dynamodb
def test_of_many_handshakes_with_one_ticket_one_comes_in(dynamodb_client: DynamoDBClient, live_table: str) -> None:
    kept = DynamoConnections(dynamodb_client, live_table)
    for number in range(20):
        ticket = Ticket.of(f"secret-{number}", BUYER, NOW)
        kept.issue(ticket)
        with ThreadPoolExecutor(8) as crowd:
            told = list(crowd.map(kept.redeem, [ticket.digest] * 8, [f"c{n}" for n in range(8)], [NOW] * 8))
        assert 1 == sum(actor is not None for actor in told)


CALLS: list[tuple[str, Callable[[DynamoConnections], object]]] = [
    ("put_item", lambda kept: kept.issue(Ticket.of("secret", BUYER, NOW))),
    ("update_item", lambda kept: kept.redeem("d", "c1", NOW)),
    ("update_item", lambda kept: kept.advance(subscription(), 9)),
    ("query", lambda kept: kept.find("c1")),
    ("delete_item", lambda kept: kept.unfollow("c1", "case_1")),
]


@pytest.mark.parametrize(("method", "call"), CALLS)
def test_a_throttle_asks_for_another_try(method: str, call: Callable[[DynamoConnections], object]) -> None:
    client, stubber = stubbed("dynamodb")
    stubber.add_client_error(method, "ProvisionedThroughputExceededException")
    with pytest.raises(TransientFault):
        call(DynamoConnections(client, "table"))
