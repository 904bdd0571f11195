"""OpenSearch comes up and finds Chinese and English text."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from opensearchpy import OpenSearch

from local.engines import opensearch as search
from local.engines.errors import EngineUnavailable

CJK = {
    "properties": {
        "reason": {"type": "text", "analyzer": "cjk", "fields": {"en": {"type": "text", "analyzer": "english"}}}
    }
}


@pytest.mark.opensearch
def test_case_is_found_by_chinese_and_by_english_words(opensearch: str) -> None:
    client = OpenSearch(opensearch)
    client.indices.create(index="cases", body={"mappings": CJK})
    client.index(index="cases", id="case_1", body={"reason": "商品质量问题, the lamp is broken"}, refresh="true")
    for words, field in (("质量", "reason"), ("lamps", "reason.en")):
        hits = client.search(index="cases", body={"query": {"match": {field: words}}})["hits"]["hits"]
        assert ["case_1"] == [hit["_id"] for hit in hits]


@pytest.mark.opensearch
def test_two_engines_on_one_machine_know_nothing_of_each_other(opensearch: str, tmp_path: Path) -> None:
    first = OpenSearch(opensearch)
    first.indices.create(index="mine")
    with search.start(tmp_path) as other:
        assert [] == OpenSearch(other.endpoint).cat.indices(format="json")
    assert first.indices.exists(index="mine")


@pytest.mark.opensearch
def test_an_engine_whose_port_was_taken_meanwhile_is_found_where_it_went(
    opensearch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = int(opensearch.rpartition(":")[2])
    monkeypatch.setattr(search, "_reserved", lambda _: nullcontext(taken))
    with search.start(tmp_path) as other:
        assert other.endpoint != opensearch
        assert OpenSearch(other.endpoint).info()["cluster_name"] != OpenSearch(opensearch).info()["cluster_name"]


def test_port_that_the_runner_would_refuse_without_a_word_is_refused_with_one(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="takes ports 9201 to 9299, not 9300"):
        search.start(tmp_path, 9300)
