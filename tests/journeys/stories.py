"""One case as its parties follow it over the API: where it stands, what was told, who is awaited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from local.api import Answer, Api
from tests.journeys.patience import LONG, until

OPERATOR, AGENT, SUPERVISOR, AUDITOR = "operator-1", "agent-1", "supervisor-1", "auditor-1"
CURRENCY = "CNY"


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": CURRENCY}


class Story:
    """`buyer` and `owner` are users: who filed it, and whose shop it is about."""

    def __init__(self, api: Api, filed: dict[str, Any], buyer: str, owner: str) -> None:
        self._api, self.filed, self.buyer, self.owner = api, filed, buyer, owner
        self.case_id, self.order_id = str(filed["case_id"]), str(filed["order_id"])

    def now(self) -> dict[str, Any]:
        return self._api.get(f"/cases/{self.case_id}", self.buyer)

    def until(self, status: str, within: float = LONG) -> dict[str, Any]:
        """The case when it has come to this status."""
        return until(self.now, lambda case: case["status"]["code"] == status, within)

    def until_parked(self) -> dict[str, Any]:
        """The case when a person has it."""
        return until(self.now, lambda case: case["parked"])

    def until_awaited(self, who: str) -> dict[str, Any]:
        """The case when somebody of this role is awaited."""
        return until(self.now, lambda case: (case["next_action"] or {"who": {"code": ""}})["who"]["code"] == who)

    def until_refund(self, state: str) -> dict[str, Any]:
        """The newest refund when it has come to this state."""

        def newest() -> dict[str, Any]:
            refunds = self.now()["refunds"]
            return refunds[-1] if refunds else {"state": {"code": "none"}}

        return until(newest, lambda refund: refund["state"]["code"] == state)

    def act(self, user: str, what: str, **body: Any) -> Answer:
        """A request about the case, under a key of its own, answered whatever it says."""
        return self._api.call("POST", f"/cases/{self.case_id}/{what}", user=user, body=body, key=uuid4().hex)

    def decide(self, decision: str, **more: Any) -> dict[str, Any]:
        """The shop's owner decides by hand."""
        return self.act(self.owner, "decision", decision=decision, **more).expect(200)

    def both_done(self) -> None:
        """Neither buyer nor shop has anything to add, or anything against the ruling."""
        for user in (self.buyer, self.owner):
            self.act(user, "done").expect(200)

    def silence(self, gate: str) -> None:
        """The operator moves the deadline so near that nobody can answer any more."""
        due_at = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        body = {"due_at": due_at, "reason": "the journey is short"}
        self._api.call("PATCH", f"/cases/{self.case_id}/deadlines/{gate}", user=OPERATOR, body=body).expect(200)

    def entries(self, user: str = OPERATOR) -> list[dict[str, Any]]:
        """The whole timeline; or as far as this user sees it."""
        return self._api.listed(f"/cases/{self.case_id}/timeline", user)

    def told(self) -> list[str]:
        """The timeline in one word per entry."""
        return [entry["what"]["code"] for entry in self.entries()]

    def order(self) -> dict[str, Any]:
        return self._api.get(f"/orders/{self.order_id}", self.buyer)

    def refundable(self) -> int:
        """What can still be asked back of the order."""
        return int(self.order()["refundable"]["amount"])
