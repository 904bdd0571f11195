"""The chapters of the document: what is done with a case stands with its noun, not in one list of forty."""

from __future__ import annotations

from local.openapi.operations import OPERATIONS

_CASE = "/cases/{case_id}/"
_ACTS = {
    "Returns": ("freight", "shipment", "pickup", "receipt", "inspection"),
    "Exchanges": ("replacement", "replacement-receipt"),
    "Repairs": ("appointment", "visit", "estimate", "repair", "dispatch", "acceptance", "choice"),
    "Disputes": ("inquiry", "dispute", "statements", "done", "ruling", "appeal"),
}
_CHAPTERS = {act: chapter for chapter, acts in _ACTS.items() for act in acts}


def tag(method: str, path: str) -> str:
    """The chapter of a route."""
    act = path.removeprefix(_CASE).partition("/")[0] if path.startswith(_CASE) else ""
    return _CHAPTERS.get(act, OPERATIONS[method, path].tag)


def tags() -> list[str]:
    """All chapters in the order of reading: those of a case directly after it."""
    own = dict.fromkeys(operation.tag for operation in OPERATIONS.values())
    return [each for name in own for each in ((name, *_ACTS) if name == "Cases" else (name,))]
