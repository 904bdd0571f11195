"""A refund within a turn: kept, told on the timeline, posted in the journal. Who grants and who settles share these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.domain import journals

if TYPE_CHECKING:
    from chalicelib.domain.orders import Order
    from chalicelib.domain.refunds import Refund
    from chalicelib.domain.turns import Turn

    Posted = Literal["granted", "settled", "reversed", "released"]

_KINDS: Mapping[Posted, Callable[..., journals.JournalEntry]] = {
    "granted": journals.granted,
    "settled": journals.settled,
    "reversed": journals.reversed_,
    "released": journals.released,
}


def keep(turn: Turn, refund: Refund) -> None:
    """Writes the refund, and what the case remembers of it."""
    turn.write(refund)
    kept = tuple(refund.ref if ref.refund_no == refund.refund_no else ref for ref in turn.case.refunds)
    turn.change(refunds=kept)


def tell(turn: Turn, type: Any, before: str | None, refund: Refund, to: Any = None, **data: Any) -> None:
    """A line about one refund: what it was, what it is, how much."""
    if refund.voucher:
        data = {"because": "compensation", **data, "voucher": True}
    turn.tell(
        type,
        to,
        refund_no=refund.refund_no,
        refund_before=before,
        refund_after=refund.state,
        refund_amount=refund.amount,
        **data,
    )


def post(turn: Turn, kind: Posted, order: Order, refund: Refund) -> None:
    """The journal's line about a refund. A fact of one kind is posted once: its id is the number and the kind."""
    bears = {} if kind in ("settled", "reversed") else {"bearer": refund.bearer}
    posting = _KINDS[kind](
        order,
        refund.amount,
        entry_id=f"{refund.refund_no}-{kind}",
        at=turn.at,
        case_id=refund.case_id,
        refund_no=refund.refund_no,
        **bears,
    )
    turn.write(posting)


def shift(turn: Turn, order: Order, refund: Refund, bearer: journals.Account) -> None:
    """Somebody else bears it from now on. The refund itself goes on as it is."""
    after = refund.next(bearer=bearer)
    keep(turn, after)
    posting = journals.shifted(
        order,
        refund.amount,
        entry_id=f"{refund.refund_no}-shifted-{after.version}",
        at=turn.at,
        case_id=refund.case_id,
        refund_no=refund.refund_no,
        before=refund.bearer or journals.merchant(order),
        bearer=bearer,
    )
    turn.write(posting)
