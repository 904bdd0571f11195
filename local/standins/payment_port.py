"""The provider as our own port sees one, without HTTP: for campaigns of thousands of faults on a clock of their own.

It says of each answer what the real adapter says of it over HTTP; one contract test holds both to that.
"""

from typing import Any

from chalicelib.domain.refunds import Refund, Settlement
from chalicelib.ports import ProviderAnswer
from local.standins.payment_answers import Answer, NoAnswer
from local.standins.payment_provider import Provider

PAID: dict[int, Settlement] = {200: "settled", 202: "accepted", 422: "failed"}
FOUND: dict[str, Settlement] = {
    "settled": "settled",
    "accepted": "accepted",
    "failed": "failed",
    "reversed": "settled",  # it had settled first; the reversal is told by its own notification
}


class InProcessPayments:
    """Implements chalicelib.ports.Payments."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def pay(self, refund: Refund) -> ProviderAnswer:
        asked: dict[str, Any] = refund.model_dump(include={"refund_no", "payment_id", "amount", "currency"})
        try:
            answer = self._provider.pay(asked)
        except NoAnswer:
            return ProviderAnswer("unknown", "no answer")
        return _said(PAID.get(answer.status, "unknown"), answer)

    def find(self, refund: Refund) -> ProviderAnswer:
        try:
            answer = self._provider.find(refund.refund_no)
        except NoAnswer:
            return ProviderAnswer("unknown", "no answer")
        if answer.status == 404:
            return ProviderAnswer("never_seen")
        return _said(FOUND[answer.body["state"]] if answer.status == 200 else "unknown", answer)


def _said(settlement: Settlement, answer: Answer) -> ProviderAnswer:
    if settlement == "failed":
        return ProviderAnswer("failed", answer.body["reason"])
    return ProviderAnswer(settlement, f"HTTP {answer.status}" if settlement == "unknown" else None)
