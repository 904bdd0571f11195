"""What the provider says: of a refund, of what is none, and when it says nothing."""

import re
from dataclasses import dataclass
from typing import Any

from local.standins.payment_book import Entry
from local.standins.payment_faults import Rule

FACTS = ("refund_no", "payment_id", "amount", "currency")
REFUSED = {"500": 500, "503": 503}


@dataclass(frozen=True)
class Answer:
    """An HTTP status, a JSON body, and the seconds that the caller has waited for it."""

    status: int
    body: dict[str, Any]
    seconds: float = 0.0


class NoAnswer(Exception):
    """Raised when the caller hears nothing after `seconds`; whether anything happened is not for him to know."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__("the connection was lost")
        self.seconds = seconds


def errors_of(asked: dict[str, Any]) -> list[str]:
    """What keeps `asked` from being a refund at all; empty when nothing does."""
    amount, currency = asked.get("amount"), asked.get("currency")
    errors = [f"{key} is missing" for key in ("refund_no", "payment_id") if not _is_name(asked.get(key))]
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount < 2**53:
        errors.append("amount must be a positive whole number of minor units")
    if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
        errors.append("currency must be three capital letters")
    return errors


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 128


def same(known: Entry, asked: dict[str, Any]) -> bool:
    return all(getattr(known, key) == asked[key] for key in FACTS)


def facts(entry: Entry) -> dict[str, Any]:
    return {key: getattr(entry, key) for key in FACTS}


def view(entry: Entry) -> dict[str, Any]:
    return {**facts(entry), "state": entry.state, "reason": entry.reason}


def first_answer(entry: Entry) -> dict[str, Any]:
    """What the number was answered first, whatever has become of it since."""
    state = {200: "settled", 202: "accepted", 422: "failed"}[entry.answer]
    return {**facts(entry), "state": state, "reason": entry.reason if state == "failed" else None}


def refused(strike: Rule) -> Answer:
    if strike.refusal == "reset":
        raise NoAnswer(strike.slow)
    return Answer(REFUSED[strike.refusal], {"code": "unavailable"}, strike.slow)
