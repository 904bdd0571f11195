"""What a case asks of each quota, from the counted figures and from the settings that are deployed.

Counted: `docs/benchmarks.md` and the table of partitions in `docs/scale.md`. Ours: `infra/app/` and `.chalice/`.
Stated, as we knew them on the day that `docs/scale.md` names: AWS's published default quotas of us-east-1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.domain.tallies import SHARDS
from local.packaging import ROOT
from local.templates import read as read_yaml

BENCHMARKS, SCALE = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "scale.md"
Scope = Literal["shop", "platform", "order"]

PARTITION_WRITES, PARTITION_READS = 1_000, 3_000  # units a second, of one key or shard of a key
TABLE_SHARDS = 4  # of the stream: as many as partitions, of which a new on-demand table has four
PARTNER = 0.3  # seconds that a provider or a shop's endpoint takes to answer: assumed
WAIT = 0.006  # seconds that AWS takes to answer one request: assumed, as in benchmarks/costs.py
CPU_SHARE = 512 / 1769  # of a CPU, at 512 MB
COLLISION = 0.02  # seconds of one read and write: writers of one item go one after another
SIGNALS = 2  # answers that a reviewed flow is told: the decision, the settlement
FROZEN_READS = 2  # a case's acts that ask whether its shop is frozen: filing, decision


@dataclass(frozen=True)
class Quota:
    """`rate` units a second, of which a case takes `each`; what is over waits, or is refused and comes again."""

    name: str
    scope: Scope
    rate: float
    each: float
    todo: str

    @property
    def cases(self) -> float:
        """Cases a second that it carries."""
        return self.rate / self.each


def rows(text: str, head: str) -> dict[str, list[str]]:
    """The table whose first head begins so: its first cells, and the others. Raises ValueError without one."""
    _, found, after = text.partition(f"\n| {head}")
    if not found:
        raise ValueError(f"there is no table {head!r}")
    lines = [line.strip("|").split("|") for line in after.split("\n\n")[0].splitlines()[2:]]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


class Figures:
    """The counted figures; of the two kinds of case the mean, because half of each is assumed."""

    def __init__(self) -> None:
        measured, written = BENCHMARKS.read_text("utf-8"), SCALE.read_text("utf-8")
        self._cases, self._partitions = rows(measured, "per case"), rows(written, "to ")
        self._operations = rows(measured, "operation")

    def of(self, what: str) -> float:
        """How many of something a case asks for."""
        return _mean(self._cases[what])

    def at(self, place: str) -> float:
        """Write units that a case spends at a place of the partitions' table, found by how it begins."""
        [cells] = [cells for name, cells in self._partitions.items() if name.startswith(place)]
        return _mean(cells)

    def seconds(self, function: str) -> float:
        """How long one invocation takes: its CPU at 512 MB, and its requests."""
        calls, milliseconds = self._operations[function][:2]
        return float(milliseconds) / 1000 / CPU_SHARE + float(calls) * WAIT


def _mean(cells: list[str]) -> float:
    return (float(cells[0].replace(",", "")) + float(cells[1].replace(",", ""))) / 2


def quotas() -> list[Quota]:
    """All that are looked at."""
    figures, deployed = Figures(), _deployed()
    events, told = figures.of("EventBridge events"), figures.seconds("on_case_changed")
    queued, inbox = deployed["WebhooksToSender"], deployed["NotificationsToInbox"]
    payments = min(deployed["PaymentCommandsToWorker"], deployed["on_payment_command"])
    requests, written = figures.of("API Gateway requests"), figures.seconds("on_notification_due")
    busy = figures.of("Lambda GB-seconds") / 0.5
    paid = PARTNER + figures.seconds("on_payment_command")
    shown = PARTNER + figures.seconds("on_webhook_due")
    return [
        Quota("API: requests", "platform", deployed["api"], requests, "`ThrottlingRateLimit`"),
        Quota("webhook queue", "platform", queued / shown, events, "`MaximumConcurrency` of `WebhooksToSender`"),
        Quota("inbox queue", "platform", inbox / written, events, "`MaximumConcurrency`"),
        Quota("payment worker", "platform", payments / paid, 1, "`reserved_concurrency`, as the provider agrees"),
        Quota(
            "stream: readers of a shard",
            "platform",
            TABLE_SHARDS * deployed["stream"] / told,
            events + SIGNALS,
            "warm the table: shards grow with it; `ParallelizationFactor`",
        ),
        Quota("Lambda at once", "platform", 1_000, busy, "ask AWS"),
        Quota("StartExecution", "platform", 300, 1, "none: the sweeper starts what was throttled; ask AWS"),
        Quota("SendTaskSuccess", "platform", 500, SIGNALS, "ask AWS"),
        Quota("transitions", "platform", 5_000, figures.of("Step Functions transitions"), "ask AWS"),
        Quota("table: write units", "platform", 40_000, figures.of("DynamoDB write units"), "ask AWS; warm it before"),
        Quota("`by_due`", "platform", SHARDS * PARTITION_WRITES, figures.at("`by_due`"), "more shards"),
        Quota("tally of the platform", "platform", SHARDS * PARTITION_WRITES, figures.at("tally of the pl"), "shards"),
        Quota("item of frozen shops: reads", "platform", PARTITION_READS, FROZEN_READS, "copies of it, by shard"),
        Quota("`by_merchant`", "shop", PARTITION_WRITES, figures.at("`by_merchant`"), "shards of the key"),
        Quota("deliveries of a shop", "shop", PARTITION_WRITES, figures.at("the shop's own"), "partition by event"),
        Quota("tally of a shop", "shop", PARTITION_WRITES, figures.at("tally of the shop"), "shards"),
        Quota("ledger of one order", "order", 1 / COLLISION, 2, "none: `OrderBusy`, and the buyer tries again"),
    ]


def _deployed() -> dict[str, float]:
    """Our own limits, as they are deployed."""
    triggers = read_yaml(ROOT / "infra" / "app" / "triggers.yaml")["Resources"]
    functions: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text())["lambda_functions"]
    [method] = read_yaml(ROOT / "infra" / "app" / "api.yaml")["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
    found: dict[str, float] = {"api": method["ThrottlingRateLimit"]}
    for name, resource in triggers.items():
        properties = resource["Properties"]
        if "ScalingConfig" in properties:
            found[name] = properties["ScalingConfig"]["MaximumConcurrency"]
        if "ParallelizationFactor" in properties:
            found["stream"] = properties["ParallelizationFactor"]
    for name, function in functions.items():
        if "reserved_concurrency" in function:
            found[name] = function["reserved_concurrency"]
    return found
