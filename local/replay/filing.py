"""Orders are registered and cases are filed, each request twice with the same key: the second must change nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from local.api import Answer
from local.importers.drafts import CURRENCY, line_id, order_body
from local.importers.online_retail import Asked, Filing
from local.importers.purchases import Invoice
from local.replay.names import Names
from local.replay.results import Filed, Refused, Results

REFUSALS = ("RefundExceedsPaid", "QuantityExceedsPurchased")
ORDERS = "orders"  # the user that the order system is
_LINE_AMOUNT = re.compile(r"lines\[(\d+)\]\.amount")


class Calls(Protocol):
    def call(
        self, method: str, path: str, *, user: str, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Answer: ...


class Clerk:
    """Files what customers ask, as themselves."""

    def __init__(self, api: Calls, names: Names, results: Results, remedy: str = "refund_only") -> None:
        self._api, self._names, self._results, self._remedy = api, names, results, remedy

    def register(self, invoice: Invoice, moved: timedelta) -> None:
        """The invoice becomes an order. Raises Unexpected when it is refused: nothing can be filed without it."""
        names = self._names
        order_id, buyer_id = names.order_id(invoice.number), names.buyer_id(invoice.customer)
        body = order_body(invoice, order_id=order_id, buyer_id=buyer_id, merchant_id=names.merchant_id, moved=moved)
        self._twice(ORDERS, "/orders", body, names.key("order", invoice.number)).expect(201)
        self._results.registered()

    def file(self, filing: Filing) -> bool:
        """One case (True), or one refusal. What must not happen becomes a problem of the results and stops nobody."""
        for unmatched in filing.unmatched:
            self._results.problem(unmatched)
        if not filing.asks:
            return False
        answer = self._ask(filing, filing.asks, frozenset())
        self._results.took(answer.seconds)
        if filing.must_be_refused:
            return self._expect_refusal(filing, answer)
        left_out = _offending(answer)
        if left_out:
            answer = self._ask(filing, filing.asks, left_out)
        return self._expect_case(filing, answer, len(left_out))

    def _ask(self, filing: Filing, asks: tuple[Asked, ...], left_out: frozenset[int]) -> Answer:
        """Files; the lines at `left_out` leave it to us what their units are worth."""
        lines: list[dict[str, Any]] = []
        for i, ask in enumerate(asks):
            line: dict[str, Any] = {"line_id": line_id(ask.position), "quantity": ask.quantity}
            if i not in left_out:
                line["amount"] = {"amount": ask.amount, "currency": CURRENCY}
            lines.append(line)
        order_id = self._names.order_id(filing.invoice)
        body = {"order_id": order_id, "reason": "not_wanted", "remedy": self._remedy, "lines": lines}
        key = self._names.key("case", filing.name, *(["again"] if left_out else []))
        return self._twice(self._names.buyer_id(filing.customer), "/cases", body, key)

    def _twice(self, user: str, path: str, body: Mapping[str, Any], key: str) -> Answer:
        first = self._api.call("POST", path, user=user, body=body, key=key)
        second = self._api.call("POST", path, user=user, body=body, key=key)
        self._results.sent(first.tries + second.tries)
        wrong = _difference(first, second)
        if wrong:
            self._results.problem(f"{key}: {wrong}")
        return first

    def _expect_case(self, filing: Filing, answer: Answer, left_out: int) -> bool:
        if answer.status != 201:
            self._results.problem(f"{filing.name} was not taken: {answer.status} {answer.raw[:300].decode()}")
            return False
        body = answer.body
        self._results.file(Filed(filing, body["case_id"], body["amount"]["amount"], left_out))
        return True

    def _expect_refusal(self, filing: Filing, answer: Answer) -> bool:
        if answer.status == 422 and answer.code in REFUSALS:
            self._results.refuse(Refused(filing, answer.code, str(answer.body.get("detail", ""))))
            return False
        self._results.problem(f"the over-refund attempt {filing.name} was not refused: {answer.status} {answer.code}")
        return answer.status == 201 and self._expect_case(filing, answer, 0)


def _offending(answer: Answer) -> frozenset[int]:
    """The lines that ask for more than their units were worth, as the refusal names them."""
    if answer.status != 422 or answer.code != "RefundExceedsPaid":
        return frozenset()
    named = (_LINE_AMOUNT.fullmatch(str(error.get("field"))) for error in answer.body.get("errors", []))
    return frozenset(int(match[1]) for match in named if match)


def _difference(first: Answer, second: Answer) -> str | None:
    """What is wrong with the second answer to one key; a refusal is judged again and must come out the same."""
    if first.status != second.status:
        return f"answered {first.status}, then {second.status} {second.raw[:300].decode()}"
    if first.status >= 400:
        told = ("code", "detail", "errors")
        same = all(first.body.get(name) == second.body.get(name) for name in told)
        return None if same else f"refused in two ways: {first.raw[:200].decode()} / {second.raw[:200].decode()}"
    if not second.replayed:
        return "the second answer is not marked Idempotent-Replayed"
    if first.replayed and first.tries == 1:
        return "the first answer is marked Idempotent-Replayed"
    return None if first.raw == second.raw else "the second answer is another one"
