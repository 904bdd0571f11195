"""Two coats at 50.00, 8.00 freight; 81.00 by card and 27.00 in points: three to one. And one of them asked back."""

from __future__ import annotations

from chalicelib.domain.ledgers import Ask, open_ledger, quote, reserve
from tests.domain.drafts import line, order

TWO = order(line("1", 2, 5000), freight=800, payments={"card": 8100, "points": 2700})
NEW = open_ledger(TWO)
ONE_COAT = quote(TWO, NEW, [Ask(line_id="1", quantity=1, amount=4000)], freight=True)
FILED = reserve(TWO, NEW, ONE_COAT)
CARD, POINTS = ONE_COAT.sources
