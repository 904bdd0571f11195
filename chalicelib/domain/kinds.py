"""Every kind of thing that is stored, and the noun's file that it lives in: loaded when one is read, not before.

Each Lambda starts with this list instead of all nouns of the house: it needs a tenth of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from chalicelib.domain.values import Value

HOMES: Mapping[str, str] = {
    "AddressBook": "addresses",
    "StoredAnswer": "answers",
    "Credit": "buyers",
    "Case": "cases",
    "Delivery": "deliveries",
    "Dispute": "disputes",
    "Seal": "disputes",
    "Precedent": "disputes",
    "Deposit": "deposits",
    "DepositEntry": "deposits",
    "Entry": "entries",
    "Evidence": "evidence",
    "Filing": "filings",
    "Price": "prices",
    "FrozenShops": "freezes",
    "Gate": "gates",
    "Ledger": "balances",
    "CarrierCommand": "logistics",
    "Merchant": "merchants",
    "Webhook": "endpoints",
    "Notification": "notifications",
    "Preferences": "notifications",
    "Order": "orders",
    "Parcel": "parcels",
    "Waybill": "parcels",
    "Policy": "policies",
    "PolicyIndex": "policies",
    "Recall": "recalls",
    "Sold": "recalls",
    "Reconciliation": "reconciliations",
    "Recovery": "recoveries",
    "Refund": "refunds",
    "Replacement": "replacements",
    "Return": "returns",
    "Repair": "repairs",
    "Warranty": "warranties",
    "WebhookDelivery": "webhooks",
    "JournalEntry": "journals",
}


@cache
def type_named(kind: str) -> type[Value]:
    """The class of a kind. Raises KeyError for what is not stored."""
    return cast("type[Value]", getattr(import_module(f"chalicelib.domain.{HOMES[kind]}"), kind))
