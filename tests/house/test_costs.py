"""What a write over HTTP costs: one consistent read and one transaction, and nothing else of any service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from benchmarks import gateway
from benchmarks.basket import BUYER, LINES, MERCHANT, MERCHANT_ID, OPERATOR, ORDERS, basket
from chalicelib import wiring
from chalicelib.adapters.clock import SystemClock, SystemIds
from chalicelib.adapters.dynamodb.policies import DynamoPolicies
from chalicelib.adapters.dynamodb.records import DynamoRecords

ONE_READ_ONE_TRANSACTION = ["BatchGetItem", "TransactWriteItems"]


class CountingClient:
    """DynamoDB as far as one writer at a time can tell, and a list of what it was asked for."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._items: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.exceptions = SimpleNamespace(TransactionCanceledException=KeyError)

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> Mapping[str, Any]:
        self.calls.append("BatchGetItem")
        ((table, asked),) = RequestItems.items()
        assert asked["ConsistentRead"] is True
        found = [item for key in asked["Keys"] if (item := self._items.get(_key(key)))]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def transact_write_items(self, TransactItems: list[Any], ClientRequestToken: str) -> None:
        self.calls.append("TransactWriteItems")
        for action in TransactItems:
            before = self._items.get(_key(action["Put"]["Item"]))
            expected = action["Put"].get("ExpressionAttributeValues", {}).get(":before")
            assert expected == (before or {}).get("version")
        self._items.update((_key(action["Put"]["Item"]), action["Put"]["Item"]) for action in TransactItems)


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


class Shop:
    """The API over the counting client; every other port is missing, so that using one would be noticed."""

    def __init__(self, client: CountingClient) -> None:
        from app import app

        self._app, self._client, self._keys = app, client, iter(range(1000))

    def ask(self, method: str, resource: str, who: Mapping[str, str], body: Mapping[str, Any], **ids: str) -> Any:
        """The answer's body; what it cost is in `cost`."""
        event = gateway.request(method, resource, who, body=body, key=f"key-{next(self._keys)}", **ids)
        self._client.calls.clear()
        answer = self._app(event, gateway.context("api"))
        assert answer["statusCode"] in (200, 201), answer["body"]
        return json.loads(answer["body"])

    @property
    def cost(self) -> list[str]:
        return list(self._client.calls)

    def order(self, order_id: str) -> None:
        self.ask("POST", "/orders", ORDERS, basket(order_id))

    def case(self, kind: str, order_id: str) -> str:
        self.order(order_id)
        lines = [{"line_id": LINES[kind], "quantity": 1}]
        body = {"order_id": order_id, "reason": "not_wanted", "lines": lines}
        return str(self.ask("POST", "/cases", BUYER, body)["case_id"])


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    client = CountingClient()
    records = DynamoRecords(cast(Any, client), "table")
    world = SimpleNamespace(records=records, policies=DynamoPolicies(records), clock=SystemClock(), ids=SystemIds())
    monkeypatch.setattr(wiring, "ports", lambda: world)
    opened = Shop(client)
    opened.ask("PUT", "/merchants/{merchant_id}", OPERATOR, {"name": "Shop"}, merchant_id=MERCHANT_ID)
    policy = {"name": "usual", "effective_from": "2026-01-01T00:00:00Z"}
    opened.ask("POST", "/policies/{policy_id}", OPERATOR, policy, policy_id="platform")
    opened.order("before")  # a container reads each version of a policy once
    return opened


def test_registering_an_order_takes_one_read_and_one_transaction(shop: Shop) -> None:
    shop.order("o1")
    assert ONE_READ_ONE_TRANSACTION == shop.cost


@pytest.mark.parametrize("kind", LINES)
def test_filing_a_case_takes_one_read_and_one_transaction(shop: Shop, kind: str) -> None:
    shop.case(kind, "o1")
    assert ONE_READ_ONE_TRANSACTION == shop.cost


@pytest.mark.parametrize(
    "body",
    [{"decision": "approve"}, {"decision": "reject", "reason": "worn"}],
    ids=["approve", "reject"],
)
def test_a_decision_takes_one_read_and_one_transaction(shop: Shop, body: dict[str, str]) -> None:
    case_id = shop.case("reviewed", "o1")
    shop.ask("POST", "/cases/{case_id}/decision", MERCHANT, body, case_id=case_id)
    assert ONE_READ_ONE_TRANSACTION == shop.cost


def test_a_counter_offer_takes_one_read_and_one_transaction(shop: Shop) -> None:
    case_id = shop.case("reviewed", "o1")
    offer = {"decision": "counter", "amount": {"amount": 100, "currency": "CNY"}}
    shop.ask("POST", "/cases/{case_id}/decision", MERCHANT, offer, case_id=case_id)
    assert ONE_READ_ONE_TRANSACTION == shop.cost


def test_the_same_request_again_takes_one_read_and_writes_nothing(shop: Shop) -> None:
    shop._keys = iter([7, 7])
    shop.order("o1")
    shop.order("o1")
    assert ["BatchGetItem"] == shop.cost
