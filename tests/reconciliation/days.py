"""A seeded day of a provider's bill against our refunds, with differences planted in it, each known by name.

The same for the properties (a few rows) and for `make reconcile-check` (a hundred thousand).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.bills import BillRow, span
from chalicelib.domain.reconciliations import Because, Kind
from chalicelib.domain.refunds import Refund, number_of

DAY, ZONE = date(2026, 11, 20), "Asia/Shanghai"
BEGINS, ENDS = span(DAY, ZONE)
HOUR = timedelta(hours=1)
CURRENCIES = ("CNY", "CNY", "CNY", "USD", "JPY", "KWD")


class Planted(NamedTuple):
    """A difference that must be found: what it is, and about which number (of an unreadable line perhaps none)."""

    kind: Kind
    because: Because
    refund_no: str


class Day(NamedTuple):
    """`bills`: the lines by day, as text where a line is none. `healthy`: how many of ours have nothing wrong."""

    refunds: list[Refund]
    bills: dict[date, list[BillRow | str]]
    planted: list[Planted]
    healthy: int


PLANTS: tuple[tuple[Kind, Because], ...] = (
    ("missing", "not_on_bills"),
    ("extra", "unknown_number"),
    ("extra", "moved_again"),
    ("other_amount", "amount"),
    ("other_amount", "currency"),
    ("other_amount", "payment"),
    ("other_state", "paid_there"),
    ("other_state", "reversed_there"),
    ("settled_late", "another_day"),
    ("settled_late", "long_after_grant"),
    ("unreadable", "unreadable"),
)
# What looks odd and is none: around midnight, learned of days later, reversed on both sides, booked the day after.
ODD = ("late_evening", "early_morning", "learned_late", "reversed", "reversed_later", "booked_next_day")


class _Maker:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.made = Day([], {DAY + timedelta(days=n): [] for n in range(-4, 2)}, [], 0)
        self._count = 0

    def refund(self, **changes: object) -> Refund:
        """One that was settled in the middle of the day, unless it is said otherwise."""
        self._count += 1
        case_id = f"case_{self._count:026}"
        at = _whole(BEGINS + 2 * HOUR + timedelta(seconds=self.dice.uniform(0, 20 * 3600)))
        usual = {
            "refund_no": number_of(case_id, 1),
            "case_id": case_id,
            "order_id": f"o{self._count}",
            "merchant_id": f"m{self._count % 50}",
            "buyer_id": f"b{self._count % 999}",
            "payment_id": f"pay-{self._count}",
            "method": "card",
            "provider": "standard",
            "amount": self.dice.randint(1, 5_000_000),
            "currency": self.dice.choice(CURRENCIES),
            "state": "settled",
            "granted_at": at - HOUR,
            "settled_at": at,
        }
        refund = Refund.model_construct(**{**Refund.model_construct().__dict__, "version": 4, **usual, **changes})
        self.made.refunds.append(refund)
        return refund

    def line(self, refund: Refund, on: date = DAY, **changes: object) -> BillRow:
        """The provider moved it a few seconds before we heard of it."""
        settled_at = refund.settled_at or BEGINS + 12 * HOUR
        row = BillRow(
            refund.refund_no,
            f"mv_{len(self.made.bills[on])}_{self._count}",
            refund.payment_id,
            refund.amount,
            refund.currency,
            "settled",
            settled_at - timedelta(seconds=self.dice.randint(0, 20)),
        )._replace(**changes)
        self.made.bills[on].append(row)
        return row

    def plant(self, kind: Kind, because: Because) -> None:
        getattr(self, f"_{because}")()
        number = self.made.refunds[-1].refund_no
        if because == "unknown_number":
            number = self.made.bills[DAY][-1].refund_no  # type: ignore[union-attr]
        self.made.planted.append(Planted(kind, because, number))

    def _not_on_bills(self) -> None:
        self.refund()

    def _unknown_number(self) -> None:
        self._count += 1
        strange = self.dice.choice([number_of(f"case_{self._count + 10**9:026}", 1), f"R{self._count}"])
        at = BEGINS + 3 * HOUR
        self.made.bills[DAY].append(BillRow(strange, f"mv_x{self._count}", "pay-x", 500, "CNY", "settled", at))

    def _moved_again(self) -> None:
        refund = self.refund()
        row = self.line(refund)
        self.line(refund, settled_at=row.settled_at + timedelta(minutes=self.dice.randint(0, 5)))

    def _amount(self) -> None:
        refund = self.refund()
        self.line(refund, amount=refund.amount + self.dice.choice([1, 100, refund.amount]))

    def _currency(self) -> None:
        refund = self.refund()
        self.line(refund, currency="EUR")

    def _payment(self) -> None:
        self.line(self.refund(), payment_id="pay-of-another")

    def _paid_there(self) -> None:
        state = self.dice.choice(["granted", "submitted", "unknown", "failed", "released"])
        self.line(self.refund(state=state, settled_at=None))

    def _reversed_there(self) -> None:
        refund = self.refund()
        row = self.line(refund)
        self.line(refund, state="reversed", settled_at=row.settled_at + HOUR)

    def _another_day(self) -> None:
        """We heard of it two days before the provider books it, or three after."""
        at = BEGINS + 12 * HOUR
        ours = self.dice.choice([at - timedelta(days=2), at + timedelta(days=3)])
        self.line(self.refund(settled_at=ours, granted_at=at - timedelta(days=3)), settled_at=at)

    def _long_after_grant(self) -> None:
        at = BEGINS + 5 * HOUR
        self.line(self.refund(settled_at=at, granted_at=at - timedelta(days=8)))

    def _unreadable(self) -> None:
        """A line of ours whose amount went by way of a float: it is there, and nobody can say how much."""
        row = self.line(self.refund())
        self.made.bills[DAY].pop()
        text = f'{{"refund_no": "{row.refund_no}", "amount": {row.amount}.0}}'
        self.made.bills[DAY].append(self.dice.choice([text, text[:-1]]))

    def odd(self, what: str) -> None:
        dice = self.dice
        match what:
            case "late_evening":  # moved before midnight, heard of after it
                refund = self.refund(settled_at=_whole(ENDS + timedelta(seconds=dice.randint(0, 600))))
                self.line(refund, settled_at=_whole(ENDS - timedelta(seconds=dice.randint(1, 60))))
            case "early_morning":  # told as paid before midnight, moved after it
                refund = self.refund(settled_at=_whole(BEGINS - timedelta(seconds=dice.randint(1, 600))))
                self.line(refund, settled_at=BEGINS + timedelta(seconds=dice.randint(0, 60)))
            case "learned_late":  # nobody knew for three days; the line is on the bill of then
                at = BEGINS + 12 * HOUR
                refund = self.refund(settled_at=at, granted_at=at - timedelta(days=4))
                self.line(refund, DAY - timedelta(days=3), settled_at=at - timedelta(days=3))
            case "reversed":
                refund = self.refund(state="reversed")
                row = self.line(refund)
                self.line(refund, state="reversed", settled_at=row.settled_at + HOUR)
            case "reversed_later":
                self.line(self.refund(state="reversed"))
            case "booked_next_day":  # its own day's run reports it as late; here it is not missing
                refund = self.refund()
                self.line(refund, DAY + timedelta(days=1), settled_at=refund.settled_at + timedelta(days=1))  # type: ignore[operator]


def day(rows: int, planted: int, seed: int = 0, odd: int = 60) -> Day:
    """About `rows` lines, `planted` differences of every kind in turn, `odd` things that are none."""
    maker = _Maker(seed)
    for n in range(odd):
        maker.odd(ODD[n % len(ODD)])
    for n in range(planted):
        maker.plant(*PLANTS[n % len(PLANTS)])
    while len(maker.made.bills[DAY]) < rows:
        maker.line(maker.refund())
    for lines in maker.made.bills.values():
        maker.dice.shuffle(lines)
    return maker.made._replace(healthy=len(maker.made.refunds) - planted)


def paged(lines: list[BillRow | str], size: int) -> Iterator[list[BillRow | str]]:
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


def _whole(at: datetime) -> datetime:
    """To the millisecond, as everything that is stored."""
    at = at.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
