"""What a search takes: a hundred thousand cases on the real engine, through our own adapter.

`python -m benchmarks.searching [CASES]` starts an engine of its own (Java), fills it, asks, compares, and stops it.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from botocore.session import Session

from chalicelib.adapters.opensearch.cases import OpenSearchCases
from chalicelib.domain.actors import Actor
from chalicelib.domain.reasons import CATALOGUE
from chalicelib.domain.searches import CaseDocument, CaseQuery, IndexedGate, IndexedLine, Written
from chalicelib.errors import SearchUnavailable
from local.engines import opensearch

NOW = datetime(2026, 11, 22, tzinfo=UTC)
AGENT, MERCHANT = Actor(role="agent", id="a1"), Actor(role="merchant", id="m", merchant_id="m7")
GOODS = ("羊毛大衣 woollen coat", "茶杯 cup", "台灯 desk lamp", "蓝牙耳机 wireless headphones", "运动鞋 running shoes")
WORDS = (
    "裂纹",
    "收到时已经破了",
    "颜色不对",
    "the seam is open",
    "never arrived",
    "尺码偏小",
    "broken handle",
    "有异味",
)
TIMES = 200
ASKED: dict[str, tuple[Actor, Callable[[random.Random], CaseQuery]]] = {
    "words in Chinese": (AGENT, lambda draw: CaseQuery(q=draw.choice(("裂纹", "羊毛大衣", "颜色不对")))),
    "words in English, one shop": (MERCHANT, lambda draw: CaseQuery(q=draw.choice(("broken cup", "lamps", "seam")))),
    "three fields, sorted by amount": (
        AGENT,
        lambda draw: CaseQuery(status=("in_review",), category=f"c{draw.randrange(9)}", amount_min=5000, sort="amount"),
    ),
    "a shop's open cases by deadline": (MERCHANT, lambda draw: CaseQuery(awaiting=("merchant",), sort="due")),
    "everything, newest first": (AGENT, lambda draw: CaseQuery(limit=20)),
}


def documents(many: int) -> Iterator[Written]:
    draw = random.Random(7)
    for number in range(many):
        at = NOW - timedelta(minutes=number)
        reason, is_open = draw.choice(CATALOGUE), draw.random() < 0.2
        gate = IndexedGate(
            gate="decision",
            round=1,
            owner="merchant",
            who="merchant",
            due_at=at + timedelta(days=2),
            silence="approved",
        )
        lines = tuple(
            IndexedLine(
                line_id=str(line),
                sku=f"SKU-{draw.randrange(5000)}",
                title=draw.choice(GOODS),
                specification=draw.choice(("红色 red, M", "蓝色 blue, XL", "")),
                category=f"c{draw.randrange(9)}",
                quantity=1,
            )
            for line in range(draw.choice((1, 1, 1, 2, 5)))
        )
        case_id = f"case_{number:026}"
        document = CaseDocument(
            case_id=case_id,
            order_id=f"o{number}",
            buyer_id=f"b{draw.randrange(20_000)}",
            merchant_id=f"m{draw.randrange(100)}",
            merchant_kind="marketplace",
            remedy="refund_only",
            reason=reason.code,
            reason_zh=reason.zh,
            reason_en=reason.en,
            description=" ".join(draw.sample(WORDS, 3)),
            status="in_review" if is_open else draw.choice(("completed", "closed", "withdrawn")),
            closed_because=None,
            currency=draw.choice(("CNY", "CNY", "GBP")),
            amount=draw.randrange(100, 90_000),
            delivery="delivered",
            verdict="refer",
            awaiting=gate if is_open else None,
            parked=False,
            parked_because=None,
            policy_id="platform",
            policy_version=1,
            refunds=(),
            lines=lines,
            revisions=0,
            created_at=at,
            updated_at=at,
        )
        yield Written(case_id, 5, document)


def fill(engine: OpenSearchCases, many: int) -> float:
    """Documents a second."""
    index = engine.begin()
    began, part = time.monotonic(), list[Written]()
    for document in documents(many):
        part.append(document)
        if len(part) == 500:
            engine.write([index], part)
            part = []
    engine.write([index], part)
    engine.refresh(index)
    engine.replace(index)
    return many / (time.monotonic() - began)


class Taken(NamedTuple):
    """Milliseconds; how many the last question found; how many questions were given up after two seconds."""

    p50: float
    p95: float
    total: int
    late: int


def ask(engine: OpenSearchCases) -> Iterator[tuple[str, Taken]]:
    draw = random.Random(1)
    for name, (actor, question) in ASKED.items():
        taken, total, late = list[float](), 0, 0
        for _ in range(TIMES):
            began = time.perf_counter()
            try:
                total = engine.find(actor, question(draw), NOW).total
            except SearchUnavailable:
                late += 1
            taken.append((time.perf_counter() - began) * 1000)
        yield name, Taken(statistics.median(taken), statistics.quantiles(taken, n=20)[-1], total, late)


def main(many: int = 100_000) -> int:
    with tempfile.TemporaryDirectory() as folder, opensearch.start(Path(folder)) as started:
        engine = OpenSearchCases.of(started.endpoint, "bench", Session())
        print(f"{many} cases of one to five lines, {fill(engine, many):,.0f} written a second")
        for name, took in ask(engine):
            found = f"{took.total}{'+' if took.total >= 10_000 else ''} found, {took.late} of {TIMES} given up"
            print(f"{name:34} p50 {took.p50:6.1f} ms  p95 {took.p95:6.1f} ms  ({found})", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
