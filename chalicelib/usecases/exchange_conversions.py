"""An exchange or a reshipment that becomes a refund. Its claim is a return's from the first day, so nothing is counted
anew: what was paid for the units, and what was paid on top of it, goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.lifecycles import CaseStatus
    from chalicelib.domain.turns import Turn


def to_refund(turn: Turn, because: str, at: Gate | None = None, note: str | None = None) -> None:
    """Says so, once; `at` is the gate whose answer it is. What is no exchange stays what it is."""
    if not turn.case.replaces:
        return
    turn.change(converted=because)
    if at is not None:
        turn.answer(at, "converted")
    to: CaseStatus | None = "approved" if turn.case.status == "remedying" else None
    turn.tell("ExchangeConverted", to, note=note, because=because)
