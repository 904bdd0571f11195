"""Which order line a return means: stock code, quantity and price say so, and repeats are taken in turn."""

from __future__ import annotations

from collections.abc import Iterable

from local.importers.purchases import Invoice, Line
from local.importers.returns import Attempt, Returned


class Shelf:
    """The units of every line that nobody has returned yet, as the returns take them in time order."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, int], int] = {}

    def take(self, invoice: Invoice, returned: Returned) -> Line | None:
        """The first such line with units enough left; they are taken. None when there is none."""
        meant = (returned.stock, returned.line_quantity, returned.line_price)
        for line in invoice.lines:
            if (line.stock, line.quantity, line.price) != meant:
                continue
            taken = self._taken.get((invoice.number, line.position), 0)
            if line.quantity - taken >= returned.quantity:
                self._taken[invoice.number, line.position] = taken + returned.quantity
                return line
        return None


def once_large_enough(attempt: Attempt, purchases: Iterable[Invoice]) -> tuple[Invoice, Line] | None:
    """The newest earlier purchase of that product by that customer that had units enough when it was made."""
    newest: tuple[Invoice, Line] | None = None
    for invoice in purchases:
        if invoice.customer != attempt.customer or invoice.at >= attempt.at:
            continue
        for line in invoice.lines:
            if line.stock == attempt.stock and line.quantity >= attempt.quantity:
                if newest is None or invoice.at > newest[0].at:
                    newest = invoice, line
                break
    return newest
