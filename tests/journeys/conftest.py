"""One stack for all journeys: our own, started once; or one that runs already, by name: `JOURNEYS=run`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import stack as stacks
from local.api import Api
from local.stack import Options, Stack
from tests.journeys.provider import Provider
from tests.journeys.shops import Shop

ROOM = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if ROOM in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with stacks.running_or_start(Options(name=os.environ.get("JOURNEYS") or "journeys", search=True)) as running:
        yield running


@pytest.fixture(scope="session")
def api(stack: Stack) -> Api:
    return Api(stack.api_url, stack.directory.token, connections=32)


@pytest.fixture(scope="session")
def provider(stack: Stack) -> Provider:
    return Provider(stack)


@pytest.fixture
def shop(stack: Stack, api: Api) -> Shop:
    return Shop(stack, api)
