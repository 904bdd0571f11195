"""What stands beside the body: the attributes that an index, a condition or a stream filter needs.

Every write replaces the whole item, so what a thing has no longer leaves its index by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.adapters.dynamodb import rows
from chalicelib.adapters.dynamodb.keys import shard
from chalicelib.adapters.dynamodb.stamps import stamp
from chalicelib.domain.rows import CaseRow, GateRow, PrecedentRow, RecoveryRow, RefundRow, ReturnRow

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.disputes import Precedent
    from chalicelib.domain.endpoints import Webhook
    from chalicelib.domain.entries import Entry
    from chalicelib.domain.evidence import Evidence
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.notifications import Notification
    from chalicelib.domain.recalls import Recall
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.domain.refunds import Refund
    from chalicelib.domain.returns import Return
    from chalicelib.domain.webhooks import WebhookDelivery

Strings = dict[str, str]


class Index(NamedTuple):
    """An index's name and keys, as infra/data.yaml defines them."""

    name: str
    pk: str
    sk: str


BY_BUYER = Index("by_buyer", "buyer_key", "listed_at")
BY_MERCHANT = Index("by_merchant", "merchant_key", "status_at")
BY_STATE = Index("by_state", "state_key", "listed_at")
BY_DUE = Index("by_due", "due_key", "due_at")
BY_OWNER = Index("by_owner", "owner_key", "owed_at")
FUND = "fund"  # of `owner_key`: what is owed to it, and late
TABLE = Index("", "pk", "sk")  # the table itself is read like an index
# Owners that are no people and list nothing: one key for every case of the platform would be written for nobody.
UNLISTED = frozenset({"payment", "carrier", "parties"})
# Whose gates are also listed by what is awaited, of a shop and of all: whoever is awaited, goods are late (退货监控).
MONITORED = frozenset({"pickup", "receipt", "inspection"})
INDEXES = (BY_BUYER, BY_MERCHANT, BY_STATE, BY_DUE, BY_OWNER)


def _watched(of: str, at: datetime | None) -> Strings:
    """The due keys of what the sweeper should look at, at `at` if at all."""
    return {} if at is None else {"due_key": f"due#{shard(of)}", "due_at": stamp(at)}


def of_case(case: Case) -> Strings:
    listed_at = f"{stamp(case.created_at)}#{case.case_id}"
    return {
        "buyer_key": f"buyer#{case.buyer_id}",
        "merchant_key": f"merchant#{case.merchant_id}",
        "state_key": f"case#{case.status}#{shard(case.case_id)}",
        "listed_at": listed_at,
        "status_at": f"{case.status}#{listed_at}",
        "summary": rows.summary(CaseRow, case),
        **_watched(case.case_id, case.watch_at),
    }


def of_gate(gate: Gate) -> Strings:
    """`token`, `answer` and `moved` are the stream's filter; `moved` is there while a flow does not know of it.

    `token` only says that there is one, and for which deadline: Step Functions' own is long, and stands in the body.
    """
    strings = _watched(gate.case_id, gate.watch_at)
    if gate.token is not None:
        strings["token"] = f"{gate.token_version}"
        if gate.token_version != gate.deadline_version:
            strings["moved"] = stamp(gate.due_at)
    if gate.answer is not None:
        return {**strings, "answer": gate.answer.outcome}
    # Several gates of an owner may be due at one instant, and a page must be able to end between them.
    owed_at = f"{stamp(gate.due_at)}#{gate.case_id}#{gate.name}#{gate.round:02}"
    if gate.name in MONITORED:
        strings |= {"state_key": f"gate#{gate.name}#{shard(gate.case_id)}", "listed_at": owed_at}
        if gate.merchant_id:
            strings |= {"merchant_key": f"gates#{gate.merchant_id}", "status_at": f"{gate.name}#{owed_at}"}
    if gate.owner not in UNLISTED:
        strings |= {"owner_key": gate.owner, "owed_at": owed_at}
    listed = gate.name in MONITORED or gate.owner not in UNLISTED
    return {**strings, "summary": rows.summary(GateRow, gate)} if listed else strings


def of_entry(entry: Entry) -> Strings:
    """Due until it was published; `acknowledge` takes it away."""
    return _watched(entry.case_id, entry.watch_at)


def of_refund(refund: Refund) -> Strings:
    """Listed by when it was settled, once it is (reconciliation asks for a day's), before that by its grant."""
    return {
        "state_key": f"refund#{refund.state}#{shard(refund.case_id)}",
        "listed_at": f"{stamp(refund.settled_at or refund.granted_at)}#{refund.refund_no}",
        "summary": rows.summary(RefundRow, refund),
        **_watched(refund.case_id, refund.watch_at),
    }


def of_recovery(recovery: Recovery) -> Strings:
    """A merchant's stand in its own list; everybody's in the platform's, by state; what is late in one of its own."""
    opened_at = f"{stamp(recovery.opened_at)}#{recovery.recovery_id}"
    own = {"merchant_key": f"recoveries#{recovery.debtor_id}"} if recovery.debtor == "merchant" else {}
    late = f"{stamp(recovery.due_at)}#{recovery.recovery_id}"
    return {
        **own,
        **({"owner_key": FUND, "owed_at": late} if recovery.is_late else {}),
        "status_at": f"{recovery.state}#{opened_at}",
        "state_key": f"recovery#{recovery.state}#{shard(recovery.case_id)}",
        "listed_at": opened_at,
        "summary": rows.summary(RecoveryRow, recovery),
        **_watched(recovery.case_id, recovery.watch_at),
    }


def of_command(command: CarrierCommand) -> Strings:
    return _watched(command.command_no, command.watch_at)


def of_return(goods: Return) -> Strings:
    """Listed while carriers should tell of it, by when it counts as not heard of; and while the stock system owes an
    answer, or gave another than was expected."""
    if goods.stock in ("awaited", "different") and goods.put_away_due_at is not None:
        state, due_at = str(goods.stock), goods.put_away_due_at
    elif goods.quiet_at is not None:
        state, due_at = "quiet", goods.quiet_at
    else:
        return {}
    listed_at = f"{stamp(due_at)}#{goods.return_id}"
    return {
        "merchant_key": f"returns#{goods.merchant_id}",
        "status_at": f"{state}#{listed_at}",
        "state_key": f"return#{state}#{shard(goods.case_id)}",
        "listed_at": listed_at,
        "summary": rows.summary(ReturnRow, goods, due_at=due_at),
    }


def of_evidence(evidence: Evidence) -> Strings:
    """Due while nobody has said what came."""
    return _watched(evidence.case_id, evidence.watch_at)


def of_recall(recall: Recall) -> Strings:
    """Due until everybody was told."""
    return _watched(recall.case_id, recall.watch_at)


def of_precedent(precedent: Precedent) -> Strings:
    """Listed with rulings over like cases: the same reason, the same kind of goods, an amount of the same size."""
    return {
        "state_key": f"precedent#{precedent.reason}#{precedent.category}#{precedent.band}",
        "listed_at": f"{stamp(precedent.at)}#{precedent.case_id}#{precedent.number:02}",
        "summary": rows.summary(PrecedentRow, precedent),
    }


def of_delivery(delivery: WebhookDelivery) -> Strings:
    """Listed by state and time; due with everybody's, or parked with its merchant's own, in the order it came.

    Ten thousand parked deliveries must not stand between the sweeper and what others wait for: of a resting endpoint
    the sweeper sees one row, the webhook itself.
    """
    strings = {
        "merchant_key": f"deliveries#{delivery.merchant_id}",
        "status_at": f"{delivery.state}#{stamp(delivery.created_at)}#{delivery.event_id}",
        "summary": rows.delivery_summary(delivery),
    }
    if delivery.is_parked:
        return {**strings, "due_key": f"parked#{delivery.merchant_id}", "due_at": stamp(delivery.created_at)}
    return {**strings, **_watched(delivery.event_id, delivery.watch_at)}


def of_webhook(webhook: Webhook) -> Strings:
    return _watched(webhook.merchant_id, webhook.watch_at)


def of_notification(notification: Notification) -> Strings:
    return {
        "buyer_key": f"inbox#{notification.buyer_id}",
        "listed_at": f"{stamp(notification.at)}#{notification.event_id}",
    }


BESIDE: Mapping[str, Callable[[Any], Strings]] = {
    "Case": of_case,
    "Gate": of_gate,
    "Entry": of_entry,
    "Refund": of_refund,
    "Recovery": of_recovery,
    "CarrierCommand": of_command,
    "Return": of_return,
    "Evidence": of_evidence,
    "Recall": of_recall,
    "Precedent": of_precedent,
    "Webhook": of_webhook,
    "WebhookDelivery": of_delivery,
    "Notification": of_notification,
}

# What the table forgets by itself, and when: `expires_at`, seconds since 1970, is the table's time to live.
EXPIRES: Mapping[str, Callable[[Any], datetime]] = {"WebhookDelivery": lambda delivery: delivery.expires_at}
