"""`make check` and `make test`: every step by name, what it runs, how long it took, and a sum at the end.

CI runs exactly this. A step that fails does not hide the others: all of them run, and any failure fails the whole,
except that nothing is tested or replayed on a package that could not be made.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from local.packaging import ROOT

BIN = Path(sys.executable).parent
REPORTS = ROOT / "build" / "reports"
PARTS = {
    "LIMIT": "40",
    "ROWS": "5000",
    "SAMPLE": "80",
    "SEEDS": "1000",
}  # of what is replayed, of the mutants one in so many, and the seeded simulations: what fits into CI
RETURNS = {"LIMIT": os.environ.get("LIMIT") or "12"}  # a return takes a dozen calls and four scans
NO_TESTS = 5  # pytest's exit status when a selection is empty


class Step(NamedTuple):
    """A command that passes with status 0. Commands of the environment are named without their folder."""

    name: str
    command: Sequence[str]
    needed: bool = False  # without it nothing that follows makes sense
    asked: Mapping[str, str] = {}  # of its environment, besides what all steps get

    @property
    def is_tests(self) -> bool:
        return self.command[0] == "pytest"


def test_steps(paths: Sequence[str]) -> list[Step]:
    """Every test, by what it needs. Two at a time share the cores; a stack is used by one at a time."""

    def pytest(name: str, marks: str, *options: str) -> Step:
        report = REPORTS / f"{name.split()[0]}.xml"
        return Step(name, ["pytest", "-q", "-m", marks, f"--junitxml={report}", *options, *paths])

    return [
        pytest("quick tests", "not dynamodb and not opensearch and not journey", "-n", "2", "--dist", "loadfile"),
        pytest("storage tests on DynamoDB Local", "dynamodb", "-n", "2", "--dist", "worksteal"),
        pytest("search tests on OpenSearch", "opensearch"),
        pytest("journeys on the local stack", "journey"),
    ]


def checks() -> list[Step]:
    return [
        Step("lint", ["ruff", "check", "."]),
        Step("format", ["ruff", "format", "--check", "."]),
        Step("types", ["mypy"]),
        Step("who imports whom", ["lint-imports"]),
        Step("package", ["python", "-m", "local.packaging"], needed=True),
        Step("templates", ["cfn-lint", "build/package/template.json", "infra/data.yaml"]),
        Step("the contract in docs/openapi.json", ["python", "-m", "local.openapi", "--check"]),
        Step("the state machines", ["python", "-m", "local.definitions", "--check"]),
        *test_steps([]),
        Step("faults and seeds", ["python", "-m", "tests.campaign"]),
        Step("mutants, a sample", ["python", "-m", "tests.mutation"]),
        Step("reconciliation", ["python", "-m", "tests.reconciliation"]),
        Step("security, a part of it", ["python", "-m", "tests.security", "--part"]),
        Step("replay", ["python", "-m", "local.replay"]),
        Step("replay of returns", ["python", "-m", "local.replay"], asked={"MODE": "returns", **RETURNS}),
    ]


def run(steps: Sequence[Step]) -> bool:
    """Runs the steps, prints them and their sum; answers whether all passed."""
    parts = {name: os.environ.get(name) or usual for name, usual in PARTS.items()}
    environment = {**os.environ, **parts, "PYTHONPATH": str(ROOT)}
    REPORTS.mkdir(parents=True, exist_ok=True)
    for old in REPORTS.glob("*.xml"):
        old.unlink()
    results: list[tuple[Step, bool, float]] = []
    for step in steps:
        print(f"\n── {step.name}: {' '.join(step.command)}", flush=True)
        began = time.monotonic()
        command = [BIN / step.command[0], *step.command[1:]]
        status = subprocess.run(command, cwd=ROOT, env={**environment, **step.asked}).returncode
        passed = status == 0 or (step.is_tests and status == NO_TESTS)
        results.append((step, passed, time.monotonic() - began))
        if step.needed and not passed:
            break
    print("\n── sum")
    for step, passed, seconds in results:
        print(f"{'passed' if passed else 'FAILED':8} {seconds:6.1f} s  {step.name}")
    passes, failures = counted()
    print(f"{passes} passed, {failures} failed")
    return all(passed for _, passed, _ in results) and len(results) == len(steps)


def counted() -> tuple[int, int]:
    """Tests passed and failed, of all reports together."""
    passes = failures = 0
    for report in REPORTS.glob("*.xml"):
        for suite in ElementTree.parse(report).iter("testsuite"):
            bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            failures += bad
            passes += int(suite.get("tests", 0)) - bad - int(suite.get("skipped", 0))
    return passes, failures


def main(arguments: Sequence[str]) -> int:
    only_tests = list(arguments[:1]) == ["test"]
    return 0 if run(test_steps(arguments[1:]) if only_tests else checks()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
