"""Many writers and bad networks: one of many wins, and a reply that was lost writes nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.stub import Stubber
from mypy_boto3_dynamodb import DynamoDBClient

from chalicelib.adapters.clients import CONFIG
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.domain import refs
from chalicelib.errors import Fault, TransientFault, VersionLost
from tests import tables
from tests.adapters.dynamodb import things
from tests.adapters.dynamodb.conftest import unhurried

pytestmark = pytest.mark.dynamodb
LEDGER = refs.ledger("o1")


class LosingReplies:
    """An HTTP session that carries out the first requests and loses what they were answered."""

    def __init__(self, session: Any, loses: int, error: Exception) -> None:
        self._session, self._error = session, error
        self.loses = loses
        self.bodies: list[bytes] = []

    def send(self, request: Any) -> Any:
        response = self._session.send(request)
        self.bodies.append(request.body)
        if len(self.bodies) <= self.loses:
            raise self._error
        return response


def losing(endpoint: str, loses: int, error: Exception) -> tuple[DynamoDBClient, LosingReplies]:
    """A client as the functions use it, retries and all, over a network that loses replies."""
    client: Any = boto3.client("dynamodb", config=CONFIG, **tables.access(endpoint))
    session = LosingReplies(client._endpoint.http_session, loses, error)
    client._endpoint.http_session = session
    return client, session


def outcomes(records: DynamoRecords, tries: list[Any]) -> list[str]:
    """Saves all at once and says how each try ended."""

    def save(thing: Any) -> str:
        try:
            records.save([thing])
        except VersionLost:
            return "lost"
        return "won"

    with ThreadPoolExecutor(len(tries)) as pool:
        return list(pool.map(save, tries))


def test_of_64_writers_of_the_same_version_exactly_one_wins(dynamodb_local: str, table: str) -> None:
    records = DynamoRecords(tables.client(dynamodb_local, connections=64), table, unhurried)
    ledger = things.ledger()
    records.save([ledger])

    ended = outcomes(records, [ledger.next()] * 64)

    assert {"won": 1, "lost": 63} == {outcome: ended.count(outcome) for outcome in sorted(set(ended), reverse=True)}
    assert 2 == records.load([LEDGER])[LEDGER].version  # type: ignore[attr-defined]


def test_of_64_requests_with_one_key_exactly_one_stores_its_answer(dynamodb_local: str, table: str) -> None:
    records = DynamoRecords(tables.client(dynamodb_local, connections=64), table, unhurried)

    ended = outcomes(records, [things.answer(body=f'{{"try":{i}}}') for i in range(64)])

    winner = records.load([refs.answer("buyer:b1", "k1")])[refs.answer("buyer:b1", "k1")]
    assert things.answer(body=f'{{"try":{ended.index("won")}}}') == winner
    assert 63 == ended.count("lost")


@pytest.mark.parametrize(
    "error",
    [
        ConnectionClosedError(endpoint_url="http://127.0.0.1"),
        ReadTimeoutError(endpoint_url="http://127.0.0.1"),
    ],
    ids=["connection closed", "timeout"],
)
def test_a_lost_reply_is_asked_for_again_and_the_write_counts_once(
    dynamodb_local: str, table: str, error: Exception
) -> None:
    client, session = losing(dynamodb_local, 1, error)
    records = DynamoRecords(client, table, unhurried)

    records.save([things.ledger()])

    assert 2 == len(session.bodies)
    assert session.bodies[0] == session.bodies[1]  # the same ClientRequestToken
    assert {LEDGER: things.ledger()} == records.load([LEDGER])


def test_when_no_reply_ever_comes_the_caller_may_try_again_and_sees_its_own_write(
    dynamodb_local: str, table: str
) -> None:
    client, _ = losing(dynamodb_local, 3, ConnectionClosedError(endpoint_url="http://127.0.0.1"))
    records = DynamoRecords(client, table, unhurried)

    with pytest.raises(TransientFault):
        records.save([things.ledger()])

    assert {LEDGER: things.ledger()} == records.load([LEDGER])
    with pytest.raises(VersionLost):
        records.save([things.ledger()])


def cancelled(client: DynamoDBClient, *codes: str) -> Stubber:
    """A transaction that DynamoDB cancels for these reasons."""
    stub = Stubber(client)
    reasons = [{"Code": code, "Message": f"because of {code}"} for code in codes]
    stub.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": reasons},
    )
    return stub


@pytest.mark.parametrize(
    ("reasons", "fault"),
    [
        (["None", "ConditionalCheckFailed"], VersionLost),
        (["TransactionConflict", "ConditionalCheckFailed"], VersionLost),
        (["TransactionConflict", "None"], TransientFault),
        (["ThrottlingError", "None"], TransientFault),
        (["ProvisionedThroughputExceeded", "None"], TransientFault),
        (["ValidationError", "ConditionalCheckFailed"], Fault),
        (["ItemCollectionSizeLimitExceeded", "TransactionConflict"], Fault),
    ],
    ids=str,
)
def test_a_cancelled_transaction_says_whether_to_read_again_to_try_again_or_to_give_up(
    dynamodb_client: DynamoDBClient, reasons: list[str], fault: type[Fault]
) -> None:
    records = DynamoRecords(dynamodb_client, "table", unhurried)

    with cancelled(dynamodb_client, *reasons), pytest.raises(Fault) as raised:
        records.save([things.case(), things.gate()])

    assert fault is type(raised.value)


@pytest.mark.parametrize("code", ["TransactionInProgressException", "ThrottlingException", "InternalServerError"])
def test_what_the_store_asks_to_try_again_is_a_transient_fault(dynamodb_client: DynamoDBClient, code: str) -> None:
    stub = Stubber(dynamodb_client)
    stub.add_client_error("transact_write_items", code)

    with stub, pytest.raises(TransientFault):
        DynamoRecords(dynamodb_client, "table", unhurried).save([things.case()])
