"""Who may do what: one table, and nothing that is not in it exists. Deny by default.

A route that is not here cannot be registered (`door`), and tests walk role × route × ownership through it. The roles
are the door's; whose thing it is, the use cases decide: a foreign object is 404, a forbidden act on one's own is 403.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Ownership = Literal["anybody", "signature", "none", "case", "order", "merchant", "policy"]
KIB = 1024


@dataclass(frozen=True)
class Rule:
    """`roles` that a token must carry one of (empty: no token is asked for).

    `of` says what the ownership is judged by: the case's or order's parties, the merchant's members, the policy's
    shop; `none` for what is the caller's own in itself; `signature` for signed bytes; `anybody` for public pages.
    """

    of: Ownership
    roles: frozenset[str] = frozenset()
    key: bool = False  # an Idempotency-Key is required
    largest: int = 64 * KIB  # bytes of a body

    @property
    def is_open(self) -> bool:
        """No token is asked for."""
        return self.of in ("anybody", "signature")


def _rule(of: Ownership, roles: str = "", *, key: bool = False, largest: int = 64 * KIB) -> Rule:
    return Rule(of, frozenset(roles.split()), key, largest)


_STAFF = "agent supervisor operator"
_READERS = f"{_STAFF} auditor"
_PARTIES = f"buyer merchant {_READERS}"
_EVERYBODY = f"{_PARTIES} orders payments logistics stock"

ACCESS: Mapping[tuple[str, str], Rule] = {
    ("POST", "/orders"): _rule("none", "orders", key=True, largest=256 * KIB),
    ("GET", "/orders/{order_id}"): _rule("order", f"{_PARTIES} orders payments"),
    ("PUT", "/orders/{order_id}/parcels/{waybill_no}"): _rule("order", "orders"),
    ("POST", "/cases/preview"): _rule("order", "buyer"),
    ("POST", "/cases"): _rule("order", "buyer", key=True),
    ("GET", "/cases"): _rule("none", _PARTIES),
    ("GET", "/cases/search"): _rule("none", _PARTIES),
    ("GET", "/cases/{case_id}"): _rule("case", _PARTIES),
    ("GET", "/cases/{case_id}/timeline"): _rule("case", _PARTIES),
    ("GET", "/cases/{case_id}/parcels"): _rule("case", _PARTIES),
    ("GET", "/cases/{case_id}/parcels/{parcel_id}"): _rule("case", _PARTIES),
    ("POST", "/cases/{case_id}/withdraw"): _rule("case", "buyer", key=True),
    ("POST", "/cases/{case_id}/revise"): _rule("case", "buyer", key=True),
    ("POST", "/cases/{case_id}/escalate"): _rule("case", "buyer", key=True),
    ("POST", "/cases/{case_id}/answer"): _rule("case", "buyer", key=True),
    ("POST", "/cases/{case_id}/decision"): _rule("case", "merchant agent supervisor", key=True),
    ("POST", "/cases/{case_id}/freight"): _rule("case", "buyer", key=True),
    ("POST", "/cases/{case_id}/shipment"): _rule("case", "buyer", key=True),
    ("POST", "/cases/{case_id}/pickup"): _rule("case", "buyer", key=True),
    ("POST", "/cases/{case_id}/pickup/cancel"): _rule("case", "buyer", key=True),
    ("POST", "/cases/{case_id}/extension"): _rule("case", "buyer merchant", key=True),
    ("POST", "/cases/{case_id}/receipt"): _rule("case", "merchant agent supervisor", key=True),
    ("POST", "/cases/{case_id}/inspection"): _rule("case", "merchant agent supervisor", key=True, largest=256 * KIB),
    ("POST", "/cases/{case_id}/inquiry"): _rule("case", "agent supervisor", key=True),
    ("POST", "/cases/{case_id}/replacement"): _rule("case", "merchant agent supervisor", key=True),
    ("POST", "/cases/{case_id}/replacement-receipt"): _rule("case", "buyer", key=True),
    ("GET", "/cases/{case_id}/dispute"): _rule("case", _PARTIES),
    ("POST", "/cases/{case_id}/appointment"): _rule("case", "merchant agent supervisor", key=True),
    ("POST", "/cases/{case_id}/visit"): _rule("case", "buyer merchant agent supervisor", key=True),
    ("POST", "/cases/{case_id}/estimate"): _rule("case", "merchant agent supervisor", key=True),
    ("POST", "/cases/{case_id}/repair"): _rule("case", "merchant agent supervisor", key=True),
    ("POST", "/cases/{case_id}/dispatch"): _rule("case", "merchant agent supervisor", key=True),
    ("POST", "/cases/{case_id}/acceptance"): _rule("case", "buyer", key=True),
    ("POST", "/cases/{case_id}/choice"): _rule("case", "buyer", key=True),
    ("POST", "/cases/{case_id}/statements"): _rule("case", "buyer merchant agent supervisor", key=True),
    ("POST", "/cases/{case_id}/done"): _rule("case", "buyer merchant", key=True),
    ("POST", "/cases/{case_id}/ruling"): _rule("case", "agent supervisor", key=True),
    ("POST", "/cases/{case_id}/appeal"): _rule("case", "buyer merchant", key=True),
    ("POST", "/cases/{case_id}/refunds"): _rule("case", "operator supervisor", key=True),
    ("POST", "/cases/{case_id}/evidence"): _rule("case", "buyer merchant agent supervisor", key=True),
    ("GET", "/cases/{case_id}/evidence"): _rule("case", _PARTIES),
    ("PATCH", "/cases/{case_id}/deadlines/{gate}"): _rule("case", "operator supervisor"),
    ("GET", "/due"): _rule("none", _PARTIES),
    ("GET", "/monitor"): _rule("none", f"merchant {_READERS}"),
    ("GET", "/monitor/returns"): _rule("none", f"merchant {_READERS}"),
    ("GET", "/policies/{policy_id}"): _rule("policy", _EVERYBODY),
    ("POST", "/policies/simulate"): _rule("none", "operator auditor"),
    ("POST", "/policies/{policy_id}"): _rule("none", "operator", key=True),
    ("PUT", "/merchants/{merchant_id}"): _rule("none", "operator"),
    ("GET", "/merchants/{merchant_id}"): _rule("merchant", "merchant operator supervisor auditor"),
    ("PUT", "/merchants/{merchant_id}/freeze"): _rule("none", "operator supervisor"),
    ("PUT", "/merchants/{merchant_id}/webhook"): _rule("merchant", "merchant operator"),
    ("GET", "/merchants/{merchant_id}/webhook"): _rule("merchant", "merchant operator"),
    ("PUT", "/merchants/{merchant_id}/return-addresses"): _rule("merchant", "merchant operator", largest=256 * KIB),
    ("GET", "/merchants/{merchant_id}/return-addresses"): _rule("merchant", "merchant operator auditor"),
    ("PUT", "/merchants/{merchant_id}/prices"): _rule("none", "orders"),
    ("GET", "/merchants/{merchant_id}/deliveries"): _rule("merchant", "merchant operator auditor"),
    ("GET", "/merchants/{merchant_id}/deliveries/{event_id}"): _rule("merchant", "merchant operator auditor"),
    ("POST", "/merchants/{merchant_id}/deliveries/{event_id}/replay"): _rule("merchant", "merchant operator", key=True),
    ("POST", "/merchants/{merchant_id}/replays"): _rule("merchant", "merchant operator", key=True),
    ("POST", "/merchants/{merchant_id}/callbacks"): _rule("signature"),
    ("POST", "/payments/notifications"): _rule("signature"),
    ("POST", "/logistics/callbacks/{carrier_system}"): _rule("signature", largest=256 * KIB),
    ("GET", "/reconciliations"): _rule("none", "operator supervisor auditor"),
    ("GET", "/reconciliations/{day}"): _rule("none", "operator supervisor auditor"),
    ("POST", "/reconciliations/{day}/facts"): _rule("none", "operator supervisor", key=True),
    ("GET", "/recoveries"): _rule("none", "operator supervisor auditor"),
    ("GET", "/cases/{case_id}/recoveries"): _rule("case", f"merchant {_READERS}"),
    ("POST", "/cases/{case_id}/recoveries/{recovery_id}/write-off"): _rule("case", "operator supervisor", key=True),
    ("POST", "/cases/{case_id}/recoveries/{recovery_id}/filing"): _rule("case", "operator supervisor", key=True),
    ("POST", "/cases/{case_id}/recoveries/{recovery_id}/payments"): _rule("case", "operator supervisor", key=True),
    ("GET", "/merchants/{merchant_id}/recoveries"): _rule("merchant", "merchant operator supervisor auditor"),
    ("GET", "/merchants/{merchant_id}/deposit"): _rule("merchant", "merchant operator supervisor auditor"),
    ("POST", "/merchants/{merchant_id}/deposit"): _rule("none", "operator", key=True),
    ("GET", "/credit"): _rule("none", "buyer"),
    ("PUT", "/buyers/{buyer_id}/credit"): _rule("none", "operator"),
    ("GET", "/buyers/{buyer_id}/credit"): _rule("none", _READERS),
    ("POST", "/buyers/{buyer_id}/credit/restore"): _rule("none", "operator"),
    ("GET", "/notifications"): _rule("none", "buyer"),
    ("PUT", "/notifications/preferences"): _rule("none", "buyer"),
    ("POST", "/live/tickets"): _rule("none", _PARTIES),
    ("GET", "/openapi.json"): _rule("anybody"),
    ("GET", "/docs"): _rule("anybody"),
    ("GET", "/health"): _rule("anybody"),
}


def methods_of(path: str) -> list[str]:
    """What may be asked of a path, apart from OPTIONS."""
    return sorted(method for method, known in ACCESS if known == path)
