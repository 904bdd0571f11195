"""Messages to open WebSockets: taken, gone, or to be tried again."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from chalicelib.adapters.live import Sockets
from chalicelib.errors import TransientFault

URL = "wss://abc.execute-api.eu-west-1.amazonaws.com/live"
ORIGINS = frozenset({"https://shop.example"})


@pytest.fixture
def stubber() -> Any:
    client: Any = boto3.client(
        "apigatewaymanagementapi", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with Stubber(client) as stubber:
        yield stubber


def sockets(stubber: Any, asked: list[str] | None = None) -> Sockets:
    def connect(endpoint: str) -> Any:
        if asked is not None:
            asked.append(endpoint)
        return stubber.client

    return Sockets(URL, ORIGINS, connect)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        (URL, "https://abc.execute-api.eu-west-1.amazonaws.com/live"),
        ("ws://127.0.0.1:4566/_aws/execute-api/abc/live", "http://127.0.0.1:4566/_aws/execute-api/abc/live"),
    ],
)
def test_a_message_goes_to_the_same_address_over_https(stubber: Any, url: str, endpoint: str) -> None:
    asked: list[str] = []
    stubber.add_response("post_to_connection", {}, {"ConnectionId": "c=1", "Data": '{"a":"茶"}'.encode()})

    def connect(where: str) -> Any:
        asked.append(where)
        return stubber.client

    assert Sockets(url, ORIGINS, connect).post("c=1", '{"a":"茶"}')
    assert [endpoint] == asked


def test_the_client_is_made_once_and_not_before_it_is_needed(stubber: Any) -> None:
    asked: list[str] = []
    made = sockets(stubber, asked)
    assert (URL, True, []) == (made.url, made.welcomes(None), asked)
    for _ in range(2):
        stubber.add_response("post_to_connection", {})
        made.post("c1", "{}")
    assert 1 == len(asked)


def test_a_connection_that_is_gone_takes_nothing_and_may_be_closed(stubber: Any) -> None:
    stubber.add_client_error("post_to_connection", "GoneException", http_status_code=410)
    stubber.add_client_error("delete_connection", "GoneException", http_status_code=410)
    assert not sockets(stubber).post("c1", "{}")
    sockets(stubber).close("c1")


def test_a_connection_is_closed(stubber: Any) -> None:
    stubber.add_response("delete_connection", {}, {"ConnectionId": "c1"})
    sockets(stubber).close("c1")
    stubber.assert_no_pending_responses()


@pytest.mark.parametrize(("code", "status"), [("LimitExceededException", 429), ("InternalServerError", 500)])
def test_what_passes_may_be_tried_again(stubber: Any, code: str, status: int) -> None:
    stubber.add_client_error("post_to_connection", code, http_status_code=status)
    stubber.add_client_error("delete_connection", code, http_status_code=status)
    with pytest.raises(TransientFault):
        sockets(stubber).post("c1", "{}")
    with pytest.raises(TransientFault):
        sockets(stubber).close("c1")


def test_what_we_may_not_is_loud(stubber: Any) -> None:
    stubber.add_client_error("post_to_connection", "ForbiddenException", http_status_code=403)
    with pytest.raises(ClientError):
        sockets(stubber).post("c1", "{}")


@pytest.mark.parametrize(
    ("origin", "is_welcome"),
    [
        (None, True),
        ("https://shop.example", True),
        ("http://shop.example", False),
        ("https://shop.example:8443", False),
        ("https://shop.example.evil", False),
        ("null", False),
        ("", False),
        ("https://shop.example, https://evil.example", False),
    ],
)
def test_pages_of_ours_and_programs_are_welcome(stubber: Any, origin: str | None, is_welcome: bool) -> None:
    assert is_welcome == sockets(stubber).welcomes(origin)
