"""An API that keeps its books in memory: enough of ours to see how the replay behaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from local.api import Answer

Judge = Callable[[Mapping[str, Any]], tuple[int, dict[str, Any]]]


def answer(status: int, body: Mapping[str, Any], *, replayed: bool = False, tries: int = 1) -> Answer:
    headers = {"idempotent-replayed": "true"} if replayed else {}
    return Answer("POST /cases", status, headers, json.dumps(body).encode(), 0.1, tries)


class Counter:
    """Answers filings by `judge(body)`; what was taken is remembered by user and key and replayed."""

    def __init__(self, judge: Judge, *, forgets: bool = False) -> None:
        self.judge, self.forgets = judge, forgets
        self.sent: list[tuple[str, str, str, Mapping[str, Any]]] = []  # user, path, key, body
        self._stored: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}

    def call(
        self, method: str, path: str, *, user: str, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Answer:
        assert body is not None
        assert key is not None
        self.sent.append((user, path, key, body))
        stored = self._stored.get((user, key))
        if stored and not self.forgets:
            return answer(*stored, replayed=True)
        status, document = self.judge(body)
        if status < 300:
            self._stored[user, key] = status, document
        return answer(status, document)


def taken(body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Every filing becomes a case of what its lines name; a line without an amount is worth 100."""
    total = sum(line.get("amount", {"amount": 100})["amount"] for line in body.get("lines", []))
    return 201, {"case_id": f"case-of-{body['order_id']}", "amount": {"amount": total, "currency": "GBP"}}


def worth(limit: int) -> Judge:
    """Lines that ask for more than `limit` are refused by name; the rest is taken."""

    def judge(body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        wrong = [i for i, line in enumerate(body["lines"]) if line.get("amount", {"amount": 0})["amount"] > limit]
        if wrong:
            return 422, {"code": "RefundExceedsPaid", "errors": [{"field": f"lines[{i}].amount"} for i in wrong]}
        return taken(body)

    return judge


def refused(code: str) -> Judge:
    return lambda body: (422, {"code": code, "detail": "5 units, 1 are left", "errors": []})
