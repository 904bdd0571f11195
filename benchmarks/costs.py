"""Section 2: what a case asks of AWS, counted from what really left the handlers, and what that costs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

from benchmarks.capacity import Index, Meter
from benchmarks.prices import MILLION, PRICES, STORED_GB_MONTH
from benchmarks.recording import Call
from benchmarks.story import Told
from local.packaging import ROOT
from tests import tables

# A function with less than 1,769 MB has its share of one CPU, so its CPU time takes that much longer.
FULL_CPU = 1769  # MB
# What the code cannot know: how long AWS takes to answer one request from inside the region, on average.
WAIT = 0.006  # seconds
PLATFORM_LINES = 420  # bytes of Lambda's own START, END and REPORT in the log of every invocation
LOG_LINE = 26  # bytes that CloudWatch adds to each
AUTHORIZER = 0.005  # seconds: it checks a signature and calls nobody
# A message of a queue: put in, received, deleted. The bus puts each event into two queues.
PER_MESSAGE, QUEUES_BEHIND_THE_BUS = 3, 3


@dataclass(frozen=True)
class Counted:
    """One case."""

    units: Mapping[str, float]
    functions: Counter[str]
    calls: Counter[str]
    written_by: Counter[str]
    stored: int

    @property
    def dollars(self) -> float:
        """Per million cases."""
        return sum(self.priced().values())

    def priced(self) -> dict[str, float]:
        return {name: PRICES[name][0] * self.units[name] * MILLION for name in PRICES}


def meter() -> Meter:
    return Meter([Index.of(index) for index in tables.definition()["GlobalSecondaryIndexes"]])


def count(cases: Sequence[Told], setting: Iterable[Call]) -> Counted:
    """Counts the last of these cases; `setting` is everything that was written before it. CPU is the median of all."""
    told = cases[-1]
    metered = meter()
    _follow(metered, setting)
    before, read, stored = metered.written_by.copy(), metered.read, metered.stored
    _follow(metered, told.calls)
    functions = Counter(each.function for each in told.invocations)
    calls = Counter(f"{call.service}:{call.operation}" for call in told.calls)
    requests = functions["api_handler"]
    events = sum(len(call.params["Entries"]) for call in told.calls if call.operation == "PutEvents")
    messages = calls["sqs:SendMessage"] + QUEUES_BEHIND_THE_BUS * events
    invocations = len(told.invocations) + requests  # each request asks the authorizer, at most
    logged = sum(each.logged for each in told.invocations) + invocations * (PLATFORM_LINES + 2 * LOG_LINE)
    units = {
        "Step Functions transitions": told.transitions,
        "DynamoDB write units": metered.written - before.total(),
        "DynamoDB read units": metered.read - read,
        "Lambda invocations": invocations,
        "Lambda GB-seconds": median(map(_gigabyte_seconds, cases)),
        "API Gateway requests": requests,
        "SQS requests": PER_MESSAGE * messages,
        "EventBridge events": events,
        "CloudWatch Logs GB": logged / 1e9,
    }
    return Counted(units, functions, calls, metered.written_by - before, metered.stored - stored)


def _follow(metered: Meter, calls: Iterable[Call]) -> None:
    for call in calls:
        if call.service != "dynamodb" or call.status != 200:
            continue
        match call.operation:
            case "TransactWriteItems":
                metered.transact(call.params)
            case "BatchGetItem":
                metered.batch_get(call.params)
            case "Query":
                metered.query(call.params, call.said)
            case other:
                raise LookupError(f"what {other} costs is not known here")


def _gigabyte_seconds(told: Told) -> float:
    billed = 0.0
    for each in told.invocations:
        memory = _memory(each.function)
        seconds = each.cpu * max(1.0, FULL_CPU / memory) + WAIT * len(each.calls)
        billed += seconds * memory / 1024
        if each.function == "api_handler":
            billed += AUTHORIZER * _memory("authorize") / 1024
    return billed


@cache
def _memory(function: str) -> int:
    """MB, as `.chalice/config.json` gives them."""
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    of_its_own = config["lambda_functions"].get(function, {})
    return int(of_its_own.get("lambda_memory_size", config["lambda_memory_size"]))


HEAD = ("per case", "automatic", "reviewed", "price")


def rows(counted: Mapping[str, Counted]) -> list[tuple[str, ...]]:
    cases = list(counted.values())
    return [
        ("storage round trips", *(str(_round_trips(each)) for each in cases), ""),
        *((f"  {name}", *(str(each.calls[f"dynamodb:{name}"]) for each in cases), "") for name in ROUND_TRIPS),
        *((name, *(_shown(each.units[name]) for each in cases), said) for name, (_, said) in PRICES.items()),
        ("kilobytes stored, indexes included", *(f"{each.stored / 1000:.1f}" for each in cases), ""),
    ]


ROUND_TRIPS = ("BatchGetItem", "TransactWriteItems", "Query")
HEAD_DOLLARS = ("dollars per million cases", "automatic", "reviewed")


def dollars(counted: Mapping[str, Counted]) -> list[tuple[str, ...]]:
    cases = list(counted.values())
    priced = [each.priced() for each in cases]
    return [
        *((name, *(f"{each[name]:.2f}" for each in priced)) for name in PRICES),
        ("all of it", *(f"{each.dollars:.2f}" for each in cases)),
        ("kept for a month, on top", *(f"{each.stored / 1e9 * STORED_GB_MONTH * MILLION:.2f}" for each in cases)),
    ]


def _round_trips(counted: Counted) -> int:
    return sum(counted.calls[f"dynamodb:{name}"] for name in ROUND_TRIPS)


def _shown(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.3g}"


HEAD_WRITTEN = ("write units by item", "automatic", "reviewed")


def written(counted: Mapping[str, Counted]) -> list[tuple[str, ...]]:
    """Dearest first."""
    cases = list(counted.values())
    kinds = sorted(cases[-1].written_by, key=cases[-1].written_by.__getitem__, reverse=True)
    return [(kind, *(str(each.written_by[kind]) for each in cases)) for kind in kinds]
