"""The index of cases: the engine itself and its stand-in keep the same promises."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any, cast

import pytest
from botocore.session import Session

from chalicelib.adapters.opensearch.cases import OpenSearchCases
from chalicelib.adapters.opensearch.mappings import FIELDS
from chalicelib.domain.actors import Actor
from chalicelib.domain.searches import (
    CaseDocument,
    CaseQuery,
    Count,
    Found,
    IndexedGate,
    IndexedLine,
    IndexedRefund,
    Written,
)
from chalicelib.errors import Forbidden, InvalidRequest, SearchUnavailable
from chalicelib.ports import Search, SearchIndexes
from tests.adapters.opensearch_values import (
    NOON,
    awaiting,
    case_id,
    document,
    line,
    refund,
    tombstone,
    written,
)
from tests.standins.searches import MemorySearch

AGENT = Actor(role="agent", id="a1")
BUYER = Actor(role="buyer", id="b1")
MERCHANT = Actor(role="merchant", id="anna", merchant_id="m1")
STAGES = count(1)
HOSTILE = [
    '"', "*", "?", "buyer_id:b2", 'x" OR "1"="1', "b1 OR buyer_id:*", '{"match_all":{}}', "_exists_:case_id", "(((",
    "\\", "</script><script>alert(1)</script>", "' ; DROP", "..", "%00", "\x00", "AND OR NOT", "/.*/", "[* TO *]",
    "<mark>", "😀",
]  # fmt: skip


class Index:
    """An engine's index for one test, asked as people ask."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.search, self.indexes = cast(Search, engine), cast(SearchIndexes, engine)

    def holding(self, *items: Written) -> Index:
        """The live index holds these, and they are found."""
        if self.indexes.live() is None:
            self.indexes.replace(self.indexes.begin())
        assert frozenset() == self.search.write(self.search.targets(), items)
        return self.refreshed()

    def refreshed(self) -> Index:
        live = self.indexes.live()
        assert live is not None
        self.indexes.refresh(live)
        return self

    def find(self, actor: Actor = AGENT, **asked: Any) -> Found:
        return self.search.find(actor, CaseQuery(**asked), NOON)

    def numbers(self, actor: Actor = AGENT, **asked: Any) -> list[int]:
        """Which cases are found, in their order."""
        return [int(hit.document.case_id[5:]) for hit in self.find(actor, **asked).hits]


@pytest.fixture(params=["memory", pytest.param("engine", marks=pytest.mark.opensearch)])
def index(request: pytest.FixtureRequest) -> Iterator[Index]:
    if request.param == "memory":
        yield Index(MemorySearch())
        return
    engine = OpenSearchCases.of(request.getfixturevalue("opensearch"), f"test{next(STAGES)}", Session())
    yield Index(engine)
    for name in engine.targets():
        engine.drop(name)


def test_the_mapping_has_every_field_of_a_document_and_no_other() -> None:
    def named(fields: Any) -> set[str]:
        return set(fields["properties"])

    assert set(CaseDocument.model_fields) == set(FIELDS)
    assert set(IndexedGate.model_fields) == named(FIELDS["awaiting"])
    assert set(IndexedRefund.model_fields) == named(FIELDS["refunds"])
    assert set(IndexedLine.model_fields) == named(FIELDS["lines"])


# ── words


@pytest.mark.parametrize(
    "q",
    ["大衣", "羊毛大衣", "coat", "coats", "Woollen", "羊毛 coat", "袖口", "不想要", "changed my mind", "o1", "COAT-1"],
)
def test_a_case_is_found_by_words_in_chinese_and_english_and_by_its_numbers(index: Index, q: str) -> None:
    index.holding(
        written(1, description="袖口脱线, the seam is open", refunds=(refund(1),)),
        written(2, lines=(line("茶杯 cup", sku="CUP-1"),), reason_zh="少件", reason_en="Missing item"),
    )
    assert [1] == index.numbers(q=q)


def test_words_may_stand_in_different_places_of_a_case(index: Index) -> None:
    index.holding(written(1, description="the handle broke", lines=(line("茶杯 cup"),)), written(2))
    assert [1] == index.numbers(q="cup handle")


def test_a_refund_s_number_finds_its_case(index: Index) -> None:
    index.holding(written(1, refunds=(refund(1), refund(7))), written(2, refunds=(refund(2),)))
    assert [1] == index.numbers(q=refund(7).refund_no)
    assert [2] == index.numbers(refund_no=refund(2).refund_no)


def test_the_words_are_marked_where_they_stand(index: Index) -> None:
    index.holding(written(1, description="杯子 has a crack", lines=(line("茶杯 cups"),)))
    marks = {mark.field: mark.html for mark in index.find(q="crack").hits[0].marks}
    assert {"description": "杯子 has a <mark>crack</mark>"} == marks
    marks = {mark.field: mark.html for mark in index.find(q="茶杯").hits[0].marks}
    assert "<mark>茶杯</mark> cups" == marks["title"]


def test_what_somebody_wrote_is_no_element_of_a_page(index: Index) -> None:
    index.holding(written(1, description='<img src=x onerror="alert(1)"> crack <mark>&amp;'))
    [mark] = index.find(q="crack").hits[0].marks
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; <mark>crack</mark> &lt;mark&gt;&amp;amp;" == mark.html


@pytest.mark.opensearch
def test_a_title_weighs_more_than_a_description(opensearch: str) -> None:
    index = Index(OpenSearchCases.of(opensearch, f"test{next(STAGES)}", Session()))
    index.holding(
        written(1, description="I took it for the lamp that my sister has, which is brighter"),
        written(2, lines=(line("台灯 lamp"),)),
    )
    assert [2, 1] == index.numbers(q="lamp")


# ── fields

BY_FIELD: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"status": ("approved",)}, {"status": "approved"}),
    ({"status": ("approved", "closed")}, {"status": "closed"}),
    ({"remedy": ("exchange",)}, {"remedy": "exchange"}),
    ({"reason": ("unsafe",)}, {"reason": "unsafe"}),
    ({"awaiting": ("agent", "buyer")}, {"awaiting": awaiting("agent")}),
    ({"delivery": ("unshipped",)}, {"delivery": "unshipped"}),
    ({"refund_state": ("unknown",)}, {"refunds": (refund(1), refund(2, "unknown"))}),
    ({"currency": "GBP"}, {"currency": "GBP"}),
    ({"category": "tea"}, {"lines": (line(), line(line_id="2", category="tea"))}),
    ({"merchant_id": "m2"}, {"merchant_id": "m2"}),
    ({"buyer_id": "b2"}, {"buyer_id": "b2"}),
    ({"order_id": "o9"}, {"order_id": "o9"}),
    ({"sku": "CUP-1"}, {"lines": (line(), line(line_id="2", sku="CUP-1"))}),
    ({"verdict": "approve"}, {"verdict": "approve"}),
    ({"gate": "ruling"}, {"awaiting": awaiting("agent", gate="ruling")}),
    ({"policy_version": 3}, {"policy_version": 3}),
    ({"parked": True}, {"parked": True, "parked_because": "x"}),
    ({"overdue": True}, {"awaiting": awaiting(due_at=NOON - timedelta(seconds=1))}),
    ({"due_before": NOON}, {"awaiting": awaiting(due_at=NOON - timedelta(seconds=1))}),
    ({"amount_min": 5000}, {"amount": 5000}),
    ({"amount_max": 999}, {"amount": 999}),
    ({"created_from": NOON + timedelta(hours=1)}, {"created_at": NOON + timedelta(hours=1)}),
    ({"created_to": NOON}, {"created_at": NOON - timedelta(milliseconds=1)}),
]


@pytest.mark.parametrize(("asked", "differs"), BY_FIELD, ids=lambda each: "+".join(each))
def test_a_field_finds_what_has_its_value_and_nothing_else(
    index: Index, asked: dict[str, Any], differs: dict[str, Any]
) -> None:
    index.holding(written(1), written(2, **differs), written(3, awaiting=awaiting("payment", gate="settlement")))
    assert [2] == index.numbers(**asked)


def test_every_filter_is_tried() -> None:
    tried = {name for asked, _ in BY_FIELD for name in asked} | {"q", "refund_no", "sort", "limit", "cursor"}
    assert tried == set(CaseQuery.model_fields)


def test_what_is_not_overdue_and_not_parked_can_be_asked_for(index: Index) -> None:
    late = awaiting(due_at=NOON - timedelta(days=1))
    index.holding(written(1), written(2, awaiting=late), written(3, awaiting=awaiting()), written(4, parked=True))
    assert [3, 1] == index.numbers(overdue=False, parked=False)


def test_sku_and_category_are_of_one_line(index: Index) -> None:
    mixed = (line(sku="A", category="tea"), line(line_id="2", sku="B", category="toys"))
    index.holding(written(1, lines=mixed), written(2, lines=(line(sku="A", category="toys"),)))
    assert [2] == index.numbers(sku="A", category="toys")


# ── counts


def test_a_facet_counts_what_each_value_would_find(index: Index) -> None:
    index.holding(
        written(1, status="approved"),
        written(2, status="approved", reason="unsafe"),
        written(3, status="closed", awaiting=awaiting("agent")),
    )
    found = index.find(status=("approved",))
    facets = {name: {count.value: count.count for count in counts} for name, counts in found.facets.items()}
    assert {"approved": 2, "closed": 1} == facets["status"]
    assert {"not_wanted": 1, "unsafe": 1} == facets["reason"]
    assert ({}, {"false": 2}, {"m1": 2}) == (facets["awaiting"], facets["parked"], facets["merchant_id"])
    assert (2, True) == (found.total, found.exact)


def test_amounts_are_summed_by_currency(index: Index) -> None:
    index.holding(written(1), written(2), written(3, currency="GBP"), written(4, status="closed"))
    sums = index.find(status=("in_review",)).sums
    told = sorted((each.currency, each.count, each.total, each.smallest, each.largest) for each in sums)
    assert [("CNY", 2, 3000, 1000, 2000), ("GBP", 1, 3000, 3000, 3000)] == told


# ── order and pages


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("newest", [4, 3, 2, 1]), ("oldest", [1, 2, 3, 4]), ("amount", [3, 2, 1, 4]), ("due", [4, 2, 1, 3])],
)
def test_cases_come_in_the_order_asked_for(index: Index, sort: str, expected: list[int]) -> None:
    index.holding(
        written(1),
        written(2, awaiting=awaiting(due_at=NOON)),
        written(3),
        written(4, currency="GBP", awaiting=awaiting(due_at=NOON - timedelta(days=1))),
    )
    assert expected == index.numbers(sort=sort)


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "amount", "due"])
@pytest.mark.parametrize("q", ["", "coat"])
def test_pages_show_each_case_once_and_end(index: Index, sort: str, q: str) -> None:
    same = {"created_at": NOON, "amount": 5}
    index.holding(*(written(n, **same, awaiting=awaiting() if n % 2 else None) for n in range(1, 8)))
    seen, cursor = list[str](), None
    for expected in (3, 3, 1):
        found = index.find(q=q, sort=sort, limit=3, cursor=cursor)
        assert expected == len(found.hits)
        seen += [hit.document.case_id for hit in found.hits]
        cursor = found.cursor
    assert cursor is None
    assert sorted(set(seen)) == sorted(seen)


def first_cursor(index: Index, actor: Actor = AGENT, **asked: Any) -> str:
    cursor = index.find(actor, **{"limit": 1, **asked}).cursor
    assert cursor is not None
    return cursor


@pytest.mark.parametrize(
    "other", [{"q": "coat"}, {"status": ("closed",)}, {"sort": "oldest"}, {"amount_min": 1}], ids=str
)
def test_another_question_s_cursor_is_refused(index: Index, other: dict[str, Any]) -> None:
    cursor = first_cursor(index.holding(written(1), written(2)))
    with pytest.raises(InvalidRequest, match="another list"):
        index.find(cursor=cursor, **other)


def test_another_person_s_cursor_is_refused(index: Index) -> None:
    cursor = first_cursor(index.holding(written(1), written(2)))
    for actor in (BUYER, MERCHANT):
        with pytest.raises(InvalidRequest, match="another list"):
            index.find(actor, cursor=cursor)


def test_a_page_may_be_of_another_size(index: Index) -> None:
    cursor = first_cursor(index.holding(written(1), written(2), written(3)))
    assert [2, 1] == index.numbers(cursor=cursor, limit=9)


@pytest.mark.parametrize("made_up", ["x", "eyJ9", "null", "W10", "💥", "A" * 600])
def test_a_cursor_that_nobody_gave_out_is_refused(index: Index, made_up: str) -> None:
    with pytest.raises(InvalidRequest):
        index.holding(written(1)).find(cursor=made_up)


@pytest.mark.parametrize("point", [[{}, "x"], ["x"], [None, None], ["not a date", "x"], [1e400, "x"], [["a"], "x"], {}])
def test_a_point_that_fits_no_order_is_refused(index: Index, point: Any) -> None:
    from chalicelib.adapters.dynamodb.cursors import cursor_of
    from chalicelib.adapters.opensearch.cursors import _question

    forged = cursor_of(_question(CaseQuery(limit=1), {}), json.dumps([NOON.isoformat(), point]))
    if isinstance(index.engine, MemorySearch) and point == ["not a date", "x"]:
        return  # only the engine knows of types
    with pytest.raises(InvalidRequest):
        index.holding(written(1)).find(limit=1, cursor=forged)


# ── whose cases


def people(index: Index) -> Index:
    return index.holding(
        written(1, buyer_id="b1", merchant_id="m1"),
        written(2, buyer_id="b1", merchant_id="m2"),
        written(3, buyer_id="b2", merchant_id="m1"),
        written(4, buyer_id="b2", merchant_id="m2"),
    )


WHOSE: list[tuple[Actor, list[int]]] = [
    (BUYER, [2, 1]),
    (Actor(role="buyer", id="b2"), [4, 3]),
    (Actor(role="buyer", id="*"), []),
    (MERCHANT, [3, 1]),
    (Actor(role="merchant", id="rita", merchant_id="m2"), [4, 2]),
    *((Actor(role=role, id="x"), [4, 3, 2, 1]) for role in cast(Any, ("agent", "supervisor", "operator", "auditor"))),
]


@pytest.mark.parametrize(("actor", "seen"), WHOSE, ids=lambda each: each.key if isinstance(each, Actor) else "")
def test_everybody_finds_what_is_his(index: Index, actor: Actor, seen: list[int]) -> None:
    found = people(index).find(actor)
    assert seen == [int(hit.document.case_id[5:]) for hit in found.hits]
    assert len(seen) == found.total == sum(count.count for count in found.facets["status"])
    assert len(seen) == sum(each.count for each in found.sums)


@pytest.mark.parametrize("asked", [{"buyer_id": "b2"}, {"q": "o3"}, {"order_id": "o4"}, {"q": case_id(3)}], ids=str)
def test_nobody_finds_another_s_by_asking_for_it(index: Index, asked: dict[str, Any]) -> None:
    found = people(index).find(BUYER, **asked)
    assert (0, []) == (found.total, list(found.hits))
    assert not any(found.facets.values())


def test_a_shop_that_asks_for_another_shop_finds_nothing_and_counts_only_its_own(index: Index) -> None:
    found = people(index).find(MERCHANT, merchant_id="m2")
    assert 0 == found.total
    assert ["m1"] == [count.value for count in found.facets["merchant_id"]]


@pytest.mark.parametrize("role", ["orders", "payments", "logistics", "stock", "policy", "clock", "system"])
def test_systems_find_nothing(index: Index, role: Any) -> None:
    with pytest.raises(Forbidden):
        index.find(Actor(role=role, id="x"))


def test_a_member_of_no_shop_finds_nothing(index: Index) -> None:
    with pytest.raises(Forbidden):
        index.find(Actor(role="merchant", id="mona"))


def test_hostile_words_are_words(index: Index) -> None:
    people(index)
    for text in HOSTILE:
        found = index.find(BUYER, q=text)
        assert {"b1"} >= {hit.document.buyer_id for hit in found.hits}, text
        assert set(found.facets["merchant_id"]) <= {Count("m1", 1), Count("m2", 1)}, text
        assert [] == index.numbers(BUYER, category=text) == index.numbers(BUYER, sku=text), text


# ── versions


def test_the_newest_version_stands_in_whatever_order_they_come(index: Index) -> None:
    index.holding(written(1, 3, status="approved")).holding(
        written(1, 2, status="closed"), written(1, 3, status="closed")
    )
    assert ["approved"] == [hit.document.status for hit in index.find().hits]


def test_what_is_gone_does_not_come_back(index: Index) -> None:
    index.holding(written(1, 3)).holding(tombstone(1, 4)).holding(written(1, 2), written(1, 3))
    assert [] == index.numbers()


def test_a_tombstone_may_come_first(index: Index) -> None:
    index.holding(tombstone(1, 4)).holding(written(1, 3))
    assert [] == index.numbers()


def test_an_old_tombstone_takes_nothing_away(index: Index) -> None:
    index.holding(written(1, 5)).holding(tombstone(1, 4))
    assert [1] == index.numbers()


def test_a_document_reads_back_as_it_was_written(index: Index) -> None:
    full = document(
        1, awaiting=awaiting(), refunds=(refund(1),), parked=True, parked_because="x", closed_because="ruled"
    )
    index.holding(Written(case_id(1), 7, full))
    live = index.indexes.live()
    assert live is not None
    assert [Written(case_id(1), 7, full)] == list(index.indexes.page(live, "", 10))
    assert {case_id(1): Written(case_id(1), 7, full)} == index.indexes.standing(live, [case_id(1), case_id(2)])
    assert [] == list(index.indexes.page(live, case_id(1), 10))


# ── made anew


def test_a_new_index_is_written_beside_the_old_one_and_then_takes_its_place(index: Index) -> None:
    index.holding(written(1))
    old, new = index.indexes.live(), index.indexes.begin()
    assert {old, new} == set(index.search.targets())
    index.search.write(index.search.targets(), [written(2)])
    index.indexes.refresh(new)
    assert [2] == [int(item.case_id[5:]) for item in index.indexes.page(new, "", 10)]
    index.indexes.replace(new)
    assert ([new], new, [2]) == (list(index.search.targets()), index.indexes.live(), index.numbers())


def test_a_late_write_does_not_bring_an_old_index_back(index: Index) -> None:
    index.holding(written(1))
    before = list(index.search.targets())
    index.indexes.replace(index.indexes.begin())
    assert frozenset() == index.search.write(before, [written(3)])
    assert before != list(index.search.targets())
    assert 1 == len(index.search.targets())


def test_what_a_broken_off_rebuild_left_is_cleared_away_by_the_next(index: Index) -> None:
    index.holding(written(1))
    left, live = index.indexes.begin(), index.indexes.live()
    fresh = index.indexes.begin()
    assert {live, fresh} == set(index.search.targets())
    assert left not in index.search.targets()


def test_without_an_index_nothing_is_written_and_search_says_so(index: Index) -> None:
    if (live := index.indexes.live()) is not None:
        index.indexes.drop(live)
    assert [] == list(index.search.targets())
    assert frozenset() == index.search.write([], [written(1)])
    with pytest.raises(SearchUnavailable):
        index.find()


@pytest.mark.opensearch
def test_a_field_that_nobody_decided_on_is_refused_by_name(opensearch: str) -> None:
    class Longer(CaseDocument):
        telephone: str = "123"

    index = Index(OpenSearchCases.of(opensearch, f"test{next(STAGES)}", Session())).holding()
    items: Sequence[Written] = [written(1), Written(case_id(2), 1, Longer(**dict(document(2))))]
    assert {case_id(2)} == index.search.write(index.search.targets(), items)
    assert [1] == index.refreshed().numbers()
