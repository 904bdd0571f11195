"""A dispute: heard until one instant, sealed, ruled on, once appealed against; what is final happens by itself."""

from __future__ import annotations

from local.definitions.chapters import PARKED, PARKING
from local.definitions.parts import End, Gate, Machine, Step, Which

EXECUTED = {
    **dict.fromkeys(("executed", "ship_back", "unaddressed", "asked"), "RulingExecuted"),
    "closed": "CaseClosed",
}

MACHINE = Machine(
    "One dispute: everybody is heard until one instant, it is sealed, somebody rules, either side may appeal.",
    (
        Step(
            "AssessCase",
            "Says where the dispute stands now, so that an execution of the same case can begin anywhere.",
            Which(
                "WhichStage",
                "Is the platform to look into it, are the parties heard, is somebody to rule, or may somebody appeal?",
                {
                    "inquire": "AwaitInquiry",
                    "refer": "CaseHandedBack",
                    "withdrawn": "CaseWithdrawn",
                    "gather": "AskCarriers",
                    "escalated": "AwaitRuling",
                    "ruled": "AwaitAppeal",
                    "closed": "CaseClosed",
                    "parked": "CaseParked",
                    **dict.fromkeys(
                        ("approve", "ship_back", "unaddressed", "asked", "granted", "submitted", "settled"),
                        "RulingExecuted",
                    ),
                },
            ),
        ),
        Gate(
            "Inquiry",
            awaits="An agent is awaited: are the goods fakes, are they dangerous? The buyer may withdraw.",
            silence="The agent was silent until the deadline, which brings it to the supervisor, next round.",
            asks="Is it confirmed, for whoever would have decided, or for somebody else to look at?",
            then={
                **dict.fromkeys(("executed", "ship_back", "unaddressed", "asked", "handed_back"), "CaseHandedBack"),
                "withdrawn": "CaseWithdrawn",
                "supervised": "AwaitInquiry",
            },
        ),
        Step(
            "AskCarriers",
            "Asks the carrier who signed for the goods, where it may be the carrier's doing.",
            "AwaitEvidence",
        ),
        Gate(
            "Evidence",
            awaits="Buyer, merchant and carrier are awaited until one instant: what do they have to show?",
            silence="The time is up: what was shown is sealed, and nothing can be added.",
            asks="Is everything sealed, because the time is up or because everybody is done?",
            then={"sealed": "AwaitRuling"},
        ),
        Gate(
            "Ruling",
            awaits="An agent is awaited, over an appeal a supervisor: how much, who bears it, where do the goods go?",
            silence="The agent was silent until the deadline, which brings the case to the supervisor, next round.",
            asks="Is it ruled and may be appealed against, ruled for good, or does somebody else rule now?",
            then={"ruled": "AwaitAppeal", **EXECUTED, "supervised": "AwaitRuling"},
        ),
        Gate(
            "Appeal",
            awaits="Either side is awaited: does it appeal, once? Both may say that they do not.",
            silence="Nobody appealed in time: the ruling is final, and happens.",
            asks="Is the ruling final, or is everybody heard again before a supervisor rules?",
            then={"appealed": "AwaitEvidence", "referred": "AwaitRuling", **EXECUTED},
        ),
        *PARKING,
        End("RulingExecuted", "The buyer is to have what was ruled: an execution of the remedy's own machine goes on."),
        End("CaseHandedBack", "The platform has looked: an execution of the remedy's own machine goes on."),
        End("CaseWithdrawn", "The buyer took the request back; nothing is paid."),
        End("CaseClosed", "It was ruled against the request, for good."),
        *PARKED,
    ),
)
