"""The index is a projection of the table: whatever happens on the way, it comes to the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest
from botocore.session import Session
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib.adapters.opensearch.absent import NoSearch
from chalicelib.adapters.opensearch.cases import OpenSearchCases
from chalicelib.domain import refs
from chalicelib.domain.refunds import Refund
from chalicelib.domain.searches import CaseDocument, CaseQuery, Written, document_of
from chalicelib.errors import Fault, SearchUnavailable, TransientFault
from chalicelib.schemas.messages import Change
from chalicelib.usecases import searches
from tests.standins import stages
from tests.standins.searches import Mortal
from tests.standins.shops import AGENT, BUYER, decide, file, sell, shop
from tests.standins.world import World
from tests.usecases.search_machine import SearchMachine, in_index, in_table, scan

STAGES = count(1)


def test_an_index_comes_to_equal_the_table_whatever_happened_to_its_projection() -> None:
    run_state_machine_as_test(SearchMachine, settings=settings(max_examples=40, stateful_step_count=30, deadline=None))


@pytest.mark.parametrize("seed", range(60))
def test_so_it_does_in_stories_by_chance(seed: int) -> None:
    machine = SearchMachine()
    machine.wander(seed, 80)
    machine.teardown()


@pytest.mark.opensearch
@pytest.mark.parametrize("seed", range(8))
def test_so_does_the_real_engine_s(opensearch: str, seed: int) -> None:
    class EngineMachine(SearchMachine):
        @staticmethod
        def make() -> OpenSearchCases:
            return OpenSearchCases.of(opensearch, f"story{next(STAGES)}", Session())

    machine = EngineMachine()
    machine.wander(seed, 60)
    machine.teardown()


@pytest.fixture
def world() -> World:
    world = shop()
    sell(world)
    return world


def found(world: World, **asked: object) -> list[CaseDocument]:
    page = world.search.find(AGENT, CaseQuery.model_validate(asked), world.clock.now())
    return [hit.document for hit in page.hits]


# ── the document


@pytest.mark.parametrize(
    "stage",
    [stages.in_review, stages.approved, stages.countered, stages.in_dispute, stages.settled, stages.failed],
    ids=lambda stage: stage.__name__,
)
def test_a_document_says_what_the_case_and_its_refunds_say(world: World, stage: object) -> None:
    case_id = stage(world)  # type: ignore[operator]
    world.project()
    [document] = found(world)
    case = world.case(case_id)
    assert (case.status, case.amount) == (document.status, document.amount)
    refunds = [(refund.refund_no, refund.state, refund.amount) for refund in world.records.all(Refund)]
    assert refunds == [(refund.refund_no, refund.state, refund.amount) for refund in document.refunds]
    awaited = case.gate and (case.gate.name, case.gate.owner, case.gate.due_at)
    indexed = document.awaiting
    assert awaited == (indexed and (indexed.gate, indexed.owner, indexed.due_at))
    assert (case.parking is not None) == document.parked


def test_a_document_holds_no_more_of_people_than_finding_needs() -> None:
    """Notes, addresses, telephone numbers and payments stay in the table."""
    personal = "buyer_id buyer name note notes address phone email payment_id sources description evidence"
    assert {"buyer_id", "description"} == set(CaseDocument.model_fields) & set(personal.split())


def test_a_document_has_the_names_of_its_reason_in_both_languages(world: World) -> None:
    case = world.case(file(world))
    world.project()
    [document] = found(world)
    reason = world.policies.get("platform", 1).reason(case.reason)
    assert reason is not None
    assert (reason.zh, reason.en) == (document.reason_zh, document.reason_en)


def test_the_signs_of_a_highlight_do_not_get_into_a_document(world: World) -> None:
    case = world.case(file(world, description="a \ue000crack\ue001"))
    order, policy = world.records.one(refs.order("o1")), world.policies.get("platform", 1)
    assert "a crack" == document_of(case, order, policy).description


# ── the projection


def test_a_case_is_found_as_it_stands_after_each_step(world: World) -> None:
    case_id = file(world)
    world.project()
    assert ["in_review"] == [document.status for document in found(world)]
    decide(world, case_id, "approve")
    assert ["in_review"] == [document.status for document in found(world)], "nothing was projected yet"
    world.project()
    assert ["approved"] == [document.status for document in found(world)]


def test_a_case_that_left_the_table_leaves_the_index(world: World) -> None:
    case_id = file(world)
    world.project()
    case = world.case(case_id)
    world.records.things.pop(("case#" + case_id, "case"))
    assert [] == searches.project(world, [Change("9", case, None)])
    assert [] == found(world)
    assert [] == searches.project(world, [Change("1", None, case)]), "the stream repeats how it was filed"
    assert [] == found(world)


def test_many_changes_of_a_case_are_one_read_and_one_document(world: World) -> None:
    stages.settled(world)
    reads = len(world.records.loads)
    world.project()
    assert 1 == len(world.records.loads) - reads


def test_what_no_index_can_take_is_answered_and_the_rest_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(world, "o2")
    bad, good = file(world), file(world, order_id="o2")
    write = world.search.write

    def picky(targets: Sequence[str], items: Sequence[Written]) -> frozenset[str]:
        return write(targets, [item for item in items if item.case_id != bad]) | {bad}

    monkeypatch.setattr(world.search, "write", picky)
    changes = list(world.records.written)
    assert [change for change in changes if change.after.case_id == bad] == searches.project(world, changes)
    assert [good] == [document.case_id for document in found(world)]


def test_an_engine_that_is_down_makes_the_batch_come_again(world: World) -> None:
    file(world)
    world.search.is_down = True
    with pytest.raises(TransientFault):
        searches.project(world, world.records.written)
    with pytest.raises(SearchUnavailable):
        searches.find(world, BUYER, CaseQuery())


def test_a_stage_without_search_projects_nothing_and_says_so_to_who_searches(world: World) -> None:
    file(world)
    world.search = NoSearch()  # type: ignore[assignment]
    reads = len(world.records.loads)
    world.project()
    assert reads == len(world.records.loads)
    with pytest.raises(SearchUnavailable, match="has no search"):
        searches.find(world, BUYER, CaseQuery())


# ── the rebuild


def test_a_rebuild_says_what_was_wrong_with_the_index_before_it(world: World) -> None:
    sell(world, "o2")
    sell(world, "o3")
    stale, lacking, extra = file(world), file(world, order_id="o2"), file(world, order_id="o3")
    world.project()
    live = world.search.live()
    assert live is not None
    world.search.indexes[live].pop(lacking)
    decide(world, stale, "approve")
    world.records.things.pop(("case#" + extra, "case"))
    outcome = searches.rebuild(world, world.search, scan(world), lambda *_: None)
    assert (2, 1, 1, 1) == (outcome.documents, outcome.lacking, outcome.stale, outcome.extra)
    assert in_table(world) == in_index(world.search)


def test_a_rebuild_of_a_good_index_finds_nothing_wrong_with_it(world: World) -> None:
    stages.settled(world)
    world.project()
    outcome = searches.rebuild(world, world.search, scan(world), lambda *_: None)
    assert (1, 0, 0, 0) == (outcome.documents, outcome.lacking, outcome.stale, outcome.extra)


def test_people_search_the_old_index_until_the_new_one_is_whole(world: World) -> None:
    file(world)
    world.project()
    engine, seen = Mortal(world.search), list[int]()
    engine.rivals = [lambda: seen.append(len(found(world)))]
    searches.rebuild(world, engine, scan(world), lambda *_: None)
    assert [1] == seen


def test_a_rebuild_that_is_broken_off_leaves_the_old_index_and_one_place_to_write(world: World) -> None:
    file(world)
    world.project()
    before = world.search.live()

    def stop(phase: str, _: int) -> None:
        if phase == "comparing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        searches.rebuild(world, world.search, scan(world), stop)
    assert ([before], before) == (list(world.search.targets()), world.search.live())


def test_an_index_that_does_not_come_to_equal_the_table_is_not_put_in_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(world)
    world.project()
    before = world.search.live()
    monkeypatch.setattr(world.search, "page", lambda index, after, limit: [])
    monkeypatch.setattr(world.search, "standing", lambda index, ids: {})
    with pytest.raises(Fault, match="1 cases were read"):
        searches.rebuild(world, world.search, scan(world), lambda *_: None)
    assert before == world.search.live()
