"""Where a stage's search engine is: its own stands in the data stack, which the application only points at."""

from __future__ import annotations

from typing import Any

import pytest

from operations import places


class Session:
    """CloudFormation that knows the two stacks of `prod`."""

    def __init__(self, engine: str) -> None:
        self._stacks = {"aftersales-prod-data": {"SearchEndpoint": engine}}

    def client(self, service: str) -> Any:
        assert "cloudformation" == service
        return self

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self._stacks[StackName].items()]
        return {"Stacks": [{"Outputs": outputs}]}


@pytest.mark.parametrize(
    ("said", "engine", "expected"),
    [
        ("own", "https://search.example", "https://search.example"),
        ("own", "none", ""),
        ("none", "https://search.example", ""),
        ("https://elsewhere.example", "none", "https://elsewhere.example"),
    ],
)
def test_a_stage_s_engine_is_its_own_another_or_none(said: str, engine: str, expected: str) -> None:
    assert expected == places._search_of(Session(engine), "prod", said)
