"""Policies: a published version is read once and remembered; only a local run hurries its calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.policies import DynamoPolicies
from chalicelib.domain import refs
from chalicelib.domain.refs import Ref
from chalicelib.domain.values import Value
from chalicelib.errors import PolicyNotFound
from tests.adapters.dynamodb import things


class Shelf:
    """Records that count how often they are read."""

    def __init__(self) -> None:
        self.things: dict[Ref[Any], Value] = {}
        self.reads = 0

    def load(self, wanted: Sequence[Ref[Any]]) -> Mapping[Ref[Any], Value]:
        self.reads += 1
        return {ref: self.things[ref] for ref in wanted if ref in self.things}

    def save(self, items: Sequence[Value]) -> None:
        raise NotImplementedError

    def acknowledge(self, entries: Sequence[Any]) -> None:
        raise NotImplementedError


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf()
    shelf.things[refs.policy("platform", 1)] = things.policy()
    return shelf


def test_a_version_is_read_once(shelf: Shelf) -> None:
    policies = DynamoPolicies(shelf)

    assert things.policy() == policies.get("platform", 1)
    assert policies.get("platform", 1) is policies.get("platform", 1)
    assert 1 == shelf.reads


def test_two_versions_are_two_policies(shelf: Shelf) -> None:
    shelf.things[refs.policy("platform", 2)] = things.policy(2, name="stricter")
    policies = DynamoPolicies(shelf)

    assert ("standard", "stricter") == (policies.get("platform", 1).name, policies.get("platform", 2).name)


def test_a_version_that_is_not_there_may_be_published_later(shelf: Shelf) -> None:
    policies = DynamoPolicies(shelf)
    with pytest.raises(PolicyNotFound):
        policies.get("platform", 2)

    shelf.things[refs.policy("platform", 2)] = things.policy(2)

    assert 2 == policies.get("platform", 2).version


def test_a_local_run_lets_days_pass_as_seconds(shelf: Shelf) -> None:
    policy = DynamoPolicies(shelf, speed=86400).get("platform", 1)

    due_at = policy.calendar.after(things.AT, policy.deadlines.buyer_answer)

    assert 7 == (due_at - things.AT).total_seconds()
