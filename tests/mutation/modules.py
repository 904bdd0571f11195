"""What is mutated, in groups whose score must reach the bar, and the tests that are asked about each module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.flows.definitions import ROOT

BAR = 90.0  # per cent of a group's mutants that must be noticed


class Module(NamedTuple):
    """`name` is its path below `chalicelib/`; `tests` are files or folders; of some modules only what `only` names."""

    name: str
    group: str
    tests: tuple[str, ...]
    only: frozenset[str] = frozenset()

    @property
    def file(self) -> Path:
        return ROOT / "chalicelib" / f"{self.name}.py"

    @property
    def dotted(self) -> str:
        return "chalicelib." + self.name.replace("/", ".")


def _tests(room: str, names: str) -> list[str]:
    return [f"tests/{room}/test_{name}.py" for name in names.split()]


_LEDGERS = _tests(
    "domain", "ledgers quotes claims ledger_edges threshold_edges received_claims compensations protections multiples"
)
_OWED = _tests("usecases", "recovery_edges recoveries late_debts liabilities carrier_claims shared_rulings")
_PUSHES = _tests("adapters", "carrier_push_edges carrier_pushes")

GROUPS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "money": {
        "domain/money": _tests("domain", "money money_edges"),
        "domain/allocations": _tests("domain", "allocations allocation_refusals"),
        "domain/balances": _LEDGERS,
        "domain/ledgers": _LEDGERS,
        "domain/claims": _LEDGERS,
        "domain/quotes": _LEDGERS,
        "domain/freights": _tests("domain", "freight_edges"),
        "domain/journals": _tests("domain", "journals journal_edges"),
        "domain/explanations": _tests("domain", "explanations explanation_edges threshold_edges"),
        "domain/thresholds": _tests("domain", "thresholds threshold_edges"),
        "domain/refunds": _tests("domain", "refund_numbers"),
        "domain/compensations": _tests("domain", "compensations compensation_edges"),
        "domain/protections": _tests("domain", "protection_edges protections"),
        "domain/prices": _tests("domain", "protections"),
        "domain/exchanges": _tests("domain", "exchange_edges exchanges"),
        "domain/warranties": _tests("domain", "warranties"),
        "domain/multiples": _tests("domain", "multiples"),
        "domain/shares": _tests("domain", "shares"),
        "domain/return_freights": [*_tests("domain", "return_freights"), *_tests("usecases", "return_freights")],
        "domain/buyers": _tests("domain", "buyers"),
        "domain/recoveries": _tests("domain", "recoveries"),
        "domain/deposits": _tests("domain", "deposits"),
        "domain/bills": _tests("domain", "reconciliations"),
        "domain/reconciliations": _tests("domain", "reconciliations"),
        "usecases/advances": _tests("usecases", "advances recoveries"),
        "usecases/liabilities": [*_OWED, *_tests("usecases", "compensations")],
        "usecases/recoveries": _OWED,
        "usecases/pursuits": [*_tests("usecases", "pursuits"), *_OWED],
        "usecases/carrier_claims": _tests("usecases", "carrier_claims recoveries recovery_edges"),
        "usecases/deposits": _tests("usecases", "deposits recovery_edges recoveries"),
        "usecases/credits": _tests("usecases", "instants"),
        "usecases/grants": _tests(
            "usecases",
            "grants settlements redos instants multiples return_freights arrived_meanwhile ways_out",
        ),
        "usecases/settlements": _tests("usecases", "settlements redos instants compensations"),
        "usecases/refunds": _tests("usecases", "settlements liabilities compensations"),
        "usecases/vouchers": _tests("usecases", "multiples return_freights"),
        "usecases/multiples": _tests("usecases", "multiples"),
        "usecases/return_freights": _tests("usecases", "return_freights shared_rulings"),
        "usecases/redos": _tests("usecases", "redos recoveries"),
        "usecases/chargebacks": _tests("usecases", "chargebacks settlements"),
        "usecases/differences": _tests("usecases", "exchanges overpayments"),
        "usecases/fees": _tests("usecases", "repairs overpayments"),
        "usecases/overpayments": _tests("usecases", "overpayments"),
        "usecases/recalls": _tests("usecases", "recalls"),
    },
    "authorization": {
        "usecases/access": _tests("usecases", "access"),
        "api/access": _tests("api", "access_table"),
        "api/authorizer": _tests("api", "authorizer authorizer_edges"),
        "api/door": _tests("api", "requests problems door_edges"),
        "adapters/tokens": _tests("adapters", "tokens token_edges"),
    },
    "signature": {
        "adapters/signatures": _tests("adapters", "signature_edges"),
        "adapters/payments/notices": _tests("adapters", "notices signature_edges"),
        "adapters/webhooks": _tests("adapters", "webhooks webhook_edges"),
        "adapters/secrets": _tests("adapters", "secrets secret_edges"),
        "adapters/logistics/notices": _PUSHES,
        "adapters/logistics/standard": _PUSHES,
        "adapters/logistics/kuaidi100": _PUSHES,
        "adapters/logistics/aftership": _PUSHES,
        "adapters/logistics/seventeen_track": _PUSHES,
    },
    "SSRF": {
        "adapters/targets": _tests("adapters", "targets target_edges"),
        "adapters/outbound": _tests("adapters", "outbound outbound_edges"),
    },
}

# What a carrier's system tells is read in the same file as its signature, and guards nothing.
ONLY: Mapping[str, frozenset[str]] = {
    f"adapters/logistics/{system}": frozenset({"HEADER", "verify", "sign"})
    for system in ("standard", "kuaidi100", "aftership", "seventeen_track")
}

MODULES: Mapping[str, Module] = {
    name: Module(name, group, tuple(tests), ONLY.get(name, frozenset()))
    for group, modules in GROUPS.items()
    for name, tests in modules.items()
}
