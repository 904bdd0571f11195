"""What each step of `dispute_flow` may answer and where that leads: docs/architecture.md's contract as data."""

from __future__ import annotations

from collections.abc import Mapping

from tests.flows.contracts import SILENCE, also_silent, soonest

STEM = "dispute_flow"

GATES: Mapping[str, str] = {
    "AwaitEvidence": "evidence",
    "AwaitRuling": "ruling",
    "AwaitAppeal": "appeal",
}

# By what the approval asks for first: nothing, the goods, an address, or a word of the carrier.
_EXECUTED = dict.fromkeys(("executed", "ship_back", "unaddressed", "asked"), "RulingExecuted")
_AT_THE_GATE: Mapping[str, Mapping[str, str]] = {
    "AwaitEvidence": {"sealed": "AwaitRuling", "moved": "AwaitEvidence"},
    "AwaitRuling": {
        "ruled": "AwaitAppeal",
        **_EXECUTED,
        "closed": "CaseClosed",
        "supervised": "AwaitRuling",
        "moved": "AwaitRuling",
    },
    "AwaitAppeal": {
        "appealed": "AwaitEvidence",
        "referred": "AwaitRuling",
        **_EXECUTED,
        "closed": "CaseClosed",
        "moved": "AwaitAppeal",
    },
}

FOLLOWS: Mapping[str, Mapping[str, str]] = {
    "AssessCase": {
        "gather": "AskCarriers",
        "escalated": "AwaitRuling",
        "ruled": "AwaitAppeal",
        "closed": "CaseClosed",
        "parked": "CaseParked",
        "approve": "RulingExecuted",
        "ship_back": "RulingExecuted",
        "unaddressed": "RulingExecuted",
        "asked": "RulingExecuted",
        "granted": "RulingExecuted",
        "submitted": "RulingExecuted",
        "settled": "RulingExecuted",
    },
    "AskCarriers": {"asked": "AwaitEvidence"},
    "ParkCase": {"parked": "CaseParked"},
    **also_silent(_AT_THE_GATE),
}

ENDS = ("RulingExecuted", "CaseClosed", "CaseParked")

SHORTEST: Mapping[str, str] = {
    "AssessCase": "closed",
    "AskCarriers": "asked",
    "ParkCase": "parked",
    **also_silent({"AwaitEvidence": "sealed", "AwaitRuling": "closed", "AwaitAppeal": "executed"}),
}

# How to reach each step soonest: what every step before it answers.
REACH: Mapping[str, tuple[str, ...]] = {
    "AssessCase": (),
    "AskCarriers": ("gather",),
    "ParkCase": ("surprised",),
    **soonest({"AwaitRuling": "escalated", "AwaitAppeal": "ruled"}),
    "AwaitEvidence": ("gather", "asked"),
    "ExpireEvidence": ("gather", "asked", SILENCE),
}
