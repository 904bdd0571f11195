"""Disputes 平台介入: opened, and sealed when their time is up; `hearings.py` is what people say, `rulings.py` what for.

Buyer, shop and carrier have one shared instant until which they may show something; when all of them said that they are
done it ends before. Then everything is sealed, and only then somebody rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.disputes import (
    Dispute,
    Seal,
    SealedFile,
    SealedProof,
    SealedWords,
)
from chalicelib.errors import CommandNotFound, DisputeNotFound, GateNotFound
from chalicelib.usecases.access import is_frozen

if TYPE_CHECKING:
    from chalicelib.domain.disputes import (
        Party,
    )
    from chalicelib.domain.gates import Gate
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found

PARTIES = "parties"  # who is awaited at the gates of both sides


def of(turn: Turn, found: Found) -> Dispute:
    """The case's newest dispute as this turn would leave it. Raises DisputeNotFound."""
    ref = turn.case.dispute
    if turn.dispute is not None:
        return turn.dispute
    if ref is None:
        raise DisputeNotFound("the platform was not asked to rule on this case")
    return found.need(refs.dispute(turn.case.case_id, ref.number), DisputeNotFound)


def open_at(turn: Turn, gate: Gate, because: str, *, outcome: str = "disputed", note: str | None = None) -> None:
    """平台介入: the gate that the case is at is answered, the parties have time to show something, and the case goes on
    in an execution of its own (docs/decisions/0086)."""
    turn.answer(gate, outcome)
    evidence = turn.wait("evidence", PARTIES, "sealed")
    turn.keep_dispute(_opened(turn, because).but(due_at=evidence.due_at))
    _begin(turn, because, note, **evidence.awaited)


def refer(turn: Turn, found: Found, gate: Gate, because: str, note: str | None = None) -> None:
    """The parties agree, and a person of the platform must look all the same: nobody is heard, and it is ruled once."""
    turn.answer(gate, "disputed")
    turn.keep_dispute(_opened(turn, because).but(hears=False))
    seal(turn, found)
    ruling = turn.wait("ruling", "agent", "supervised")
    _begin(turn, because, note, **ruling.awaited)


def adopt(turn: Turn, found: Found) -> Dispute:
    """The dispute of a case that was escalated before disputes had a record: sealed as it is found."""
    if turn.case.dispute is None:
        turn.keep_dispute(_opened(turn, "escalated"))
        seal(turn, found)
    return of(turn, found)


def _opened(turn: Turn, because: str) -> Dispute:
    before = turn.case.dispute
    case = turn.case
    awaited: tuple[Party, ...] = ("buyer", "merchant") if case.merchant_kind == "marketplace" else ("buyer",)
    return Dispute(
        version=0,
        case_id=case.case_id,
        number=before.number + 1 if before else 1,
        state="gathering",
        because=because,
        by=turn.actor,
        opened_at=turn.at,
        awaited=awaited,
    )


def _begin(turn: Turn, because: str, note: str | None, **awaited: Any) -> None:
    turn.change(attempt=turn.case.attempt + 1)
    begins: dict[str, Any] = {"start_attempt": turn.case.attempt, "start_flow": "dispute_flow"}
    turn.tell("CaseEscalated", "in_dispute", because=because, note=note, **begins, **awaited)


def evidence_gate(turn: Turn, found: Found) -> Gate | None:
    """Where everybody is heard, while there is time."""
    ref = turn.case.gate
    if ref is None or ref.name != "evidence":
        return None
    gate = found.need(refs.gate(turn.case.case_id, ref.name, ref.round), GateNotFound)
    return None if gate.is_silent(turn.at) else gate


def end_early(turn: Turn, found: Found) -> None:
    """Nobody has anything more to show: it is sealed before its time. A frozen shop is not waited for."""
    gate = evidence_gate(turn, found)
    if gate is not None and nobody_is_missing(turn, found):
        close_evidence(turn, found, gate)


def nobody_is_missing(turn: Turn, found: Found) -> bool:
    dispute = of(turn, found)
    frozen = is_frozen(found, turn.case.merchant_id)
    return not set(dispute.awaited) - set(dispute.done) - ({"merchant"} if frozen else set())


# Sealed


def close_evidence(turn: Turn, found: Found, gate: Gate) -> None:
    """Whatever was shown by now is what there is: it is sealed, and somebody rules. An appeal is the supervisor's."""
    turn.answer(gate, "sealed")
    seal(turn, found)
    await_ruling(turn, found)


def await_ruling(turn: Turn, found: Found) -> None:
    dispute = of(turn, found)
    if dispute.appeal is None:
        gate = turn.wait("ruling", "agent", "supervised")
    else:
        due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.ruling_supervisor)
        gate = turn.wait("ruling", "supervisor", "supervised", due_at=due_at)
    turn.tell("EvidenceSealed", round=dispute.round, digest=dispute.seals[-1], **gate.awaited)


def seal(turn: Turn, found: Found) -> None:
    """Writes down, once, all that the ruling will rest on. What comes later is not part of it."""
    dispute = of(turn, found)
    sealed = _seal(turn, found, dispute).sealed()
    turn.write(sealed)
    turn.keep_dispute(dispute.to("sealed", seals=(*dispute.seals, sealed.digest)))


def _seal(turn: Turn, found: Found, dispute: Dispute) -> Seal:
    case = turn.case
    files = [file for file in found.files_of(case.case_id) if file.state == "accepted"]
    told = [entry for entry in found.story_of(case.case_id) if entry.note]
    asked = [found.need(refs.command(number), CommandNotFound) for number in dispute.proofs or ()]
    return Seal(
        case_id=case.case_id,
        number=dispute.number,
        round=dispute.round,
        at=turn.at,
        order_id=case.order_id,
        policy_id=case.policy_id,
        policy_version=case.policy_version,
        remedy=case.remedy,
        reason=case.reason,
        description=case.description,
        currency=case.currency,
        claim=case.claim,
        sequence=case.sequence,
        files=tuple(
            SealedFile(
                evidence_id=file.evidence_id,
                by=file.by.role,
                at=file.at,
                content_type=file.content_type,
                size=file.size,
                object_version=file.object_version,
                sha256=file.digest,
                note=file.note,
            )
            for file in files
        ),
        words=tuple(
            SealedWords(by=entry.actor.role, at=entry.at, what=entry.type, text=entry.note or "") for entry in told
        ),
        statements=tuple(
            SealedWords(by=one.party, at=one.at, what=f"round {one.round}", text=one.text) for one in dispute.statements
        ),
        proofs=tuple(
            SealedProof(
                command_no=command.command_no,
                carrier=command.carrier,
                waybill_no=command.waybill_no,
                state=command.state,
                proof=command.proof,
            )
            for command in asked
        ),
    )
