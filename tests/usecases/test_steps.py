"""Load, decide, save: what was read while somebody else was writing is not believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from chalicelib.domain import journals
from chalicelib.domain.refs import Ref
from chalicelib.domain.values import Value
from chalicelib.errors import TransitionRefused
from chalicelib.ports import ProviderAnswer
from chalicelib.schemas.cases import WithdrawCase
from chalicelib.usecases import decisions, settlements
from chalicelib.usecases.steps import Request
from tests.standins import stages
from tests.standins.shops import BUYER
from tests.standins.world import World

SETTLED = ProviderAnswer("settled")


def test_the_same_news_in_between_two_reads_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider's answer and its notification arrive together: one settles while the other is reading."""
    number = world.refund(stages.submitted(world)).refund_no
    load, reads = world.records.load, 0

    def interrupted(wanted: Sequence[Ref[Any]]) -> Mapping[Ref[Any], Value]:
        nonlocal reads
        reads += 1
        if reads == 2:
            settlements.record(world, number, SETTLED)
        return load(wanted)

    monkeypatch.setattr(world.records, "load", interrupted)
    settlements.record(world, number, SETTLED)
    assert 30789 == journals.paid_out(world.listings.journal_of("o1"))


def test_a_conflict_that_a_fresh_read_confirms_is_told_after_two_reads(world: World) -> None:
    case_id = stages.approved(world)
    before = len(world.records.loads)
    with pytest.raises(TransitionRefused):
        decisions.withdraw(world, Request.of(BUYER, "k1"), case_id, WithdrawCase())
    assert 2 == len(world.records.loads) - before
