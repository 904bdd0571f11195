"""`python -m benchmarks.remedies [--write]`: what a case of each remedy asks of AWS, for docs/scale.md.

The campaign's stories, told without a fault in its process: real use cases, listeners and definitions. What they save
goes through the table's own codec to the meter, so units are those of real items. Left out is what a story cannot know:
Lambda's time and log bytes (a thirtieth of the bill), and the reads of lists and monitors.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.capacity import Meter
from benchmarks.costs import PER_MESSAGE, QUEUES_BEHIND_THE_BUS, meter
from benchmarks.page import between, run
from benchmarks.prices import MILLION, PRICES
from benchmarks.quotas import SCALE
from benchmarks.report import table
from chalicelib.adapters.dynamodb.acknowledgements import Acknowledgements
from chalicelib.adapters.dynamodb.codec import item_of
from chalicelib.adapters.dynamodb.keys import key_of
from chalicelib.domain.entries import Entry
from chalicelib.domain.refs import Ref
from chalicelib.domain.values import Value
from tests.campaign.cloud import Cloud
from tests.campaign.settling import settle
from tests.campaign.stage import Stage
from tests.campaign.stories import STORIES
from tests.flows.walker import Walk

MARK = "<!-- remedies: from here to the next heading `python -m benchmarks.remedies --write` writes -->"
END = "\n## Which limit is met first"
SCENES: Mapping[str, str] = {
    "automatic": "仅退款 refund, by policy",
    "reviewed": "refund, the shop decides",
    "countered": "refund, bargained",
    "returned": "退货 return, posted",
    "fetched": "上门取件 fetched, called off once",
    "hastened": "极速退款 instant refund",
    "refused_at_the_door": "拒收 refused at the door",
    "exchanged": "换货 exchange, even",
    "exchanged_for_more": "exchange, dearer",
    "exchanged_for_less": "exchange, cheaper",
    "sent_again": "补发 sent again",
    "mended_at_the_door": "维修 repaired on site",
    "exchanged_after_two_visits": "repaired in vain, then exchanged",
    "protected": "价保 the price falls twice, two cases",
    "compensated": "赔付 compensation, bargained",
    "advanced": "先行赔付 paid in advance",
    "claimed": "物流破损 claimed from the carrier",
    "heard": "平台介入 both heard, ruled",
    "appeal_upheld": "ruled, appealed, ruled again",
    "fake": "假冒伪劣 looked at, refunded with damages",
    "danger": "安全隐患 looked at, refunded",
}
MESSAGES = frozenset({"payment_commands.ask", "logistics_commands.ask", "webhooks.later"})
INVOCATIONS = frozenset({"http.request", "task.invoke", "stream.deliver", "queue.deliver"})


class Asked(NamedTuple):
    """Of one case, from the filing to its end."""

    transitions: int
    written: int
    read: float
    requests: int
    invocations: int
    messages: int
    events: int

    @property
    def dollars(self) -> float:
        """Per million cases."""
        units = {
            "Step Functions transitions": self.transitions,
            "DynamoDB write units": self.written,
            "DynamoDB read units": self.read,
            "Lambda invocations": self.invocations,
            "API Gateway requests": self.requests,
            "SQS requests": PER_MESSAGE * self.messages,
            "EventBridge events": self.events,
        }
        return sum(PRICES[name][0] * number * MILLION for name, number in units.items())


class MeteredRecords:
    """The records port: whatever succeeds is put on the meter as the requests that DynamoDB would have had."""

    def __init__(self, records: Any, metered: Meter) -> None:
        self._records, self._meter = records, metered
        self._acknowledgements = Acknowledgements(None, "table", lambda seconds: None)  # type: ignore[arg-type]

    def load(self, wanted: Sequence[Ref[Any]]) -> Mapping[Ref[Any], Value]:
        found: Mapping[Ref[Any], Value] = self._records.load(wanted)
        keys = [key_of(ref) for ref in dict.fromkeys(wanted)]
        self._meter.batch_get({"RequestItems": {"table": {"Keys": [_named(pk, sk) for pk, sk in keys]}}})
        return found

    def save(self, items: Sequence[Value]) -> None:
        self._records.save(items)
        put(self._meter, items)

    def acknowledge(self, entries: Sequence[Entry]) -> None:
        self._records.acknowledge(entries)
        self._meter.transact({"TransactItems": self._acknowledgements._actions(entries)})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)


def put(metered: Meter, things: Sequence[Value]) -> None:
    metered.transact({"TransactItems": [{"Put": {"Item": item_of(thing)}} for thing in things]})


def _named(pk: str, sk: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def count(story: str) -> Asked:
    """Raises RuntimeError for a story that does not come to an end: its figures would say nothing."""
    told, cloud, metered = STORIES[story], Cloud(), meter()
    told.shop(cloud)
    put(metered, list(cloud.table.things.values()))  # the shop and the order were there before
    before = metered.written
    cloud.records = MeteredRecords(cloud.records, metered)  # type: ignore[assignment]
    stage = Stage(cloud)
    told.tell(stage)
    settle(stage)
    walks = ended(story, [execution.walked for execution in cloud.machine.executions.values()])
    calls = Counter(site.call for site, _ in cloud.tap.order)
    events = len(cloud.queues.published)
    requests = calls["http.request"]
    return Asked(
        transitions=sum(walked.transitions for walked in walks),
        written=metered.written - before,
        read=metered.read,
        requests=requests,
        invocations=sum(calls[name] for name in INVOCATIONS) + requests + events,  # the authorizer; live listeners
        messages=sum(calls[name] for name in MESSAGES) + QUEUES_BEHIND_THE_BUS * events,
        events=events,
    )


def ended(story: str, walks: Sequence[Walk | None]) -> list[Walk]:
    """All of them. Raises RuntimeError when one still waits."""
    if None in walks:
        raise RuntimeError(f"{story} does not come to an end")
    return [walked for walked in walks if walked]


HEAD = ("remedy", "transitions", "write units", "read units", "requests", "messages", "dollars a million")


def section() -> str:
    """What stands in docs/scale.md below the mark."""
    lines = []
    for story, scene in SCENES.items():
        asked = count(story)
        figures = (asked.transitions, asked.written, asked.read, asked.requests, asked.messages)
        lines.append((scene, *(f"{figure:,.0f}" for figure in figures), f"{asked.dollars:,.0f}"))
    return f"\n{table(HEAD, lines)}\n"


def renewed(page: str) -> str:
    return between(page, MARK, END, section())


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], SCALE, section, renewed))
