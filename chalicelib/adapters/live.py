"""The open WebSockets, by API Gateway's management API: a message out, or the end of a connection."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.adapters.faults import told_apart
from chalicelib.telemetry import count

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient


class Sockets:
    """`url` is the stage's, `wss://…`; the management API is the same address over HTTPS.

    The client is made with the first message: who issues tickets or admits connections sends hardly ever one.
    """

    def __init__(
        self, url: str, origins: Collection[str], connect: Callable[[str], ApiGatewayManagementApiClient]
    ) -> None:
        self._url, self._origins, self._connect = url, origins, connect

    @property
    def url(self) -> str:
        return self._url

    def welcomes(self, origin: str | None) -> bool:
        """Programs send none. They are let in: the ticket, unlike a cookie, is not sent along by a foreign page."""
        return origin is None or origin in self._origins

    def post(self, connection_id: str, message: str) -> bool:
        with told_apart("PostToConnection"):
            try:
                self._client.post_to_connection(ConnectionId=connection_id, Data=message.encode())
            except self._client.exceptions.GoneException:
                count("LivePosted", outcome="gone")
                return False
        count("LivePosted", outcome="taken")
        return True

    def close(self, connection_id: str) -> None:
        with told_apart("DeleteConnection"):
            try:
                self._client.delete_connection(ConnectionId=connection_id)
            except self._client.exceptions.GoneException:
                return

    @cached_property
    def _client(self) -> ApiGatewayManagementApiClient:
        return self._connect("http" + self._url.removeprefix("ws"))
