"""`case CASE_ID`: its whole story on one page, without a word that anybody wrote.

Descriptions, notes and names stay where they are: whoever needs them has the pages of the product, which ask who he is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.domain import refs
from chalicelib.domain.cases import Case
from chalicelib.domain.gates import Gate
from chalicelib.domain.refunds import Refund
from operations import executions, queues
from operations.errors import Refused
from operations.places import OPERATOR, Place
from operations.printing import amount, instant, say, table

# What an entry's data may show: ids, codes and instants. A code is one word; whatever has spaces somebody wrote.
SHOWN = ("refund_no", "refund_after", "gate", "because", "due_at", "ruling", "start_attempt")
CODE = re.compile(r"[A-Za-z0-9_:.+-]{1,64}")


def show(place: Place, case_id: str) -> None:
    """Raises Refused when there is no such case."""
    answer = place.api.call("GET", f"/cases/{case_id}", user=OPERATOR)
    if answer.status in (400, 404):  # no id of a case, or one of no case
        raise Refused(f"there is no case {case_id} on the stage {place.stage}")
    view = answer.expect(200)
    _head(view)
    table("Gates", GATE_HEADS, (_gate(gate) for gate in place.listings.gates_of(case_id)))
    table("Timeline", ENTRY_HEADS, (_entry(entry) for entry in place.listed(f"/cases/{case_id}/timeline")))
    table("Refunds", REFUND_HEADS, (_refund(refund) for refund in place.listings.refunds_of(case_id)))
    table("Executions", executions.HEADS, executions.of(place, _case(place, case_id)))
    table("Queues (of the whole stage)", queues.HEADS, queues.depths(place))


def _case(place: Place, case_id: str) -> Case | None:
    """Which machine carries it, and how many executions it had. The API does not say: nobody but us needs to know."""
    ref = refs.case(case_id)
    case = place.records.load([ref]).get(ref)
    return case if isinstance(case, Case) else None


def _head(view: Mapping[str, Any]) -> None:
    say(f"{view['case_id']}  {view['status']['en']}  {view['status']['zh']}  version {view['version']}")
    say(f"order {view['order_id']}, merchant {view['merchant_id']}, {view['remedy']['code']}, {view['reason']['code']}")
    say(f"{amount(view['amount'])}, filed {instant(view['created_at'])}, last changed {instant(view['updated_at'])}")
    policy = f"policy {view['policy']['policy_id']} version {view['policy']['version']}"
    say(f"{policy}: {view['verdict']['kind']['en']}, revised {view['revisions']} times")
    awaited = view["next_action"]
    if awaited:
        who, until = awaited["who"]["en"], instant(awaited["until"])
        say(f"waits for {who} ({awaited['gate']['code']}) until {until}, then {awaited['silence']['en']}")
    if view["parked"]:
        say(f"PARKED for a person: {_code(view['parked'])}")
    if view["closed_because"]:
        say(f"closed: {view['closed_because']['en']}")


GATE_HEADS = ("gate", "round", "waits for", "opened", "due", "deadline", "answer", "by", "flow")


def _gate(gate: Gate) -> tuple[object, ...]:
    # Of an owner only the kind: the id may be a buyer's.
    owner, answer = gate.owner.partition("#")[0], gate.answer
    flow = "waits" if gate.token else ("was told" if gate.told else "")
    told = (answer.outcome, f"{answer.by.role} {instant(answer.at)}") if answer else ("", "")
    return gate.name, gate.round, owner, gate.opened_at, gate.due_at, f"version {gate.deadline_version}", *told, flow


ENTRY_HEADS = ("#", "at", "who", "what", "from", "to", "amount", "facts")


def _entry(entry: Mapping[str, Any]) -> tuple[object, ...]:
    data = entry["data"]
    facts = " ".join(f"{key}={value}" for key in SHOWN if (value := _code(data.get(key))))
    states = [state["code"] if state else "" for state in (entry["before"], entry["after"])]
    who, what = entry["actor"]["code"], entry["what"]["code"]
    return entry["sequence"], instant(entry["at"]), who, what, *states, amount(entry["amount"]), facts


REFUND_HEADS = ("refund", "state", "amount", "granted", "submitted", "accepted", "unknown since", "settled", "asked")


def _refund(refund: Refund) -> tuple[object, ...]:
    money = amount({"amount": refund.amount, "currency": refund.currency})
    times = (refund.granted_at, refund.submitted_at, refund.accepted_at, refund.unknown_since, refund.settled_at)
    return refund.refund_no, refund.state, money, *times, f"{refund.asks} times"


def _code(value: object) -> str:
    """The value when it is a code, an id or an instant, else nothing."""
    return str(value) if value is not None and CODE.fullmatch(str(value)) else ""
