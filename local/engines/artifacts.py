"""Maven artifacts by lock file: what an engine runs on, fetched once and checked every time.

A lock names every file of an engine, one a line: `<sha256>  <group>:<artifact>:<version>[:<packaging>]`.
Walking the dependency tree again at each start would cost seconds and could quietly bring other files; the lock brings
exactly these. jgo stores them in the Maven repository of the user, shared with every other build on the machine.

`python -m local.engines.artifacts GROUP:ARTIFACT:VERSION > local/engines/NAME.lock` writes a lock.
"""

import hashlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jgo
from jgo.config import GlobalSettings
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import Artifact, MavenContext

from local.engines.errors import EngineUnavailable

DOWNLOADS_AT_ONCE = 8


def fetch(lock: Path) -> list[Path]:
    """The files of `lock`, in its order, downloaded if they are not there yet.

    Raises EngineUnavailable when a file cannot be had or is not the one that was locked.
    """
    context = MavenContext(repo_cache=GlobalSettings.load().repo_cache, remote_repos={"central": MAVEN_CENTRAL_URL})
    wanted = [(checksum, _artifact(context, coordinate)) for checksum, coordinate in _lines(lock)]
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        return list(pool.map(lambda one: _verified(*one), wanted))


def _lines(lock: Path) -> Iterator[tuple[str, str]]:
    for line in lock.read_text("utf-8").splitlines():
        checksum, coordinate = line.split()
        yield checksum, coordinate


def _artifact(context: MavenContext, coordinate: str) -> Artifact:
    group, name, version, *packaging = coordinate.split(":")
    component = context.project(group, name).at_version(version)
    return component.artifact(packaging=packaging[0] if packaging else "jar")


def _verified(checksum: str, artifact: Artifact) -> Path:
    """jgo only warns about a wrong checksum and keeps half a file of a download that was cut off: those go, once."""
    for _ in range(2):
        try:
            path = Path(artifact.resolve())
        except Exception as error:  # jgo raises whatever its HTTP client or parser raises
            raise EngineUnavailable(f"{artifact} cannot be fetched from Maven: {error}") from error
        if _sha256(path) == checksum:
            return path
        path.unlink()
    raise EngineUnavailable(f"{artifact} is not the file whose checksum is locked")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_lock(coordinate: str) -> Iterator[str]:
    """The lines of the lock for `coordinate` and everything that it needs at run time."""
    for artifact in jgo.resolve(coordinate):
        packaging = "" if artifact.packaging == "jar" else f":{artifact.packaging}"
        name = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}{packaging}"
        yield f"{_sha256(Path(artifact.resolve()))}  {name}"


if __name__ == "__main__":
    print("\n".join(write_lock(sys.argv[1])))
