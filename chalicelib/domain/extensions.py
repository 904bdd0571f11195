"""Extension 延长: who is awaited may ask for more time, once. Where, and how much, the policy says.

Only what people do with goods can take longer than expected. Decisions, money, and the rounds of a dispute have one
deadline, which nobody who is bound by it can move.
"""

from __future__ import annotations

from typing import Literal

from chalicelib.domain.calendars import Duration

Extendable = Literal["shipment", "receipt", "inspection", "replacement", "dispatch"]

EXTENSIONS: dict[Extendable, Duration] = {
    "shipment": Duration(amount=3, unit="days"),
    "receipt": Duration(amount=3, unit="days"),
    "inspection": Duration(amount=2, unit="days"),
}
