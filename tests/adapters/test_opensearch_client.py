"""What the engine's library is told and what it says, in our words: over a socket, without an engine."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.session import Session

from chalicelib.adapters.opensearch.cases import OpenSearchCases
from chalicelib.adapters.opensearch.client import PATIENCE
from chalicelib.domain.actors import Actor
from chalicelib.domain.searches import CaseQuery
from chalicelib.errors import Fault, SearchUnavailable, TransientFault
from local.engines.engine import free_port
from tests.adapters.opensearch_values import NOON, document, written
from tests.adapters.servers import Server, serving

BUYER = Actor(role="buyer", id="b1")
JSON = {"Content-Type": "application/json"}


def answer(status: int, body: Any) -> tuple[int, Mapping[str, str], bytes]:
    return status, JSON, json.dumps(body).encode()


def cases(endpoint: str) -> OpenSearchCases:
    return OpenSearchCases.of(endpoint, "test", Session())


def find(engine: OpenSearchCases) -> Any:
    return engine.find(BUYER, CaseQuery(), NOON)


def found(*sources: Any) -> Any:
    counted = {"values": {"buckets": []}}
    hits = [{"_source": source, "sort": [1, "x"]} for source in sources]
    total = {"value": len(hits), "relation": "eq"}
    return {"timed_out": False, "hits": {"hits": hits, "total": total}, "aggregations": {"sums": counted}}


def refusal(status: int, kind: str) -> Any:
    return answer(status, {"error": {"type": kind, "reason": "the buyer wrote: 张三"}, "status": status})


def test_an_engine_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(SearchUnavailable, match="does not answer"):
        find(cases(f"http://127.0.0.1:{free_port()}"))


def test_an_engine_that_is_silent_is_given_up_after_the_patience_of_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import socket

    monkeypatch.setattr("chalicelib.adapters.opensearch.client.PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(SearchUnavailable):
            find(cases(f"http://127.0.0.1:{silent.getsockname()[1]}"))
    assert time.monotonic() - began < PATIENCE, "tried once, and not for longer than it was told"


@pytest.mark.parametrize("status", [404, 429, 500, 502, 503, 504])
def test_an_engine_that_is_late_full_broken_or_without_an_index_is_unavailable(status: int) -> None:
    with serving(refusal(status, "x")) as server, pytest.raises(SearchUnavailable):
        find(cases(server.url))
    assert 1 == len(server.asked), "nobody waits for a second try"


def test_a_search_that_ran_out_of_time_shows_nothing_rather_than_a_part() -> None:
    with serving(answer(200, {**found(), "timed_out": True})) as server, pytest.raises(SearchUnavailable):
        find(cases(server.url))


def test_a_request_that_the_engine_does_not_understand_is_our_fault_and_quotes_nobody() -> None:
    with serving(refusal(400, "parsing_exception")) as server, pytest.raises(Fault, match="parsing") as raised:
        find(cases(server.url))
    assert type(raised.value) is Fault
    assert "张三" not in str(raised.value)


def test_a_case_that_the_caller_may_not_see_is_not_shown_even_if_the_engine_found_it() -> None:
    foreign = document(1, buyer_id="b2").model_dump(mode="json")
    with serving(answer(200, found(foreign))) as server, pytest.raises(Fault, match="may not see"):
        find(cases(server.url))


@pytest.mark.parametrize(
    ("actor", "scope"),
    [
        (BUYER, [{"term": {"buyer_id": {"value": "b1"}}}]),
        (Actor(role="merchant", id="anna", merchant_id="m1"), [{"term": {"merchant_id": {"value": "m1"}}}]),
        (Actor(role="agent", id="a1"), []),
    ],
    ids=["buyer", "merchant", "agent"],
)
def test_the_caller_s_scope_is_among_the_filters_whatever_is_asked(actor: Actor, scope: list[Any]) -> None:
    asked = CaseQuery(q='"} buyer_id:b2', buyer_id="b2", merchant_id="m2", status=("closed",))
    with serving(answer(200, found())) as server:
        cases(server.url).find(actor, asked, NOON)
    [sent] = server.asked
    query = json.loads(sent.body)["query"]["bool"]
    assert scope == query["filter"][: len(scope)]
    assert {"term": {"buyer_id": {"value": "b2"}}} in query["filter"]
    assert "query_string" not in sent.body.decode()
    assert "/aftersales-test-cases/_search" == sent.path.partition("?")[0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_document_that_was_not_taken_for_the_moment_comes_again(status: int) -> None:
    done = {"items": [{"index": {"_id": "case_1", "status": status}}]}
    with serving(answer(200, done)) as server, pytest.raises(TransientFault):
        cases(server.url).write(["i"], [written(1)])


def test_a_document_that_is_never_taken_is_named() -> None:
    done = {"items": [{"index": {"_id": "a", "status": 400}}, {"index": {"_id": "b", "status": 409}}]}
    with serving(answer(200, done)) as server:
        assert {"a"} == cases(server.url).write(["i"], [written(1), written(2)])


def test_a_domain_of_aws_is_asked_with_a_signature_and_this_machine_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
    }.items():
        monkeypatch.setenv(name, value)
    far = cases("https://search-x.eu-west-1.es.amazonaws.com")
    connection = far._engine.transport.get_connection()
    signed = connection.http_auth("GET", "https://search-x.eu-west-1.es.amazonaws.com/_search", b"{}")
    assert "/eu-west-1/es/aws4_request" in signed["Authorization"]
    server: Server
    with serving(answer(200, found())) as server:
        find(cases(server.url))
    assert "authorization" not in server.asked[0].headers
