"""Claims: both sides agree, and each payment's part of each line is known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.claims import VOUCHER, Award, Claim, ClaimLine, Part, Source, less, part_of, without
from chalicelib.domain.money import apportion
from chalicelib.errors import Fault


def claimed(amount: int, line_id: str = "1") -> ClaimLine:
    return ClaimLine(line_id=line_id, quantity=1, value=amount, asked=amount, amount=amount)


def claim(lines: list[int], freight: int, sources: list[int]) -> Claim:
    return Claim(
        lines=tuple(claimed(amount, str(i)) for i, amount in enumerate(lines)),
        freight=freight,
        freight_asked=freight,
        sources=tuple(Source(payment_id=f"p{i}", amount=amount) for i, amount in enumerate(sources)),
        total=sum(sources),
    )


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    *lines, freight = draw(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
    weights = draw(st.lists(st.integers(1, 100), min_size=1, max_size=4))
    shares = apportion(sum(lines) + freight, weights)
    return claim(lines, freight, [share for share in shares if share])


def test_the_sources_pay_the_lines_in_turn() -> None:
    owed = claim([60, 30], 10, [70, 30])
    assert [((60, 10), 0, 0), ((0, 20), 10, 0)] == [tuple(part_of(owed, source)) for source in owed.sources]


def test_a_source_of_another_claim_has_no_part() -> None:
    with pytest.raises(Fault):
        part_of(claim([60], 0, [60]), Source(payment_id="p0", amount=59))


def test_without_a_source_its_part_is_no_longer_owed() -> None:
    owed = claim([60, 30], 10, [70, 30])
    assert claim([60, 10], 0, [70]).owed == without(owed, owed.sources[1]).owed


def test_without_a_source_the_value_stays_used_up() -> None:
    owed = claim([60, 30], 10, [70, 30])
    assert [60, 30] == [line.value for line in without(owed, owed.sources[1]).lines]


@pytest.mark.parametrize(("lines", "freight", "total"), [([60], 0, 59), ([59], 0, 60), ([60], 1, 60)])
def test_a_claim_whose_sides_differ_is_none(lines: list[int], freight: int, total: int) -> None:
    with pytest.raises(ValidationError):
        claim(lines, freight, [total])


def test_nothing_is_owed_beyond_what_was_asked() -> None:
    with pytest.raises(ValidationError):
        ClaimLine(line_id="1", quantity=1, value=60, asked=59, amount=60)


def test_nobody_asks_beyond_what_the_units_are_worth() -> None:
    with pytest.raises(ValidationError):
        ClaimLine(line_id="1", quantity=1, value=59, asked=60, amount=59)


@given(claims())
def test_the_parts_of_all_sources_are_the_lines_and_the_freight(owed: Claim) -> None:
    parts = [part_of(owed, source) for source in owed.sources]
    sums = tuple(sum(column) for column in zip(*((*part.lines, *part[1:]) for part in parts), strict=True))
    assert owed.owed == (sums or (0,) * len(owed.owed))


@given(claims())
def test_a_part_is_as_much_as_its_source(owed: Claim) -> None:
    for source in owed.sources:
        part = part_of(owed, source)
        assert source.amount == sum(part.lines) + part.freight + part.award


@given(claims(), st.data())
def test_taking_one_source_out_leaves_the_parts_of_the_others(owed: Claim, data: st.DataObject) -> None:
    if len(owed.sources) < 2:
        return
    out = data.draw(st.sampled_from(owed.sources))
    rest = without(owed, out)
    assert [part_of(owed, source) for source in owed.sources if source != out] == [
        part_of(rest, source) for source in rest.sources
    ]


# --- what a line and an award may come to


def test_fee_goods_and_money_together_are_what_was_asked_and_not_one_fen_more() -> None:
    line = {"line_id": "1", "quantity": 1, "value": 100, "withheld": 30, "asked": 70, "fee": 5, "exchanged": 6}
    assert 59 == ClaimLine.model_validate({**line, "amount": 59}).amount
    with pytest.raises(ValidationError, match="line 1: 60 \\+ 11 ≤ 70 ≤ 100 − 30 does not hold"):
        ClaimLine.model_validate({**line, "amount": 60})


def test_money_goes_back_to_its_payment_unless_it_is_said_otherwise() -> None:
    assert Source(payment_id="p", amount=1).netted is None


def awarded(amount: int = 60, asked: int = 60, **more: Any) -> Claim:
    award = {"reason": "late", "asked": asked, "amount": amount}
    sources = [{"payment_id": VOUCHER, "amount": amount}]
    return Claim.model_validate({"lines": [], "award": award, "sources": sources, "total": amount, **more})


def test_an_award_is_paid_as_a_voucher_whose_word_is_stored() -> None:
    assert ("voucher", (0, 60)) == (awarded().sources[0].payment_id, awarded().owed)
    assert Part((), 0, 60) == part_of(awarded(), awarded().sources[0])
    assert Part((), 0) == Part((), 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": [{"line_id": "1", "quantity": 1, "value": 0, "asked": 0, "amount": 0}]},
        {"freight_asked": 1},
        {"asked": 59},
    ],
)
def test_an_award_stands_alone_and_is_no_more_than_was_asked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"an award of 60 stands alone, and is no more than (60|59)"):
        awarded(**wrong)


def test_an_award_of_less_than_nothing_is_none() -> None:
    with pytest.raises(ValidationError):
        awarded(-1)


def test_an_award_that_is_given_up_was_asked_all_the_same() -> None:
    left = without(awarded(), awarded().sources[0])
    assert (Award(reason="late", asked=60, amount=0), (), 0) == (left.award, left.sources, left.total)
    assert Award(reason="late", asked=60, amount=20) == less(awarded(), 20).award


def test_a_claim_without_an_award_has_none_after_it_shrank() -> None:
    owed = claim([60, 30], 10, [70, 30])
    assert (None, None) == (without(owed, owed.sources[1]).award, less(owed, 50).award)
