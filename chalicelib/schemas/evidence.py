"""Evidence on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.base import Instant
from chalicelib.domain.values import Value
from chalicelib.schemas import names
from chalicelib.schemas.names import Name, name

if TYPE_CHECKING:
    from chalicelib.domain.evidence import Evidence


class UploadView(Value):
    """A form to POST the file with (multipart, the file last): the bucket holds it to its type and size.

    What came is looked at within seconds; only what is accepted counts and can be looked at by others.
    """

    evidence_id: str
    url: str
    fields: dict[str, str]


class EvidenceView(Value):
    """`url` is there for an accepted file; `digest` is the SHA-256 of its bytes, hexadecimal."""

    evidence_id: str
    by: Name
    at: Instant
    content_type: str
    size: int
    note: str | None
    state: Name
    refused_because: Name | None
    digest: str | None
    url: str | None

    @staticmethod
    def of(evidence: Evidence, url: str | None) -> EvidenceView:
        because = evidence.refused_because
        return EvidenceView(
            evidence_id=evidence.evidence_id,
            by=name(names.ACTORS, evidence.by.role),
            at=evidence.at,
            content_type=evidence.content_type,
            size=evidence.size,
            note=evidence.note,
            state=name(names.EVIDENCE, evidence.state),
            refused_because=name(names.FILE_FINDINGS, because) if because else None,
            digest=evidence.digest,
            url=url,
        )
