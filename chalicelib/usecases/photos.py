"""Photos that somebody's findings name: files of the case that were looked at and accepted before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.errors import FieldError, InvalidRequest

if TYPE_CHECKING:
    from chalicelib.usecases.steps import Found


def refuse_unknown(found: Found, case_id: str, named: Mapping[str, str]) -> None:
    """`named`: which files, and by which field. Raises InvalidRequest for those that do not count."""
    found.also(*(refs.evidence(case_id, evidence_id) for evidence_id in named))
    wrong = [
        FieldError(field, f"the case has no accepted file {evidence_id}")
        for evidence_id, field in named.items()
        if (file := found.get(refs.evidence(case_id, evidence_id))) is None or file.state != "accepted"
    ]
    if wrong:
        raise InvalidRequest(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)
