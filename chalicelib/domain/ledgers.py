"""What may happen to an order's ledger: reserve, release, reduce, settle, reverse, charge back.

Every change is a movement, the same money by line and freight as by payment, and what must always hold is
checked after each; a ledger that would break it raises Fault, so that nothing is written. All amounts are
minor units.

No function here touches `version`: several movements may be one write (a revision releases and reserves), and
whoever writes calls `ledger.next()` once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import add
from typing import TYPE_CHECKING

from chalicelib.domain.balances import AwardLedger as AwardLedger
from chalicelib.domain.balances import FreightLedger as FreightLedger
from chalicelib.domain.balances import LineLedger as LineLedger
from chalicelib.domain.balances import Movement
from chalicelib.domain.balances import PaymentLedger as PaymentLedger
from chalicelib.domain.balances import check as check
from chalicelib.domain.balances import open_ledger as open_ledger
from chalicelib.domain.claims import Ask as Ask
from chalicelib.domain.claims import less, part_of, without
from chalicelib.domain.quotes import Refundable as Refundable
from chalicelib.domain.quotes import RefundableLine as RefundableLine
from chalicelib.domain.quotes import quote as quote
from chalicelib.domain.quotes import still_refundable as still_refundable
from chalicelib.errors import FieldError, InvalidRequest, PaymentChargedBack, RefundExceedsPaid

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger as Ledger
    from chalicelib.domain.balances import MultipleLedger as MultipleLedger
    from chalicelib.domain.claims import Claim as Claim
    from chalicelib.domain.claims import ClaimLine as ClaimLine
    from chalicelib.domain.claims import Source as Source
    from chalicelib.domain.orders import Order


def takes_the_rest(order: Order, ledger: Ledger, claim: Claim) -> bool:
    """Whether a claim, not reserved yet, takes all goods that are left of the order, for all that they are worth."""
    claimed: dict[str, int] = {}
    for line in claim.lines:
        claimed[line.line_id] = claimed.get(line.line_id, 0) + line.quantity
    rows = zip(order.lines, ledger.lines, strict=True)
    rest = {line.line_id: line.quantity - row.units_taken for line, row in rows}
    return all(claimed.get(line_id, 0) >= units for line_id, units in rest.items()) and _asks_all(claim)


def is_taken(order: Order, ledger: Ledger, claim: Claim) -> bool:
    """The same once the claim is reserved: no unit of the order is left, and this claim asks all that its are worth."""
    rows = zip(order.lines, ledger.lines, strict=True)
    return all(row.units_taken == line.quantity for line, row in rows) and _asks_all(claim)


def _asks_all(claim: Claim) -> bool:
    return bool(claim.lines) and not any(line.asks_less for line in claim.lines)


def reserve(order: Order, ledger: Ledger, claim: Claim) -> Ledger:
    """Filing: units, value and money are taken together; the claim was quoted on this same ledger."""
    return _moved(order, ledger, _reservation(order, claim))


def release(order: Order, ledger: Ledger, claim: Claim) -> Ledger:
    """Rejection, withdrawal, expiry: all that was taken comes back, while nothing of it was settled."""
    return _moved(order, ledger, -_reservation(order, claim))


def release_source(order: Order, ledger: Ledger, claim: Claim, source: Source) -> tuple[Ledger, Claim]:
    """One payment's refund will not be paid (a person says so, or its bank did): its money is free again.

    The units and their value stay taken, because the goods were dealt with. Answers what is left of the
    claim.
    """
    part = part_of(claim, source)
    movement = Movement(
        _rows(order, claim, [LineLedger(reserved=-amount) for amount in part.lines]),
        FreightLedger(reserved=-part.freight),
        _payments(order, claim, source, reserved=-1),
        _awards(claim, AwardLedger(reserved=-part.award)),
    )
    return _moved(order, ledger, movement), without(claim, source)


def reduce(order: Order, ledger: Ledger, claim: Claim, granted: int) -> tuple[Ledger, Claim]:
    """Less is granted than was claimed: the money shrinks in proportion over lines, freight and payments.

    Value and units stay taken: who gets less for the units leaves no more for the next. Only while nothing of
    the claim was settled. Raises RefundExceedsPaid above the claim, InvalidRequest below 1.
    """
    limits = {"minimum": 1, "maximum": claim.total}
    if granted > claim.total:
        wrong = FieldError("amount", f"at most {claim.total} was claimed", limits)
        raise RefundExceedsPaid(f"{granted} is more than was claimed: {claim.total}", errors=[wrong])
    if granted < 1:
        wrong = FieldError("amount", "at least 1; to grant nothing is to reject", limits)
        raise InvalidRequest("a grant is at least 1", errors=[wrong])
    smaller = less(claim, granted)
    return replace(order, ledger, claim, smaller), smaller


def replace(order: Order, ledger: Ledger, before: Claim, after: Claim) -> Ledger:
    """Another claim stands in the place of one of which nothing was settled."""
    return reserve(order, release(order, ledger, before), after)


def settle(order: Order, ledger: Ledger, claim: Claim, source: Source | None = None) -> Ledger:
    """The provider paid one source of the claim (None: all of them): reserved becomes settled."""
    for paid in claim.sources if source is None else (source,):
        ledger = _moved(order, ledger, _settlement(order, claim, paid))
    return ledger


def reverse(order: Order, ledger: Ledger, claim: Claim, source: Source | None = None) -> Ledger:
    """A settled refund came back: the exact opposite of `settle`.

    The buyer is still owed the money, so it is reserved again: nobody else can claim it meanwhile, and it can
    be paid once more, under a new refund number, or be given up by `release_source`.
    """
    for returned in claim.sources if source is None else (source,):
        ledger = _moved(order, ledger, -_settlement(order, claim, returned))
    return ledger


def charge_back(order: Order, ledger: Ledger, payment_id: str, amount: int) -> Ledger:
    """The buyer's bank took back `amount` of a payment by itself. Recorded even when it was refunded already.

    Raises InvalidRequest for a payment that the order does not have, or for more than was paid by it.
    """
    if payment_id not in order.payment_positions:
        wrong = FieldError("payment_id", f"the order has no payment {payment_id}")
        raise InvalidRequest(f"order {order.order_id}: {wrong.message}", errors=[wrong])
    i = order.payment_positions[payment_id]
    most = order.payments[i].amount - ledger.payments[i].charged_back
    if not 1 <= amount <= most:
        wrong = FieldError("amount", f"between 1 and {most}", {"minimum": 1, "maximum": most})
        raise InvalidRequest(f"a chargeback of {amount} on {payment_id}", errors=[wrong])
    return _moved(order, ledger, Movement(payments={i: PaymentLedger(charged_back=amount)}))


def multiply(order: Order, ledger: Ledger, added: Mapping[str, MultipleLedger]) -> Ledger:
    """Punitive damages were paid: what they came to, and what was given, by category."""
    return _moved(order, ledger, Movement(multiples=added))


def can_pay(order: Order, ledger: Ledger, source: Source) -> bool:
    """Whether a reserved source may still be sent to the provider: the bank must not have paid it already.

    While reserved + settled + charged back are more than was paid, no refund to that payment may go out, not
    even one that would fit: another may be on its way. A person releases what is not to be paid.
    """
    i = order.payment_positions[source.payment_id]
    return sum(ledger.payments[i]) <= order.payments[i].amount


def ensure_payable(order: Order, ledger: Ledger, source: Source) -> None:
    """Raises PaymentChargedBack where `can_pay` says no."""
    if not can_pay(order, ledger, source):
        row = ledger.payments[order.payment_positions[source.payment_id]]
        raise PaymentChargedBack(f"the bank took back {row.charged_back} of payment {source.payment_id}")


def _moved(order: Order, ledger: Ledger, movement: Movement) -> Ledger:
    """The ledger after a movement, checked."""
    after = ledger.after(movement)
    check(order, after)
    return after


def _reservation(order: Order, claim: Claim) -> Movement:
    """Units, value and money of a whole claim."""
    return Movement(
        _rows(order, claim, [_taken(line) for line in claim.lines]),
        FreightLedger(claim.freight_asked, claim.freight),
        _payments(order, claim, *claim.sources, reserved=1),
        _awards(claim, AwardLedger(claim.award.asked, claim.award.amount) if claim.award else AwardLedger()),
    )


def _payments(
    order: Order, claim: Claim, *sources: Source, reserved: int, settled: int = 0
) -> dict[int, PaymentLedger]:
    """The rows of the payments that these sources are; an award goes back to none."""
    if claim.award:
        return {}
    return {
        order.payment_positions[source.payment_id]: PaymentLedger(source.amount * reserved, source.amount * settled)
        for source in sources
    }


def _awards(claim: Claim, row: AwardLedger) -> dict[str, AwardLedger]:
    return {claim.award.reason: row} if claim.award else {}


def _taken(line: ClaimLine) -> LineLedger:
    if line.is_restored:
        return LineLedger(reserved=line.amount, withheld=-line.value)
    if line.keeps_units:
        return LineLedger(value_taken=line.value, reserved=line.amount, protected=line.value)
    return LineLedger(line.quantity, line.value, line.amount, withheld=line.withheld, protected=-line.protected)


def _settlement(order: Order, claim: Claim, source: Source) -> Movement:
    """The money of one source, from reserved to settled."""
    part = part_of(claim, source)
    return Movement(
        _rows(order, claim, [LineLedger(reserved=-amount, settled=amount) for amount in part.lines]),
        FreightLedger(reserved=-part.freight, settled=part.freight),
        _payments(order, claim, source, reserved=-1, settled=1),
        _awards(claim, AwardLedger(reserved=-part.award, settled=part.award)),
    )


def _rows(order: Order, claim: Claim, rows: Sequence[LineLedger]) -> dict[int, LineLedger]:
    """The rows of a claim's lines by their place in the order; a line claimed in two parts gets both."""
    placed: dict[int, LineLedger] = {}
    for line, row in zip(claim.lines, rows, strict=True):
        i = order.positions[line.line_id]
        placed[i] = LineLedger(*map(add, placed.get(i, LineLedger()), row))
    return placed
