"""Section 1: what a handler adds to the SDK calls that it makes, in CPU time, operation by operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import mean, median

from benchmarks.container import Container
from benchmarks.numbers import Pairs
from benchmarks.recording import Call
from benchmarks.shop import Shop
from benchmarks.story import Story, Told

KINDS = ("automatic", "reviewed")
WARMING = 3  # cases of each kind that are told and forgotten
AIM = 1.5


@dataclass
class Operation:
    """All samples of one operation."""

    what: str
    function: str
    pairs: Pairs = field(default_factory=Pairs)
    calls: list[int] = field(default_factory=list)


@dataclass
class Measured:
    """`cases`: the sums per case. `told` and `setting` are what the costs are counted from."""

    operations: dict[str, Operation]
    cases: dict[str, Pairs]
    told: dict[str, list[Told]]
    setting: list[Call]


def measure(shop: Shop, container: Container, cases: int, progress: Callable[[str], None]) -> Measured:
    """Tells `cases` of each kind; after each invocation its very calls are repeated bare."""
    story = Story(container, shop.stream(), shop.hooks)
    setting = story.open_shop()
    measured = Measured({}, {kind: Pairs() for kind in KINDS}, {kind: [] for kind in KINDS}, setting)
    for i in range(-WARMING, cases):
        for kind in KINDS:
            told = story.tell(kind)
            if i < 0:
                measured.setting.extend(told.calls)
                continue
            measured.told[kind].append(told)
            measured.cases[kind].add(*_sort(told, measured.operations))
        progress(f"cases {i + 1} of {cases}")
    return measured


def _sort(told: Told, operations: dict[str, Operation]) -> tuple[float, float]:
    """Each invocation to its operation; answers the sums of the case, ours and bare."""
    for invocation in told.invocations:
        known = operations.setdefault(invocation.what, Operation(invocation.what, invocation.function))
        known.pairs.add(invocation.cpu, invocation.bare)
        known.calls.append(len(invocation.calls))
    return sum(each.cpu for each in told.invocations), sum(each.bare for each in told.invocations)


def rows(measured: Measured) -> list[tuple[str, ...]]:
    operations = sorted(measured.operations.values(), key=lambda each: (each.function != "api_handler", each.what))
    listed = [_row(each.what, mean(each.calls), each.pairs) for each in operations]
    for kind, pairs in measured.cases.items():
        calls = mean(len(told.calls) for told in measured.told[kind])
        listed.append(_row(f"whole case, {kind}", calls, pairs))
    return listed


HEAD = ("operation", "calls", "handler ms", "bare SDK ms", "ratio", "middle half", "aim")


def _row(what: str, calls: float, pairs: Pairs) -> tuple[str, ...]:
    low, high = pairs.spread
    return (
        what,
        f"{calls:.1f}",
        f"{median(pairs.ours) * 1000:.2f}",
        f"{median(pairs.bare) * 1000:.2f}",
        f"{pairs.ratio:.2f}",
        f"{low:.2f}–{high:.2f}",
        "met" if pairs.ratio <= AIM else f"missed (≤ {AIM})",
    )
