"""Where each kind of thing stands in the table: the Storage table of docs/architecture.md, as code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from chalicelib.adapters.dynamodb.stamps import stamp
from chalicelib.domain import kinds
from chalicelib.domain.refs import Ref
from chalicelib.domain.tallies import SHARDS
from chalicelib.errors import Fault

if TYPE_CHECKING:
    from chalicelib.domain.values import Value

Key = tuple[str, str]
MAX_PK_BYTES, MAX_SK_BYTES = 2048, 1024  # what DynamoDB takes; a longer key names nothing that could be there


class Pattern(NamedTuple):
    """Both keys with numbered blanks, and the fields that fill the blanks in the order of a Ref's parts."""

    pk: str
    sk: str
    fields: tuple[str, ...]


PATTERNS: Mapping[str, Pattern] = {
    "Order": Pattern("order#{0}", "order", ("order_id",)),
    "Delivery": Pattern("order#{0}", "delivery", ("order_id",)),
    "Ledger": Pattern("order#{0}", "ledger", ("order_id",)),
    "JournalEntry": Pattern("order#{0}", "journal#{1}#{2}", ("order_id", "at", "entry_id")),
    "Case": Pattern("case#{0}", "case", ("case_id",)),
    "Filing": Pattern("case#{0}", "filing#{1:02}", ("case_id", "number")),
    "Gate": Pattern("case#{0}", "gate#{1}#{2:02}", ("case_id", "name", "round")),
    "Entry": Pattern("case#{0}", "entry#{1:06}", ("case_id", "sequence")),
    "Refund": Pattern("case#{0}", "refund#{1}", ("case_id", "refund_no")),
    "Recovery": Pattern("case#{0}", "recovery#{1}", ("case_id", "recovery_id")),
    "Parcel": Pattern("case#{0}", "parcel#{1}", ("case_id", "parcel_id")),
    "Waybill": Pattern("waybill#{0}#{1}", "waybill", ("carrier", "number")),
    "CarrierCommand": Pattern("command#{0}", "command", ("command_no",)),
    "Return": Pattern("case#{0}", "return", ("case_id",)),
    "Replacement": Pattern("case#{0}", "replacement", ("case_id",)),
    "Repair": Pattern("case#{0}", "repair", ("case_id",)),
    "Warranty": Pattern("order#{0}", "warranty", ("order_id",)),
    "Evidence": Pattern("case#{0}", "evidence#{1}", ("case_id", "evidence_id")),
    "Dispute": Pattern("case#{0}", "dispute#{1:02}", ("case_id", "number")),
    "Seal": Pattern("case#{0}", "seal#{1:02}#{2:02}", ("case_id", "number", "round")),
    "Precedent": Pattern("case#{0}", "precedent#{1:02}", ("case_id", "number")),
    "Recall": Pattern("case#{0}", "recall", ("case_id",)),
    "Sold": Pattern("sku#{0}#{1}#{2}", "sold#{3}", ("merchant_id", "sku", "shard", "order_id")),
    "StoredAnswer": Pattern("key#{0}#{1}", "answer", ("actor_key", "key")),
    "Merchant": Pattern("merchant#{0}", "settings", ("merchant_id",)),
    "AddressBook": Pattern("merchant#{0}", "addresses", ("merchant_id",)),
    "Price": Pattern("merchant#{0}", "price#{1}", ("merchant_id", "sku")),
    "FrozenShops": Pattern("platform", "frozen", ()),
    "Deposit": Pattern("merchant#{0}", "deposit", ("merchant_id",)),
    "DepositEntry": Pattern("merchant#{0}", "journal#{1}#{2}", ("merchant_id", "at", "entry_id")),
    "Webhook": Pattern("merchant#{0}", "webhook", ("merchant_id",)),
    "WebhookDelivery": Pattern("merchant#{0}", "delivery#{1}", ("merchant_id", "event_id")),
    "Policy": Pattern("policy#{0}", "version#{1:06}", ("policy_id", "version")),
    "PolicyIndex": Pattern("policy#{0}", "index", ("policy_id",)),
    "Credit": Pattern("buyer#{0}", "credit", ("buyer_id",)),
    "Preferences": Pattern("buyer#{0}", "preferences", ("buyer_id",)),
    "Reconciliation": Pattern("bills#{0}", "reconciliation#{1}", ("provider", "day")),
    "Notification": Pattern("buyer#{0}", "notification#{1}", ("buyer_id", "event_id")),
}


def _heads(key: Key) -> Key:
    return key[0].partition("#")[0], key[1].partition("#")[0]


_KINDS = {_heads((pattern.pk, pattern.sk)): kind for kind, pattern in PATTERNS.items()}


def key_of(ref: Ref[Any]) -> Key:
    """(pk, sk) of what a ref names."""
    pattern = PATTERNS[ref.kind]
    return pattern.pk.format(*ref.parts), pattern.sk.format(*ref.parts)


def key_of_thing(thing: Value) -> Key:
    """(pk, sk) of a thing. Raises Fault for a type that the table does not know."""
    kind = type(thing).__name__
    pattern = PATTERNS.get(kind)
    if pattern is None:
        raise Fault(f"{kind} has no key in the table")
    parts = [getattr(thing, field) for field in pattern.fields]
    if kind in ("JournalEntry", "DepositEntry"):
        parts[1] = stamp(parts[1])
    return pattern.pk.format(*parts), pattern.sk.format(*parts)


def is_known(key: Key) -> bool:
    """True when a thing stands under this key (and not, say, a tally)."""
    return _heads(key) in _KINDS


def type_of(key: Key) -> type[Value]:
    """The class of what stands under a key. Raises Fault for a key of no known pattern."""
    return kinds.type_named(_kind(key))


def _kind(key: Key) -> str:
    try:
        return _KINDS[_heads(key)]
    except KeyError:
        raise Fault(f"nothing known stands at {key[0]} {key[1]}") from None


def ref_of(key: Key) -> Ref[Any]:
    """The ref whose key this is; of everything but stored answers, whose own keys may hold `#`.

    Raises Fault for a key of no known pattern.
    """
    kind = _kind(key)
    parts = [*key[0].split("#")[1:], *key[1].split("#")[1:]]
    fields = PATTERNS[kind].fields
    if len(parts) != len(fields):
        raise Fault(f"{key[0]} {key[1]} is no key of a {kind}")
    # What a key holds padded is a number; a waybill's number is none.
    padded = [f"{{{at}:" in PATTERNS[kind].sk for at in range(len(parts))]
    return Ref(kind, tuple(int(part) if number else part for part, number in zip(parts, padded, strict=True)))


def kind_of(key: Key) -> str:
    """The kind of a due thing in the words of `DueRow`."""
    return {"WebhookDelivery": "webhook", "Webhook": "endpoint"}.get(_kind(key), _heads(key)[1])


def can_stand(key: Key) -> bool:
    """False for a key that DynamoDB would refuse; a path or header may carry anything."""
    try:
        return len(key[0].encode()) <= MAX_PK_BYTES and len(key[1].encode()) <= MAX_SK_BYTES
    except UnicodeEncodeError:  # a lone surrogate
        return False


def shard(of: str) -> int:
    """Which of the shards a thing belongs to, always the same one."""
    return crc32(of.encode()) % SHARDS


def tally_key(merchant_id: str | None, shard: int = 0) -> Key:
    """A shop's one tally, or a shard of the platform's (None). No shop's id can be `*`."""
    return f"tally#{merchant_id or '*'}#{shard}", "tally"
