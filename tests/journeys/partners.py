"""Partners that put facts on the bus: orders, payments, stock and carriers of our own account."""

from __future__ import annotations

import json
from typing import Any

from local.stack import Stack


def tell(stack: Stack, source: str, type: str, **fact: Any) -> None:
    """A partner's fact, as the deployed rules read it."""
    entry = {"Source": source, "DetailType": type, "Detail": json.dumps(fact), "EventBusName": stack.bus}
    assert 0 == stack.client("events").put_events(Entries=[entry])["FailedEntryCount"]
