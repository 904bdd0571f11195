from __future__ import annotations

from pathlib import Path

import pytest

from local import checks
from local.checks import Step

PASSES = ["python", "-c", "pass"]
FAILS = ["python", "-c", "raise SystemExit(1)"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "REPORTS", tmp_path)


def test_all_steps_run_although_one_fails(capfd: pytest.CaptureFixture[str]) -> None:
    passed = checks.run([Step("lint", FAILS), Step("types", PASSES)])
    said = capfd.readouterr().out
    assert not passed
    assert "FAILED" in said
    assert "passed" in said.partition("types")[2]


def test_nothing_is_tested_without_a_package(capfd: pytest.CaptureFixture[str]) -> None:
    assert not checks.run([Step("package", FAILS, needed=True), Step("replay", PASSES)])
    assert "replay" not in capfd.readouterr().out


def test_every_test_is_of_exactly_one_kind() -> None:
    marks = [step.command[3] for step in checks.test_steps([])]
    assert marks == ["not dynamodb and not opensearch and not journey", "dynamodb", "opensearch", "journey"]


def test_reports_are_summed(tmp_path: Path) -> None:
    suite = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'
    (tmp_path / "quick.xml").write_text(suite.format(10, 1, 1, 2))
    (tmp_path / "storage.xml").write_text(suite.format(5, 0, 0, 0))
    assert (11, 2) == checks.counted()
