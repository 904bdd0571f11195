"""Allocation: reductions, tax and freight go to the lines, so that the lines sum to the payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.domain.explanations import Explanation as Explanation
from chalicelib.domain.explanations import explain as explain
from chalicelib.domain.money import apportion
from chalicelib.domain.orders import Order, OrderLine, Share
from chalicelib.domain.values import MAX_AMOUNT
from chalicelib.errors import FieldError, InvalidRequest, OrderDoesNotAddUp

if TYPE_CHECKING:
    from chalicelib.domain.orders import Goods, LineDraft, OrderDraft, Reduction


def allocate(draft: OrderDraft, *, policy_id: str, policy_version: int) -> Order:
    """The order as it is kept, bound to the policy version in force when it was placed.

    Reductions are taken in the order in which they came, each by largest remainder over the lines it applies
    to, in proportion to what is left of their gross; then tax and freight in proportion to what is left after
    all of them. So no line falls below zero and Σ line.paid + freight = Σ payments, to the minor unit.

    Raises InvalidRequest (ids that repeat or are unknown, amounts beyond any order) and OrderDoesNotAddUp (a
    reduction of more than its lines cost, a gross that is not its units' price, payments that are not the
    sum).
    """
    _refuse_confusion(draft)
    gross = tuple(_gross(i, line) for i, line in enumerate(draft.lines))
    left = list(gross)
    shares: list[list[Share]] = [[] for _ in draft.lines]
    for i, reduction in enumerate(draft.promotions):
        _take(draft, i, reduction, left, shares)
    tax, freight = apportion(draft.tax, left), apportion(draft.freight, left)
    paid_total = sum(left) + draft.tax + draft.freight
    _refuse_difference(draft, paid_total)
    lines = tuple(
        OrderLine.model_validate(
            {
                **vars(line),
                "gross": gross[i],
                "reductions": tuple(shares[i]),
                "tax": tax[i],
                "freight": freight[i],
                "paid": left[i] + tax[i],
            }
        )
        for i, line in enumerate(draft.lines)
    )
    bound = {"policy_id": policy_id, "policy_version": policy_version}
    return Order.model_validate({**vars(draft), "lines": lines, "paid_total": paid_total, **bound})


def _gross(i: int, line: LineDraft) -> int:
    """quantity × unit price, or the explicit gross when it is that, rounded by at most one per unit."""
    exact = line.quantity * line.unit_price
    gross = exact if line.gross is None else line.gross
    if gross > MAX_AMOUNT:
        large = FieldError(f"lines[{i}].quantity", f"the line costs more than {MAX_AMOUNT}")
        raise InvalidRequest(f"line {line.line_id}: {large.message}", errors=[large])
    if abs(gross - exact) > line.quantity:
        wrong = FieldError(f"lines[{i}].gross", f"{gross} is not {line.quantity} times {line.unit_price}")
        raise OrderDoesNotAddUp(f"line {line.line_id}: {wrong.message}", errors=[wrong])
    return gross


def _take(draft: OrderDraft, i: int, reduction: Reduction, left: list[int], shares: Sequence[list[Share]]) -> None:
    """Take one reduction from what is left of its lines, and write down each line's share."""
    most = sum(left[p] for p in _places(reduction, draft.lines))
    if reduction.amount > most:
        wrong = FieldError(f"promotions[{i}].amount", f"its lines cost only {most}", {"maximum": most})
        raise OrderDoesNotAddUp(f"{reduction.kind} of {reduction.amount}: {wrong.message}", errors=[wrong])
    for p, amount in shared(reduction, draft.lines, left).items():
        if amount:
            left[p] -= amount
            shares[p].append(Share(kind=reduction.kind, label=reduction.label, amount=amount))


def shared(reduction: Reduction, lines: Sequence[Goods], left: Sequence[int]) -> dict[int, int]:
    """A reduction's share by the position of each line that it applies to, in proportion to what is `left` of them."""
    places = _places(reduction, lines)
    return dict(zip(places, apportion(reduction.amount, [left[p] for p in places]), strict=True))


def _places(reduction: Reduction, lines: Sequence[Goods]) -> list[int]:
    named = None if reduction.line_ids is None else frozenset(reduction.line_ids)
    return [p for p, line in enumerate(lines) if named is None or line.line_id in named]


def _refuse_difference(draft: OrderDraft, paid_total: int) -> None:
    if paid_total > MAX_AMOUNT:
        raise InvalidRequest("no order is that large", errors=[FieldError("lines", f"more than {MAX_AMOUNT}")])
    paid = sum(payment.amount for payment in draft.payments)
    if paid != paid_total:
        way = "too little" if paid < paid_total else "too much"
        wrong = FieldError(
            "payments",
            f"payments of {paid} are {abs(paid - paid_total)} {way}: lines and freight come to {paid_total}",
            {"expected": paid_total, "difference": paid - paid_total},
        )
        raise OrderDoesNotAddUp(f"order {draft.order_id} does not add up: {wrong.message}", errors=[wrong])


def _refuse_confusion(draft: OrderDraft) -> None:
    """Ids stand once, and reductions name lines that exist."""
    known = {line.line_id for line in draft.lines}
    wrong = [
        *_repeated("lines", "line_id", [line.line_id for line in draft.lines]),
        *_repeated("payments", "payment_id", [payment.payment_id for payment in draft.payments]),
        *(
            FieldError(f"promotions[{i}].line_ids[{j}]", f"there is no line {line_id}")
            for i, reduction in enumerate(draft.promotions)
            for j, line_id in enumerate(reduction.line_ids or ())
            if line_id not in known
        ),
    ]
    if wrong:
        raise InvalidRequest(f"order {draft.order_id} contradicts itself: {wrong[0].message}", errors=wrong)


def _repeated(rows: str, name: str, ids: Sequence[str]) -> list[FieldError]:
    seen: set[str] = set()
    wrong = []
    for i, id_ in enumerate(ids):
        if id_ in seen:
            wrong.append(FieldError(f"{rows}[{i}].{name}", f"{id_} stands more than once"))
        seen.add(id_)
    return wrong
