"""How a merchant answers: a rule looks at an event and gives a decision, or says nothing."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal["approve", "reject", "silent", "counter", "script"]
TO_SHELF = "GoodsDisposed"
ASKING = ("CaseSubmitted", "CaseRevised", "OfferDeclined")


@dataclass(frozen=True)
class Rule:
    """What is decided, and how the endpoint itself behaves.

      approve, reject   with `reason`, every time
      silent            never: the deadline decides
      counter           first an offer of `percent` of what the case stands for, rounded down; then `then`
      script            `decisions` in order for each case, as they go into the callback, None for silence

    `fail`: so many events are answered 500 first. `gone`: every event is answered 410. `slow`: seconds before an event
    is answered. `after`: seconds until the decision is sent. `warehouse`: what its carrier says was signed is received,
    what was received passes its inspection, and what is to be sold again is put away.
    """

    kind: Kind = "approve"
    reason: str | None = None
    percent: int = 50
    then: Literal["approve", "reject"] = "approve"
    decisions: tuple[dict[str, Any] | None, ...] = ()
    fail: int = 0
    gone: bool = False
    slow: float = 0.0
    after: float = 0.0
    warehouse: bool = False


def rule(given: dict[str, Any]) -> Rule:
    """A rule from JSON. Raises ValueError, naming what cannot be."""
    try:
        made = Rule(**{**given, "decisions": tuple(given.get("decisions", ()))})
    except TypeError as error:
        raise ValueError(str(error).replace("Rule.__init__() ", "")) from None
    if made.kind not in get_args(Kind):
        raise ValueError(f"kind must be one of {', '.join(get_args(Kind))}")
    if isinstance(made.percent, bool) or not isinstance(made.percent, int) or not 1 <= made.percent <= 100:
        raise ValueError("percent must be a whole number from 1 to 100")
    return made


def of_goods(rule: Rule, event: dict[str, Any]) -> dict[str, Any] | None:
    """What the warehouse says since this event; the callback's part without the case."""
    if not rule.warehouse:
        return None
    return _put_away(event) if event["type"] == TO_SHELF else _GOODS.get(event["type"])


def _put_away(event: dict[str, Any]) -> dict[str, Any] | None:
    """入库 of everything that goes on the shelf, under an id made from the event's: said twice, it is one."""
    units = [
        {"line_id": one["line_id"], "quantity": one["quantity"]}
        for one in event["data"].get("lines", ())
        if one["disposition"] in ("restock", "refurbish")
    ]
    if not units:
        return None
    return {
        "type": "put_away",
        "put_away_id": f"shelf-{event['id']}",
        "warehouse": "main",
        "at": event["occurred_at"],
        "lines": units,
    }


_GOODS: dict[str, dict[str, Any]] = {
    "GoodsSigned": {"type": "receipt"},
    "ReturnReceived": {"type": "inspection", "outcome": "passed"},
}


def asks_for_decision(event: dict[str, Any]) -> bool:
    """Whether the case waits for the merchant since this event: some are approved by policy at once."""
    return event["type"] in ASKING and event["data"].get("awaiting") == "decision"


def decide(rule: Rule, event: dict[str, Any], asked: int) -> dict[str, Any] | None:
    """The decision's part of the callback; None is silence. `asked` counts the questions about this case, from 0."""
    match rule.kind:
        case "silent":
            return None
        case "script":
            return rule.decisions[asked] if asked < len(rule.decisions) else None
        case "counter":
            return _offer(rule, event) if asked == 0 else _plain(rule.then, rule.reason)
    return _plain(rule.kind, rule.reason)


def _offer(rule: Rule, event: dict[str, Any]) -> dict[str, Any]:
    total = event["data"]["amount"]
    amount = {"amount": max(1, total["amount"] * rule.percent // 100), "currency": total["currency"]}
    return {**_plain("counter", rule.reason), "amount": amount}


def _plain(decision: str, reason: str | None) -> dict[str, Any]:
    """A refusal needs a reason that the buyer can read; the others may have one."""
    if decision == "reject":
        reason = reason or "不符合退款条件 / the conditions for a refund are not met"
    return {"decision": decision} | ({"reason": reason} if reason else {})
