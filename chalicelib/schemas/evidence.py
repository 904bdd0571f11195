"""Evidence on the wire."""

from __future__ import annotations

from chalicelib.domain.base import Instant
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.values import Value
from chalicelib.schemas import names
from chalicelib.schemas.names import Name, name


class UploadView(Value):
    """A form to POST the file with (multipart, the file last): the bucket holds it to its type and size."""

    evidence_id: str
    url: str
    fields: dict[str, str]


class EvidenceView(Value):
    evidence_id: str
    by: Name
    at: Instant
    content_type: str
    size: int
    note: str | None
    url: str

    @staticmethod
    def of(evidence: Evidence, url: str) -> EvidenceView:
        return EvidenceView(
            evidence_id=evidence.evidence_id,
            by=name(names.ACTORS, evidence.by.role),
            at=evidence.at,
            content_type=evidence.content_type,
            size=evidence.size,
            note=evidence.note,
            url=url,
        )
