"""Evidence 凭证: the record of a file, and a form that lets its party upload just that file."""

from __future__ import annotations

from chalicelib.domain import refs
from chalicelib.domain.actors import Actor
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.policies import EvidenceLimits
from chalicelib.domain.turns import Turn
from chalicelib.errors import EvidenceRejected, FieldError, TransitionRefused
from chalicelib.ports import Ports
from chalicelib.schemas.cases import AddEvidence
from chalicelib.schemas.evidence import EvidenceView, UploadView
from chalicelib.schemas.lists import ListView
from chalicelib.usecases import cases, steps
from chalicelib.usecases.access import act_as, see_case
from chalicelib.usecases.steps import Decision, Found, Reply, Request


def add(ports: Ports, request: Request, case_id: str, body: AddEvidence) -> Reply:
    """Notes a file of buyer, merchant or staff on the case, and answers with a presigned POST for its bytes.

    Raises EvidenceRejected for a type, size or number outside the policy, TransitionRefused on an ended case.
    """
    act_as(request.actor, "buyer", "merchant", "agent", "supervisor")
    evidence_id = ports.ids.new("evd")

    def once(found: Found) -> Decision[Reply]:
        turn = cases.begin(ports, found, request, case_id)
        if not turn.case.is_open:
            raise TransitionRefused("the case has ended", status=turn.case.status)
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
        turn.change(evidence=turn.case.evidence + 1)
        turn.tell("EvidenceAdded", evidence_id=evidence_id)
        upload = ports.evidence.upload(evidence.object_key, body.content_type, body.size)
        view = UploadView(evidence_id=evidence_id, url=upload.url, fields=dict(upload.fields))
        return turn.items, Reply(201, view.model_dump(mode="json"))

    return steps.answer(ports, request, [refs.case(case_id)], once)


def _refuse_outside(turn: Turn, body: AddEvidence, limits: EvidenceLimits) -> None:
    if body.content_type not in limits.types:
        allowed = sorted(limits.types)
        wrong = FieldError("content_type", f"one of {', '.join(allowed)}", {"allowed": allowed})
    elif body.size > limits.bytes:
        wrong = FieldError("size", f"at most {limits.bytes} bytes", {"maximum": limits.bytes})
    elif turn.case.evidence >= limits.files:
        wrong = FieldError("evidence", f"at most {limits.files} files", {"maximum": limits.files})
    else:
        return
    raise EvidenceRejected(f"{wrong.field}: {wrong.message}", errors=[wrong])


def listing(ports: Ports, actor: Actor, case_id: str) -> Reply:
    """The case's files, each with an address that is good for minutes. Raises CaseNotFound."""
    see_case(actor, cases.load(ports, case_id))
    files = ports.listings.evidence_of(case_id)
    views = [EvidenceView.of(file, ports.evidence.link(file.object_key)) for file in files]
    return Reply(200, ListView.body(views, None))
