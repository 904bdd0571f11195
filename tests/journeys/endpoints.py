"""A shop's own endpoint: what it was told by webhook, and how it answers by signed callback."""

from __future__ import annotations

from typing import Any

import urllib3

from tests.journeys.shops import Shop


class Endpoint:
    """The merchants' stand-in, for one shop. `rule`: how it answers (see the stand-in's `Rule`)."""

    def __init__(self, shop: Shop, **rule: Any) -> None:
        self._stack, self.merchant_id = shop.stack, shop.merchant_id
        self._headers = {"Authorization": f"Bearer {shop.stack.merchant_key}"}
        address = {"url": f"{self._stack.merchant_url}/webhooks/{self.merchant_id}"}
        path = f"/merchants/{self.merchant_id}/webhook"
        self.secret = str(shop.api.call("PUT", path, user=shop.owner, body=address).expect(201)["secret"])
        told = {"merchant_id": self.merchant_id, "secret": self.secret, "api_url": self._stack.api_url, "rule": rule}
        self._ask("POST", "/merchants", told)

    def log(self, *what: str) -> list[dict[str, Any]]:
        """What happened at the endpoint, oldest first."""
        entries = self._ask("GET", f"/log?merchant_id={self.merchant_id}")["entries"]
        return [entry for entry in entries if entry["what"] in what]

    def heard(self) -> list[int]:
        """The sequences of the events that came, each once, as they came."""
        return [entry["sequence"] for entry in self.log("received", "late")]

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        reply = urllib3.request(method, self._stack.merchant_url + path, json=body, headers=self._headers, timeout=10)
        assert reply.status == 200, f"{method} {path}: {reply.status} {reply.data!r}"
        answer: dict[str, Any] = reply.json()
        return answer
