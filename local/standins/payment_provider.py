"""The payment provider without its HTTP: a book, a fault script, and a clock that the caller may hold.

    POST pay     200 settled · 202 accepted · 422 declined (`state` failed) · 409 the number is another refund's
                 400 not a refund at all. The same number gets the same answer, and money moves once.
    GET find     200 with the state · 404 never seen
    notices()    what is due to be told: `refund.settled|failed|reversed`, `chargeback.opened`; at least once

In process, a call whose answer is lost raises NoAnswer; over HTTP its connection closes.
"""

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from local.standins import payment_bill
from local.standins.payment_answers import Answer, NoAnswer, errors_of, facts, first_answer, refused, same, view
from local.standins.payment_book import Book, Entry, Notice, State
from local.standins.payment_faults import Faults, Rule, rule

FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS = 1.0, 600.0, 25


class Provider:
    """`now` gives the present in UTC. Safe for threads.

    Without `tells_what_it_answered`, a refund that was settled in the very answer is not notified as well; a real
    provider does both.
    """

    def __init__(
        self,
        book: Book | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        tells_what_it_answered: bool = True,
        zone: str = payment_bill.ZONE,
    ) -> None:
        self.book = book or Book()
        self.faults = Faults()
        self.misprints = payment_bill.Misprints()
        self.zone = zone
        self._now = now
        self._tells_what_it_answered = tells_what_it_answered
        self._chargebacks = itertools.count(1)

    def pay(self, asked: dict[str, Any]) -> Answer:
        """`asked` is {refund_no, payment_id, amount, currency}. Raises NoAnswer."""
        errors = errors_of(asked)
        if errors:
            return Answer(400, {"code": "invalid", "errors": errors})
        with self.book.page():
            self._turn_what_is_due()
            strike = self.faults.strike("pay", asked)
            if strike.outcome == "refuse":
                return refused(strike)
            known = self.book.refund(asked["refund_no"])
            if known is None:
                known = self._enter(asked, strike)
            elif not same(known, asked):
                return Answer(409, {"code": "refund_no_taken", "refund_no": known.refund_no}, strike.slow)
            else:
                self.book.asked_again(known.refund_no)
        if strike.outcome == "timeout":
            raise NoAnswer(strike.slow)
        return Answer(known.answer, first_answer(known), strike.slow)

    def find(self, refund_no: str) -> Answer:
        """Raises NoAnswer."""
        with self.book.page():
            self._turn_what_is_due()
            known = self.book.refund(refund_no)
            subject = view(known) if known else {"payment_id": None, "amount": 0, "currency": None}
            strike = self.faults.strike("find", {**subject, "refund_no": refund_no})
        if strike.outcome == "timeout":
            raise NoAnswer(strike.slow)
        if strike.outcome == "refuse":
            return refused(strike)
        if known is None:
            return Answer(404, {"code": "never_seen", "refund_no": refund_no}, strike.slow)
        return Answer(200, view(known), strike.slow)

    def bill(self, day: date, cursor: str | None = None, limit: int = payment_bill.MOST) -> str | None:
        """A page of the day's bill (payment_bill); None while the day is not over. Raises ValueError."""
        with self.book.page():
            self._turn_what_is_due()
        if not payment_bill.is_ready(day, self.zone, self._now()):
            return None
        return payment_bill.page(self.book, self.misprints, day, self.zone, cursor, limit)

    def script(self, given: dict[str, Any]) -> Answer:
        """A fault rule, or with `now` something that happens at once.

        {"now": "settle" | "fail" | "reverse", "refund_no", "reason"?} · {"now": "chargeback", "payment_id", "amount",
        "currency", "order_id"?, "reason"?, "notices"?} · {"now": "misprint", …} as `Misprints.take` has it · anything
        else is a `Rule`.
        """
        try:
            if "now" not in given:
                made = rule(given)
                with self.book.page():
                    return Answer(201, {"rule": self.faults.add(made)})
            if given["now"] == "chargeback":
                return Answer(201, self._open_chargeback(given))
            if given["now"] == "misprint":
                self.misprints.take(given)
                return Answer(201, {})
            return self._turn_now(given)
        except (KeyError, ValueError) as error:
            return Answer(400, {"code": "invalid", "errors": [str(error)]})

    def notices(self, limit: int = 100) -> list[Notice]:
        """Notifications to deliver now; each is told by `delivered` or `undelivered` how that went."""
        with self.book.page():
            self._turn_what_is_due()
            return self.book.notices(self.seconds(), limit)

    def delivered(self, notice: Notice) -> None:
        with self.book.page():
            self.book.delivered(notice)

    def undelivered(self, notice: Notice) -> None:
        """It comes again after a growing pause, and after a day of that not any more."""
        with self.book.page():
            if notice.attempts + 1 >= MOST_ATTEMPTS:
                self.book.delivered(notice)
            else:
                pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**notice.attempts)
                self.book.postpone(notice, self.seconds() + pause)

    def seconds(self) -> float:
        """The present on the provider's clock, since 1970."""
        return self._now().timestamp()

    def _enter(self, asked: dict[str, Any], strike: Rule) -> Entry:
        now = self.seconds()
        facts = {key: asked[key] for key in ("refund_no", "payment_id", "amount", "currency")}
        state, answer = _begins(strike)
        reason = strike.reason if state == "failed" else None
        entry = Entry(
            **facts, state=state, reason=reason, seen_at=now, answer=answer, notices=strike.notices, held=strike.held
        )
        self.book.enter(entry)
        then = _then(strike)
        if then and strike.seconds is not None:
            self.book.plan(entry.refund_no, then, now + strike.seconds, strike.reason if then != "settled" else None)
        if state == "settled":
            self.book.move(entry, entry.amount, now)
            if self._tells_what_it_answered or strike.outcome == "timeout":
                self._notify(entry, "settled", None, now)
        return entry

    def _turn_what_is_due(self) -> None:
        for entry in self.book.turning(self.seconds()):
            if entry.turns_to is not None and entry.turns_at is not None:
                self._turn(entry, entry.turns_to, entry.turn_reason, entry.turns_at)

    def _turn(self, entry: Entry, state: State, reason: str | None, at: float) -> None:
        self.book.turn(entry.refund_no, state, reason)
        if state == "settled":
            self.book.move(entry, entry.amount, at)
        if state == "reversed":
            self.book.move(entry, -entry.amount, at)
        self._notify(entry, state, reason, at)

    def _turn_now(self, given: dict[str, Any]) -> Answer:
        state: State = {"settle": "settled", "fail": "failed", "reverse": "reversed"}[given["now"]]  # type: ignore[assignment]
        with self.book.page():
            self._turn_what_is_due()
            entry = self.book.refund(str(given["refund_no"]))
            if entry is None:
                return Answer(404, {"code": "never_seen"})
            if entry.state != ("settled" if state == "reversed" else "accepted"):
                return Answer(409, {"code": "not_possible", "state": entry.state})
            self._turn(
                entry, state, given.get("reason", f"{state}_by_bank" if state != "settled" else None), self.seconds()
            )
        return Answer(201, {"refund_no": entry.refund_no, "state": state})

    def _open_chargeback(self, given: dict[str, Any]) -> dict[str, Any]:
        body = {key: given[key] for key in ("payment_id", "amount", "currency")}
        with self.book.page():
            number = f"cbk_{int(self.seconds() * 1000)}_{next(self._chargebacks)}"
            event = {
                "chargeback_id": number,
                "order_id": given.get("order_id"),
                **body,
                "reason": given.get("reason", "not_recognised"),
            }
            self._tell("chargeback.opened", number, event, given.get("notices", "once"), 0.0, self.seconds())
        return event

    def _notify(self, entry: Entry, state: State, reason: str | None, at: float) -> None:
        late = entry.held if entry.notices == "reorder" and state != "reversed" else 0.0
        event = {**facts(entry), "state": state, "reason": reason}
        self._tell(f"refund.{state}", entry.refund_no, event, entry.notices, late, at)

    def _tell(self, type: str, subject: str, event: dict[str, Any], notices: str, late: float, at: float) -> None:
        message_id = f"msg_{subject}_{type}"
        occurred_at = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        body = {"id": message_id, "type": type, "occurred_at": occurred_at, **event}
        for _ in range({"silent": 0, "duplicate": 2}.get(notices, 1)):
            self.book.notify(message_id, body, at + late)


def _begins(strike: Rule) -> tuple[State, int]:
    """The state that a new refund starts in, and the status that its first request gets."""
    if strike.outcome == "decline":
        return "failed", 422
    return ("accepted", 202) if strike.outcome in ("accept", "fail") else ("settled", 200)


def _then(strike: Rule) -> State | None:
    if strike.outcome == "accept":
        return "settled"
    if strike.outcome == "fail":
        return "failed"
    return "reversed" if strike.outcome == "reverse" else None
