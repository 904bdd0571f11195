"""Merchants and their webhooks on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, RootModel, StringConstraints

from chalicelib.domain.actors import READS_EVERYTHING
from chalicelib.domain.base import Instant
from chalicelib.domain.endpoints import Disabled
from chalicelib.domain.merchants import MerchantKind
from chalicelib.domain.values import Value, YesNo
from chalicelib.schemas.cases import AskForTime, DecideCase
from chalicelib.schemas.repairs import BookVisit, MakeEstimate, RecordRepair, SendGoodsBack
from chalicelib.schemas.replacements import ShipReplacement
from chalicelib.schemas.returns import InspectGoods, PutGoodsAway, ReceiveGoods

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.merchants import Merchant


class PutMerchant(Value):
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    kind: MerchantKind = "marketplace"


class FreezeMerchant(Value):
    """The switch: frozen or not, and why. The reason is kept, and shown to the platform's people alone."""

    frozen: YesNo
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class FreezeView(Value):
    """One turn of the switch; `by` is a role and an id."""

    frozen: bool
    by: str
    at: Instant
    reason: str


class MerchantView(Value):
    """`frozen`: the platform decides in the shop's place, and the shop changes nothing. `freezes` tells when, by whom
    and why, the newest last; the shop itself is not shown it (null)."""

    merchant_id: str
    name: str
    kind: MerchantKind
    frozen: bool
    freezes: tuple[FreezeView, ...] | None
    version: int

    @staticmethod
    def of(merchant: Merchant, seen_by: Actor) -> MerchantView:
        told = [
            FreezeView(frozen=each.frozen, by=each.by.key, at=each.at, reason=each.reason) for each in merchant.freezes
        ]
        return MerchantView(
            merchant_id=merchant.merchant_id,
            name=merchant.name,
            kind=merchant.kind,
            frozen=merchant.is_frozen,
            freezes=tuple(told) if seen_by.role in READS_EVERYTHING else None,
            version=merchant.version,
        )


class FrozenView(MerchantView):
    """The shop after the switch was turned. `handed_over`: gates that waited for it and now wait for the platform;
    `more`: others still wait for it, so ask again (the clock comes to them too, at the latest at their deadlines)."""

    handed_over: int
    more: bool


class PutWebhook(Value):
    """Where to send. `rotate`: a new secret from now on; the one before is accepted and signed with for a day.

    Setting it enables it again and forgets its failures; `enabled: false` switches it off.
    """

    url: Annotated[str, StringConstraints(min_length=8, max_length=2000)]
    rotate: YesNo = False
    enabled: YesNo = True


class WebhookView(Value):
    """`secret` is shown to the shop's owner only, when it is set.

    `failing_since`: the first failure since the last success; after five days of it the webhook is disabled.
    `resting_until`: the endpoint was too slow, and nothing is sent there until then.
    """

    merchant_id: str
    url: str
    enabled: bool
    secret: str | None
    secret_version: int
    updated_at: Instant
    failing_since: Instant | None
    resting_until: Instant | None
    disabled_at: Instant | None
    disabled_because: Disabled | None


CaseId = Annotated[str, Field(pattern=r"^case_[0-9A-Z]{26}$")]


class DecisionCallback(DecideCase):
    """The same as a decision by hand."""

    type: Literal["decision"]
    case_id: CaseId


class ReplacementCallback(ShipReplacement):
    """A merchant's signed word that the goods of an exchange or reshipment were sent, or that there are none."""

    type: Literal["replacement"]
    case_id: CaseId


class ReceiptCallback(ReceiveGoods):
    """The goods came, or they did not."""

    type: Literal["receipt"]
    case_id: CaseId


class InspectionCallback(InspectGoods):
    """What came, in which grade, and what that is worth."""

    type: Literal["inspection"]
    case_id: CaseId


class AppointmentCallback(BookVisit):
    """When an engineer comes."""

    type: Literal["appointment"]
    case_id: CaseId


class EstimateCallback(MakeEstimate):
    """What a repair out of warranty would cost."""

    type: Literal["estimate"]
    case_id: CaseId


class RepairCallback(RecordRepair):
    """What was done and found."""

    type: Literal["repair"]
    case_id: CaseId


class DispatchCallback(SendGoodsBack):
    """The parcel in which repaired goods go back."""

    type: Literal["dispatch"]
    case_id: CaseId


class PutAwayCallback(PutGoodsAway):
    """What came back stands in the shop's own warehouse again."""

    type: Literal["put_away"]
    case_id: CaseId


class ExtensionCallback(AskForTime):
    """The shop needs more time, where it is awaited."""

    type: Literal["extension"]
    case_id: CaseId


Answered = (
    DecisionCallback
    | ReceiptCallback
    | InspectionCallback
    | ReplacementCallback
    | AppointmentCallback
    | EstimateCallback
    | RepairCallback
    | DispatchCallback
    | ExtensionCallback
    | PutAwayCallback
)


class Callback(RootModel[Annotated[Answered, Field(discriminator="type")]]):
    """A merchant's signed answer: the same as one by hand."""
