"""`reconcile DAY`: a day against the provider's bill, now; what it came to; and the way back that can be taken by hand.

The run is the product's own function, as the clock starts it: it reads, and changes no refund. `--record` asks the API
to record what the bill says and we do not know, refund by refund, as you; it pays nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from botocore.config import Config

from local.replay.progress import Bar
from operations.errors import Refused
from operations.places import OPERATOR, Place
from operations.printing import amount, console, say, table

# A run may take as long as its function; asked a second time it would be refused, because there is one at a time.
PATIENT = Config(read_timeout=910, retries={"total_max_attempts": 1})


def reconcile(place: Place, day: date, *, record: bool = False, run: bool = True) -> int:
    """Runs (unless `run` is False), shows, and with `record` records. Answers how many facts are left to record."""
    if run:
        _run(place, day)
    view = _read(place, day)
    if record:
        _record(place, day, view["facts"])
        view = _read(place, day)
    _show(view)
    return len(view["facts"])


def _run(place: Place, day: date) -> None:
    resource = place.session.client("cloudformation").describe_stack_resource(
        StackName=f"aftersales-{place.stage}-app", LogicalResourceId="OnBillDue"
    )["StackResourceDetail"]
    client = place.session.client("lambda", config=PATIENT)
    payload = json.dumps({"day": day.isoformat()}).encode()
    try:
        with console().status(f"reading the bill of {day} …"):
            answer = client.invoke(FunctionName=resource["PhysicalResourceId"], Payload=payload)
    except client.exceptions.TooManyRequestsException:
        raise Refused("a reconciliation runs already: there is only one at a time") from None
    content = json.loads(answer["Payload"].read() or b"{}")
    if answer.get("FunctionError"):
        raise Refused(f"the run failed: {content.get('errorType', '')}: {content.get('errorMessage', '')}")
    say("another outcome than before" if content.get("reconciled") else "nothing new")


def _read(place: Place, day: date) -> dict[str, Any]:
    answer = place.api.call("GET", f"/reconciliations/{day}", user=OPERATOR)
    if answer.status == 404:
        raise Refused(f"{day} was not reconciled: the provider has no bill of it yet")
    return answer.expect(200)


def _record(place: Place, day: date, facts: list[dict[str, str]]) -> None:
    """One refund after the other, each safe to repeat. What fails is said, and does not stop the others.

    The key is made of what was seen: a return that a later run finds is another act than the payment before it.
    """
    seen: dict[str, list[str]] = {}
    for fact in facts:
        seen.setdefault(fact["refund_no"], []).append(fact["state"])
    with Bar(console(), "facts of the bill recorded", len(seen)) as bar:
        for number, states in seen.items():
            path, key = f"/reconciliations/{day}/facts", f"record-{day}-{number}-{'-'.join(sorted(states))}"
            answer = place.api.call("POST", path, user=OPERATOR, body={"refund_no": number}, key=key)
            if answer.status != 200:
                say(f"{number}: {answer.code or answer.status}")
            bar.one()


def _show(view: Mapping[str, Any]) -> None:
    newest = view["reports"][0]
    state = "closed" if newest["closed"] else "open: what is missing is known when the next day's bill is there"
    say(f"bill of {view['day']} ({view['zone']}), {newest['rows']} lines, report {newest['number']}, {state}")
    counts = [(each["kind"]["code"], each["kind"]["en"], each["count"]) for each in newest["differences"]]
    table("Differences", ("kind", "which is", "how many"), counts)
    table("Money (minor units)", ("what", "how many", "sum"), _sums(newest))
    table("Facts that can be recorded", ("refund", "the bill says"), _facts(view["facts"]))
    table(
        "Recorded", ("refund", "the bill says", "by"), ((f["refund_no"], f["state"], f["by"]) for f in view["recorded"])
    )
    say(f"The file, every difference with its way back (good for minutes):\n{newest['url']}")
    if view["facts"]:
        say(f"To record them: python -m operations reconcile {view['day']} --record")


def _sums(report: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    for name, words in (("paid", "paid, the bill says"), ("returned", "came back"), ("ours", "settled, we say")):
        for total in report[name]:
            yield words, total["count"], amount(total["amount"])


def _facts(facts: list[Mapping[str, Any]]) -> Iterator[tuple[object, ...]]:
    return ((fact["refund_no"], fact["state"]) for fact in facts)
