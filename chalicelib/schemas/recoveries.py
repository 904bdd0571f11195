"""Recoveries and deposits on the wire: what others owe the platform's fund, and what merchants have paid in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.base import Instant
from chalicelib.domain.money import Currency
from chalicelib.domain.values import MAX_AMOUNT, Integer, Minor, Value
from chalicelib.schemas.amounts import Amount
from chalicelib.schemas.names import Name, name

if TYPE_CHECKING:
    from chalicelib.domain.cases import Proposal
    from chalicelib.domain.deposits import Deposit, DepositEntry
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.domain.rows import RecoveryRow
    from chalicelib.schemas.names import Names

STATES: Names = {
    "open": ("待追偿", "Owed"),
    "filed": ("已提交承运商", "Filed with the carrier"),
    "accepted": ("承运商已受理", "Accepted by the carrier"),
    "refused": ("承运商已拒绝", "Refused by the carrier"),
    "recovered": ("已追回", "Recovered"),
    "written_off": ("已核销", "Written off"),
    "dropped": ("已撤销", "Dropped"),
}
DEBTORS: Names = {
    "merchant": ("商家", "Merchant"),
    "carrier": ("承运商", "Carrier"),
    "insurer": ("保险公司", "Insurer"),
    "buyer": ("买家", "Buyer"),
}
COVERS: Names = {
    "refund": ("退款", "The refund"),
    "freight": ("退货运费", "Freight of the way back"),
    "clawback": ("追回款", "What should come back"),
    "multiple": ("惩罚性赔偿", "Punitive damages"),
}
MOVES: Names = {
    "deposited": ("缴存", "Paid in"),
    "drawn": ("扣划", "Taken for what is owed"),
    "withdrawn": ("提取", "Paid out"),
}


class WriteOff(Value):
    """Why the rest is given up; kept, and told on the case's timeline."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class Paid(Amount):
    """At least one minor unit."""

    amount: Annotated[Integer, Field(ge=1, le=MAX_AMOUNT)]


class RecordPayment(Value):
    """What the debtor has paid, and how that is known."""

    amount: Paid
    note: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class MoveDeposit(Value):
    """`deposited`: the merchant has paid in; `withdrawn`: it was paid out."""

    kind: Literal["deposited", "withdrawn"]
    amount: Paid


class BalancesView(Value):
    """What the platform holds of a merchant, in minor units by currency."""

    merchant_id: str
    balances: dict[Currency, Minor]


class RecoveryRowView(Value):
    """A line of a list. `open`: what is still owed; `because`: a code."""

    recovery_id: str
    case_id: str
    merchant_id: str = Field(description="the order's shop, whoever owes")
    debtor: Name
    debtor_id: str
    covers: Name
    because: str
    state: Name
    amount: Amount
    open: Amount
    opened_at: Instant
    due_at: Instant

    @staticmethod
    def of(row: RecoveryRow) -> RecoveryRowView:
        return RecoveryRowView(
            recovery_id=row.recovery_id,
            case_id=row.case_id,
            merchant_id=row.merchant_id,
            debtor=name(DEBTORS, row.debtor),
            debtor_id=row.debtor_id,
            covers=name(COVERS, row.covers),
            because=row.because,
            state=name(STATES, row.state),
            amount=Amount(amount=row.amount, currency=row.currency),
            open=Amount(amount=row.open, currency=row.currency),
            opened_at=row.opened_at,
            due_at=row.due_at,
        )


class RecoveryView(Value):
    """One debt whole: `amount` = `open` + `recovered` + `written_off` + `dropped`.

    `proposed`: somebody would write it off, and a second person must agree.
    """

    recovery_id: str
    case_id: str
    order_id: str
    merchant_id: str
    debtor: Name
    debtor_id: str
    covers: Name
    because: str
    state: Name
    amount: Amount
    open: Amount
    recovered: Amount
    written_off: Amount
    dropped: Amount
    opened_at: Instant
    due_at: Instant
    waybill_no: str | None
    filings: int
    refused_because: str | None
    note: str | None
    proposed: bool
    version: int

    @staticmethod
    def of(one: Recovery, proposal: Proposal | None = None) -> RecoveryView:
        def money(amount: int) -> Amount:
            return Amount(amount=amount, currency=one.currency)

        return RecoveryView(
            recovery_id=one.recovery_id,
            case_id=one.case_id,
            order_id=one.order_id,
            merchant_id=one.merchant_id,
            debtor=name(DEBTORS, one.debtor),
            debtor_id=one.debtor_id,
            covers=name(COVERS, one.covers),
            because=one.because,
            state=name(STATES, one.state),
            amount=money(one.amount),
            open=money(one.open),
            recovered=money(one.recovered),
            written_off=money(one.written_off),
            dropped=money(one.dropped),
            opened_at=one.opened_at,
            due_at=one.due_at,
            waybill_no=one.waybill_no,
            filings=one.filings,
            refused_because=one.refused_because,
            note=one.note,
            proposed=proposal is not None and proposal.act == f"write off {one.recovery_id}",
            version=one.version,
        )


class DepositMoveView(Value):
    """One move of a deposit; what was taken names the debt and the case that it was taken for."""

    kind: Name
    amount: Amount
    at: Instant
    recovery_id: str | None
    case_id: str | None

    @staticmethod
    def of(entry: DepositEntry) -> DepositMoveView:
        return DepositMoveView(
            kind=name(MOVES, entry.kind),
            amount=Amount(amount=entry.amount, currency=entry.currency),
            at=entry.at,
            recovery_id=entry.recovery_id or None,
            case_id=entry.case_id or None,
        )


class DepositView(Value):
    """What the platform holds of a merchant, in minor units by currency, and its history, newest first."""

    merchant_id: str
    balances: dict[Currency, Minor]
    moves: tuple[DepositMoveView, ...]
    cursor: str | None

    @staticmethod
    def of(deposit: Deposit, moves: Sequence[DepositEntry], cursor: str | None) -> DepositView:
        return DepositView(
            merchant_id=deposit.merchant_id,
            balances=deposit.balances,
            moves=tuple(DepositMoveView.of(move) for move in moves),
            cursor=cursor,
        )
