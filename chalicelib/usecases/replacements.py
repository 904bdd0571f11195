"""Goods in the place of goods: promised, asked for, on their way, with their buyer; or a refund after all.

The goods are asked for by an event that the stock system or the shop acts on (`ReplacementRequested`). `goods_…` are
called within the very turn in which a parcel's news is told, any number of times and in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain import exchanges, refs
from chalicelib.domain.freezes import decides
from chalicelib.domain.reasons import REPLACES
from chalicelib.domain.replacements import Replacement, difference, terms
from chalicelib.errors import FieldError, GateNotFound, InvalidRequest, OrderNotFound
from chalicelib.usecases import cases, exchange_conversions, persons, returns
from chalicelib.usecases.access import is_frozen

if TYPE_CHECKING:
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.lifecycles import CaseStatus
    from chalicelib.domain.replacements import Wanted
    from chalicelib.domain.returns import Fate
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found

FAILED: frozenset[Fate] = frozenset({"lost", "refused", "back"})


def of(turn: Turn, found: Found) -> Replacement:
    """The replacement as this turn would leave it. Raises GateNotFound for a case that has none."""
    return turn.replacement or found.need(refs.replacement(turn.case.case_id), GateNotFound)


def confirm(turn: Turn, prices: Sequence[Wanted]) -> None:
    """Whoever decides says what other articles cost. Of one that nothing is said of, the yes stands for no difference.

    Raises InvalidRequest for an article that nobody asked for.
    """
    named = {one.line_id: one for one in prices}
    wanted = {one.line_id: one for one in turn.case.wanted}
    wrong = [
        FieldError(f"prices[{i}].line_id", "no other article is asked for in its place")
        for i, one in enumerate(prices)
        if one.line_id not in wanted
    ]
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)
    if wanted:
        turn.change(wanted=tuple(_confirmed(one, named.get(one.line_id)) for one in wanted.values()))


def _confirmed(wanted: Wanted, said: Wanted | None) -> Wanted:
    if said is None:
        return wanted.but(confirmed=True)
    return wanted.but(
        confirmed=True,
        unit_price=said.unit_price,
        title=said.title or wanted.title,
        specification=said.specification or wanted.specification,
    )


class Then(NamedTuple):
    """What follows an approval of goods for goods: what the flow hears, and the replacement as it is promised."""

    outcome: str
    replacement: Replacement | None = None


def what_follows(turn: Turn, found: Found) -> Then | None:
    """Goods are sent (`requested`), or first paid for (`unpaid`); there are goods no more (`converted`), or they came
    and only money is left (`owed`). None for a case of money."""
    case = turn.case
    if case.remedy not in REPLACES:
        return None
    if not case.replaces:
        return Then("converted")  # before its goods had come
    replacement = found.get(refs.replacement(case.case_id))
    if replacement is not None and replacement.received_at is not None:
        return Then("owed")
    replacement = replacement or _promised(turn, found)
    if replacement is None:
        return Then("converted")
    return Then("requested" if replacement.is_paid else "unpaid", replacement)


def _promised(turn: Turn, found: Found) -> Replacement | None:
    """What the goods are replaced by; None where nobody named the price of another article."""
    case = turn.case
    order, _ = cases.order_and_ledger(found, case)
    lines = terms(order, case.claim, case.wanted, fee_counts=turn.policy.restocking_of_exchanges)
    if lines is None:
        return None
    return Replacement(
        version=0,
        case_id=case.case_id,
        order_id=case.order_id,
        merchant_id=case.merchant_id,
        lines=lines,
        difference=difference(lines),
        opened_at=turn.at,
    )


def go_on(turn: Turn, found: Found, then: Then | None) -> None:
    """Does what follows: the shop is awaited to send the goods, or the buyer to pay the difference first."""
    if then is None or then.outcome == "owed":
        return
    if then.replacement is None:
        exchange_conversions.to_refund(turn, "unpriced")
        return
    turn.change(has_replacement=True)
    if then.replacement.is_paid:
        request(turn, found, then.replacement)
        return
    turn.keep_replacement(then.replacement)
    gate = turn.wait("difference", f"buyer#{turn.case.buyer_id}", "converted")
    turn.tell("DifferenceAsked", "remedying", difference=then.replacement.difference, **gate.awaited)


def request(turn: Turn, found: Found, replacement: Replacement) -> None:
    """The stock system and the shop are told what to send, and the shop is awaited to have sent it."""
    turn.keep_replacement(replacement.but(requests=replacement.requests + 1, requested_at=turn.at))
    frozen = is_frozen(found, turn.case.merchant_id)
    gate = turn.wait("replacement", *decides(turn.case, frozen=frozen, silence="converted"))
    goods = [{"line_id": line.line_id, "sku": line.sku, "quantity": line.quantity} for line in replacement.lines]
    to: CaseStatus | None = None if turn.case.status == "remedying" else "remedying"
    turn.tell("ReplacementRequested", to, lines=goods, request=replacement.requests + 1, **gate.awaited)


# What carriers say


def goods_handed_over(turn: Turn, found: Found, parcel_id: str, at: datetime) -> None:
    """The carrier has the parcel."""
    _note(turn, found, parcel_id, "handed_over", at)


def goods_signed(turn: Turn, found: Found, parcel_id: str, at: datetime) -> None:
    """The buyer has the goods; also when another parcel was asked for meanwhile, because the first seemed lost."""
    if _note(turn, found, parcel_id, "signed", at) is None:
        return
    gate = returns.standing(turn, found, "replacement_receipt") or returns.standing(turn, found, "replacement")
    if gate is not None:
        complete(turn, found, gate, at, "signed")
    elif turn.case.converted is not None:
        # Whoever has the goods and the money besides, a person must talk to.
        persons.park(turn, "replacement_after_refund", f"{parcel_id} came after it had become a refund")


def goods_refused(turn: Turn, found: Found, parcel_id: str, at: datetime) -> None:
    """The buyer did not take the parcel."""
    _go_wrong(turn, found, parcel_id, "refused", at)


def goods_lost(turn: Turn, found: Found, parcel_id: str, at: datetime) -> None:
    """The carrier cannot find the parcel."""
    _go_wrong(turn, found, parcel_id, "lost", at)


def goods_back(turn: Turn, found: Found, parcel_id: str, at: datetime) -> None:
    """The parcel is with the shop again."""
    _go_wrong(turn, found, parcel_id, "back", at)


def _go_wrong(turn: Turn, found: Found, parcel_id: str, fate: Fate, at: datetime) -> None:
    replacement = _note(turn, found, parcel_id, fate, at)
    gate = returns.standing(turn, found, "replacement_receipt")
    if replacement is not None and gate is not None and replacement.is_newest(parcel_id):
        fail(turn, found, gate, fate)


def _note(turn: Turn, found: Found, parcel_id: str, fate: Fate, at: datetime) -> Replacement | None:
    """The replacement with a parcel's fate, kept; None when that is no news."""
    replacement = of(turn, found)
    after = replacement.told(parcel_id, fate, at)
    if after is replacement:
        return None
    turn.keep_replacement(after)
    return turn.replacement


# How it ends


def fail(turn: Turn, found: Found, gate: Gate, because: str) -> None:
    """The parcel did not arrive: the goods are sent once more, as often as the policy says; then it is a refund."""
    replacement = of(turn, found)
    parcel_id = replacement.parcels[-1].parcel_id
    again = replacement.requests < turn.policy.replacements
    if again:
        turn.answer(gate, "again")
    turn.tell("ReplacementFailed", because=because, parcel_id=parcel_id)
    if again:
        request(turn, found, replacement)
    else:
        exchange_conversions.to_refund(turn, because, gate)


def complete(
    turn: Turn, found: Found, gate: Gate, at: datetime, because: str, *, outcome: str | None = None, **data: Any
) -> None:
    """The buyer has the new goods: they are a line of the order now, and of the money only the difference goes back.

    `outcome` is what the flow hears, where that is not whether something is owed.
    """
    replacement, case = of(turn, found), turn.case
    order, ledger = cases.order_and_ledger(found, case)
    moved = exchanges.swap(order, ledger, case.claim, replacement.lines, replacement.owed, case.case_id, at)
    turn.write(moved.ledger.next())
    turn.claim(moved.order, moved.claim)
    turn.keep_replacement(replacement.but(lines=moved.lines, received_at=at))
    _list_others(turn, found, [line.sku for line in moved.lines])
    turn.answer(gate, outcome or ("owed" if replacement.owed else "received"))
    became = [
        {"line_id": line.line_id, "becomes": line.becomes, "sku": line.sku, "quantity": line.quantity}
        for line in moved.lines
    ]
    to: CaseStatus = "approved" if replacement.owed else "completed"
    turn.tell("ReplacementReceived", to, because=because, lines=became, **data)


def _list_others(turn: Turn, found: Found, skus: Sequence[str]) -> None:
    """Articles that the order did not have when it was placed: should they be dangerous, their buyer is found."""
    bought = {line.sku for line in found.need(refs.order(turn.case.order_id), OrderNotFound).lines}
    others = [sku for sku in skus if sku not in bought]
    if others:
        from chalicelib.usecases import recalls  # most goods are exchanged for the same

        recalls.list_exchanged(turn, found, others)


def received_unsaid(turn: Turn, found: Found, gate: Gate) -> None:
    """The buyer said nothing: the goods came, unless their carrier knows otherwise."""
    replacement = of(turn, found)
    newest = replacement.parcels[-1]
    if newest.fate in FAILED:
        fail(turn, found, gate, newest.fate)
    else:
        complete(turn, found, gate, turn.at, "silence")


def is_out(turn: Turn, found: Found) -> bool:
    """The goods were sent, and what is in dispute is whether they came."""
    return turn.case.has_replacement and turn.case.replaces and of(turn, found).is_out
