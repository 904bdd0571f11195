from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from local import environments
from local.packaging import ROOT


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose environments are made without network: pip's part only notes that it was called."""
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-local.txt"):
        (tmp_path / name).write_text("pydantic==2.14.3\n")
    calls = tmp_path / "calls"

    def run(command: list[Any], **_: Any) -> None:
        calls.write_text((calls.read_text() if calls.exists() else "") + f"{command[-1]}\n")

    def create(home: Path, **_: Any) -> None:
        (home / "bin").mkdir(parents=True)
        (home / "bin" / "python").touch()

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(environments.venv, "create", create)
    return tmp_path


def installs(root: Path) -> int:
    return len((root / "calls").read_text().splitlines())


def test_an_environment_is_made_once(root: Path) -> None:
    for _ in range(3):
        environments.make(".venv", root)
    assert installs(root) == 1


def test_a_changed_pin_is_installed(root: Path) -> None:
    environments.make(".venv", root)
    (root / "requirements-dev.txt").write_text("pytest==9.2.0\n")
    environments.make(".venv", root)
    assert installs(root) == 2


def test_a_pin_of_the_local_cloud_is_none_of_ours(root: Path) -> None:
    environments.make(".venv", root)
    (root / "requirements-local.txt").write_text("ministack==9\n")
    environments.make(".venv", root)
    assert installs(root) == 1


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-local.txt"])
def test_every_requirement_of_ours_is_pinned_by_version_and_not_by_address(name: str) -> None:
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    loose = [line for line in lines if line and "==" not in line and not line.startswith("-r ")]
    assert loose == []
    assert not [line for line in lines if "://" in line]
