"""The merchants' side of the webhooks without its HTTP: who is who, what was received, what is to be answered."""

import json
import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.standins.merchant_rules import TO_SHELF, Rule, asks_for_decision, decide, of_goods, rule
from local.standins.signatures import SignatureRefused, check, signed, verified
from local.standins.web import Reply

LONGEST_LOG = 100_000
ANSWER = "answer-"


@dataclass(frozen=True)
class Callback:
    """An answer on its way to us. Every attempt carries the same id and body, and a signature of its own time."""

    merchant_id: str
    case_id: str
    message_id: str
    url: str
    secret: str = field(repr=False)
    body: str
    after: float

    def write(self) -> tuple[Mapping[str, str], str]:
        return signed(self.secret, self.message_id, self.body), self.body


@dataclass
class _Merchant:
    secret: str = field(repr=False)
    api_url: str
    rule: Rule
    failures_left: int
    seen: set[str] = field(default_factory=set)
    sequences: dict[str, int] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)


class Desk:
    """Several merchants, each with its own secret and rule. Safe for threads.

    `api_url` is where those call back that are registered without an address of their own.
    """

    def __init__(self, api_url: str | None = None) -> None:
        self._api_url = api_url
        self._lock = threading.Lock()
        self._merchants: dict[str, _Merchant] = {}
        self._log: deque[dict[str, Any]] = deque(maxlen=LONGEST_LOG)
        self._counts: Counter[str] = Counter()

    def register(self, given: dict[str, Any]) -> None:
        """{merchant_id, secret, api_url?, rule?}; a known merchant keeps what it has received. Raises ValueError."""
        given = {"api_url": self._api_url, **given}
        missing = [key for key in ("merchant_id", "secret", "api_url") if not isinstance(given.get(key), str)]
        if missing:
            raise ValueError(f"missing: {', '.join(missing)}")
        check(given["secret"])
        made = rule(given.get("rule", {}))
        with self._lock:
            known = self._merchants.get(given["merchant_id"])
            merchant = _Merchant(given["secret"], given["api_url"].rstrip("/"), made, made.fail)
            if known:
                merchant.seen, merchant.sequences, merchant.asked = known.seen, known.sequences, known.asked
            self._merchants[given["merchant_id"]] = merchant

    def merchants(self) -> list[str]:
        with self._lock:
            return sorted(self._merchants)

    def receive(self, merchant_id: str, headers: Mapping[str, str], body: bytes) -> tuple[Reply, Callback | None]:
        """An event from us. The signature comes first: to anybody else the endpoint says nothing but 401."""
        with self._lock:
            merchant = self._merchants.get(merchant_id)
            if merchant is None:
                return Reply(404, {"code": "unknown_merchant"}), None
            try:
                message_id = verified(merchant.secret, headers, body)
                event = json.loads(body)
                facts = {"id": message_id, "type": event["type"], "case_id": event["case_id"]}
                facts["sequence"] = int(event["sequence"])
            except SignatureRefused as error:
                self._note("refused", merchant_id, because=str(error))
                return Reply(401, {"code": "signature_refused"}), None
            except (ValueError, KeyError, TypeError):
                self._note("unreadable", merchant_id)
                return Reply(400, {"code": "unreadable"}), None
            return self._take(merchant_id, merchant, facts, event)

    def _take(
        self, merchant_id: str, merchant: _Merchant, facts: dict[str, Any], event: dict[str, Any]
    ) -> tuple[Reply, Callback | None]:
        slow = merchant.rule.slow
        if merchant.rule.gone:
            self._note("gone", merchant_id, **facts)
            return Reply(410, seconds=slow), None
        if merchant.failures_left:
            merchant.failures_left -= 1
            self._note("failed", merchant_id, **facts)
            return Reply(500, seconds=slow), None
        if facts["id"] in merchant.seen:
            self._note("duplicate", merchant_id, **facts)
            return Reply(200, seconds=slow), None
        merchant.seen.add(facts["id"])
        newest = merchant.sequences.get(facts["case_id"], 0)
        merchant.sequences[facts["case_id"]] = max(newest, facts["sequence"])
        late = facts["sequence"] < newest
        self._note("late" if late else "received", merchant_id, **facts)
        # What the case said before it went on needs no answer any more; goods stand where they stand.
        unheard = late and event["type"] != TO_SHELF
        return Reply(200, seconds=slow), None if unheard else self._answer(merchant_id, merchant, event, facts["id"])

    def _answer(self, merchant_id: str, merchant: _Merchant, event: dict[str, Any], message_id: str) -> Callback | None:
        case_id = event["case_id"]
        said = of_goods(merchant.rule, event)
        if said is None and asks_for_decision(event):
            decision = decide(merchant.rule, event, merchant.asked[case_id])
            merchant.asked[case_id] += 1
            said = None if decision is None else {"type": "decision", **decision}
        if said is None:
            return None
        body = json.dumps({**said, "case_id": case_id}, ensure_ascii=False)
        url = f"{merchant.api_url}/merchants/{merchant_id}/callbacks"
        # Made from the event's id, so that an answer given twice is known for what it is.
        return Callback(merchant_id, case_id, f"{ANSWER}{message_id}", url, merchant.secret, body, merchant.rule.after)

    def forget(self, callback: Callback) -> None:
        """The answer cannot be taken on now: the event counts as never received, and will come again."""
        with self._lock:
            merchant = self._merchants[callback.merchant_id]
            merchant.seen.discard(callback.message_id.removeprefix(ANSWER))
            merchant.asked[callback.case_id] -= json.loads(callback.body)["type"] == "decision"

    def told(self, callback: Callback, status: int) -> None:
        """How an attempt to deliver an answer ended; 0 is no answer at all."""
        said = json.loads(callback.body)
        decision = said.get("decision", said["type"])
        facts = {"id": callback.message_id, "case_id": callback.case_id, "decision": decision, "status": status}
        with self._lock:
            self._note("answered" if 200 <= status < 300 else "answer_refused", callback.merchant_id, **facts)

    def log(self, merchant_id: str | None = None, case_id: str | None = None) -> dict[str, Any]:
        """{"counts": by what happened, "entries": oldest first}, of one merchant or case if given."""
        wanted = {key: value for key, value in (("merchant_id", merchant_id), ("case_id", case_id)) if value}
        with self._lock:
            entries = [entry for entry in self._log if all(entry.get(key) == value for key, value in wanted.items())]
            return {"counts": dict(self._counts), "entries": entries}

    def _note(self, what: str, merchant_id: str, **facts: Any) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._counts[what] += 1
        self._log.append({"at": at, "what": what, "merchant_id": merchant_id, **facts})
