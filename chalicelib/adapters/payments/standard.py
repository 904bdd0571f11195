"""The payment provider's protocol (docs and stand-in: flows.md §7): what its answers mean, and how it is asked.

    POST /refunds {refund_no, payment_id, amount, currency}     GET /refunds/{refund_no}

An answer counts only when status, state and number agree. Everything else means `unknown`: money may have moved, so
somebody must ask again. Only an answer that says `failed` of our very number is a refusal; a status alone never is,
because a wrong address or an expired key would otherwise decline every refund there is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import urllib3
from urllib3.exceptions import HTTPError

from chalicelib.ports import ProviderAnswer
from chalicelib.telemetry import count, facts, log

if TYPE_CHECKING:
    from chalicelib.adapters.secrets import Secrets
    from chalicelib.domain.refunds import Refund, Settlement

# (status, state) of an answer to `pay`. Any 4xx that says `failed` of our number is a decline.
PAID: dict[tuple[int, str], Settlement] = {(200, "settled"): "settled", (202, "accepted"): "accepted"}
# The state that `find` tells. What was reversed had settled first: the reversal is told by its own notification.
FOUND: dict[str, Settlement] = {
    "settled": "settled",
    "accepted": "accepted",
    "failed": "failed",
    "reversed": "settled",
}
# Why a bank refuses. A reason that is not here is believed all the same, and is loud.
REASONS = frozenset(
    "account_closed amount_exceeds_payment card_expired declined_by_bank failed_by_bank insufficient_funds "
    "payment_not_found payment_too_old refund_not_supported".split()
)
# Statuses that say that the mistake is ours: no decline, no outage, but something that a person must put right.
OURS = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422, 429})

LARGEST_ANSWER = 64 * 1024  # bytes
TIMEOUT = urllib3.Timeout(connect=2, read=10)  # twice per message at most, within the worker's 30 s


class StandardProvider:
    """One provider. Never raises for what the provider does: silence is an answer too."""

    def __init__(self, url: str, secret: Secrets) -> None:
        self._url, self._secret = url.rstrip("/"), secret
        # No retries of urllib3's own: the worker asks again by queue delay, and knows that it did.
        self._pool = urllib3.PoolManager(retries=False, timeout=TIMEOUT, maxsize=4)

    def pay(self, refund: Refund) -> ProviderAnswer:
        asked = {
            "refund_no": refund.refund_no,
            "payment_id": refund.payment_id,
            "amount": refund.amount,
            "currency": refund.currency,
        }
        status, body = self._ask("POST", "/refunds", asked)
        state = _state(body, refund)
        settlement = PAID.get((status, state))
        if settlement is not None:
            return ProviderAnswer(settlement)
        if 400 <= status < 500 and state == "failed":
            return _failed(body)
        return _unknown("pay", status, body)

    def find(self, refund: Refund) -> ProviderAnswer:
        status, body = self._ask("GET", f"/refunds/{quote(refund.refund_no, safe='')}")
        if status == 404 and body.get("code") == "never_seen" and body.get("refund_no") == refund.refund_no:
            return ProviderAnswer("never_seen")
        settlement = FOUND.get(_state(body, refund)) if status == 200 else None
        if settlement == "failed":
            return _failed(body)
        return ProviderAnswer(settlement) if settlement is not None else _unknown("find", status, body)

    def _ask(self, method: str, path: str, asked: object = None) -> tuple[int, dict[str, Any]]:
        """Status and body; a key that is refused is looked up once more, because it may have been rotated."""
        status, body = self._send(method, path, asked)
        if status in (401, 403) and self._secret.refused():
            return self._send(method, path, asked)
        return status, body

    def _send(self, method: str, path: str, asked: object) -> tuple[int, dict[str, Any]]:
        """Status 0 when no answer came; an empty body for one that is not a JSON object."""
        headers = {"authorization": f"Bearer {self._secret.read()['api_key']}", "accept": "application/json"}
        content = None if asked is None else json.dumps(asked).encode()
        if content is not None:
            headers["content-type"] = "application/json"
        try:
            answer = self._pool.request(
                method, self._url + path, body=content, headers=headers, redirect=False, preload_content=False
            )
            text = answer.read(LARGEST_ANSWER)
            if len(text) < LARGEST_ANSWER:
                answer.release_conn()
            else:
                answer.close()  # what is left of it must not be taken for the next answer's beginning
        except (HTTPError, OSError) as error:
            return 0, {"code": type(error).__name__}
        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            body = None
        return answer.status, body if isinstance(body, dict) else {}


def _state(body: dict[str, Any], refund: Refund) -> str:
    """The state that the body tells of this very refund, else an empty text."""
    same = body.get("refund_no") == refund.refund_no
    for name in ("payment_id", "amount", "currency"):
        same = same and body.get(name, getattr(refund, name)) == getattr(refund, name)
    state = body.get("state")
    return state if same and isinstance(state, str) else ""


def _failed(body: dict[str, Any]) -> ProviderAnswer:
    reason = str(body.get("reason") or "no_reason")[:64]
    if reason not in REASONS:
        log.error("the provider gave a reason that is not in our table", extra=facts(provider="standard"))
        count("ProviderCodeUnknown")
    return ProviderAnswer("failed", reason)


def _unknown(operation: str, status: int, body: dict[str, Any]) -> ProviderAnswer:
    """Nothing is known. Our own mistakes, and answers that make no sense, are loud; outages only count."""
    detail = f"HTTP {status}" if status else str(body.get("code"))
    about = facts(provider="standard", operation=operation, status_code=status)
    if status in OURS:
        log.error("the provider refuses us, not the refund", extra=about)
        count("ProviderRefusesUs", status=str(status))
    elif 0 < status < 500:
        log.error("the provider's answer makes no sense", extra=about)
        count("ProviderAnswerUnknown")
    else:
        log.warning("the provider did not answer", extra=about)
        count("ProviderSilent")
    return ProviderAnswer("unknown", detail)
