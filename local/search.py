"""OpenSearch beside the stack: started first because it takes longest, waited for when its address is needed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from botocore.session import Session

from local.engines import opensearch
from local.engines.engine import Engine
from local.engines.errors import EngineUnavailable


class Starting:
    """An engine on its way up."""

    def __init__(self, engine: Future[Engine]) -> None:
        self._engine = engine

    def wait(self) -> str:
        """The address once it answers; empty where there can be no engine, and says why."""
        try:
            return self._engine.result().endpoint
        except EngineUnavailable as error:
            print(f"OpenSearch is left out, search will answer 503: {error}", file=sys.stderr)
            return ""


def open_index(endpoint: str, stage: str) -> None:
    """An empty index, whatever an engine still held of a stack before: the table begins empty too."""
    from chalicelib.adapters.opensearch.cases import OpenSearchCases

    cases = OpenSearchCases.of(endpoint, stage, Session())
    cases.replace(cases.begin())


@contextmanager
def starting(folder: Path) -> Iterator[Starting]:
    """Starts an engine in the background; stops it, started or still starting, with the context."""
    with ThreadPoolExecutor(1, thread_name_prefix="opensearch") as pool:
        engine = pool.submit(opensearch.start, folder / "opensearch")
        try:
            yield Starting(engine)
        finally:
            if not engine.cancel() and engine.exception() is None:
                engine.result().stop()
