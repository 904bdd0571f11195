"""What is mutated, in groups whose score must reach the bar, and the tests that are asked about each module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.flows.definitions import ROOT

BAR = 90.0  # per cent of a group's mutants that must be noticed


class Module(NamedTuple):
    """`name` is its path below `chalicelib/`; `tests` are files or folders."""

    name: str
    group: str
    tests: tuple[str, ...]

    @property
    def file(self) -> Path:
        return ROOT / "chalicelib" / f"{self.name}.py"

    @property
    def dotted(self) -> str:
        return "chalicelib." + self.name.replace("/", ".")


def _tests(room: str, names: str) -> list[str]:
    return [f"tests/{room}/test_{name}.py" for name in names.split()]


_LEDGERS = _tests("domain", "ledgers quotes claims")
_API = _tests("api", "access authorizer requests problems")

GROUPS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "money": {
        "domain/money": _tests("domain", "money"),
        "domain/allocations": _tests("domain", "allocations orders"),
        "domain/balances": _LEDGERS,
        "domain/ledgers": _LEDGERS,
        "domain/claims": _LEDGERS,
        "domain/quotes": _LEDGERS,
        "domain/freights": [*_tests("domain", "ledgers"), *_tests("usecases", "filing")],
        "domain/journals": _tests("domain", "journals"),
        "domain/explanations": _tests("domain", "explanations"),
        "domain/refunds": _tests("usecases", "refunds redos"),
    },
    "authorization": {
        "usecases/access": [*_tests("usecases", "decisions rulings"), *_tests("api", "access")],
        "api/access": _API,
        "api/authorizer": _API,
        "api/door": _API,
        "adapters/tokens": _tests("adapters", "tokens"),
    },
    "signature": {
        "adapters/signatures": _tests("adapters", "notices webhooks"),
        "adapters/payments/notices": _tests("adapters", "notices"),
        "adapters/webhooks": _tests("adapters", "webhooks"),
        "adapters/secrets": _tests("adapters", "secrets"),
    },
    "SSRF": {
        "adapters/targets": _tests("adapters", "targets"),
        "adapters/outbound": _tests("adapters", "outbound"),
    },
    "rules": {
        "domain/eligibility": _tests("usecases", "filing"),
        "domain/lifecycles": _tests("usecases", "refunds"),
    },
}

MODULES: Mapping[str, Module] = {
    name: Module(name, group, tuple(tests)) for group, modules in GROUPS.items() for name, tests in modules.items()
}
