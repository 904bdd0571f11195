"""Bugs that were planted to see whether the campaign sees them: what each breaks, where, and the plan that meets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from chalicelib.domain import ledgers
from chalicelib.domain.cases import Case
from chalicelib.domain.claims import Source
from chalicelib.domain.gates import Gate
from chalicelib.domain.journals import JournalEntry
from chalicelib.domain.refunds import Refund
from chalicelib.domain.tallies import change_of
from chalicelib.domain.turns import Turn
from chalicelib.usecases import cases, grants, publishing, redos, settlements, sweeper
from chalicelib.usecases.steps import Found
from tests.campaign.plans import Plan
from tests.campaign.sites import Site
from tests.campaign.tap import Strike
from tests.standins.records import MemoryRecords

Plant = Callable[[pytest.MonkeyPatch], None]


class Planted(NamedTuple):
    name: str
    of: str  # what the judge must call it
    plan: Plan
    plant: Plant


def _number_changes(patch: pytest.MonkeyPatch) -> None:
    """A retry pays under a number of its own instead of asking about the first."""

    def ask(ports: Any, refund: Refund) -> Any:
        again = refund.but(refund_no=refund.refund_no[:-2] + "99") if refund.asks else refund
        return ports.payments.pay(again)

    patch.setattr(settlements, "_ask", ask)


def _settled_without_journal(patch: pytest.MonkeyPatch) -> None:
    write = Turn.write

    def forgetful(turn: Turn, *items: Any) -> None:
        write(turn, *(one for one in items if not (isinstance(one, JournalEntry) and one.kind == "settled")))

    patch.setattr(Turn, "write", forgetful)


def _counted_twice(patch: pytest.MonkeyPatch) -> None:
    """An acknowledgement that does not look whether the entry was acknowledged before."""
    acknowledge = MemoryRecords.acknowledge

    def again(records: MemoryRecords, entries: Any) -> None:
        known = [
            entry
            for entry in entries
            if ("case#" + entry.case_id, f"entry#{entry.sequence:06}") not in records.unpublished
        ]
        for entry in known:
            records.tallies[entry.merchant_id].update(change_of(entry))
        acknowledge(records, entries)

    patch.setattr(MemoryRecords, "acknowledge", again)


def _never_started(patch: pytest.MonkeyPatch) -> None:
    """The flow's start is lost, and the sweeper looks after neither cases nor answers."""

    def tell(ports: Any, entries: Any) -> None:
        ports.events.publish(entries)
        ports.records.acknowledge(entries)

    patch.setattr(publishing, "tell_everybody", tell)
    patch.setitem(sweeper._REPAIRS, Case, lambda ports, case: None)
    patch.setitem(sweeper._REPAIRS, Gate, lambda ports, gate: None)


def _regranted_unguarded(patch: pytest.MonkeyPatch) -> None:
    """Another number for a refund that may still be paid."""

    def regrant(turn: Turn, found: Found, refund: Refund, note: str) -> None:
        order, _ = cases.order_and_ledger(found, turn.case)
        turn.change(attempt=turn.case.attempt + 1)
        source = Source(payment_id=refund.payment_id, amount=refund.amount)
        grants.grant_one(turn, order, source, start_attempt=turn.case.attempt)

    patch.setattr(redos, "_regrant", regrant)


def _nobody_asks(patch: pytest.MonkeyPatch) -> None:
    """No answer came, and nobody asks again."""
    patch.setattr(settlements, "_wonder", lambda turn, refund: refund)
    patch.setitem(sweeper._REPAIRS, Refund, lambda ports, refund: None)


def _reserved_twice(patch: pytest.MonkeyPatch) -> None:
    """The second of two reservations is forgotten by its guard."""
    moved = ledgers._reservation

    patch.setattr(ledgers, "check", lambda order, ledger: None)
    patch.setattr(ledgers, "_reservation", lambda order, claim: moved(order, _doubled(claim)))


def _doubled(claim: Any) -> Any:
    sources = tuple(source.but(amount=source.amount * 2) for source in claim.sources)
    return claim.but(sources=sources)


def _given_away(patch: pytest.MonkeyPatch) -> None:
    """Nobody asks for goods that came to their buyer while the shop was silent."""
    patch.setattr(grants, "_ask_back", lambda turn, found: False)


_PAY = Site("payments.pay", "settlements.see_to")
_ACKNOWLEDGE = Site("records.acknowledge", "publishing.tell_everybody", "Entry")

PLANTED = (
    Planted("a number that changes on retry", "doubled",
            Plan("reviewed", (Strike(_PAY, 0, "lost_reply"),)), _number_changes),
    Planted("a settlement without its posting", "unbalanced", Plan("automatic"), _settled_without_journal),
    Planted("an acknowledgement that counts twice", "untold",
            Plan("reviewed", (Strike(_ACKNOWLEDGE, 0, "duplicate"),)), _counted_twice),
    Planted("a flow that is never started", "stuck", Plan("reviewed"), _never_started),
    Planted("a refund granted anew that may still be paid", "lost", Plan("unsure"), _regranted_unguarded),
    Planted("an unknown refund that nobody asks about", "stuck",
            Plan("reviewed", (Strike(_PAY, 0, "lost_reply"),)), _nobody_asks),
    Planted("goods that came, and are paid for too", "doubled", Plan("arrived_meanwhile"), _given_away),
    Planted("a reservation that nobody checks", "over_cap", Plan("reviewed"), _reserved_twice),
)  # fmt: skip
