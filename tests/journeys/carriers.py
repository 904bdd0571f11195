"""The carriers' other side: what their book says, and how they are told what happens to a parcel."""

from __future__ import annotations

from typing import Any

import urllib3

from local.stack import Stack


class Carriers:
    """The stand-in of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._url = stack.carrier_url
        self._headers = {"Authorization": f"Bearer {stack.carrier_key}"}

    def book(self) -> dict[str, Any]:
        return self._ask("GET", "/book")

    def follow(self, waybill_no: str) -> bool:
        """Whether somebody has asked for this parcel to be followed."""
        return waybill_no in self.book()["parcels"]

    def scan(self, waybill_no: str, code: str, system: str = "standard", **more: Any) -> None:
        """A parcel is seen, and told in a system's own words."""
        self._ask("POST", "/script", {"scan": code, "waybill_no": waybill_no, "system": system, **more})

    def visit_fails(self, waybill_no: str, reason: str) -> None:
        """The courier who should fetch this parcel says that he did not."""
        [number] = [no for no, asked in self.book()["commands"].items() if asked.get("waybill_no") == waybill_no]
        self._ask("POST", "/script", {"told": "failed", "command_no": number, "reason": reason})

    def will(self, kind: str, outcome: str, reason: str) -> None:
        """How the next command of a kind ends."""
        self._ask("POST", "/script", {"rule": kind, "outcome": outcome, "reason": reason})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        reply = urllib3.request(method, self._url + path, json=body, headers=self._headers, timeout=10)
        assert reply.status < 300, f"{method} {path}: {reply.status} {reply.data!r}"
        answer: dict[str, Any] = reply.json()
        return answer
