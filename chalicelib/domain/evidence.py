"""Evidence 凭证: files that a party shows. The bytes go straight to the bucket; this is the record of it."""

from __future__ import annotations

from chalicelib.domain.actors import Actor
from chalicelib.domain.base import Fact, Instant


class Evidence(Fact):
    evidence_id: str
    case_id: str
    by: Actor
    at: Instant
    content_type: str
    size: int  # bytes, as announced; the upload's own limit is the same
    object_key: str
    note: str | None = None
