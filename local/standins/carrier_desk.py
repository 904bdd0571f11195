"""The carriers without their HTTP: couriers who come, parcels that travel, and a clock that the caller may hold.

    POST carry_out   200 done · 202 accepted · 422 failed with a reason · 400 no command · 409 the number is another's
                     The same number does one thing and gets the same answer.
    GET find         200 with the state · 404 never seen
    due()            what is to be pushed now, each with the system whose words it is in

A rule says what becomes of the next commands of a kind, a journey how parcels travel from then on. In process, a call
whose answer is lost raises NoAnswer; over HTTP its connection closes.
"""

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from local.standins.carrier_formats import Event
from local.standins.payment_answers import Answer, NoAnswer

Outcome = Literal["done", "accept", "fail", "visit_fails", "timeout", "deaf"]
KINDS = ("book_pickup", "rebook_pickup", "cancel_pickup", "track", "intercept", "proof_of_delivery", "file_claim")
# How parcels travel: the codes of their scans, one a step.
JOURNEYS: Mapping[str, tuple[str, ...]] = {
    "arrives": ("picked_up", "in_transit", "out_for_delivery", "signed"),
    "in_locker": ("picked_up", "in_transit", "in_locker", "signed_by_proxy"),
    "late": ("picked_up", "in_transit", "delayed", "in_transit", "out_for_delivery", "signed"),
    "refused": ("picked_up", "in_transit", "out_for_delivery", "refused", "returning", "returned_to_sender"),
    "damaged": ("picked_up", "in_transit", "damaged", "out_for_delivery", "signed"),
    "lost": ("picked_up", "in_transit", "lost"),
    "silent": ("picked_up",),
    "never": (),
}
STOPPED = ("returning", "returned_to_sender")
OVER = frozenset({"signed", "signed_by_proxy", "returned_to_sender", "lost", "cancelled"})
REFUSALS = {
    "book_pickup": "no_courier",
    "rebook_pickup": "slot_full",
    "cancel_pickup": "picked_up_already",
    "file_claim": "not_liable",
}


@dataclass
class Parcel:
    carrier: str
    waybill_no: str
    system: str  # in whose words it is told
    events: list[Event] = field(default_factory=list)
    ahead: list[tuple[datetime, str]] = field(default_factory=list)  # scans that are still to come

    @property
    def code(self) -> str:
        return self.events[-1].code if self.events else "announced"


@dataclass(frozen=True)
class Due:
    """Something to push: a parcel's history as it is now, or a word about a command."""

    number: int
    system: str
    parcel: Parcel | None = None
    document: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class _Rule:
    kind: str
    outcome: Outcome
    reason: str
    times: int


class Desk:
    """`now` gives the present in UTC; safe for threads. `step`: between two scans of a journey (None: only by hand)."""

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        step: float | None = None,
        journey: str = "arrives",
        system: str = "standard",
    ) -> None:
        self._now, self._step, self._journey, self._system = now, step, journey, system
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self.commands: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, Answer] = {}
        self.parcels: dict[str, Parcel] = {}
        self._rules: list[_Rule] = []
        self._due: dict[int, Due] = {}

    def carry_out(self, asked: dict[str, Any]) -> Answer:
        """Raises NoAnswer."""
        number, kind = asked.get("command_no"), asked.get("kind")
        if not isinstance(number, str) or not number or kind not in KINDS:
            return Answer(400, {"code": "invalid"})
        with self._lock:
            if number in self.commands:
                if self.commands[number] != asked:
                    return Answer(409, {"code": "command_no_taken", "command_no": number})
                return self.answers[number]
            outcome, reason = self._struck(kind)
            if outcome == "deaf":
                raise NoAnswer
            self.commands[number] = asked
            self.answers[number] = self._done(number, kind, asked, outcome, reason)
            if outcome == "timeout":
                raise NoAnswer
            return self.answers[number]

    def find(self, number: str) -> Answer:
        with self._lock:
            known = self.answers.get(number)
        return known or Answer(404, {"code": "never_seen", "command_no": number})

    def script(self, given: dict[str, Any]) -> Answer:
        """{"rule": kind, "outcome", "reason"?, "times"?} · {"journey": name, "step"?, "system"?, "waybill_no"?} ·
        {"scan": code, "waybill_no", "carrier"?, "system"?, "at"?, "text"?, "place"?} ·
        {"told": "done" | "failed", "command_no", "reason"?}
        """
        try:
            with self._lock:
                if "rule" in given:
                    return self._add_rule(given)
                if "journey" in given:
                    return self._set_journey(given)
                if "scan" in given:
                    return self._scan_now(given)
                return self._tell_now(given)
        except (KeyError, ValueError) as error:
            return Answer(400, {"code": "invalid", "errors": [str(error)]})

    def due(self) -> list[Due]:
        """What is to be pushed; each is taken off by `delivered`."""
        with self._lock:
            now = self._now()
            for parcel in self.parcels.values():
                passed = [one for one in parcel.ahead if one[0] <= now]
                parcel.ahead = [one for one in parcel.ahead if one[0] > now]
                for at, code in passed:
                    self._add(parcel, code, at)
            return list(self._due.values())

    def delivered(self, due: Due) -> None:
        with self._lock:
            self._due.pop(due.number, None)

    # How commands end

    def _struck(self, kind: str) -> tuple[Outcome, str]:
        for rule in self._rules:
            if rule.kind == kind and rule.times:
                rule.times -= 1
                return rule.outcome, rule.reason
        return "done", ""

    def _done(self, number: str, kind: str, asked: dict[str, Any], outcome: Outcome, reason: str) -> Answer:
        if outcome == "fail":
            said = {"command_no": number, "state": "failed", "reason": reason or REFUSALS.get(kind, "unknown_waybill")}
            return Answer(422, said)
        told = {"command_no": number, "state": "done", **self._effect(number, kind, asked)}
        if told["state"] == "failed":
            return Answer(422, told)
        if outcome == "accept":
            self._push_word({**told, "type": "command.done"})
            return Answer(202, {"command_no": number, "state": "accepted"})
        if outcome == "visit_fails":
            self._stop(str(told.get("waybill_no")))
            self._push_word({"type": "command.failed", "command_no": number, "reason": reason or "nobody_home"})
        return Answer(200, told)

    def _effect(self, number: str, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
        match kind:
            case "book_pickup":
                waybill_no = f"SF{1_000_000_000 + len(self.commands)}"
                parcel = self._parcel(asked.get("carrier") or "sf", waybill_no)
                self._travel(parcel, self._journey)
                return {"carrier": parcel.carrier, "waybill_no": waybill_no, "slot": asked.get("slot")}
            case "rebook_pickup" | "cancel_pickup":
                return self._change_visit(kind, asked)
            case "track":
                parcel = self._parcel(str(asked.get("carrier")), str(asked.get("waybill_no")))
                if not parcel.events and not parcel.ahead:
                    self._travel(parcel, self._journey)
                return {}
            case "intercept":
                return self._intercept(str(asked.get("waybill_no")))
            case "file_claim":
                return self._claim(asked.get("claim") or {})
        return self._proof(str(asked.get("waybill_no")))

    def _change_visit(self, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
        booking = self.answers.get(str(asked.get("booking_no")))
        if booking is None:
            return {"state": "failed", "reason": "unknown_booking"}
        parcel = self.parcels.get(str(booking.body.get("waybill_no")))
        if parcel is not None and parcel.events:
            return {"state": "failed", "reason": "picked_up_already"}
        if kind == "cancel_pickup" and parcel is not None:
            parcel.ahead.clear()
        return {"slot": asked.get("slot")} if kind == "rebook_pickup" else {}

    def _intercept(self, waybill_no: str) -> dict[str, Any]:
        parcel = self.parcels.get(waybill_no)
        if parcel is None:
            return {"state": "failed", "reason": "unknown_waybill"}
        if parcel.code in OVER:
            return {"state": "failed", "reason": "delivered_already"}
        parcel.ahead = [(at, code) for (at, _), code in zip(self._steps(len(STOPPED)), STOPPED, strict=False)]
        return {}

    def _claim(self, claim: dict[str, Any]) -> dict[str, Any]:
        """Without a picture nobody is paid; with one, everybody what he asks."""
        if not claim.get("files"):
            return {"state": "failed", "reason": "claim_unfounded"}
        return {"paid": {"amount": claim["amount"], "currency": claim["currency"]}}

    def _proof(self, waybill_no: str) -> dict[str, Any]:
        parcel = self.parcels.get(waybill_no)
        signed = next((one for one in (parcel.events if parcel else ()) if one.code.startswith("signed")), None)
        if signed is None:
            return {"state": "failed", "reason": "no_proof_kept"}
        how = "by_proxy" if signed.code == "signed_by_proxy" else "in_person"
        reference = f"pod/{waybill_no}.jpg"
        return {"proof": {"signed_at": signed.at.isoformat(), "how": how, "reference": reference}}

    # How parcels travel

    def _parcel(self, carrier: str, waybill_no: str, system: str | None = None) -> Parcel:
        parcel = self.parcels.setdefault(waybill_no, Parcel(carrier, waybill_no, system or self._system))
        parcel.system = system or parcel.system
        return parcel

    def _travel(self, parcel: Parcel, journey: str) -> None:
        codes = JOURNEYS[journey]
        parcel.ahead = [(at, code) for (at, _), code in zip(self._steps(len(codes)), codes, strict=False)]

    def _steps(self, count: int) -> list[tuple[datetime, int]]:
        if self._step is None:
            return []
        return [(self._now() + timedelta(seconds=self._step * (n + 1)), n) for n in range(count)]

    def _stop(self, waybill_no: str) -> None:
        if waybill_no in self.parcels:
            self.parcels[waybill_no].ahead.clear()

    def _add(self, parcel: Parcel, code: str, at: datetime, text: str = "", place: str = "") -> None:
        words = text or f"{code.replace('_', ' ')} at {place or 'the depot'}"
        parcel.events.append(Event(f"{parcel.waybill_no}-{len(parcel.events) + 1}", at, code, words, place))
        number = next(self._numbers)
        self._due[number] = Due(number, parcel.system, parcel)

    def _push_word(self, document: Mapping[str, Any]) -> None:
        number = next(self._numbers)
        self._due[number] = Due(number, "standard", None, document)

    # Scripts

    def _add_rule(self, given: dict[str, Any]) -> Answer:
        if given["rule"] not in KINDS or given["outcome"] not in get_args(Outcome):
            raise ValueError(f"rule is one of {', '.join(KINDS)}, outcome of {', '.join(get_args(Outcome))}")
        rule = _Rule(given["rule"], given["outcome"], str(given.get("reason", "")), int(given.get("times", 1)))
        self._rules.insert(0, rule)
        return Answer(201, {"rules": len(self._rules)})

    def _set_journey(self, given: dict[str, Any]) -> Answer:
        if given["journey"] not in JOURNEYS:
            raise ValueError(f"a journey is one of {', '.join(JOURNEYS)}")
        if "waybill_no" in given:
            parcel = self.parcels[str(given["waybill_no"])]
            step, self._step = self._step, float(given.get("step", self._step or 0))
            self._travel(parcel, given["journey"])
            self._step = step
        else:
            self._journey = given["journey"]
            self._step = float(given["step"]) if given.get("step") is not None else self._step
            self._system = str(given.get("system", self._system))
        return Answer(201, {"journey": given["journey"]})

    def _scan_now(self, given: dict[str, Any]) -> Answer:
        parcel = self._parcel(str(given.get("carrier", "sf")), str(given["waybill_no"]), given.get("system"))
        at = datetime.fromisoformat(given["at"]) if "at" in given else self._now()
        self._add(parcel, str(given["scan"]), at, str(given.get("text", "")), str(given.get("place", "")))
        return Answer(201, {"waybill_no": parcel.waybill_no, "scans": len(parcel.events)})

    def _tell_now(self, given: dict[str, Any]) -> Answer:
        if given["told"] not in ("done", "failed") or given["command_no"] not in self.commands:
            raise ValueError("told is done or failed, of a command that was asked for")
        word = {"type": f"command.{given['told']}", "command_no": given["command_no"], "reason": given.get("reason")}
        self._push_word(word)
        return Answer(201, {"command_no": given["command_no"]})
