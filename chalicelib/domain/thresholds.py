"""Threshold promotions 满减 that a partial return breaks: what the buyer no longer has a right to, and gets back later.

Three rules a policy may choose: `keep` (the kept goods keep their share of the promotion), `recompute` (the kept goods
are priced anew, by the tier that they still reach) and `deduct` (a broken promotion is lost on all that is kept). What
is lost is withheld from the refund that breaks it. It was paid, so it stays in the order's ledger and comes back when
the goods that were kept come back too. All amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from chalicelib.domain.allocations import shared
from chalicelib.domain.money import worth

if TYPE_CHECKING:
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.orders import Order, OrderLine, Reduction

ThresholdRule = Literal["keep", "recompute", "deduct"]


class Withholding(NamedTuple):
    """What a claim must leave behind, and what earlier claims left behind that comes back with it."""

    withheld: int = 0
    restored: int = 0


def withholding(
    order: Order, ledger: Ledger, units: Mapping[int, int], rule: ThresholdRule, *, buyer_breaks: bool
) -> Withholding:
    """For a claim on so many `units` (by the line's position).

    `buyer_breaks` is False when the return is not the buyer's doing: then nothing is lost by it. A claim answers only
    for what it breaks itself, and all claims together never leave more behind than is lost. What is withheld comes
    back only while nothing is reserved: a claim that is still open may be given back, and takes its part along.
    """
    if rule == "keep" or not any(reduction.threshold for reduction in order.promotions):
        return Withholding()
    held = _held(ledger)
    left = [line.quantity - row.units_taken for line, row in zip(order.lines, ledger.lines, strict=True)]
    kept = _as_bought(order, left)
    after = _as_bought(order, [n - units.get(position, 0) for position, n in enumerate(left)])
    lost = forfeited(order, after, rule)
    withheld = min(lost - forfeited(order, kept, rule), lost - held) if buyer_breaks else 0
    return Withholding(max(0, withheld), max(0, restorable(ledger) - lost))


def _as_bought(order: Order, kept: Sequence[int]) -> list[int]:
    """Units by the line that was bought: who exchanged goods keeps what came in their place."""
    units = [0] * len(_bought(order))
    for position, n in enumerate(kept):
        line = order.lines[position]
        while line.replaces is not None:
            line = order.line(line.replaces.line_id)
        units[order.positions[line.line_id]] += n
    return units


def _bought(order: Order) -> Sequence[OrderLine]:
    """The lines that the promotions were given on: those of exchanges stand behind them."""
    return [line for line in order.lines if line.replaces is None]


def restorable(ledger: Ledger) -> int:
    """What could come back of what was withheld, if everything that is kept came back now."""
    return 0 if any(row.reserved for row in ledger.payments) else _held(ledger)


def _held(ledger: Ledger) -> int:
    return sum(row.withheld for row in ledger.lines)


def forfeited(order: Order, kept: Sequence[int], rule: ThresholdRule) -> int:
    """What a buyer who keeps these units (by the line's position) has no right to of the order's promotions."""
    lines = _bought(order)
    left = [line.gross for line in lines]
    lost = 0
    for reduction in order.promotions:
        shares = shared(reduction, lines, left)
        if reduction.threshold:
            lost += _lost(reduction, shares, [(left[p], lines[p].quantity, kept[p]) for p in shares], rule)
        for position, share in shares.items():
            left[position] -= share
    return lost


def _lost(
    reduction: Reduction, shares: Mapping[int, int], goods: Sequence[tuple[int, int, int]], rule: ThresholdRule
) -> int:
    """Of one promotion; `goods` are price before it, units bought and units kept of each of its lines."""
    threshold = reduction.threshold or 0
    reached = sum(worth(price, bought, kept) for price, bought, kept in goods)
    if reached >= threshold or sum(price for price, _, _ in goods) < threshold:
        return 0  # still reached, or given although it never was
    enjoyed = sum(worth(share, bought, kept) for share, (_, bought, kept) in zip(shares.values(), goods, strict=True))
    tiers = [tier.amount for tier in reduction.tiers if rule == "recompute" and reached >= tier.threshold]
    return max(0, enjoyed - max(tiers, default=0))
