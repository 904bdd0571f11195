"""Shares: what a ruling divides is divided to the last minor unit, and nobody bears what is not his."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.shares import Share, bearing, own_part, shares_of, withheld
from chalicelib.errors import InvalidRequest
from tests.refusals import refused

PARTIES = st.lists(st.sampled_from(["buyer", "merchant", "carrier", "platform"]), min_size=2, max_size=4, unique=True)


@st.composite
def named(draw: st.DrawFn) -> dict[str, int]:
    parties = draw(PARTIES)
    cuts = draw(st.lists(st.integers(1, 999), min_size=len(parties) - 1, max_size=len(parties) - 1, unique=True))
    ends = [0, *sorted(cuts), 1000]
    return {party: after - before for party, before, after in zip(parties, ends, ends[1:], strict=False)}


@given(named(), st.integers(0, 10**12))
def test_the_shares_sum_to_what_was_ruled_and_none_is_a_unit_off(parts: dict[str, int], amount: int) -> None:
    shares = shares_of("both", parts, amount)  # type: ignore[arg-type]
    assert amount == sum(share.amount for share in shares)
    assert parts == {share.party: share.per_mille for share in shares}
    for share in shares:
        assert abs(share.amount * 1000 - amount * share.per_mille) < 1000


@given(named(), st.integers(1, 10**9))
def test_what_is_paid_is_what_the_others_bear(parts: dict[str, int], amount: int) -> None:
    shares = shares_of("both", parts, amount)  # type: ignore[arg-type]
    assert amount - withheld(shares) == sum(bearing(shares).values())
    assert "buyer" not in bearing(shares)


def test_the_largest_remainder_gets_what_rounding_left() -> None:
    shares = shares_of("both", {"merchant": 333, "carrier": 333, "platform": 334}, 100)
    assert [("carrier", 33), ("merchant", 33), ("platform", 34)] == [(one.party, one.amount) for one in shares]


@pytest.mark.parametrize(
    ("liability", "bearer"),
    [("buyer", "merchant"), ("merchant", "merchant"), ("carrier", "carrier"), ("platform", "platform")],
)
def test_alone_one_bears_it_all_and_a_change_of_mind_the_shop(liability: str, bearer: str) -> None:
    [share] = shares_of(liability, None, 500)  # type: ignore[arg-type]
    assert (bearer, 1000, 500) == (share.party, share.per_mille, share.amount)


def test_what_is_nobody_s_doing_the_platform_bears() -> None:
    assert {"platform": 500} == bearing(shares_of("none", None, 500))


def test_of_goods_the_weights_are_the_thousandths() -> None:
    assert {"carrier": 300, "merchant": 700} == bearing(shares_of("both", {"merchant": 700, "carrier": 300}, 0))


def test_of_another_amount_the_buyer_s_own_part_is_by_the_same_shares() -> None:
    shares = shares_of("both", {"buyer": 250, "merchant": 750}, 100)
    assert [300, 0, 601] == [own_part(shares, 1200), own_part(shares_of("none", None, 9), 1200), own_part((), 1201)]


def test_buyer_and_shop_bear_it_by_halves_where_nobody_says_how_much_and_the_buyer_the_odd_unit() -> None:
    shares = shares_of("both", None, 501)
    assert [("buyer", 500, 251), ("merchant", 500, 250)] == [(one.party, one.per_mille, one.amount) for one in shares]


@pytest.mark.parametrize(
    ("liability", "parts", "message"),
    [
        ("both", {"merchant": 1000}, "of two or more, 1000 in all"),
        ("both", {"merchant": 1, "buyer": 998}, "of two or more, 1000 in all"),
        ("both", {"merchant": 501, "buyer": 500}, "of two or more, 1000 in all"),
        ("none", {"platform": 1000}, "only where both bear it"),
    ],
)
def test_shares_that_are_no_whole_are_refused(liability: Any, parts: Any, message: str) -> None:
    told = f"shares: {message}", [("shares", message, None)]
    assert told == refused(InvalidRequest, lambda: shares_of(liability, parts, 1))


@pytest.mark.parametrize("per_mille", [1, 1000])
def test_a_party_bears_a_thousandth_or_all(per_mille: int) -> None:
    share = Share(party="merchant", per_mille=per_mille)
    assert (per_mille, 0) == (share.per_mille, share.amount)


@pytest.mark.parametrize("per_mille", [0, 1001, None])
def test_nobody_bears_nothing_or_more_than_all(per_mille: Any) -> None:
    with pytest.raises(ValidationError):
        Share.model_validate({"party": "merchant", **({} if per_mille is None else {"per_mille": per_mille})})


def test_what_only_others_bear_is_not_withheld() -> None:
    assert 0 == withheld((Share(party="merchant", per_mille=1000, amount=1),))
