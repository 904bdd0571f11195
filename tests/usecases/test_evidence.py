"""Evidence: within the policy, by a party of the case, while the case is open."""

from __future__ import annotations

import pytest

from chalicelib.errors import CaseNotFound, EvidenceRejected, Forbidden, TransitionRefused
from chalicelib.schemas.cases import AddEvidence
from chalicelib.usecases import evidence
from chalicelib.usecases.steps import Reply
from tests.standins import stages
from tests.standins.shops import AUDITOR, BUYER, MERCHANT, RIVAL, STRANGER, asking, file
from tests.standins.world import World


def add(world: World, case_id: str, actor: object = BUYER, kind: str = "image/png", size: int = 1000) -> Reply:
    body = AddEvidence(content_type=kind, size=size)
    return evidence.add(world, asking(None, actor), case_id, body)  # type: ignore[arg-type]


def test_both_parties_show_files_and_each_sees_them_all(world: World) -> None:
    case_id = file(world)
    add(world, case_id)
    add(world, case_id, MERCHANT)
    shown = evidence.listing(world, BUYER, case_id).body["items"]
    assert ["buyer", "merchant"] == [view["by"]["code"] for view in shown]
    assert 2 == world.case(case_id).evidence


def test_the_form_takes_that_file_and_no_larger_one(world: World) -> None:
    form = add(world, file(world), size=1234).body
    assert ("1234", "image/png") == (form["fields"]["limit"], form["fields"]["Content-Type"])


@pytest.mark.parametrize(
    ("kind", "size"), [("text/html", 1), ("image/svg+xml", 1), ("image/png", 10 * 1024 * 1024 + 1)]
)
def test_what_the_policy_does_not_take_is_refused(world: World, kind: str, size: int) -> None:
    with pytest.raises(EvidenceRejected):
        add(world, file(world), kind=kind, size=size)


def test_a_tenth_file_is_refused(world: World) -> None:
    case_id = file(world)
    for _ in range(9):
        add(world, case_id)
    with pytest.raises(EvidenceRejected):
        add(world, case_id)


def test_a_case_that_has_ended_takes_no_more(world: World) -> None:
    with pytest.raises(TransitionRefused):
        add(world, stages.withdrawn(world))


@pytest.mark.parametrize("actor", [STRANGER, RIVAL])
def test_strangers_neither_show_nor_see(world: World, actor: object) -> None:
    case_id = file(world)
    with pytest.raises(CaseNotFound):
        add(world, case_id, actor)
    with pytest.raises(CaseNotFound):
        evidence.listing(world, actor, case_id)  # type: ignore[arg-type]


def test_an_auditor_looks_and_touches_nothing(world: World) -> None:
    case_id = file(world)
    assert [] == evidence.listing(world, AUDITOR, case_id).body["items"]
    with pytest.raises(Forbidden):
        add(world, case_id, AUDITOR)
