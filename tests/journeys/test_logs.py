"""The logs of the running stack: what people wrote, who they are and what opens doors stands in none of them."""

from __future__ import annotations

import json
import re

from local.stack import Stack
from tests.journeys.patience import until
from tests.journeys.shops import Shop
from tests.journeys.stories import OPERATOR
from tests.security.canaries import canary, found_in, plain

TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{20,}")  # how a JSON Web Token begins
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{20,}|Bearer [A-Za-z0-9._-]{20,}|v1,[A-Za-z0-9+/=]{40,}|X-Amz-Signature")


def test_nothing_personal_and_nothing_secret_is_written_down(shop: Shop, stack: Stack) -> None:
    story = shop.files(shop.sells(), reason="quality_defect", description=canary("description"))
    story.until_awaited("merchant")
    story.act(OPERATOR, "refunds", action="retry", note=canary("redo"))  # refused: there is nothing to retry
    story.act(story.buyer, "decision", decision="approve", reason=canary("reason"))  # refused: not his to say
    story.act(story.owner, "decision", **{plain("field"): canary("body")})  # refused: no such field
    story.decide("reject", reason=canary("reason"))
    story.act(story.buyer, "escalate", note=canary("escalation")).expect(200)
    assert {"reason", "escalation"} <= set(found_in(json.dumps(story.entries(), ensure_ascii=False)))

    def about_it() -> str:
        return "\n".join(text for text in _lines(stack) if story.case_id in text)

    # The door and the flow have both written about it; else there would be nothing to search.
    until(about_it, lambda text: "answered" in text and "a task is done" in text)
    everything = "\n".join(_lines(stack))
    assert [] == found_in(everything)
    assert [] == TOKEN.findall(everything)
    assert [] == SECRET.findall(everything)
    assert not [key for key in _secrets(stack) if key in everything]


def _lines(stack: Stack) -> list[str]:
    logs = stack.client("logs")
    groups = [
        each["logGroupName"]
        for page in logs.get_paginator("describe_log_groups").paginate()
        for each in page["logGroups"]
    ]
    assert len(groups) > 10
    pages = (page for name in groups for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name))
    return [event["message"] for page in pages for event in page["events"]]


def _secrets(stack: Stack) -> list[str]:
    """Every value that Secrets Manager holds."""
    manager = stack.client("secretsmanager")
    held = [
        manager.get_secret_value(SecretId=f"aftersales/local/{name}")["SecretString"]
        for name in ("payment", "notices", "webhook")
    ]
    return [value for text in held for value in re.findall(r'"([A-Za-z0-9+/=_-]{20,})"', text)]
