"""The template's filters, as Lambda applies them."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.filters import passes, patterns


def record(sk: str, event: str = "INSERT", **image: str) -> dict[str, Any]:
    new = {name: {"S": value} for name, value in image.items()}
    return {"eventName": event, "dynamodb": {"Keys": {"sk": {"S": sk}}, "NewImage": new}}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (record("entry#000001"), True),
        (record("entry#000001", "MODIFY"), False),
        (record("case"), False),
        (record("gate#decision#01", answer="approved"), False),
        (record("gate#decision#01", "MODIFY", answer="approved", token="t"), True),
        (record("gate#decision#01", "MODIFY", moved="soon", token="t"), True),
        ({"eventName": "REMOVE", "dynamodb": {"Keys": {"sk": {"S": "entry#000001"}}}}, False),
    ],
)
def test_only_news_reach_the_listener(change: dict[str, Any], expected: bool) -> None:
    assert expected is passes(change, patterns("CaseChanges"))


def test_a_filter_that_is_not_known_is_loud() -> None:
    with pytest.raises(LookupError):
        passes({"a": 1}, [{"a": [{"numeric": [">", 1]}]}])
