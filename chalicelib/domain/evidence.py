"""Evidence 凭证: files that a party shows. The bytes go straight to the bucket; this is the record of it.

A file is announced, comes, and is looked at: only one that is what it says counts and is shown
(docs/decisions/0048-evidence-is-looked-at.md).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from chalicelib.domain.actors import Actor
from chalicelib.domain.base import Instant, Record
from chalicelib.domain.files.finding import Finding

EvidenceState = Literal["announced", "accepted", "refused", "absent"]

UPLOAD_SECONDS = 600  # a form is good for ten minutes
UNSEEN = timedelta(seconds=UPLOAD_SECONDS + 60)


class Evidence(Record):
    evidence_id: str
    case_id: str
    by: Actor
    at: Instant
    content_type: str
    size: int  # bytes, as announced until the file was looked at; the upload's own limit is the same
    object_key: str
    note: str | None = None
    state: EvidenceState = "announced"
    refused_because: Finding | None = None
    object_version: str | None = None  # the very bytes that were looked at: whatever is uploaded later is another
    digest: str | None = None  # SHA-256 of them, hexadecimal
    seen_at: Instant | None = None

    @property
    def watch_at(self) -> datetime | None:
        """When the sweeper should look: the form has run out, and nobody has told what came."""
        return self.at + UNSEEN if self.state == "announced" else None
