"""How the shop's cases stand, as its owner sees them over the API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from chalicelib.domain.lifecycles import CaseStatus
from local.api import Api
from local.replay.gauge import ENDED

Row = Mapping[str, Any]


def counts(api: Api, owner: str) -> dict[str, int]:
    """Cases by status, from the monitor: one request."""
    found: Counter[str] = Counter()
    for state in api.get("/monitor", owner)["cases"]:
        found[state["state"]["code"]] += state["count"]
    return dict(found)


@dataclass(frozen=True)
class Standing:
    """The rows of the shop's lists, by status."""

    by_status: Mapping[str, Sequence[Row]]

    @classmethod
    def of(cls, api: Api, owner: str) -> Standing:
        """Reads every list, page by page."""
        statuses: tuple[str, ...] = get_args(CaseStatus)
        return cls({status: api.listed(f"/cases?status={status}", owner) for status in statuses})

    @property
    def count(self) -> int:
        return sum(map(len, self.by_status.values()))

    @property
    def open(self) -> list[Row]:
        return [row for status, rows in self.by_status.items() if status not in ENDED for row in rows]

    @property
    def refunded(self) -> int:
        """What the completed cases say was refunded, in pence."""
        return sum(row["amount"]["amount"] for row in self.by_status.get("completed", ()))

    @property
    def seconds_to_settle(self) -> list[float]:
        """From filing to the money, of each completed case."""
        return [_seconds(row) for row in self.by_status.get("completed", ())]

    def stuck(self) -> list[str]:
        """Each open case, and where it is."""
        return [_where(row) for row in self.open]


def _seconds(row: Row) -> float:
    return (datetime.fromisoformat(row["updated_at"]) - datetime.fromisoformat(row["created_at"])).total_seconds()


def _where(row: Row) -> str:
    action = row["next_action"]
    waits = f"waits for {action['who']['code']} at {action['gate']['code']}" if action else "nobody is awaited"
    return f"{row['case_id']} of order {row['order_id']}: {row['status']['code']}, {waits}, since {row['updated_at']}"
