"""`holiday DATE --to INSTANT`: every deadline of people that falls on that day moves to one instant after it.

Found in the lists of the public API, moved one by one through it, as an operator, with a reason that stands on each
timeline. Nothing is done without `--go`. What was moved no longer falls on that day, so the command can be repeated
until nothing is left; whoever answers meanwhile is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

from chalicelib.domain.gates import GateName
from chalicelib.domain.lifecycles import CASE_ENDS, CaseStatus
from local.replay.progress import Bar
from operations.errors import Refused
from operations.places import OPERATOR, Place
from operations.printing import console, instant, say, table

# Banks, carriers and our own operators are not given time by a holiday; everybody else who is awaited is.
NOT_MOVED: frozenset[GateName] = frozenset({"carrier", "settlement", "person"})
GATES = frozenset(get_args(GateName)) - NOT_MOVED
SAMPLE = 20
# What the system says when somebody was faster; everything else is a failure.
MEANWHILE = frozenset({"GateNotFound", "AnswerTooLate", "VersionMismatch"})


@dataclass(frozen=True)
class Holiday:
    """A day in a time zone, where its deadlines go, and why; only one shop's with `merchant_id`."""

    day: date
    to: datetime
    zone: str
    reason: str
    merchant_id: str | None = None

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.day + timedelta(days=1), time(), ZoneInfo(self.zone)).astimezone(UTC)

    def holds(self, case: Mapping[str, Any]) -> bool:
        """Whether the case waits for a person until some time of that day."""
        awaited = case["next_action"]
        if not awaited or awaited["gate"]["code"] not in GATES or self.merchant_id not in (None, case["merchant_id"]):
            return False
        return self.begins <= datetime.fromisoformat(awaited["until"]) < self.ends


def move(place: Place, holiday: Holiday, *, go: bool) -> int:
    """Shows what would move; with `go` moves it. Answers how many are left. Raises Refused for a day that makes no
    sense: a deadline only ever moves away from people."""
    if holiday.to < holiday.ends:
        raise Refused(f"{instant(holiday.to)} is before the day is over: nobody's time is made shorter here")
    found = list(_affected(place, holiday))
    say(f"{holiday.day} in {holiday.zone} is {instant(holiday.begins)} to {instant(holiday.ends)}")
    gates = Counter(case["next_action"]["gate"]["code"] for case in found)
    table(f"{len(found)} deadlines go to {instant(holiday.to)}", ("gate", "deadlines"), sorted(gates.items()))
    heads = ("case", "merchant", "gate", "due now")
    table(f"The first of them, at most {SAMPLE}", heads, (_row(case) for case in found[:SAMPLE]))
    if not go:
        say("Nothing was changed. The same command with --go moves them.")
        return len(found)
    return _move_all(place, holiday, found)


def _affected(place: Place, holiday: Holiday) -> Iterator[Mapping[str, Any]]:
    waiting = [status for status in get_args(CaseStatus) if status not in CASE_ENDS]
    bar = Bar(console(), "looking through open cases by status", len(waiting))
    for status in waiting:
        yield from (case for case in place.listed(f"/cases?status={status}") if holiday.holds(case))
        bar.one()


def _move_all(place: Place, holiday: Holiday, found: list[Mapping[str, Any]]) -> int:
    bar, done = Bar(console(), "moving", len(found)), Counter[str]()
    for case in found:
        done[_move_one(place, holiday, case["case_id"])] += 1
        bar.one()
    table("Done", ("outcome", "cases"), sorted(done.items()))
    left = sum(count for outcome, count in done.items() if outcome not in ("moved", "answered meanwhile"))
    if left:
        say(f"{left} were not moved: repeat the command, and look at one of them with `case`.")
    return left


def _move_one(place: Place, holiday: Holiday, case_id: str) -> str:
    """Looks once more, consistently, because lists lag; then moves what was seen and nothing newer."""
    case = place.get(f"/cases/{case_id}")
    if not holiday.holds(case):
        return "answered meanwhile"
    gate = case["next_action"]["gate"]["code"]
    body = {"due_at": holiday.to.isoformat(), "reason": holiday.reason}
    path = f"/cases/{case_id}/deadlines/{gate}"
    answer = place.api.call("PATCH", path, user=OPERATOR, body=body, version=case["version"])
    if answer.status == 200:
        return "moved"
    if answer.code not in MEANWHILE:
        return f"refused: {answer.code or answer.status}"
    # Our own request may have been sent twice, because its first answer was lost: then all is as we want it.
    now = place.get(f"/cases/{case_id}")["next_action"]
    stands = now is not None and datetime.fromisoformat(now["until"]) == holiday.to
    return "moved" if stands else "answered meanwhile" if answer.code != "VersionMismatch" else "changed meanwhile"


def _row(case: Mapping[str, Any]) -> tuple[object, ...]:
    awaited = case["next_action"]
    return case["case_id"], case["merchant_id"], awaited["gate"]["code"], instant(awaited["until"])
