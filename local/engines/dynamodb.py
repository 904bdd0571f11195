"""DynamoDB Local, AWS's own engine: the place for storage contracts, concurrency and idempotency.

Everything is in memory and gone with the process. Whatever credentials and region a client says, it sees the same
tables. About 200 MB, up in 2 s.
"""

import os
from http.client import HTTPConnection
from pathlib import Path

from local.engines.artifacts import fetch
from local.engines.engine import Engine, free_port
from local.engines.java import has_compiler, java

HERE = Path(__file__).parent
LAUNCHER = HERE / "LoopbackDynamoDB.java"
OWN_MAIN = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"
# A test run is over before the optimizing compiler pays for itself: the first one alone halves the CPU time.
JVM = ("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def start(port: int | None = None) -> Engine:
    """Starts DynamoDB Local on 127.0.0.1 and returns when it answers.

    Raises EngineUnavailable without Java or the engine's files, EngineFailed when it does not come up. With a Java
    that has no compiler it runs by its own main class, which listens on every address (`loopback_only` is false).
    """
    command, files, port = java(), fetch(HERE / "dynamodb.lock"), port or free_port()
    jars = [str(file) for file in files if file.suffix == ".jar"]
    native = [str(file.parent) for file in files if file.suffix != ".jar"]
    loopback_only = has_compiler()
    engine = Engine(
        [
            command,
            *JVM,
            f"-Djava.library.path={os.pathsep.join(native)}",
            *("-cp", os.pathsep.join(jars)),
            str(LAUNCHER) if loopback_only else OWN_MAIN,
            *("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)),
        ],
        f"http://127.0.0.1:{port}",
        loopback_only=loopback_only,
    )
    return engine.wait_until(lambda: _answers(port))


def _answers(port: int) -> bool:
    """It refuses an unsigned request with 400, and that is an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("POST", "/", b"{}")
        return connection.getresponse().status == 400
    except OSError:
        return False
    finally:
        connection.close()
