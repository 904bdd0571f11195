"""Everything that can be wrong, and the only place that says so. The class name is the API error code.

AftersalesError
├── BadInput                      the request cannot be understood or does not fit together
│   ├── InvalidRequest            a field is missing, malformed or contradicts another
│   ├── IdempotencyKeyMissing     a POST that moves money came without its key
│   ├── BodyTooLarge              more bytes than the address takes
│   ├── UnsupportedMediaType      the body is not JSON
│   ├── MethodNotAllowed          the address is there, but not for this method
│   ├── OrderDoesNotAddUp         lines, reductions, freight and payments do not sum
│   └── CurrencyMismatch          two currencies met in one sum
├── NotAllowed                    the caller may not
│   ├── Unauthorized              no valid identity
│   ├── Forbidden                 a valid identity, a forbidden act
│   │   └── MerchantFrozen        the platform has frozen the shop: it reads and changes nothing
│   ├── SignatureInvalid          a webhook's signature, time or id does not verify
│   ├── TooManyRequests           the caller asks faster than it may (API Gateway says so)
│   └── SecondPersonNeeded        the amount asks for another member of staff
├── NotFound                      it is not there, or it is somebody else's
│   ├── OrderNotFound, LineNotFound, CaseNotFound, RefundNotFound, GateNotFound
│   ├── MerchantNotFound, PolicyNotFound, RouteNotFound, ReturnNotFound, RepairNotFound
│   ├── DeliveryNotFound          no such event was on its way to this merchant
│   ├── ParcelNotFound, CommandNotFound, DisputeNotFound
│   ├── RecoveryNotFound          nothing of this id is owed to the platform's fund
│   └── ReconciliationNotFound    no bill of this day was reconciled
├── NotPossible                   understood and allowed, but the facts say no
│   ├── NotEligible               the policy refuses at the door
│   ├── RefundExceedsPaid         more money than the units were worth
│   ├── QuantityExceedsPurchased  more units than are left
│   ├── PaymentChargedBack        the bank already gave this money back
│   ├── DepositTooSmall           more than a merchant's deposit holds
│   ├── RecoveryExceedsOwed       more than is owed to the platform's fund
│   ├── KeyReused                 the idempotency key came with another body
│   └── EvidenceRejected          type or size of a file is outside the policy
├── Conflict                      the facts moved on
│   ├── OrderExists               the order's number is taken by another order
│   ├── OrderBusy                 too many writers at once: try again
│   ├── TransitionRefused         the case's state does not allow this act
│   ├── AnswerTooLate             the gate was answered or its time has passed
│   ├── WaybillTaken              the waybill's number carries other goods
│   ├── RevisionsExhausted        five revisions were made
│   ├── WebhookDisabled           the merchant's endpoint is switched off
│   └── VersionMismatch           If-Match named another version
└── Fault                         not the caller's doing
    ├── TransientFault            try the same again
    │   ├── VersionLost           another writer was faster
    │   └── SearchUnavailable     there is no search engine, or it does not answer in time
    └── PartnerUnavailable        a partner did not answer
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class FieldError(NamedTuple):
    """One field of a request and what is wrong with it; `limits` carries machine-readable bounds."""

    field: str
    message: str
    limits: Mapping[str, Any] | None = None


class AftersalesError(Exception):
    """Root of the tree. `detail` is for people, `errors` names the fields."""

    def __init__(self, detail: str = "", *, errors: Sequence[FieldError] = (), **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.facts = facts  # what else is possible: extension members of the problem document

    @property
    def code(self) -> str:
        return type(self).__name__


class BadInput(AftersalesError):
    """Raised when a request cannot be understood."""


class InvalidRequest(BadInput):
    """Raised when a field is missing, malformed or contradicts another."""


class IdempotencyKeyMissing(BadInput):
    """Raised when a POST that creates or moves money has no Idempotency-Key."""


class BodyTooLarge(BadInput):
    """Raised when a body has more bytes than its address takes."""


class UnsupportedMediaType(BadInput):
    """Raised when a body is not announced as JSON."""


class MethodNotAllowed(BadInput):
    """Raised when an address does not know a method."""


class OrderDoesNotAddUp(BadInput):
    """Raised when an order's lines, reductions, freight and payments do not sum."""


class CurrencyMismatch(BadInput):
    """Raised when amounts of two currencies meet."""


class NotAllowed(AftersalesError):
    """Raised when the caller may not."""


class Unauthorized(NotAllowed):
    """Raised when there is no valid identity."""


class Forbidden(NotAllowed):
    """Raised when a known caller asks for a forbidden act on what it may see."""


class MerchantFrozen(Forbidden):
    """Raised when a member or a system of a frozen shop would change something."""


class SignatureInvalid(NotAllowed):
    """Raised when a webhook's signature, timestamp or id does not verify."""


class TooManyRequests(NotAllowed):
    """Raised when a caller asks faster than it may."""


class SecondPersonNeeded(NotAllowed):
    """Raised when an amount needs a second member of the platform's staff."""


class NotFound(AftersalesError):
    """Raised when something is not there, or is somebody else's."""


class OrderNotFound(NotFound):
    """Raised when there is no such order for this caller."""


class LineNotFound(NotFound):
    """Raised when the order has no such line."""


class CaseNotFound(NotFound):
    """Raised when there is no such case for this caller."""


class RefundNotFound(NotFound):
    """Raised when no refund has this number."""


class ReturnNotFound(NotFound):
    """Raised when a case has no goods on their way back."""


class RepairNotFound(NotFound):
    """Raised when a case asks for no repair."""


class GateNotFound(NotFound):
    """Raised when the case waits at no such gate."""


class MerchantNotFound(NotFound):
    """Raised when there is no such merchant for this caller."""


class PolicyNotFound(NotFound):
    """Raised when there is no such policy or version."""


class DeliveryNotFound(NotFound):
    """Raised when no such event was ever on its way to this merchant."""


class ParcelNotFound(NotFound):
    """Raised when the case has no such parcel, or none on its way."""


class CommandNotFound(NotFound):
    """Raised when no command to a carrier has this number."""


class DisputeNotFound(NotFound):
    """Raised when the platform was not asked to rule on this case."""


class RecoveryNotFound(NotFound):
    """Raised when nothing of this id is owed to the platform's fund, or not by this merchant."""


class ReconciliationNotFound(NotFound):
    """Raised when no bill of a day was reconciled."""


class RouteNotFound(NotFound):
    """Raised when the address names nothing."""


class NotPossible(AftersalesError):
    """Raised when a request is understood and allowed, but the facts say no."""


class NotEligible(NotPossible):
    """Raised when the policy refuses a filing at the door; nothing is written."""


class RefundExceedsPaid(NotPossible):
    """Raised when more money is asked for than the units were worth."""


class QuantityExceedsPurchased(NotPossible):
    """Raised when more units are asked for than are left."""


class PaymentChargedBack(NotPossible):
    """Raised when the buyer's bank already gave this money back."""


class DepositTooSmall(NotPossible):
    """Raised when more is to be taken from a merchant's deposit than it holds."""


class RecoveryExceedsOwed(NotPossible):
    """Raised when more was paid, or should be written off, than is owed."""


class KeyReused(NotPossible):
    """Raised when an Idempotency-Key comes again with another body."""


class EvidenceRejected(NotPossible):
    """Raised when a file's type or size is outside the policy."""


class Conflict(AftersalesError):
    """Raised when the facts moved on."""


class OrderExists(Conflict):
    """Raised when an order's number is already taken by a different order."""


class OrderBusy(Conflict):
    """Raised when too many writers met at one item; the caller may try again."""


class TransitionRefused(Conflict):
    """Raised when the state of the case does not allow this act."""


class AnswerTooLate(Conflict):
    """Raised when the gate was answered already or its time has passed."""


class WaybillTaken(Conflict):
    """Raised when a waybill's number carries somebody else's goods, goes the other way, or had arrived before."""


class RevisionsExhausted(Conflict):
    """Raised when a buyer has used up the revisions that the policy gives."""


class WebhookDisabled(Conflict):
    """Raised when something should be sent to an endpoint that is switched off or was never set."""


class VersionMismatch(Conflict):
    """Raised when If-Match names another version than the one that stands."""


class Fault(AftersalesError):
    """Raised when something failed that is not the caller's doing."""


class TransientFault(Fault):
    """Raised when the same step may be tried again: a lost race, a throttle, a partner's hiccup."""


class VersionLost(TransientFault):
    """Raised when another writer was faster, or when this very write already stands."""


class SearchUnavailable(TransientFault):
    """Raised when a stage has no search, when its index is not built, or when the engine does not answer in time."""


class PartnerUnavailable(Fault):
    """Raised when a partner did not answer; what it did is unknown."""
