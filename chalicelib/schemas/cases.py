"""Cases on the wire: what is asked, and what everybody is shown."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from chalicelib.domain.base import Instant
from chalicelib.domain.cases import BUYER_WORDS
from chalicelib.domain.disputes import GoodsRuling
from chalicelib.domain.reasons import Liability, Remedy, Responsible
from chalicelib.domain.shares import WHOLE
from chalicelib.domain.values import Identifier, Integer, Quantity, Value, YesNo
from chalicelib.domain.warranties import Service
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.explanations import ExplanationView
from chalicelib.schemas.multiples import MultipleView
from chalicelib.schemas.names import Name, name
from chalicelib.schemas.policies import PolicyRef
from chalicelib.schemas.repairs import RepairView
from chalicelib.schemas.replacements import (
    PriceBody,
    ReplacementView,
    ReplacesView,
    WantedBody,
    WantedView,
    converted,
)
from chalicelib.schemas.returns import ReturnView

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.eligibility import Verdict
    from chalicelib.domain.entries import Entry
    from chalicelib.domain.gates import GateRef
    from chalicelib.domain.policies import Policy
    from chalicelib.domain.refunds import RefundRef
    from chalicelib.domain.repairs import Repair
    from chalicelib.domain.replacements import Replacement
    from chalicelib.domain.returns import Return
    from chalicelib.domain.shares import Share
    from chalicelib.domain.ways_out import WayOut

Words = Annotated[str, StringConstraints(max_length=BUYER_WORDS, strip_whitespace=True)]
ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]


class AskBody(Value):
    """Some units of a line (all that are left when `quantity` is not there), and less than their worth if wished."""

    line_id: Identifier
    quantity: Quantity | None = None
    amount: Amount | None = None


class FileCase(Value):
    """Order, line and reason are enough; everything else has a default.

    `freight`: true asks for it, false leaves it, not there lets the policy's rule decide. `amount` is what a buyer
    would have as compensation, where the policy does not compute it. `wanted`: of an exchange, other articles than
    those that come back; what they cost the shop says. `service`: where a repair is done; not there, the goods are sent
    in where the policy has that.
    """

    order_id: Identifier
    reason: ReasonCode
    lines: Annotated[tuple[AskBody, ...], Field(max_length=2000)] = ()
    freight: YesNo | None = None
    remedy: Remedy = "refund_only"
    amount: Amount | None = None
    wanted: Annotated[tuple[WantedBody, ...], Field(max_length=2000)] = ()
    description: Words = ""
    service: Service | None = None


class ReviseCase(Value):
    """What the buyer asks instead."""

    reason: ReasonCode | None = None
    lines: Annotated[tuple[AskBody, ...], Field(max_length=2000)] | None = None
    freight: YesNo | None = None
    wanted: Annotated[tuple[WantedBody, ...], Field(max_length=2000)] | None = None
    description: Words | None = None


class DecideCase(Value):
    """The merchant's decision. `amount` goes with `counter`, `reason` is needed to reject. `keep_item`: of a return,
    the buyer may keep the goods; approved, all that was claimed is refunded, with an offer a part of it. `prices`: an
    exchange is approved, and this is what other articles cost; of one without a price no difference is asked for."""

    decision: Literal["approve", "reject", "counter"]
    reason: Words | None = None
    amount: Amount | None = None
    keep_item: YesNo = False
    prices: Annotated[tuple[PriceBody, ...], Field(max_length=2000)] = ()


class AnswerOffer(Value):
    """The buyer's answer to a counter-offer; or `decline` of a difference in price (it is accepted by paying it)."""

    answer: Literal["accept", "decline"]
    note: Words | None = None


class EscalateCase(Value):
    note: Words | None = None


class WithdrawCase(Value):
    note: Words | None = None


class RuleCase(Value):
    """An agent's ruling. Without `amount` all that was claimed is approved, without `liability` whoever the reason
    names bears it, without `goods` they go where goods usually go. `shares` (thousandths) go with `both`: each party
    bears its own of `amount`, so the buyer's is not paid. What is nobody's doing (`none`) the platform's fund bears."""

    ruling: Literal["approve", "close"]
    amount: Amount | None = None
    liability: Responsible | None = None
    shares: dict[Liability, Annotated[Integer, Field(ge=1, le=WHOLE)]] | None = None
    goods: GoodsRuling | None = None
    reason: Annotated[str, StringConstraints(min_length=1, max_length=BUYER_WORDS, strip_whitespace=True)]


class MoveDeadline(Value):
    """Another deadline for the gate that the case waits at."""

    due_at: Instant
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class AskForTime(Value):
    """延长: more time, once, for who is awaited. How much, the policy says."""

    reason: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] | None = None


class AddEvidence(Value):
    """A file that is about to be uploaded: its type, and its size in bytes."""

    content_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]
    size: Annotated[Integer, Field(ge=1)]
    note: Words | None = None


class RedoRefund(Value):
    """A person's answer to a parked refund: `retry` asks the provider again under the same number, `regrant` gives a
    failed or reversed one another number, `release` gives it up. Without a number: an approved case that was parked
    before its grant goes on (`retry`), or without what the buyer's bank paid already (`release`)."""

    refund_no: Annotated[str, StringConstraints(max_length=40)] | None = None
    action: Literal["retry", "regrant", "release"]
    note: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class NextAction(Value):
    """Who must do what, until when, and what silence means."""

    gate: Name
    who: Name
    until: Instant
    silence: Name

    @staticmethod
    def of(gate: GateRef) -> NextAction:
        return NextAction.named(gate.name, gate.owner.partition("#")[0], gate.due_at, gate.silence)

    @staticmethod
    def named(gate: str, who: str, until: datetime, silence: str) -> NextAction:
        return NextAction(
            gate=name(names.GATES, gate),
            who=name(names.ACTORS, who),
            until=until,
            silence=name(names.SILENCES, silence),
        )


class FindingView(Value):
    kind: Name
    rule: str
    because: Name
    facts: dict[str, str | int]


class VerdictView(Value):
    """What the policy said, with the reason that a person can read."""

    kind: Name
    instant: bool
    findings: tuple[FindingView, ...]

    @staticmethod
    def of(verdict: Verdict) -> VerdictView:
        return VerdictView(
            kind=name(names.VERDICTS, verdict.kind),
            instant=verdict.instant,
            findings=tuple(
                FindingView(
                    kind=name(names.VERDICTS, finding.kind),
                    rule=finding.rule,
                    because=name(names.FINDINGS, finding.because),
                    facts=finding.facts,
                )
                for finding in verdict.findings
            ),
        )


class RefundView(Value):
    refund_no: str
    payment_id: str
    amount: Amount
    state: Name

    @staticmethod
    def of(ref: RefundRef, currency: str) -> RefundView:
        return RefundView(
            refund_no=ref.refund_no,
            payment_id=ref.payment_id,
            amount=Amount(amount=ref.amount, currency=currency),
            state=name(names.REFUND_STATES, ref.state),
        )


class OfferView(Value):
    amount: Amount
    note: str | None
    keep_item: bool


class WayOutView(Value):
    """What carriers were asked about goods that were sent, and why their buyer does not have them."""

    awaits: Name | None
    asked: tuple[Name, ...]
    because: Name | None
    found: bool

    @staticmethod
    def of(way: WayOut) -> WayOutView:
        return WayOutView(
            awaits=name(names.AWAITED, way.awaits) if way.awaits else None,
            asked=tuple(name(names.COMMAND_STATES, ask.state) for ask in way.asks),
            because=name(names.NOT_DELIVERED, way.because) if way.because else None,
            found=way.found,
        )


class ShareView(Value):
    """What a party bears of what was ruled: in thousandths, and in money (of goods: none). The buyer's is not paid."""

    party: Name
    per_mille: int
    amount: Amount

    @staticmethod
    def all_of(shares: tuple[Share, ...], currency: str) -> tuple[ShareView, ...]:
        return tuple(
            ShareView(
                party=name(names.ACTORS, one.party),
                per_mille=one.per_mille,
                amount=Amount(amount=one.amount, currency=currency),
            )
            for one in shares
        )


class CaseView(Value):
    """A case as buyer, merchant and staff see it: the amounts are explained line by line."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    case_id: str
    order_id: str
    merchant_id: str
    remedy: Name
    reason: Name
    description: str
    status: Name
    amount: Amount
    explanation: ExplanationView
    verdict: VerdictView
    policy: PolicyRef
    next_action: NextAction | None
    extends_to: Instant | None
    offer: OfferView | None
    scene: Name | None
    way_out: WayOutView | None
    return_: Annotated[ReturnView | None, Field(serialization_alias="return")]
    wanted: tuple[WantedView, ...]
    replacement: ReplacementView | None
    converted: Name | None
    about: tuple[ReplacesView, ...]
    repair: RepairView | None
    refunds: tuple[RefundView, ...]
    liability: Name | None  # once it was decided
    shares: tuple[ShareView, ...]
    multiple: MultipleView | None
    parked: str | None
    closed_because: Name | None
    revisions: int
    evidence: int
    sequence: int
    version: int
    created_at: Instant
    updated_at: Instant
    links: dict[str, str]

    @staticmethod
    def of(
        case: Case,
        policy: Policy,
        goods: Return | None,
        replacement: Replacement | None = None,
        repair: Repair | None = None,
    ) -> CaseView:
        def money(amount: int) -> Amount:
            return Amount(amount=amount, currency=case.currency)

        return CaseView(
            case_id=case.case_id,
            order_id=case.order_id,
            merchant_id=case.merchant_id,
            remedy=name(names.REMEDIES, case.remedy),
            reason=reason_name(policy, case.reason),
            description=case.description,
            status=name(names.STATUSES, case.status),
            amount=money(case.amount),
            explanation=ExplanationView.of(case.explanation),
            verdict=VerdictView.of(case.verdict),
            policy=PolicyRef(policy_id=case.policy_id, version=case.policy_version),
            next_action=NextAction.of(case.gate) if case.gate else None,
            extends_to=_extends_to(case, policy),
            offer=OfferView(amount=money(case.offer.amount), note=case.offer.note, keep_item=case.offer.keeps)
            if case.offer
            else None,
            scene=name(names.SCENES, case.scene) if case.scene else None,
            way_out=WayOutView.of(case.way_out) if case.way_out else None,
            return_=ReturnView.of(goods, case.currency) if goods else None,
            wanted=WantedView.all_of(case),
            replacement=ReplacementView.of(replacement, case.currency) if replacement else None,
            converted=converted(case),
            about=tuple(ReplacesView.of(came) for came in case.about),
            repair=RepairView.of(repair, case.currency) if repair else None,
            refunds=tuple(RefundView.of(ref, case.currency) for ref in case.refunds),
            liability=name(names.LIABLE, case.liability) if case.liability else None,
            shares=ShareView.all_of(case.shares, case.currency),
            multiple=MultipleView.of(case),
            parked=case.parking.because if case.parking else None,
            closed_because=name(names.CLOSINGS, case.closed_because) if case.closed_because else None,
            revisions=case.revisions,
            evidence=case.evidence,
            sequence=case.sequence,
            version=case.version,
            created_at=case.created_at,
            updated_at=case.updated_at,
            links={
                "self": f"/cases/{case.case_id}",
                "timeline": f"/cases/{case.case_id}/timeline",
                "order": f"/orders/{case.order_id}",
            },
        )


class AdvanceView(Value):
    """先行赔付: the platform's fund pays at once when so many files are looked at and accepted, as long as the shop has
    time to decide."""

    evidence: int
    until: Instant


class PreviewView(Value):
    """What would happen if it were filed now. Nothing is written."""

    order_id: str
    scene: Name
    remedies: tuple[Name, ...]
    reasons: tuple[Name, ...]
    amount: Amount
    explanation: ExplanationView
    freight_payer: Name | None  # of the way back, where goods come back
    evidence_asked: int
    verdict: VerdictView
    next_action: NextAction | None
    advance: AdvanceView | None
    policy: PolicyRef


class EntryView(Value):
    """One line of the story."""

    sequence: int
    at: Instant
    actor: Name
    what: Name
    before: Name | None
    after: Name | None
    amount: Amount
    note: str | None
    data: dict[str, Any]
    policy_version: int

    @staticmethod
    def of(entry: Entry) -> EntryView:
        return EntryView(
            sequence=entry.sequence,
            at=entry.at,
            actor=name(names.ACTORS, entry.actor.role),
            what=names.entry_name(entry.type, entry.data),
            before=name(names.STATUSES, entry.before) if entry.before else None,
            after=name(names.STATUSES, entry.after) if entry.after else None,
            amount=Amount(amount=entry.amount, currency=entry.currency),
            note=entry.note,
            data=entry.data,
            policy_version=entry.policy_version,
        )


def _extends_to(case: Case, policy: Policy) -> Instant | None:
    """Until when the party that is awaited would have time if it asked for more."""
    asks = case.gate is not None and case.gate.owner.startswith(("buyer#", "merchant#"))
    return policy.extended(case.gate) if asks and case.gate else None


def reason_name(policy: Policy, code: str) -> Name:
    reason = policy.reason(code)
    return Name(code=code, zh=reason.zh, en=reason.en) if reason else Name(code=code, zh=code, en=code)
