"""OpenSearch beside the stack: started first because it takes longest, waited for when its address is needed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from botocore.session import Session

from local.engines import opensearch
from local.engines.engine import Engine
from local.engines.errors import EngineUnavailable

# On a busy machine an engine's first index takes longer than one request waits.
TRIES = 6


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
    from chalicelib.errors import SearchUnavailable

    cases = OpenSearchCases.of(endpoint, stage, Session())
    for tried in range(1, TRIES + 1):
        try:
            cases.replace(cases.begin())
        except SearchUnavailable:
            if tried == TRIES:
                raise
        else:
            return


@contextmanager
def starting(folder: Path) -> Iterator[Starting]:
    """Starts an engine in the background; stops it, started or still starting, with the context.

    What an engine left behind goes first: the index begins empty anyway, and a folder that remembers a neighbour who is
    gone waits for him for ever.
    """
    shutil.rmtree(folder / "opensearch", ignore_errors=True)
    with ThreadPoolExecutor(1, thread_name_prefix="opensearch") as pool:
        engine = pool.submit(opensearch.start, folder / "opensearch")
        try:
            yield Starting(engine)
        finally:
            if not engine.cancel() and engine.exception() is None:
                engine.result().stop()
