"""The identity of everything stored: what kind of thing, and which one. Adapters turn it into keys.

Kinds are names here: to name a thing, a function need not load it, nor every other noun of the house.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from chalicelib.domain import kinds

if TYPE_CHECKING:
    from chalicelib.domain.addresses import AddressBook
    from chalicelib.domain.answers import StoredAnswer
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.buyers import Credit
    from chalicelib.domain.cases import Case
    from chalicelib.domain.deliveries import Delivery
    from chalicelib.domain.deposits import Deposit
    from chalicelib.domain.disputes import Dispute, Seal
    from chalicelib.domain.entries import Entry
    from chalicelib.domain.evidence import Evidence
    from chalicelib.domain.filings import Filing
    from chalicelib.domain.freezes import FrozenShops
    from chalicelib.domain.gates import Gate, GateName
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.merchants import Merchant, Webhook
    from chalicelib.domain.notifications import Notification, Preferences
    from chalicelib.domain.orders import Order
    from chalicelib.domain.parcels import Parcel, Waybill
    from chalicelib.domain.policies import Policy, PolicyIndex
    from chalicelib.domain.prices import Price
    from chalicelib.domain.recalls import Recall, Sold
    from chalicelib.domain.reconciliations import Reconciliation
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.domain.refunds import Refund
    from chalicelib.domain.repairs import Repair
    from chalicelib.domain.replacements import Replacement
    from chalicelib.domain.returns import Return
    from chalicelib.domain.values import Value
    from chalicelib.domain.warranties import Warranty
    from chalicelib.domain.webhooks import WebhookDelivery

PROVIDER = "standard"  # of bills: the one that there is; its name stands in the keys

T_co = TypeVar("T_co", bound="Value", covariant=True)


@dataclass(frozen=True, slots=True)
class Ref(Generic[T_co]):
    """`parts` are the values of the key's blanks, in the order of docs/architecture.md's table."""

    kind: str
    parts: tuple[str | int, ...]

    @property
    def type(self) -> type[T_co]:
        """The class of the thing, loaded if nobody did."""
        return cast("type[T_co]", kinds.type_named(self.kind))


def order(order_id: str) -> Ref[Order]:
    return Ref("Order", (order_id,))


def delivery(order_id: str) -> Ref[Delivery]:
    return Ref("Delivery", (order_id,))


def ledger(order_id: str) -> Ref[Ledger]:
    return Ref("Ledger", (order_id,))


def case(case_id: str) -> Ref[Case]:
    return Ref("Case", (case_id,))


def filing(case_id: str, number: int = 0) -> Ref[Filing]:
    return Ref("Filing", (case_id, number))


def gate(case_id: str, name: GateName, round: int) -> Ref[Gate]:
    return Ref("Gate", (case_id, name, round))


def entry(case_id: str, sequence: int) -> Ref[Entry]:
    return Ref("Entry", (case_id, sequence))


def refund(case_id: str, refund_no: str) -> Ref[Refund]:
    return Ref("Refund", (case_id, refund_no))


def recovery(case_id: str, recovery_id: str) -> Ref[Recovery]:
    return Ref("Recovery", (case_id, recovery_id))


def deposit(merchant_id: str) -> Ref[Deposit]:
    return Ref("Deposit", (merchant_id,))


def parcel(case_id: str, parcel_id: str) -> Ref[Parcel]:
    return Ref("Parcel", (case_id, parcel_id))


def waybill(carrier: str, number: str) -> Ref[Waybill]:
    return Ref("Waybill", (carrier, number))


def command(command_no: str) -> Ref[CarrierCommand]:
    return Ref("CarrierCommand", (command_no,))


def replacement(case_id: str) -> Ref[Replacement]:
    return Ref("Replacement", (case_id,))


def goods(case_id: str) -> Ref[Return]:
    """The return of a case; it has one at most."""
    return Ref("Return", (case_id,))


def repair(case_id: str) -> Ref[Repair]:
    """The repair of a case; it has one at most."""
    return Ref("Repair", (case_id,))


def warranty(order_id: str) -> Ref[Warranty]:
    """What repairs and replacements did to the warranties of an order's goods."""
    return Ref("Warranty", (order_id,))


def evidence(case_id: str, evidence_id: str) -> Ref[Evidence]:
    return Ref("Evidence", (case_id, evidence_id))


def dispute(case_id: str, number: int) -> Ref[Dispute]:
    return Ref("Dispute", (case_id, number))


def seal(case_id: str, number: int, round: int) -> Ref[Seal]:
    return Ref("Seal", (case_id, number, round))


def recall(case_id: str) -> Ref[Recall]:
    return Ref("Recall", (case_id,))


def sold(merchant_id: str, sku: str, shard: int, order_id: str) -> Ref[Sold]:
    return Ref("Sold", (merchant_id, sku, shard, order_id))


def answer(actor_key: str, key: str) -> Ref[StoredAnswer]:
    return Ref("StoredAnswer", (actor_key, key))


def credit(buyer_id: str) -> Ref[Credit]:
    return Ref("Credit", (buyer_id,))


def merchant(merchant_id: str) -> Ref[Merchant]:
    return Ref("Merchant", (merchant_id,))


def address_book(merchant_id: str) -> Ref[AddressBook]:
    return Ref("AddressBook", (merchant_id,))


def price(merchant_id: str, sku: str) -> Ref[Price]:
    return Ref("Price", (merchant_id, sku))


def frozen() -> Ref[FrozenShops]:
    """One item for all shops."""
    return Ref("FrozenShops", ())


def webhook(merchant_id: str) -> Ref[Webhook]:
    return Ref("Webhook", (merchant_id,))


def webhook_delivery(merchant_id: str, event_id: str) -> Ref[WebhookDelivery]:
    return Ref("WebhookDelivery", (merchant_id, event_id))


def policy(policy_id: str, version: int) -> Ref[Policy]:
    return Ref("Policy", (policy_id, version))


def policy_index(policy_id: str) -> Ref[PolicyIndex]:
    return Ref("PolicyIndex", (policy_id,))


def preferences(buyer_id: str) -> Ref[Preferences]:
    return Ref("Preferences", (buyer_id,))


def notification(buyer_id: str, event_id: str) -> Ref[Notification]:
    return Ref("Notification", (buyer_id, event_id))


def reconciliation(day: date, provider: str = PROVIDER) -> Ref[Reconciliation]:
    return Ref("Reconciliation", (provider, day.isoformat()))
