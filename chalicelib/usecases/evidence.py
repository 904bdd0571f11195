"""Evidence 凭证: a file is announced, uploaded by a form for just that file, looked at, and only then counts."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain import files, refs
from chalicelib.domain.evidence import Evidence
from chalicelib.errors import CaseNotFound, EvidenceRejected, FieldError, TransitionRefused
from chalicelib.usecases import advances, cases, steps
from chalicelib.usecases.access import act_as, see_case
from chalicelib.usecases.steps import Found, Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.files.finding import Finding
    from chalicelib.domain.policies import EvidenceLimits
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports, StoredFile
    from chalicelib.schemas.cases import AddEvidence
    from chalicelib.schemas.evidence import EvidenceView
    from chalicelib.usecases.steps import Decision, Request

FORMS_PER_FILE = 2  # a file that was refused may be sent again, but nobody fills a bucket by asking for forms


def add(ports: Ports, request: Request, case_id: str, body: AddEvidence) -> Reply:
    """Notes a file of buyer, merchant or staff on the case, and answers with a presigned POST for its bytes.

    Raises EvidenceRejected for a type, size or number outside the policy, TransitionRefused on an ended case or when
    the evidence was sealed.
    """
    from chalicelib.schemas.evidence import UploadView

    act_as(request.actor, "buyer", "merchant", "agent", "supervisor")
    evidence_id = ports.ids.new("evd")

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        if not turn.case.is_open:
            raise TransitionRefused("the case has ended", status=turn.case.status)
        if turn.case.is_sealed:
            raise TransitionRefused("the evidence was sealed: nothing can be added", status=turn.case.status)
        _refuse_outside(turn, body, turn.policy.evidence)
        evidence = Evidence(
            evidence_id=evidence_id,
            case_id=case_id,
            by=request.actor,
            at=turn.at,
            content_type=body.content_type,
            size=body.size,
            object_key=f"evidence/{case_id}/{evidence_id}",
            note=body.note,
        )
        turn.write(evidence)
        turn.change(forms=turn.case.forms + 1)
        upload = ports.evidence.upload(evidence.object_key, body.content_type, body.size)
        view = UploadView(evidence_id=evidence_id, url=upload.url, fields=dict(upload.fields))
        return turn.items, Reply(201, view)

    return steps.answer(ports, request, [refs.case(case_id)], once)


def _refuse_outside(turn: Turn, body: AddEvidence, limits: EvidenceLimits) -> None:
    if body.content_type not in limits.types:
        allowed = sorted(limits.types)
        wrong = FieldError("content_type", f"one of {', '.join(allowed)}", {"allowed": allowed})
    elif body.size > limits.bytes:
        wrong = FieldError("size", f"at most {limits.bytes} bytes", {"maximum": limits.bytes})
    elif turn.case.evidence >= limits.files or turn.case.forms >= FORMS_PER_FILE * limits.files:
        wrong = FieldError("evidence", f"at most {limits.files} files", {"maximum": limits.files})
    else:
        return
    raise EvidenceRejected(f"{wrong.field}: {wrong.message}", errors=[wrong])


def look_at(ports: Ports, object_key: str) -> None:
    """The bucket says that something came. Keys that are none of ours, and files that are known, change nothing."""
    match object_key.split("/"):
        case ["evidence", case_id, evidence_id]:
            check(ports, case_id, evidence_id)


def check(ports: Ports, case_id: str, evidence_id: str) -> str | None:
    """Looks at what was uploaded and says once what it is; answers the evidence's new state, or None.

    The bytes are read before anything is decided, and the decision is about that version of them for ever.
    """
    ref = refs.evidence(case_id, evidence_id)
    known = Found(ports, ports.records.load([ref]), [ref]).get(ref)
    if known is None or known.state != "announced":
        return None
    stored = ports.evidence.fetch(known.object_key, known.size)
    if stored is None and not _has_run_out(known, ports.clock.now()):
        return None

    def once(found: Found) -> Decision[str | None]:
        evidence = found.get(ref)
        if evidence is None or evidence.state != "announced":
            return [], None
        case = found.need(refs.case(case_id), CaseNotFound)
        turn = cases.turn_of(ports, case, evidence.by)
        seen = _judged(evidence, stored, turn)
        if seen.state != "accepted":
            return [seen], seen.state
        turn.write(seen)
        turn.change(evidence=case.evidence + 1)
        turn.tell("EvidenceAdded", evidence_id=evidence_id)
        if evidence.by.role == "buyer":
            advances.consider(turn, found)
        return turn.items, seen.state

    return steps.change(ports, [refs.case(case_id), ref], once)


def _has_run_out(evidence: Evidence, now: datetime) -> bool:
    return evidence.watch_at is not None and evidence.watch_at <= now


def _judged(evidence: Evidence, stored: StoredFile | None, turn: Turn) -> Evidence:
    """The evidence as it stands once somebody looked."""
    if stored is None:
        return evidence.next(state="absent", seen_at=turn.at)
    because = _finding(evidence, stored, turn)
    return evidence.next(
        state="refused" if because else "accepted",
        refused_because=because,
        size=stored.size,
        object_version=stored.version,
        digest=hashlib.sha256(stored.content).hexdigest(),
        seen_at=turn.at,
    )


def _finding(evidence: Evidence, stored: StoredFile, turn: Turn) -> Finding | None:
    if turn.case.is_sealed:
        return "sealed"
    if stored.size > evidence.size:
        return "larger"
    if stored.content_type != evidence.content_type:
        return "not_announced"
    if turn.case.evidence >= turn.policy.evidence.files:
        return "too_many"
    return files.objection(stored.content, evidence.content_type)


def listing(ports: Ports, actor: Actor, case_id: str) -> Reply:
    """The case's files. An accepted one has an address that is good for minutes; of what was refused or has not come
    only its own party hears. Raises CaseNotFound.
    """
    from chalicelib.schemas.lists import ListView

    see_case(actor, cases.load(ports, case_id))
    return Reply(200, ListView.body(shown_to(ports, actor, case_id), None))


def shown_to(ports: Ports, actor: Actor, case_id: str) -> list[EvidenceView]:
    """The files that the actor, who may see the case, may see of it."""
    from chalicelib.schemas.evidence import EvidenceView

    shown = [file for file in ports.listings.evidence_of(case_id) if file.state == "accepted" or _is_own(actor, file)]
    return [EvidenceView.of(file, _link(ports, file)) for file in shown]


def _is_own(actor: Actor, file: Evidence) -> bool:
    """A buyer's or a shop's own file; the platform sees everybody's."""
    return actor.role == file.by.role or actor.role not in ("buyer", "merchant")


def _link(ports: Ports, file: Evidence) -> str | None:
    if file.state != "accepted" or file.object_version is None:
        return None
    return ports.evidence.link(file.object_key, file.content_type, file.object_version)
