"""The ruling screen on the wire. People are shown by the role they speak in, never by name or id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.base import Instant
from chalicelib.domain.logistics import Proof
from chalicelib.domain.values import Value
from chalicelib.schemas import names
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.cases import EntryView, NextAction, ShareView, VerdictView, reason_name
from chalicelib.schemas.evidence import EvidenceView
from chalicelib.schemas.explanations import ExplanationView
from chalicelib.schemas.logistics import ParcelView, ShipmentView
from chalicelib.schemas.names import Name, name
from chalicelib.schemas.policies import PolicyRef
from chalicelib.schemas.returns import ReturnView

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.deliveries import Shipment
    from chalicelib.domain.disputes import Dispute, Ruling, Seal, Statement
    from chalicelib.domain.entries import Entry
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.parcels import Parcel
    from chalicelib.domain.policies import Policy
    from chalicelib.domain.returns import Return
    from chalicelib.domain.rows import PrecedentRow


@dataclass(frozen=True)
class Shown:
    """All that was read for one screen."""

    case: Case
    dispute: Dispute
    policy: Policy
    goods: Return | None
    shipments: Sequence[Shipment]
    parcels: Sequence[Parcel]
    story: Sequence[Entry]
    files: Sequence[EvidenceView]
    seals: Sequence[Seal]
    proofs: Sequence[CarrierCommand]
    like_cases: Sequence[PrecedentRow] | None


class StatementView(Value):
    """What a party said for itself."""

    party: Name
    at: Instant
    round: int
    text: str

    @staticmethod
    def of(statement: Statement) -> StatementView:
        party = name(names.ACTORS, statement.party)
        return StatementView(party=party, at=statement.at, round=statement.round, text=statement.text)


class SealView(Value):
    """What a round's ruling rests on: anybody can make the digest again from what was sealed."""

    round: int
    at: Instant
    digest: str
    policy_version: int
    files: dict[str, str | None]  # SHA-256 by evidence id

    @staticmethod
    def of(seal: Seal) -> SealView:
        files = {file.evidence_id: file.sha256 for file in seal.files}
        return SealView(
            round=seal.round, at=seal.at, digest=seal.digest, policy_version=seal.policy_version, files=files
        )


class RulingView(Value):
    """`amount`: what the buyer gets. `ruled`: what the shares divide, of which the buyer's own is not paid."""

    round: int
    ruling: Name
    amount: Amount
    ruled: Amount
    liability: Name
    shares: tuple[ShareView, ...]
    goods: Name
    by: Name
    two_persons: bool
    at: Instant
    reason: str

    @staticmethod
    def of(ruling: Ruling, currency: str) -> RulingView:
        return RulingView(
            round=ruling.round,
            ruling=name(names.RULINGS, ruling.verdict),
            amount=Amount(amount=ruling.amount, currency=currency),
            ruled=Amount(amount=ruling.ruled or ruling.amount, currency=currency),
            liability=name(names.LIABLE, ruling.liability),
            shares=ShareView.all_of(ruling.shares, currency),
            goods=name(names.GOODS_RULED, ruling.goods),
            by=name(names.ACTORS, ruling.by.role),
            two_persons=ruling.seconded is not None,
            at=ruling.at,
            reason=ruling.reason,
        )


class AppealView(Value):
    party: Name
    at: Instant
    reason: str


class ProofView(Value):
    """What a carrier was asked, and what it said."""

    carrier: str | None
    waybill_no: str | None
    state: str
    proof: Proof | None


class LikeCase(Value):
    """How a like case was ruled on; whose it was is nobody's business."""

    claimed: Amount
    granted: Amount
    ruling: Name
    liability: Name
    goods: Name
    appealed: bool
    changed: bool
    at: Instant

    @staticmethod
    def of(row: PrecedentRow) -> LikeCase:
        return LikeCase(
            claimed=Amount(amount=row.claimed, currency=row.currency),
            granted=Amount(amount=row.granted, currency=row.currency),
            ruling=name(names.RULINGS, row.verdict),
            liability=name(names.LIABLE, row.liability),
            goods=name(names.GOODS_RULED, row.goods),
            appealed=row.appealed,
            changed=row.changed,
            at=row.at,
        )


class DisputeScreen(Value):
    """One dispute with everything that it is ruled by. `like_cases` is for those who rule (null for the parties)."""

    case_id: str
    order_id: str
    number: int
    state: Name
    round: int
    because: str
    opened_at: Instant
    shown_until: Instant | None
    waited_for: tuple[Name, ...]
    done: tuple[Name, ...]
    next_action: NextAction | None
    remedy: Name
    reason: Name
    description: str
    amount: Amount
    explanation: ExplanationView
    policy: PolicyRef
    verdict: VerdictView
    statements: tuple[StatementView, ...]
    evidence: tuple[EvidenceView, ...]
    seals: tuple[SealView, ...]
    proofs: tuple[ProofView, ...]
    shipments: tuple[ShipmentView, ...]
    parcels: tuple[ParcelView, ...]
    goods_back: ReturnView | None
    rulings: tuple[RulingView, ...]
    appeal: AppealView | None
    timeline: tuple[EntryView, ...]
    like_cases: tuple[LikeCase, ...] | None

    @staticmethod
    def of(shown: Shown) -> DisputeScreen:
        case, dispute = shown.case, shown.dispute
        appeal = dispute.appeal
        like = shown.like_cases
        return DisputeScreen(
            case_id=case.case_id,
            order_id=case.order_id,
            number=dispute.number,
            state=name(names.DISPUTE_STATES, dispute.state),
            round=dispute.round,
            because=dispute.because,
            opened_at=dispute.opened_at,
            shown_until=dispute.due_at,
            waited_for=_parties(set(dispute.awaited) - set(dispute.done)) if dispute.state != "final" else (),
            done=_parties(dispute.done),
            next_action=NextAction.of(case.gate) if case.gate else None,
            remedy=name(names.REMEDIES, case.remedy),
            reason=reason_name(shown.policy, case.reason),
            description=case.description,
            amount=Amount(amount=case.amount, currency=case.currency),
            explanation=ExplanationView.of(case.explanation),
            policy=PolicyRef(policy_id=case.policy_id, version=case.policy_version),
            verdict=VerdictView.of(case.verdict),
            statements=tuple(StatementView.of(one) for one in dispute.statements),
            evidence=tuple(shown.files),
            seals=tuple(SealView.of(seal) for seal in shown.seals),
            proofs=tuple(
                ProofView(carrier=one.carrier, waybill_no=one.waybill_no, state=one.state, proof=one.proof)
                for one in shown.proofs
            ),
            shipments=tuple(ShipmentView.of(one) for one in shown.shipments),
            parcels=tuple(ParcelView.of(one) for one in shown.parcels),
            goods_back=ReturnView.of(shown.goods, case.currency) if shown.goods else None,
            rulings=tuple(RulingView.of(one, case.currency) for one in dispute.rulings),
            appeal=AppealView(party=name(names.ACTORS, appeal.party), at=appeal.at, reason=appeal.reason)
            if appeal
            else None,
            timeline=tuple(EntryView.of(entry) for entry in shown.story),
            like_cases=tuple(LikeCase.of(row) for row in like) if like is not None else None,
        )


def _parties(parties: Iterable[str]) -> tuple[Name, ...]:
    return tuple(name(names.ACTORS, party) for party in sorted(parties))
