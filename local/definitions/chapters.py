"""Steps that several machines share. A machine takes them as they are, or says where its own story differs."""

from __future__ import annotations

from local.definitions.parts import PERSON, End, Gate, Note, Step, Then, Which

# Somebody decides

TO_DECIDE: Then = {
    "refer": "AwaitDecision",
    "countered": "AwaitBuyerAnswer",
    "rejected": "AwaitEscalation",
    "escalated": "CaseInDispute",
}
PAID: Then = {"granted": "SubmitRefund", "submitted": "AwaitSettlement", "settled": "RefundSettled"}
OVER: Then = {"withdrawn": "CaseWithdrawn", "closed": "CaseClosed", "parked": "CaseParked"}


def assessment(approved: str, further: Then | None = None) -> Step:
    """The first step: where the case stands. `further`: what a case of this machine may have come to besides."""
    stands = {"approve": approved, **TO_DECIDE, **(further or {}), **PAID, **OVER}
    return Step(
        "AssessCase",
        "Says where the case stands now, so that an execution of the same case can begin anywhere.",
        Which("WhichVerdict", "Is it decided by policy, for somebody to decide, or already further on?", stands),
    )


DECISION = Gate(
    "Decision",
    awaits="The merchant is awaited: approve, refuse or offer something else. The buyer may withdraw.",
    silence="The merchant was silent until the deadline, which by default approves.",
    asks="What did the merchant decide?",
    then={
        "approved": "GrantRefund",
        "countered": "AwaitBuyerAnswer",
        "rejected": "AwaitEscalation",
        "withdrawn": "CaseWithdrawn",
    },
)
BUYER_ANSWER = Gate(
    "BuyerAnswer",
    awaits="The buyer is awaited: accept the counter-offer or decline it.",
    silence="The buyer was silent until the deadline, which declines the offer and closes the case.",
    asks="Did the buyer take the offer? Declined, the merchant decides again; referred, the platform.",
    then={
        "accepted": "GrantRefund",
        "declined": "AwaitDecision",
        "referred": "AwaitDecision",
        "closed": "CaseClosed",
    },
)
ESCALATION = Gate(
    "Escalation",
    awaits="The refused buyer is awaited: revise the request or ask the platform to rule.",
    silence="The refused buyer was silent until the deadline, which closes the case.",
    asks="What does the buyer make of the refusal?",
    then={"revised": "AwaitDecision", "escalated": "CaseInDispute", "closed": "CaseClosed"},
)
# Goods on their way out

CARRIER_FIRST: Then = {"asked": "AwaitCarrier"}


def carrier_first(gate: Gate) -> Gate:
    """A gate whose approval waits for the carrier of goods that are on their way to their buyer."""
    return gate.but(then={**CARRIER_FIRST, **gate.then})


CARRIER = Gate(
    "Carrier",
    awaits="The carrier is awaited: stop the goods, bring them back, or say who signed for them.",
    silence="The carrier was silent: it proves nothing, the goods go on, or they are lost, by what it was asked.",
    asks="Does the buyer have the goods? If not, they are paid for; proven, somebody decides; delivered, it is over.",
    then={
        "approved": "GrantRefund",
        "asked": "AwaitCarrier",
        "referred": "AwaitDecision",
        "disputed": "CaseInDispute",
        "closed": "CaseClosed",
        "withdrawn": "CaseWithdrawn",
    },
)

# Goods come back

ASKED_FOR: Then = {"ship_back": "AwaitShipment", "unaddressed": "AwaitAddress"}
ON_THEIR_WAY: Then = {
    "unaddressed": "AwaitAddress",
    "ship_back": "AwaitShipment",
    "pickup": "AwaitPickup",
    "in_transit": "AwaitReceipt",
    "received": "AwaitInspection",
}


def goods_first(gate: Gate) -> Gate:
    """A gate whose approval asks for the goods before anything else."""
    return gate.but(then={**ASKED_FOR, **gate.then})


ADDRESS = Gate(
    "Address",
    awaits="The merchant is awaited: where do the goods go? Until then the buyer's time does not run.",
    silence="The merchant named no address until the deadline: the platform rules, unless its book has one now.",
    asks="Is there an address?",
    then={"ship_back": "AwaitShipment", "disputed": "CaseInDispute", "withdrawn": "CaseWithdrawn"},
)
SHIPMENT = Gate(
    "Shipment",
    awaits="The buyer is awaited: hand the goods to a carrier and tell the waybill, book a courier, or withdraw.",
    silence="The buyer did not ship until the deadline, which closes the case.",
    asks="Are the goods on their way?",
    then={"shipped": "AwaitReceipt", "pickup": "AwaitPickup", "closed": "CaseClosed", "withdrawn": "CaseWithdrawn"},
)
PICKUP = Gate(
    "Pickup",
    awaits="The carrier is awaited: a courier fetches the goods at the buyer's door.",
    silence="Nobody heard of the courier: another visit is booked once, then the buyer ships.",
    asks="Were the goods fetched? Cancelled, or failed for good, the buyer ships them.",
    then={"shipped": "AwaitReceipt", "rebooked": "AwaitPickup", "ship_back": "AwaitShipment"},
)
RECEIPT = Gate(
    "Receipt",
    awaits="The merchant is awaited: did the goods come? The carrier's signature shortens the time.",
    silence="The merchant was silent until the deadline: the goods count as accepted.",
    asks="Did the goods come? If not, the platform rules; back with the buyer, they are shipped again.",
    then={
        "received": "AwaitInspection",
        "accepted": "GrantRefund",
        "disputed": "CaseInDispute",
        "ship_back": "AwaitShipment",
    },
)
INSPECTION = Gate(
    "Inspection",
    awaits="The merchant is awaited: what came, in which grade, and is all of it refunded?",
    silence="The merchant was silent until the deadline: the inspection is passed.",
    asks="Did the goods pass? Reduced, the buyer is asked; failed, the buyer may ask the platform.",
    then={"passed": "GrantRefund", "reduced": "AwaitBuyerAnswer", "failed": "AwaitEscalation"},
)

# Goods go out in their place

REPLACING: Then = {
    "unpaid": "AwaitDifference",
    "requested": "AwaitReplacement",
    "replacing": "AwaitReplacementReceipt",
    "replaced": "GoodsReplaced",
}
# Whatever accepts the old goods asks for the new ones in the same write.
SENT_OUT: Then = {"requested": "AwaitReplacement", "unpaid": "AwaitDifference", "converted": "GrantRefund"}


def swapping(gate: Gate, accepted: str) -> Gate:
    """A gate at which goods are accepted that others go out for: `accepted` is what is said of no exchange."""
    return gate.but(then={**SENT_OUT, **{said: then for said, then in gate.then.items() if said != accepted}})


SHIP_REPLACEMENT = Step(
    "ShipReplacement",
    "Nothing comes back, or a ruling said so: asks for the goods, or the buyer first for what they cost more.",
    Which(
        "WhichExchange",
        "Are the goods asked for? Dearer ones are paid for first; what has become a refund is paid.",
        {**SENT_OUT, "owed": "GrantRefund"},
    ),
)
DIFFERENCE = Gate(
    "Difference",
    awaits="The buyer is awaited: pay what the new goods cost more, or decline.",
    silence="The buyer did not pay the difference until the deadline: it becomes a refund.",
    asks="Was the difference paid?",
    then={"paid": "AwaitReplacement", "converted": "GrantRefund"},
)
REPLACEMENT = Gate(
    "Replacement",
    awaits="The merchant is awaited: send the goods and tell the waybill, or say that there are none.",
    silence="The merchant did not send the goods until the deadline: it becomes a refund.",
    asks="Are the goods on their way? A parcel that seemed lost may have come meanwhile.",
    then={
        "shipped": "AwaitReplacementReceipt",
        "received": "GoodsReplaced",
        "owed": "GrantRefund",
        "converted": "GrantRefund",
    },
)
REPLACEMENT_RECEIPT = Gate(
    "ReplacementReceipt",
    awaits="The buyer is awaited: did the goods come? The carrier's signature says so too.",
    silence="The buyer was silent until the deadline: the goods count as received.",
    asks="Did the goods come? Cheaper ones leave a refund; a parcel that did not arrive is sent once more.",
    then={
        "received": "GoodsReplaced",
        "owed": "GrantRefund",
        "again": "AwaitReplacement",
        "converted": "GrantRefund",
        "disputed": "CaseInDispute",
    },
)
REPLACED = End("GoodsReplaced", "The buyer has goods in the place of the old ones; no money is owed.")

# Money

GRANT = Step("GrantRefund", "Fixes the refund's number and amount before anybody is asked to pay.", "SubmitRefund")
SUBMIT = Step(
    "SubmitRefund",
    "Gives the refund to the payment system under its fixed number, and opens the wait for the money.",
    "AwaitSettlement",
)
SETTLEMENT = Gate(
    "Settlement",
    awaits="The payment system is awaited; the worker asks it again and again, this flow only waits.",
    silence="Nobody knows in time whether the refund was paid: unknown, which is for a person to clear up.",
    asks="Was the refund paid?",
    then={"settled": "RefundSettled", "failed": PERSON, "unknown": PERSON},
)
MONEY = (GRANT, SUBMIT, SETTLEMENT)

# A person

PARKING = (
    Note(
        PERSON,
        "An outcome that this flow cannot act on is what the person who takes the case is told.",
        "The last step ended with this outcome, and a person has to decide what follows from it.",
        "ParkCase",
    ),
    Step(
        "ParkCase",
        "Hands the case to a person, with the reason on its timeline.",
        "CaseParked",
        payload={"fault.$": "$.fault"},
        caught="ParkingFailed",
    ),
)

# Ends

SETTLED = End("RefundSettled", "The buyer has the money.")
UNPAID = (
    End("CaseWithdrawn", "The buyer took the request back; nothing is paid."),
    End("CaseClosed", "The case is over without a refund."),
    End("CaseInDispute", "The platform rules: the case goes on in an execution of dispute_flow."),
)
PARKED = (
    End("CaseParked", "A person has the case now."),
    End(
        "ParkingFailed",
        "Nobody was told. The execution fails on purpose: the sweeper finds it and starts the next attempt.",
        cause="The case could not be handed to a person; the input of this state says why.",
    ),
)
ENDS = (SETTLED, *UNPAID, *PARKED)
