"""Advance compensation 先行赔付: the platform's fund pays at once, and the shop owes it.

The money takes the one path of grants and settlements. Only who bears it differs: `liabilities.cost_of`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import POLICY
from chalicelib.errors import GateNotFound
from chalicelib.usecases import approvals, deposits
from chalicelib.usecases.access import is_frozen

if TYPE_CHECKING:
    from chalicelib.domain.merchants import MerchantKind
    from chalicelib.domain.policies import Policy
    from chalicelib.domain.reasons import Remedy
    from chalicelib.domain.turns import Turn
    from chalicelib.usecases.steps import Found


def consider(turn: Turn, found: Found) -> None:
    """Approves a case that waits for its shop's decision, where the policy's promise covers it and the evidence that
    its reason asks for is there: the buyer is paid at once."""
    case, ref = turn.case, turn.case.gate
    if case.status != "in_review" or ref is None or ref.name != "decision" or not _is_shown(turn):
        return
    if not _covered(turn, found):
        return
    gate = found.need(refs.gate(case.case_id, ref.name, ref.round), GateNotFound)
    if gate.answer is not None or gate.is_silent(turn.at) or is_frozen(found, case.merchant_id):
        return
    turn.actor = POLICY  # whatever began this turn, what follows is the policy's doing
    turn.change(advanced=True)
    approvals.approve(turn, found, gate, "CaseApproved", because="advance")


def step_in(turn: Turn, found: Found) -> None:
    """The platform has decided against the shop: where the promise covers it, the fund does not wait for the shop.

    Called by a ruling, before it approves.
    """
    if not turn.case.advanced and _covered(turn, found):
        turn.change(advanced=True)


def _is_shown(turn: Turn) -> bool:
    reason = turn.policy.reason(turn.case.reason)
    return reason is not None and turn.case.evidence >= reason.evidence


def _covered(turn: Turn, found: Found) -> bool:
    case = turn.case
    shop = (case.merchant_id, case.merchant_kind)
    return covers(turn.policy, found, shop, case.reason, case.remedy, case.amount, case.currency)


def covers(
    policy: Policy,
    found: Found,
    shop: tuple[str, MerchantKind],
    reason: str,
    remedy: Remedy,
    amount: int,
    currency: str,
) -> bool:
    """The policy's conditions; the deposit is looked at last, because that is one more read."""
    merchant_id, kind = shop
    if kind != "marketplace" or not policy.promises_advance(reason, remedy, amount, currency):
        return False
    return policy.advance.is_covered(amount, deposits.deposit_of(found, merchant_id).held(currency))
