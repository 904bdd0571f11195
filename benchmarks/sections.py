"""The four sections: each measures, and answers its part of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks import container, costs, cpu, imports, sale_day, shop, throughput
from benchmarks.prices import DATED, REGION
from benchmarks.recording import Call
from benchmarks.report import table
from benchmarks.story import Told
from local import launch, stack
from local.packaging import ROOT
from local.stack import Options, Stack

LOG = ROOT / "build" / "benchmark" / "functions.log"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Amount:
    """How much is measured: cases of each kind for CPU, starts of each module, cases by each number of clients."""

    cases: int
    starts: int
    filings: int
    own_stack: bool = False


FULL, QUICK = Amount(cases=30, starts=10, filings=60), Amount(cases=6, starts=3, filings=16)


def handlers_and_costs(amount: Amount, progress: Progress) -> Iterator[str]:
    """Sections 1 and 2 come from the same cases."""
    with shop.opened() as place, container.running(LOG, place.echo) as box:
        measured = cpu.measure(place, box, amount.cases, progress)
    yield "## Handler CPU against the bare SDK calls\n"
    yield table(cpu.HEAD, cpu.rows(measured))
    counted = {kind: costs.count(cases, _before(measured, cases[-1])) for kind, cases in measured.told.items()}
    yield f"\n## What a case asks of AWS, at the prices of {REGION}, {DATED}\n"
    yield table(costs.HEAD, costs.rows(counted))
    yield ""
    yield table(costs.HEAD_DOLLARS, costs.dollars(counted))
    yield ""
    yield table(costs.HEAD_WRITTEN, costs.written(counted))


def _before(measured: cpu.Measured, case: Told) -> list[Call]:
    """Everything that was written but for this case, so that what it replaced is known."""
    others = [told for cases in measured.told.values() for told in cases if told is not case]
    return [*measured.setting, *(call for told in others for call in told.calls)]


def cold_starts(amount: Amount, progress: Progress) -> Iterator[str]:
    progress("packaging")
    with imports.unpacked() as (package, modules, megabytes):
        rows = [imports.row(start) for start in imports.measure(package, modules, amount.starts, progress)]
    yield f"\n## Cold start against its bare dependencies (CPU, fastest of {amount.starts})\n"
    yield table(imports.HEAD, rows)
    verdict = "met" if megabytes <= imports.LARGEST else "missed"
    yield f"\nPackage: {megabytes:.1f} MB unzipped (aim: at most {imports.LARGEST:.0f} MB, {verdict})."


def rates(amount: Amount, progress: Progress) -> Iterator[str]:
    yield "\n## Cases per second on the local stack\n"
    with _stack(amount, progress) as running:
        yield table(throughput.HEAD, throughput.rows(throughput.measure(running, amount.filings, progress)))


@contextmanager
def _stack(amount: Amount, progress: Progress) -> Iterator[Stack]:
    """The one that runs; else one of our own, which stops again."""
    found = None if amount.own_stack else stack.running(Options())
    if found:
        yield found
        return
    progress("starting a local stack")
    with launch.started(Options(name="benchmark")) as own:
        yield own


def sale_days(amount: Amount, progress: Progress) -> Iterator[str]:
    """From the figures that were written last: the page that they make up is docs/scale.md, not this report's."""
    progress("a hot merchant and a sale day")
    yield "\n## A hot merchant and a sale day, simulated (docs/scale.md)\n"
    yield sale_day.section().strip("\n")


SECTIONS = {"cpu": handlers_and_costs, "cold": cold_starts, "rate": rates, "sale": sale_days}
ELSEWHERE = frozenset({"sale"})  # stands on a page of its own
