"""Tables, use cases and definition together: every move of everybody in every state has an outcome, and a way on."""

from __future__ import annotations

import pytest

from tests.campaign import chapters
from tests.campaign.model import DANGER, DISPUTED, FAKE, TRUSTED, UNDER_WAY, Searched, search

STATES = 120  # the nearest ones; `make campaign PLANS=all` looks at 3,000


@pytest.fixture(scope="module")
def searched() -> Searched:
    return search(STATES)


@pytest.fixture(scope="module")
def returned() -> Searched:
    return search(STATES, "return_and_refund")


def test_no_move_of_a_return_does_either_nor_loses_goods_and_money(returned: Searched) -> None:
    assert [] == returned.wrong[:3]
    assert STATES == returned.states


def test_the_search_reaches_the_statuses_of_goods_on_their_way(returned: Searched) -> None:
    assert {"awaiting_goods", "in_transit", "received", "in_dispute", "withdrawn", "closed"} <= set(returned.statuses)


def test_no_move_pays_twice_or_without_a_grant_or_ends_nowhere(searched: Searched) -> None:
    assert [] == searched.wrong[:3]
    assert STATES == searched.states
    assert 15 * STATES < searched.moves


def test_the_search_reaches_every_status_of_a_refund(searched: Searched) -> None:
    of_refunds = {"in_review", "approved", "countered", "rejected", "in_dispute", "remedying", "withdrawn", "closed"}
    assert of_refunds <= set(searched.statuses)


@pytest.mark.parametrize("opening", [UNDER_WAY, DISPUTED])
def test_no_move_of_a_carrier_leaves_a_buyer_with_goods_and_money_or_with_neither(opening: str) -> None:
    found = search(STATES, opening)
    assert [] == found.wrong[:3]
    assert STATES == found.states


@pytest.mark.parametrize(
    ("service", "reached", "states"), [("on_site", "completed", STATES + 60), ("send_in", "in_transit", STATES)]
)
def test_no_move_of_a_repair_pays_twice_or_without_an_approval_or_ends_nowhere(
    service: str, reached: str, states: int
) -> None:
    found = search(states, "repair", service)
    assert [] == found.wrong[:3]
    assert states == found.states
    assert {"repairing", "in_dispute", reached} <= set(found.statuses)


@pytest.mark.parametrize("opening", [FAKE, DANGER])
def test_no_move_over_a_fake_or_a_danger_is_approved_unseen_or_pays_its_damages_twice(opening: str) -> None:
    found = search(STATES, opening)
    assert [] == found.wrong[:3]
    assert STATES == found.states
    assert {"in_review", "approved", "rejected", "remedying", "withdrawn"} <= set(found.statuses)


def test_the_search_of_goods_on_their_way_reaches_what_carriers_decide() -> None:
    assert {"awaiting_goods", "in_transit", "approved", "closed", "withdrawn"} <= set(search(60, UNDER_WAY).statuses)


def test_no_move_of_an_instant_refund_pays_twice_or_leans_on_more_than_the_limit() -> None:
    found = search(STATES, TRUSTED)
    assert [] == found.wrong[:3]
    assert STATES == found.states
    assert {"in_transit", "received", "in_dispute"} <= set(found.statuses)


@pytest.mark.parametrize("chapter", ["hearing", "a signature that is disputed"])
def test_where_nothing_is_lost_these_chapters_are_searched_to_their_last_state(chapter: str) -> None:
    found = chapters.search(chapter, faults=0)
    assert [] == found.wrong[:3]
    assert found.complete
