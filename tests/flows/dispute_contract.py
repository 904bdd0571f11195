"""What each step of `dispute_flow` may answer and where that leads: docs/architecture.md's contract as data."""

from __future__ import annotations

from collections.abc import Mapping

from tests.flows.contracts import SILENCE, also_silent, soonest

STEM = "dispute_flow"

GATES: Mapping[str, str] = {
    "AwaitInquiry": "inquiry",
    "AwaitEvidence": "evidence",
    "AwaitRuling": "ruling",
    "AwaitAppeal": "appeal",
}

# By what the approval asks for first: nothing, the goods, an address, or a word of the carrier.
_EXECUTED = dict.fromkeys(("executed", "ship_back", "unaddressed", "asked"), "RulingExecuted")
_AT_THE_GATE: Mapping[str, Mapping[str, str]] = {
    "AwaitInquiry": {
        **dict.fromkeys(("executed", "ship_back", "unaddressed", "asked", "handed_back"), "CaseHandedBack"),
        "withdrawn": "CaseWithdrawn",
        "supervised": "AwaitInquiry",
        "moved": "AwaitInquiry",
    },
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
        "inquire": "AwaitInquiry",
        "refer": "CaseHandedBack",
        "withdrawn": "CaseWithdrawn",
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

ENDS = ("RulingExecuted", "CaseHandedBack", "CaseWithdrawn", "CaseClosed", "CaseParked")

SHORTEST: Mapping[str, str] = {
    "AssessCase": "closed",
    "AskCarriers": "asked",
    "ParkCase": "parked",
    **also_silent(
        {"AwaitInquiry": "handed_back", "AwaitEvidence": "sealed", "AwaitRuling": "closed", "AwaitAppeal": "executed"}
    ),
}

# How to reach each step soonest: what every step before it answers.
REACH: Mapping[str, tuple[str, ...]] = {
    "AssessCase": (),
    "AskCarriers": ("gather",),
    "ParkCase": ("surprised",),
    **soonest({"AwaitInquiry": "inquire", "AwaitRuling": "escalated", "AwaitAppeal": "ruled"}),
    "AwaitEvidence": ("gather", "asked"),
    "ExpireEvidence": ("gather", "asked", SILENCE),
}
