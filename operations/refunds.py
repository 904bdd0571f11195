"""`unknown` and `redo CASE_ID`: refunds that went wrong, and a person's answer to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain import refs
from chalicelib.domain.refunds import Refund
from operations.errors import Refused
from operations.places import OPERATOR, Place
from operations.printing import amount, say, table

HEADS = ("refund", "case", "amount", "unknown since", "asked", "asked again at")
PAGE = 100
# Which states of a refund each answer is for; the system holds the same table and refuses everything else.
FITS = {
    "retry": frozenset({"submitted", "unknown"}),
    "regrant": frozenset({"failed", "reversed"}),
    "release": frozenset({"failed", "reversed"}),
}


def unknown(place: Place) -> int:
    """Every refund of which nobody knows whether it was paid. Answers how many there are."""
    rows = [_row(refund) for refund in _unknown(place)]
    table("Refunds that are unknown", HEADS, rows)
    if rows:
        say("Ask again, under the same number: python -m operations redo CASE_ID --refund NUMBER --note WHY")
    return len(rows)


def _unknown(place: Place) -> Iterator[Refund]:
    """The index says which, each item says what of it: the index may lag."""
    cursor: str | None = None
    while True:
        page = place.listings.refunds_in("unknown", PAGE, cursor)
        wanted = [refs.refund(row.case_id, row.refund_no) for row in page.rows]
        found = place.records.load(wanted) if wanted else {}
        things = (found.get(ref) for ref in wanted)
        yield from (thing for thing in things if isinstance(thing, Refund) and thing.state == "unknown")
        cursor = page.cursor
        if cursor is None:
            return


def _row(refund: Refund) -> tuple[object, ...]:
    money = amount({"amount": refund.amount, "currency": refund.currency})
    return refund.refund_no, refund.case_id, money, refund.unknown_since, f"{refund.asks} times", refund.ask_at


def redo(place: Place, case_id: str, action: str, refund_no: str | None, note: str) -> None:
    """Gives a person's answer: `retry`, `regrant` or `release`. Raises Refused with the system's own words.

    The key is made of what was seen, so that the same command about the same state is done once, however often it is
    sent; a second person who agrees is somebody else, with a key of his own.
    """
    case = place.get(f"/cases/{case_id}")
    refund_no = refund_no or chosen(case, action)
    body = {"action": action, "note": note} | ({"refund_no": refund_no} if refund_no else {})
    key = f"redo-{case_id}-{refund_no or 'case'}-{action}-{case['version']}"
    answer = place.api.call("POST", f"/cases/{case_id}/refunds", user=OPERATOR, body=body, key=key)
    if answer.status != 200:
        raise Refused(f"{answer.code or answer.status}: {answer.body.get('detail', '')}")
    entries = place.listed(f"/cases/{case_id}/timeline")
    say(f"{case_id} {refund_no or ''} {action}: {answer.body['status']['en']}, now {entries[-1]['what']['en']}")
    if entries[-1]["what"]["code"] == "RulingProposed":
        say("Above the policy's limit: another operator or supervisor must give the same command.")


def chosen(case: Mapping[str, Any], action: str) -> str | None:
    """The refund that the answer is about when there is only one; none for a case parked before its grant.

    Raises Refused where there are several, or none that the answer fits.
    """
    refunds = case["refunds"]
    if not refunds:
        return None
    fitting = [refund["refund_no"] for refund in refunds if refund["state"]["code"] in FITS[action]]
    if len(fitting) == 1:
        return str(fitting[0])
    stand = ", ".join(f"{refund['refund_no']} {refund['state']['code']}" for refund in refunds)
    raise Refused(f"say which refund with --refund; {len(fitting)} of these can be answered by {action}: {stand}")
