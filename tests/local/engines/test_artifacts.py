"""What an engine runs on is exactly what was locked."""

import hashlib
from pathlib import Path

import pytest
from jgo.maven import Artifact

from local.engines import artifacts
from local.engines.errors import EngineUnavailable


class Downloads:
    """Stands in for jgo's download: answers the next content each time the file is not there."""

    def __init__(self, path: Path, *contents: bytes) -> None:
        self.path, self.contents = path, list(contents)

    def __call__(self, artifact: Artifact) -> Path:
        if not self.path.exists():
            self.path.write_bytes(self.contents.pop(0))
        return self.path


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    lock = tmp_path / "engine.lock"
    lock.write_text(f"{hashlib.sha256(b'whole').hexdigest()}  org.example:engine:1.0\n")
    return lock


def test_download_that_was_cut_off_is_thrown_away_and_fetched_again(
    lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Artifact, "resolve", _method(Downloads(tmp_path / "engine.jar", b"who", b"whole")))
    assert [file.read_bytes() for file in artifacts.fetch(lock)] == [b"whole"]


def test_file_that_stays_another_one_is_refused(lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Artifact, "resolve", _method(Downloads(tmp_path / "engine.jar", b"forged", b"forged")))
    with pytest.raises(EngineUnavailable, match="is not the file whose checksum is locked"):
        artifacts.fetch(lock)


def test_registry_out_of_reach_is_told_as_unavailable(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_reach(artifact: Artifact) -> Path:
        raise ConnectionError("no route")

    monkeypatch.setattr(Artifact, "resolve", out_of_reach)
    with pytest.raises(EngineUnavailable, match="cannot be fetched from Maven: no route"):
        artifacts.fetch(lock)


def _method(downloads: Downloads) -> object:
    return lambda artifact: downloads(artifact)
