"""Orders to test with: a small one written by hand, and any that hypothesis can think of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from chalicelib.domain.allocations import allocate
from chalicelib.domain.money import apportion
from chalicelib.domain.orders import LineDraft, Order, OrderDraft, Payment, Reduction

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def line(line_id: str = "1", quantity: int = 1, unit_price: int = 8900, **more: Any) -> LineDraft:
    """One line; by default one coat at 89.00."""
    goods = {"sku": f"sku-{line_id}", "title": "a coat", "quantity": quantity, "unit_price": unit_price}
    return LineDraft(line_id=line_id, **{**goods, **more})


def draft(*lines: LineDraft, payments: dict[str, int] | None = None, **more: Any) -> OrderDraft:
    """An order of these lines, paid by card unless `payments` (method → amount) says how."""
    bought = lines or (line(),)
    reductions: tuple[Reduction, ...] = more.get("promotions", ())
    due = sum(each.quantity * each.unit_price if each.gross is None else each.gross for each in bought)
    due += more.get("freight", 0) + more.get("tax", 0) - sum(reduction.amount for reduction in reductions)
    paid = {"card": due} if payments is None else payments
    known = {"order_id": "o1", "buyer_id": "b1", "merchant_id": "m1", "currency": "CNY", "placed_at": AT}
    return OrderDraft(
        **{**known, **more},
        lines=bought,
        payments=tuple(
            Payment(payment_id=f"pay_{method}", method=method, amount=amount) for method, amount in paid.items()
        ),
    )


def order(*lines: LineDraft, payments: dict[str, int] | None = None, **more: Any) -> Order:
    """The same, allocated."""
    return kept(draft(*lines, payments=payments, **more))


def kept(arrived: OrderDraft) -> Order:
    return allocate(arrived, policy_id="standard", policy_version=1)


def coupon(amount: int, *line_ids: str, **more: Any) -> Reduction:
    """A coupon on the named lines, or on all of them."""
    return Reduction(**{"kind": "coupon", "label": "new buyer", "amount": amount, "line_ids": line_ids or None, **more})


@st.composite
def lines_of_any_kind(draw: st.DrawFn, line_id: str) -> LineDraft:
    quantity = draw(st.one_of(st.integers(1, 12), st.just(74_215)))
    unit_price = draw(st.one_of(st.integers(0, 5_000), st.just(0), st.just(1)))
    exact = quantity * unit_price
    rounded = st.integers(max(0, exact - quantity), exact + quantity)
    return line(line_id, quantity, unit_price, gross=draw(st.one_of(st.none(), rounded)))


@st.composite
def drafts(draw: st.DrawFn, max_lines: int = 6) -> OrderDraft:
    """Any order that adds up: free lines, fractions of a cent, overlapping reductions, several payments."""
    lines = [draw(lines_of_any_kind(str(i))) for i in range(1, 1 + draw(st.integers(1, max_lines)))]
    left = {each.line_id: each.quantity * each.unit_price if each.gross is None else each.gross for each in lines}
    reductions = []
    for kind in draw(st.lists(st.sampled_from(["promotion", "coupon", "points"]), max_size=3)):
        on = draw(st.lists(st.sampled_from(sorted(left)), min_size=1, unique=True))
        amount = draw(st.integers(0, sum(left[line_id] for line_id in on)))
        reductions.append(Reduction(kind=kind, label=kind, amount=amount, line_ids=tuple(sorted(on))))
        parts = apportion(amount, [left[line_id] for line_id in sorted(on)])
        left = {**left, **{each: left[each] - part for each, part in zip(sorted(on), parts, strict=True)}}
    freight, tax = draw(st.integers(0, 3_000)), draw(st.integers(0, 3_000))
    due = sum(left.values()) + freight + tax
    cuts = sorted(draw(st.lists(st.integers(0, due), max_size=3)))
    amounts = [end - start for start, end in zip([0, *cuts], [*cuts, due], strict=True)]
    methods = ("card", "points", "coupon", "balance")
    payments = dict(zip(methods, amounts, strict=False))
    return draft(*lines, payments=payments, promotions=tuple(reductions), freight=freight, tax=tax)


def orders(max_lines: int = 6) -> st.SearchStrategy[Order]:
    """Any order, allocated."""
    return drafts(max_lines).map(kept)
