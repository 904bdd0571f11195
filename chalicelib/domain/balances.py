"""The ledger of an order as it stands, one compact item: what it holds, what is always true.

All amounts are integer minor units of the order's currency. What may happen to it stands in `ledgers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pydantic import field_serializer, field_validator

from chalicelib.domain.base import Record
from chalicelib.domain.orders import OrderLine, Payment
from chalicelib.domain.values import Count, Identifier, Minor
from chalicelib.errors import Fault

if TYPE_CHECKING:
    from chalicelib.domain.orders import Order


class LineLedger(NamedTuple):
    """A line: units and value that claims have used up, and the money reserved and settled for them.

    `withheld` is value of these units that a broken threshold promotion kept back (`thresholds`), `protected` value
    that was taken of units which stay with the buyer (`protections`): a later claim for them is worth so much less.
    """

    units_taken: Count = 0
    value_taken: Minor = 0
    reserved: Minor = 0
    settled: Minor = 0
    withheld: Minor = 0
    protected: Minor = 0


class FreightLedger(NamedTuple):
    """The freight: what claims have used up of it, and the money for it that is reserved and settled."""

    taken: Minor = 0
    reserved: Minor = 0
    settled: Minor = 0


class AwardLedger(NamedTuple):
    """Compensations for one reason: what claims have used up of what the policy gives, and the money for it."""

    taken: Minor = 0
    reserved: Minor = 0
    settled: Minor = 0


class MultipleLedger(NamedTuple):
    """Punitive damages for goods of one category: what their multiples come to, and what was given (at least a sum)."""

    multiplied: Minor = 0
    given: Minor = 0


class PaymentLedger(NamedTuple):
    """A payment: what is reserved and settled back to it, and what the buyer's bank took back by itself."""

    reserved: Minor = 0
    settled: Minor = 0
    charged_back: Minor = 0


_UNTOUCHED = LineLedger()


class Ledger(Record):
    """The rows stand where the order's lines and payments stand: `ledger.lines[order.positions[line_id]]`.

    As JSON, rows are arrays of integers, and of the lines only those that something happened to are written,
    after how many there are: `[277, [4, 2, 1780, 1780, 0]]` is line 4 of 277, two units of it reserved.

    `added_…` is what an exchange brought to the order after it was placed: goods in the place of others, and what the
    buyer paid on top. They stand here because the order never changes; `grown` puts both together.
    """

    order_id: Identifier
    lines: tuple[LineLedger, ...]
    freight: FreightLedger = FreightLedger()
    payments: tuple[PaymentLedger, ...]
    added_lines: tuple[OrderLine, ...] = ()
    added_payments: tuple[Payment, ...] = ()
    awards: dict[str, AwardLedger] = {}  # by reason; outside of what was paid
    multiples: dict[str, MultipleLedger] = {}  # by category; outside of it, too

    @field_serializer("lines", when_used="json")
    def _write_touched(self, lines: tuple[LineLedger, ...]) -> list[Any]:
        rows = ((i, *_written(row)) for i, row in enumerate(lines) if row != _UNTOUCHED)
        return [len(lines), *rows]

    @field_validator("lines", mode="before")
    @classmethod
    def _read_touched(cls, written: Any) -> Any:
        if not written or not isinstance(written[0], int):
            return written
        count, *touched = written
        rows = {position: LineLedger(*row) for position, *row in touched}
        return tuple(rows.get(position, _UNTOUCHED) for position in range(count))

    def after(self, movement: Movement) -> Self:
        """The ledger with a movement added to it."""
        lines, payments = list(self.lines), list(self.payments)
        for i, line in movement.lines.items():
            lines[i] = LineLedger(*map(add, lines[i], line))
        for i, payment in movement.payments.items():
            payments[i] = PaymentLedger(*map(add, payments[i], payment))
        freight = FreightLedger(*map(add, self.freight, movement.freight))
        awards = dict(self.awards)
        for reason, award in movement.awards.items():
            awards[reason] = AwardLedger(*map(add, awards.get(reason, AwardLedger()), award))
        multiples = dict(self.multiples)
        for category, multiple in movement.multiples.items():
            multiples[category] = MultipleLedger(*map(add, multiples.get(category, MultipleLedger()), multiple))
        after = {"lines": tuple(lines), "freight": freight, "payments": tuple(payments)}
        return self.but(**after, awards=awards, multiples=multiples)


def _written(row: LineLedger) -> tuple[int, ...]:
    """Most lines know no promotion that broke and no price that fell: those columns are left out."""
    if row.protected:
        return row
    return row[:-1] if row.withheld else row[:-2]


class Movement(NamedTuple):
    """What is added to (or, negative, taken from) each row; lines and payments by their position."""

    lines: Mapping[int, LineLedger] = {}
    freight: FreightLedger = FreightLedger()
    payments: Mapping[int, PaymentLedger] = {}
    awards: Mapping[str, AwardLedger] = {}
    multiples: Mapping[str, MultipleLedger] = {}

    def __neg__(self) -> Movement:
        return Movement(
            {i: LineLedger(*(-n for n in row)) for i, row in self.lines.items()},
            FreightLedger(*(-n for n in self.freight)),
            {i: PaymentLedger(*(-n for n in row)) for i, row in self.payments.items()},
            {reason: AwardLedger(*(-n for n in row)) for reason, row in self.awards.items()},
            {category: MultipleLedger(*(-n for n in row)) for category, row in self.multiples.items()},
        )


def open_ledger(order: Order) -> Ledger:
    """The ledger of an order of which nothing was asked back yet."""
    return Ledger(
        order_id=order.order_id,
        lines=(_UNTOUCHED,) * len(order.lines),
        payments=(PaymentLedger(),) * len(order.payments),
    )


def grown(order: Order, ledger: Ledger) -> Order:
    """The order with everything that its ledger counts: what every movement and every quote is made on."""
    return order.with_more(ledger.added_lines, ledger.added_payments)


def check(order: Order, ledger: Ledger) -> None:
    """What holds always, by line, by payment and in all; raises Fault where it does not."""
    if len(ledger.lines) != len(order.lines) or len(ledger.payments) != len(order.payments):
        raise Fault(f"the ledger of {ledger.order_id} is not the ledger of this order")
    for line, row in zip(order.lines, ledger.lines, strict=True):
        if row == _UNTOUCHED:
            continue
        units, value, *money, protected = row
        fits = 0 <= units <= line.quantity and min(money) >= 0 and sum(money) <= value
        # The last unit takes the last of the value, and no unit means no value but what a protection paid of those
        # that are kept: nothing is lost in between.
        ends = (value == line.paid or units < line.quantity) and (value == protected or units > 0)
        ends = ends and 0 <= protected <= value and (protected == 0 or units < line.quantity)
        if not (fits and value <= line.paid and ends):
            raise Fault(f"ledger of {order.order_id}, line {line.line_id}: {row} of {line.quantity} for {line.paid}")
    taken, reserved, settled = ledger.freight
    if min(ledger.freight) < 0 or reserved + settled > taken or taken > order.freight:
        raise Fault(f"ledger of {order.order_id}, freight: {ledger.freight} of {order.freight}")
    for reason, (used, waiting, given) in ledger.awards.items():
        if min(waiting, given) < 0 or waiting + given > used:
            raise Fault(f"ledger of {order.order_id}, award for {reason}: {(used, waiting, given)}")
    for category, (due, had) in ledger.multiples.items():
        if min(due, had) < 0 or (due and not had):
            raise Fault(f"ledger of {order.order_id}, multiple of {category}: {(due, had)}")
    for payment, paid in zip(order.payments, ledger.payments, strict=True):
        if min(paid) < 0 or paid.reserved + paid.settled > payment.amount or paid.charged_back > payment.amount:
            raise Fault(f"ledger of {order.order_id}, payment {payment.payment_id}: {paid} of {payment.amount}")
    _check_both_sides(ledger)


def _check_both_sides(ledger: Ledger) -> None:
    """The money by line and freight is the money by payment."""
    lines, freight, payments = ledger.lines, ledger.freight, ledger.payments
    reserved = sum(row.reserved for row in lines) + freight.reserved, sum(row.reserved for row in payments)
    settled = sum(row.settled for row in lines) + freight.settled, sum(row.settled for row in payments)
    if reserved[0] != reserved[1] or settled[0] != settled[1]:
        raise Fault(f"ledger of {ledger.order_id}: by goods and by payments {reserved=}, {settled=}")
