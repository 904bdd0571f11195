"""Every request that leaves a handler, and what came back: through the SDK's own events, and at the HTTP client."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import urllib3


@dataclass
class Call:
    """One request. `service` is AWS's, or `http` for a partner's; `params` are the SDK's or the request's own."""

    service: str
    operation: str
    params: Mapping[str, Any]
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    said: Mapping[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    took: float = 0.0  # seconds by the clock


class Recorder:
    """Keeps what is called until it is taken. The parameters are kept as they are: nobody changes them afterwards."""

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def listen_to(self, client: Any) -> None:
        """From now on, through the client's own events."""
        model, events = client.meta.service_model, client.meta.events
        name = model.service_id.hyphenize()
        events.register(f"before-parameter-build.{name}", partial(self._asked, model.service_name))
        events.register(f"response-received.{name}", self._told)

    def _asked(self, service: str, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self._calls.append(Call(service, model.name, params))

    def _told(self, response_dict: Any, parsed_response: Any, **_: Any) -> None:
        if response_dict is not None:
            call = self._calls[-1]
            call.status, call.body = response_dict["status_code"], response_dict["body"]
            call.headers, call.said = response_dict["headers"], parsed_response
            call.took = time.monotonic() - call.began

    def take(self) -> list[Call]:
        """What was called since the last time."""
        taken, self._calls = self._calls, []
        return taken

    @contextmanager
    def partners(self) -> Iterator[None]:
        """Listens to the two ways in which adapters speak HTTP: the provider's pool, and a webhook's own connection."""
        pooled, single = urllib3.PoolManager.request, http.client.HTTPConnection.request
        recorder = self

        def request(self: Any, method: str, url: str, **more: Any) -> Any:
            answer = pooled(self, method, url, **more)
            params = {"url": url, "body": more.get("body"), "headers": more.get("headers")}
            recorder._calls.append(Call("http", "pooled", params, answer.status))
            return answer

        def once(self: Any, method: str, url: str, body: Any = None, headers: Any = None, **more: Any) -> None:
            recorder._calls.append(Call("http", "single", {"url": url, "body": body, "headers": headers}, 200))
            single(self, method, url, body=body, headers=headers or {}, **more)

        urllib3.PoolManager.request = request  # type: ignore[method-assign,assignment]
        http.client.HTTPConnection.request = once  # type: ignore[method-assign]
        try:
            yield
        finally:
            urllib3.PoolManager.request = pooled  # type: ignore[method-assign]
            http.client.HTTPConnection.request = single  # type: ignore[method-assign]
