"""Claims on carriers 承运商索赔: filed under a command's number, and what the carrier answers: accepted, paid, refused.

The command travels the one road of commands to carriers (`usecases/logistics.py`), which calls `answered` within the
transaction that records the answer. What a carrier pays counts once: by the command's own state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import LOGISTICS, SYSTEM
from chalicelib.domain.lifecycles import RECOVERY, check
from chalicelib.domain.logistics import CarrierClaim, CarrierCommand, ShownFile
from chalicelib.domain.recoveries import SOON
from chalicelib.ports import CarrierAnswer
from chalicelib.usecases import cases, recoveries, steps

if TYPE_CHECKING:
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.domain.turns import Turn
    from chalicelib.domain.values import Value
    from chalicelib.ports import Ports
    from chalicelib.usecases.steps import Decision, Found

MOST_FILES = 20  # of evidence that a claim names


def file(ports: Ports, recovery: Recovery) -> str | None:
    """Files what is owed with its carrier, with the evidence that there is. Repeating it files nothing again."""
    case_id, recovery_id = recovery.case_id, recovery.recovery_id
    command_no, files = ports.ids.new("cmd"), shown(ports, case_id)

    def once(found: Found) -> Decision[str | None]:
        before = recoveries.find(found, recovery_id)
        if before.state != "open" or before.due_at <= ports.clock.now():
            return [], None
        turn = cases.turn_of(ports, cases.need(found, case_id), SYSTEM)
        file_in(turn, before, command_no, files)
        return turn.items, command_no

    number = steps.change(ports, [refs.recovery(case_id, recovery_id), refs.case(case_id)], once)
    if number is not None:
        ports.logistics_commands.ask(number)
    return number and "filed"


def file_in(turn: Turn, recovery: Recovery, command_no: str, files: tuple[ShownFile, ...]) -> Recovery:
    """The command and the recovery that waits for its answer, written by this turn."""
    claim = CarrierClaim(
        recovery_id=recovery.recovery_id,
        because="loss" if recovery.because == "loss" else "damage",
        amount=recovery.open,
        currency=recovery.currency,
        files=files,
    )
    command = CarrierCommand(
        command_no=command_no,
        kind="file_claim",
        system="standard",
        order_id=recovery.order_id,
        case_id=recovery.case_id,
        carrier=recovery.debtor_id,
        waybill_no=recovery.waybill_no,
        claim=claim,
        asked_at=turn.at,
        ask_at=turn.at + SOON,
    )
    after = recovery.moved(
        "filed",
        command_no=command_no,
        filings=recovery.filings + 1,
        look_at=recovery.warn_at,
        refused_because=None,
    )
    turn.write(command)
    recoveries.keep(turn, after)
    recoveries.tell(turn, "RecoveryFiled", after, after.open, because=after.because)
    return after


def shown(ports: Ports, case_id: str) -> tuple[ShownFile, ...]:
    """The accepted files of both sides, by their digests: the carrier is shown them when it asks."""
    files = [file for file in ports.listings.evidence_of(case_id) if file.state == "accepted"]
    return tuple(ShownFile(evidence_id=file.evidence_id, digest=file.digest or "") for file in files[:MOST_FILES])


def understood(claim: CarrierClaim, answer: CarrierAnswer) -> CarrierAnswer:
    """What the carrier's word counts for, by whatever road it came.

    Paid, and not how much, or in another currency, is no answer: it is asked about like any other claim, until the
    recovery's deadline ends that.
    """
    if answer.outcome == "done" and (not answer.paid or answer.currency != claim.currency):
        return CarrierAnswer("unknown", "unreadable")
    return answer


def answered(
    ports: Ports, found: Found, before: CarrierCommand, after: CarrierCommand, answer: CarrierAnswer
) -> list[Value]:
    """All that a carrier's word about a claim writes, as it was `understood`."""
    own: list[Value] = [] if after is before else [after]
    assert after.claim is not None and after.case_id is not None
    recovery = recoveries.find(found, after.claim.recovery_id)
    current = recovery.command_no == after.command_no
    turn = cases.turn_of(ports, cases.need(found, after.case_id), LOGISTICS)
    match answer.outcome:
        case "done":
            told = _paid(turn, recovery, answer.paid or 0)
        case "accepted":
            told = current and recovery.state == "filed" and _accepted(turn, recovery)
        case "failed":
            told = current and recovery.state in ("filed", "accepted") and _refused(turn, recovery, after.reason)
        case _:
            told = False
    if not told:
        return own
    turn.write(*own)
    return turn.items


def _paid(turn: Turn, recovery: Recovery, paid: int) -> bool:
    """The carrier has paid: all, or a part, and then it owes the rest no more by its own word. Of what it pays too much
    only what is owed is ours."""
    amount = min(paid, recovery.open + recovery.written_off)
    if amount == 0:
        return False
    if amount < recovery.open and recovery.state in ("filed", "accepted"):
        check(RECOVERY, recovery.state, "refused")
        recovery = recovery.but(state="refused", refused_because="paid_in_part", look_at=recovery.due_at)
    recoveries.pay(turn, recovery, amount, "carrier")
    return True


def _accepted(turn: Turn, recovery: Recovery) -> bool:
    """It will pay, and has as long for that as there was to claim."""
    due_at = max(recovery.due_at, turn.policy.calendar.after(turn.at, turn.policy.deadlines.carrier_claim))
    after = recovery.moved("accepted", due_at=due_at, late_at=None)
    after = after.but(look_at=after.warn_at)
    recoveries.keep(turn, after)
    recoveries.tell(turn, "RecoveryAnswered", after, after.open, because="accepted", due_at=due_at.isoformat())
    return True


def _refused(turn: Turn, recovery: Recovery, reason: str | None) -> bool:
    """It will not pay. Until the deadline a person may file it again, with more to show."""
    after = recovery.moved("refused", refused_because=reason)
    recoveries.keep(turn, after)
    recoveries.tell(turn, "RecoveryAnswered", after, after.open, because=reason)
    return True
