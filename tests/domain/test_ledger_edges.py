"""The ledger at its edges: the very last unit and minor unit, and what is told when one more is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from chalicelib.domain.balances import Ledger, Movement, grown
from chalicelib.domain.claims import Claim, ClaimLine, Source, part_of, without
from chalicelib.domain.ledgers import (
    Ask,
    AwardLedger,
    FreightLedger,
    LineLedger,
    PaymentLedger,
    can_pay,
    charge_back,
    check,
    ensure_payable,
    is_taken,
    open_ledger,
    quote,
    reduce,
    release,
    release_source,
    reserve,
    reverse,
    settle,
    still_refundable,
    takes_the_rest,
)
from chalicelib.domain.quotes import left_on_payments
from chalicelib.errors import (
    Fault,
    InvalidRequest,
    LineNotFound,
    PaymentChargedBack,
    QuantityExceedsPurchased,
    RefundExceedsPaid,
)
from tests.domain.coats import CARD, FILED, NEW, ONE_COAT, POINTS, TWO
from tests.domain.drafts import line, order
from tests.refusals import refused

SETTLED = settle(TWO, FILED, ONE_COAT)

# Three lines of which the middle one is claimed, so that places and ids differ.
THREE = order(line("a", 1, 100), line("b", 2, 300), line("c", 1, 500), freight=90)


def test_a_settlement_moves_the_freight_too() -> None:
    assert FreightLedger(800, 0, 800) == SETTLED.freight


def test_one_payments_settlement_moves_its_part_of_the_freight() -> None:
    assert FreightLedger(800, 0, 800) == settle(TWO, FILED, ONE_COAT, POINTS).freight
    assert FreightLedger(800, 800, 0) == settle(TWO, FILED, ONE_COAT, CARD).freight


def test_one_reversed_payment_leaves_the_other_settled() -> None:
    assert (PaymentLedger(3600), PaymentLedger(0, 1200)) == reverse(TWO, SETTLED, ONE_COAT, CARD).payments


def test_a_refund_that_is_given_up_frees_its_part_of_the_freight() -> None:
    ledger, rest = release_source(TWO, FILED, ONE_COAT, POINTS)
    assert (FreightLedger(800, 0, 0), 0, 800) == (ledger.freight, rest.freight, rest.freight_asked)


def test_only_the_claimed_line_is_touched() -> None:
    ledger = open_ledger(THREE)
    filed = reserve(THREE, ledger, quote(THREE, ledger, [Ask(line_id="b", quantity=1)]))
    assert (LineLedger(), LineLedger(1, 300, 300, 0), LineLedger()) == filed.lines


def test_a_line_that_is_claimed_in_two_parts_settles_as_one() -> None:
    ledger = open_ledger(THREE)
    parts = quote(THREE, ledger, [Ask(line_id="b", quantity=1), Ask(line_id="b", quantity=1, amount=200)])
    assert LineLedger(2, 600, 0, 500) == settle(THREE, reserve(THREE, ledger, parts), parts).lines[1]


def test_a_grant_of_one_minor_unit_is_a_grant() -> None:
    ledger, granted = reduce(TWO, FILED, ONE_COAT, 1)
    assert (1, [("pay_card", 1)]) == (granted.total, [(each.payment_id, each.amount) for each in granted.sources])
    assert (PaymentLedger(1), PaymentLedger()) == ledger.payments


def test_more_than_was_claimed_is_refused_with_what_would_do() -> None:
    wrong = ("amount", "at most 4800 was claimed", {"minimum": 1, "maximum": 4800})
    told = refused(RefundExceedsPaid, lambda: reduce(TWO, FILED, ONE_COAT, 4801))
    assert ("4801 is more than was claimed: 4800", [wrong]) == told


def test_a_grant_of_nothing_is_refused_with_what_would_do() -> None:
    wrong = ("amount", "at least 1; to grant nothing is to reject", {"minimum": 1, "maximum": 4800})
    assert ("a grant is at least 1", [wrong]) == refused(InvalidRequest, lambda: reduce(TWO, FILED, ONE_COAT, 0))


def test_a_chargeback_of_an_unknown_payment_is_refused_in_words() -> None:
    why = "the order has no payment pay_cash"
    told = refused(InvalidRequest, lambda: charge_back(TWO, FILED, "pay_cash", 1))
    assert (f"order o1: {why}", [("payment_id", why, None)]) == told


def test_a_second_chargeback_is_held_to_what_the_first_left() -> None:
    once = charge_back(TWO, FILED, "pay_card", 8000)
    wrong = ("amount", "between 1 and 100", {"minimum": 1, "maximum": 100})
    told = refused(InvalidRequest, lambda: charge_back(TWO, once, "pay_card", 101))
    assert ("a chargeback of 101 on pay_card", [wrong]) == told
    assert 8100 == charge_back(TWO, once, "pay_card", 100).payments[0].charged_back


def test_a_chargeback_of_one_minor_unit_is_recorded_where_it_belongs() -> None:
    assert (PaymentLedger(3600), PaymentLedger(1200, 0, 1)) == charge_back(TWO, FILED, "pay_points", 1).payments


def test_a_refund_that_the_bank_took_back_says_how_much_that_was() -> None:
    taken = charge_back(TWO, FILED, "pay_card", 4501)
    told = refused(PaymentChargedBack, lambda: ensure_payable(TWO, taken, CARD))
    assert ("the bank took back 4501 of payment pay_card", []) == told


def test_a_refund_that_fits_to_the_last_minor_unit_is_payable() -> None:
    taken = charge_back(TWO, FILED, "pay_card", 4500)
    assert can_pay(TWO, taken, CARD)
    ensure_payable(TWO, taken, CARD)


@pytest.mark.parametrize(
    "fits",
    [
        NEW.but(lines=(LineLedger(2, 10_000, 0, 0),)),
        NEW.but(lines=(LineLedger(1, 0, 0, 0),)),
        NEW.but(lines=(LineLedger(1, 5000, 5000, 0),), payments=(PaymentLedger(5000), PaymentLedger())),
        NEW.but(lines=(LineLedger(1, 5000, 2000, 3000),), payments=(PaymentLedger(2000, 3000), PaymentLedger())),
        NEW.but(freight=FreightLedger(800, 300, 500), payments=(PaymentLedger(300, 500), PaymentLedger())),
        NEW.but(payments=(PaymentLedger(charged_back=8100), PaymentLedger())),
        NEW.but(awards={"late": AwardLedger(5, 3, 2)}),
        NEW.but(lines=(LineLedger(1, 5000, protected=5000),)),
        NEW.but(
            lines=(LineLedger(2, 10_000, 8100, 0),),
            payments=(PaymentLedger(8100), PaymentLedger()),
        ),
    ],
)
def test_a_ledger_that_is_used_up_to_the_last_keeps_its_promises(fits: Ledger) -> None:
    check(TWO, fits)


ROW = (
    "ledger of o1, line 1: LineLedger(units_taken={}, value_taken={}, reserved=0, settled=0, withheld=0, protected={})"
    " of 2 for 10000"
)
LINE = ROW.replace("reserved=0, settled=0", "reserved={}, settled={}").replace("protected={}", "protected=0")
FREIGHT = "ledger of o1, freight: FreightLedger(taken={}, reserved={}, settled={}) of 800"
AWARD = "ledger of o1, award for late: ({}, {}, {})"
PAYMENT = "ledger of o1, payment pay_{}: PaymentLedger(reserved={}, settled={}, charged_back={}) of {}"
SIDES = "ledger of o1: by goods and by payments reserved={}, settled={}"


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (NEW.but(lines=(LineLedger(-1, 0, 0, 0),)), LINE.format(-1, 0, 0, 0)),
        (NEW.but(lines=(LineLedger(3, 10_000, 0, 0),)), LINE.format(3, 10_000, 0, 0)),
        (NEW.but(lines=(LineLedger(2, 9_999, 0, 0),)), LINE.format(2, 9_999, 0, 0)),
        (NEW.but(lines=(LineLedger(1, 10_001, 0, 0),)), LINE.format(1, 10_001, 0, 0)),
        (NEW.but(lines=(LineLedger(0, 1, 0, 0),)), LINE.format(0, 1, 0, 0)),
        (NEW.but(lines=(LineLedger(1, 5000, 2001, 3000),)), LINE.format(1, 5000, 2001, 3000)),
        (NEW.but(lines=(LineLedger(1, 5000, -1, 0),)), LINE.format(1, 5000, -1, 0)),
        (NEW.but(lines=(LineLedger(1, 5000, 0, -1),)), LINE.format(1, 5000, 0, -1)),
        (NEW.but(lines=(LineLedger(1, 5000, protected=5001),)), ROW.format(1, 5000, 5001)),
        (NEW.but(lines=(LineLedger(1, 5000, protected=-1),)), ROW.format(1, 5000, -1)),
        (NEW.but(lines=(LineLedger(2, 10_000, protected=1),)), ROW.format(2, 10_000, 1)),
        (NEW.but(freight=FreightLedger(801, 0, 0)), FREIGHT.format(801, 0, 0)),
        (NEW.but(freight=FreightLedger(0, -1, 1)), FREIGHT.format(0, -1, 1)),
        (NEW.but(freight=FreightLedger(500, 200, 301)), FREIGHT.format(500, 200, 301)),
        (NEW.but(awards={"late": AwardLedger(-1, 0, 0)}), AWARD.format(-1, 0, 0)),
        (NEW.but(awards={"late": AwardLedger(5, -1, 0)}), AWARD.format(5, -1, 0)),
        (NEW.but(awards={"late": AwardLedger(5, 0, -1)}), AWARD.format(5, 0, -1)),
        (NEW.but(awards={"late": AwardLedger(5, 3, 3)}), AWARD.format(5, 3, 3)),
        (NEW.but(payments=(PaymentLedger(5000, 3101), PaymentLedger())), PAYMENT.format("card", 5000, 3101, 0, 8100)),
        (NEW.but(payments=(PaymentLedger(), PaymentLedger(0, 0, 2701))), PAYMENT.format("points", 0, 0, 2701, 2700)),
        (NEW.but(payments=(PaymentLedger(0, 0, -1), PaymentLedger())), PAYMENT.format("card", 0, 0, -1, 8100)),
        (NEW.but(payments=(PaymentLedger(1), PaymentLedger())), SIDES.format((0, 1), (0, 0))),
        (NEW.but(payments=(PaymentLedger(), PaymentLedger(0, 1))), SIDES.format((0, 0), (0, 1))),
        (NEW.but(lines=(LineLedger(1, 5000, 1, 0),)), SIDES.format((1, 0), (0, 0))),
        (NEW.but(lines=(LineLedger(1, 5000, 0, 2),), freight=FreightLedger(8, 3, 4)), SIDES.format((3, 0), (6, 0))),
        (NEW.but(lines=()), "the ledger of o1 is not the ledger of this order"),
        (NEW.but(payments=()), "the ledger of o1 is not the ledger of this order"),
    ],
)
def test_a_broken_promise_is_told_with_the_row_that_breaks_it(broken: Ledger, why: str) -> None:
    assert (why, []) == refused(Fault, lambda: check(TWO, broken))


def test_a_broken_line_behind_untouched_ones_is_found() -> None:
    broken = open_ledger(THREE).but(lines=(LineLedger(), LineLedger(), LineLedger(2, 500, 0, 0)))
    with pytest.raises(Fault, match="line c"):
        check(THREE, broken)


def test_a_movement_back_is_the_movement_with_every_sign_changed() -> None:
    there = Movement({1: LineLedger(1, 2, 3, 4)}, FreightLedger(5, 6, 7), {0: PaymentLedger(8, 9, 10)})
    back = Movement({1: LineLedger(-1, -2, -3, -4)}, FreightLedger(-5, -6, -7), {0: PaymentLedger(-8, -9, -10)})
    assert back == -there
    assert Movement(awards={"late": AwardLedger(-1, -2, -3)}) == -Movement(awards={"late": AwardLedger(1, 2, 3)})


def test_a_movement_of_nothing_moves_nothing() -> None:
    assert FILED == FILED.after(Movement())


def test_a_ledger_is_read_from_rows_as_well_as_from_what_was_written() -> None:
    assert FILED == Ledger.model_validate(FILED.model_dump())


def test_what_an_exchange_brought_to_an_order_is_counted_with_it() -> None:
    line_of, payment = THREE.lines[1].but(line_id="b.r1"), THREE.payments[0].but(payment_id="more", amount=600)
    more = open_ledger(THREE).but(added_lines=(line_of,), added_payments=(payment,))
    order_now = grown(THREE, more)
    assert ((*THREE.lines, line_of), (*THREE.payments, payment)) == (order_now.lines, order_now.payments)


@pytest.mark.parametrize(
    ("asks", "rest"),
    [
        ([Ask(line_id="a", quantity=1), Ask(line_id="b", quantity=2), Ask(line_id="c", quantity=1)], True),
        ([Ask(line_id="b", quantity=1), Ask(line_id="c", quantity=1), Ask(line_id="b", quantity=1)], False),
        ([Ask(line_id="a", quantity=1), Ask(line_id="b", quantity=1), Ask(line_id="c", quantity=1)], False),
        ([Ask(line_id="a", quantity=1), Ask(line_id="b", quantity=2), Ask(line_id="c", quantity=1, amount=499)], False),
    ],
)
def test_a_claim_takes_the_rest_when_no_unit_and_no_fen_of_the_goods_stays(asks: list[Ask], rest: bool) -> None:
    ledger = open_ledger(THREE)
    claim = quote(THREE, ledger, asks)
    assert (rest, rest) == (takes_the_rest(THREE, ledger, claim), is_taken(THREE, reserve(THREE, ledger, claim), claim))


def test_parts_of_a_line_together_take_the_rest_of_what_others_left() -> None:
    ledger = open_ledger(THREE)
    ledger = reserve(THREE, ledger, quote(THREE, ledger, [Ask(line_id="a", quantity=1), Ask(line_id="c", quantity=1)]))
    claim = quote(THREE, ledger, [Ask(line_id="b", quantity=1), Ask(line_id="b", quantity=1)])
    assert takes_the_rest(THREE, ledger, claim)


def test_freight_alone_is_not_the_rest_even_when_nothing_else_is_left() -> None:
    all_of_it = quote(TWO, NEW, [Ask(line_id="1", quantity=2)])
    ledger = reserve(TWO, NEW, all_of_it)
    freight = quote(TWO, ledger, [], freight=True)
    assert (False, False) == (takes_the_rest(TWO, ledger, freight), is_taken(TWO, ledger, freight))


def test_a_ledger_without_lines_reads_as_such() -> None:
    written = {"order_id": "o1", "lines": [], "payments": []}
    assert () == Ledger.model_validate(written).lines


def test_untouched_rows_of_a_written_ledger_are_there_again() -> None:
    written = {"order_id": "o1", "lines": [3, [1, 1, 300, 300, 0]], "payments": []}
    assert (LineLedger(), LineLedger(1, 300, 300, 0), LineLedger()) == Ledger.model_validate(written).lines


def test_a_new_ledger_has_a_row_for_each_line_and_payment() -> None:
    assert ("o1", (LineLedger(),), (PaymentLedger(),) * 2) == (NEW.order_id, NEW.lines, NEW.payments)


def test_a_line_says_what_does_not_hold() -> None:
    with pytest.raises(ValidationError, match="line 7: 60 \\+ 0 ≤ 59 ≤ 60 − 0 does not hold"):
        ClaimLine(line_id="7", quantity=1, value=60, asked=59, amount=60)


def test_a_claim_says_which_sides_differ() -> None:
    with pytest.raises(ValidationError, match="lines and freight 7, sources 6, total 5"):
        Claim(lines=(), freight=7, freight_asked=7, sources=(Source(payment_id="p", amount=6),), total=5)


def test_no_more_freight_is_owed_than_was_asked() -> None:
    with pytest.raises(ValidationError, match="lines and freight 7"):
        Claim(lines=(), freight=7, freight_asked=6, sources=(Source(payment_id="p", amount=7),), total=7)


def test_a_source_that_the_claim_does_not_have_is_named() -> None:
    told = refused(Fault, lambda: part_of(ONE_COAT, Source(payment_id="p", amount=5)))
    assert ("the claim has no source p of 5", []) == told


def test_a_source_that_is_taken_out_takes_its_part_of_each_line_with_it() -> None:
    rest = without(ONE_COAT, CARD)
    assert ((400, 800, 0), 1200, (POINTS,)) == (rest.owed, rest.total, rest.sources)


def test_a_claim_says_by_default_nothing_of_freight() -> None:
    bare = Claim(lines=(), sources=(), total=0)
    assert (0, 0) == (bare.freight, bare.freight_asked)


def test_lines_that_the_order_does_not_have_are_all_named() -> None:
    asks = [Ask(line_id="x", quantity=1), Ask(line_id="1", quantity=1), Ask(line_id="y", quantity=1)]
    wrong = [
        ("lines[0].line_id", "the order has no line x", None),
        ("lines[2].line_id", "the order has no line y", None),
    ]
    assert ("order o1: the order has no line x", wrong) == refused(LineNotFound, lambda: quote(TWO, NEW, asks))


def test_units_that_are_not_left_are_told_for_every_line() -> None:
    asks = [Ask(line_id="a", quantity=2), Ask(line_id="b", quantity=1), Ask(line_id="c", quantity=3)]
    wrong = [
        ("lines[0].quantity", "2 units, 1 are left", {"maximum": 1}),
        ("lines[2].quantity", "3 units, 1 are left", {"maximum": 1}),
    ]
    told = refused(QuantityExceedsPurchased, lambda: quote(THREE, open_ledger(THREE), asks))
    assert ("lines[0].quantity: 2 units, 1 are left", wrong) == told


def test_money_that_units_and_freight_are_not_worth_is_told_for_each() -> None:
    asks = [Ask(line_id="a", quantity=1, amount=101), Ask(line_id="b", quantity=1, amount=300)]
    wrong = [
        ("lines[0].amount", "101, the units are worth 100", {"maximum": 100}),
        ("freight", "91, 90 is left", {"maximum": 90}),
    ]
    told = refused(RefundExceedsPaid, lambda: quote(THREE, open_ledger(THREE), asks, freight=91))
    assert ("lines[0].amount: 101, the units are worth 100", wrong) == told


def test_freight_below_zero_is_refused_in_words() -> None:
    told = refused(InvalidRequest, lambda: quote(TWO, NEW, [Ask(line_id="1", quantity=1)], freight=-1))
    assert ("freight below zero", [("freight", "at least 0", {"minimum": 0})]) == told


def test_freight_that_was_taken_already_is_not_left() -> None:
    told = refused(RefundExceedsPaid, lambda: quote(TWO, FILED, [], freight=1))
    assert ("freight: 1, 0 is left", [("freight", "1, 0 is left", {"maximum": 0})]) == told


def test_nothing_to_refund_is_refused_in_words() -> None:
    why = "these units are worth nothing, and no freight is asked"
    told = refused(InvalidRequest, lambda: quote(TWO, NEW, []))
    assert ("there is nothing to refund", [("lines", why, None)]) == told


def test_one_minor_unit_can_be_refunded() -> None:
    assert 1 == quote(TWO, NEW, [Ask(line_id="1", quantity=1, amount=1)]).total


def test_money_that_the_bank_left_nothing_of_is_refused_with_what_is_left() -> None:
    taken = charge_back(TWO, NEW, "pay_card", 8000)
    wrong = ("lines", "5000 is asked, the bank left 2800", {"maximum": 2800})
    told = refused(PaymentChargedBack, lambda: quote(TWO, taken, [Ask(line_id="1", quantity=1)]))
    assert ("order o1: 5000 is asked, the bank left 2800", [wrong]) == told


def test_all_that_the_bank_left_can_be_asked_for() -> None:
    taken = charge_back(TWO, NEW, "pay_card", 5800)
    assert 5000 == quote(TWO, taken, [Ask(line_id="1", quantity=1)]).total


def test_a_payment_that_was_refunded_and_charged_back_has_nothing_left_and_not_less() -> None:
    doubled = charge_back(TWO, SETTLED, "pay_card", 8100)
    assert 1500 == still_refundable(TWO, doubled).total


def test_each_line_says_what_is_left_of_it_by_its_id() -> None:
    left = still_refundable(TWO, FILED)
    assert ([("1", 1, 5000)], 0, 5000) == (
        [(each.line_id, each.units, each.amount) for each in left.lines],
        left.freight,
        left.total,
    )


def test_a_claim_that_was_released_can_be_filed_again() -> None:
    assert FILED == reserve(TWO, release(TWO, FILED, ONE_COAT), ONE_COAT)


def test_only_json_leaves_out_what_is_untouched() -> None:
    assert ((1, 5000, 4000, 0, 0, 0),) == FILED.model_dump()["lines"]


def test_the_ledger_of_another_order_is_not_counted_with() -> None:
    with pytest.raises(ValueError, match="zip"):
        left_on_payments(TWO, NEW.but(payments=NEW.payments[:1]))


@pytest.mark.parametrize("whole", [takes_the_rest, is_taken])
def test_nobody_says_of_another_order_s_ledger_what_is_left(whole: Callable[..., bool]) -> None:
    with pytest.raises(ValueError, match="zip"):
        whole(TWO, SETTLED.but(lines=(LineLedger(2, 10_000), LineLedger())), ONE_COAT)
