"""What every room's tests may ask for: the real engines, started once per test process and only when asked for.

With pytest-xdist each worker owns its engines. A shared one would save 200 MB, of which there is enough, and would
make the workers wait for each other: DynamoDB Local writes one transaction at a time.
"""

import io
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from chalicelib.telemetry import log
from local.engines import dynamodb
from local.engines import opensearch as search
from local.engines.engine import Engine
from local.engines.errors import EngineUnavailable
from tests import tables


def _started(start: Callable[[], Engine]) -> Iterator[str]:
    try:
        engine = start()
    except EngineUnavailable as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"not tested, and CI tests everything: {missing}", pytrace=False)
        pytest.skip(f"left out: {missing}")
    with engine:
        yield engine.endpoint


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """The endpoint of DynamoDB Local."""
    yield from _started(dynamodb.start)


@pytest.fixture(scope="session")
def dynamodb_client(dynamodb_local: str) -> DynamoDBClient:
    """A client of DynamoDB Local for up to 16 threads, without retries."""
    return tables.client(dynamodb_local)


@pytest.fixture
def table(dynamodb_client: DynamoDBClient) -> Iterator[str]:
    """The name of an empty table on DynamoDB Local, made from infra/data.yaml for this test alone."""
    with tables.fresh_table(dynamodb_client) as name:
        yield name


@pytest.fixture(scope="session")
def opensearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of an empty OpenSearch."""
    folder: Path = tmp_path_factory.mktemp("opensearch")
    yield from _started(lambda: search.start(folder))


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """All that was written down so far: our log, metrics, and whatever was printed."""
    kept = [(handler, handler.stream) for handler in log.handlers if isinstance(handler, logging.StreamHandler)]
    lines = io.StringIO()
    for handler, _ in kept:
        handler.stream = lines
    printed: list[str] = []

    def read() -> str:
        out, err = capsys.readouterr()
        printed.extend((out, err))
        return lines.getvalue() + "".join(printed)

    yield read
    for handler, stream in kept:
        handler.stream = stream
