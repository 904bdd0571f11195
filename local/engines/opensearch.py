"""OpenSearch, the real engine, on this machine.

The runner finds its ports itself: told a base port it answers on the next one (or the first free one after it, up to
its limit), and ends with status 1 and no word when the base is above 9299. So the engine asks for the port it wants
minus one, from a range that the runner accepts, and watches the process while it waits. Nodes of one name look for each
other on this machine, so that two stacks would share, and empty, each other's index: each start has its own name, and
is found by it where somebody else was quicker to take the port.
"""

import fcntl
import json
import os
import secrets
import socket
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from local.engines.artifacts import fetch
from local.engines.engine import Engine
from local.engines.errors import EngineUnavailable
from local.engines.java import java

LOCK = Path(__file__).with_name("opensearch.lock")
MAIN = "org.codelibs.opensearch.runner.OpenSearchRunner"
CLUSTER = "aftersales-search"
PORTS = range(9201, 9300)
STEPS = 10  # ports that the runner is given time to step over
JVM = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC")


def start(folder: Path, port: int | None = None) -> Engine:
    """Starts one node on 127.0.0.1 with its data, logs and plugins below `folder`; returns when it answers.

    `port` is one of PORTS; without it, the first free one. Raises EngineUnavailable without Java, its files or a free
    port, EngineFailed when it does not come up. About 450 MB, up in 8 s.
    """
    if port is not None and port not in PORTS:
        raise EngineUnavailable(f"OpenSearch's runner takes ports {PORTS[0]} to {PORTS[-1]}, not {port}")
    command, files = java(), fetch(LOCK)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{CLUSTER}-{secrets.token_hex(4)}"
    with _reserved(PORTS if port is None else [port]) as found:
        engine = Engine(
            [
                command,
                *JVM,
                *("-cp", os.pathsep.join(map(str, files)), MAIN),
                *("-basePath", str(folder.resolve()), "-numOfNode", "1", "-clusterName", name),
                *("-baseHttpPort", str(found - 1)),
            ],
            f"http://127.0.0.1:{found}",
            cwd=folder,
        )
        engine.wait_until(lambda: bool(_port_of(name, found)))
        engine.endpoint = f"http://127.0.0.1:{_port_of(name, found)}"
        return engine


@contextmanager
def _reserved(ports: Sequence[int]) -> Iterator[int]:
    """The first of `ports` that is free and that nobody else is starting on: seconds pass before it is bound."""
    for port in ports:
        with (Path(tempfile.gettempdir()) / f"{CLUSTER}-{port}.port").open("w") as claim:
            if _claimed(claim) and not _listens(port):
                yield port
                return
    raise EngineUnavailable(f"OpenSearch has no free port among {ports[0]} to {ports[-1]}")


def _claimed(claim: IO[str]) -> bool:
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _port_of(name: str, wanted: int) -> int | None:
    """Where the cluster of this name answers: the port that was wanted, or one of the next."""
    return next((port for port in range(wanted, min(wanted + STEPS, PORTS.stop)) if _answers(port, name)), None)


def _answers(port: int, name: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return bool(json.load(answer)["cluster_name"] == name)
    except (OSError, ValueError):
        return False
