"""Two persons for large amounts: staff proposes, another member of staff agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.actors import STAFF
from chalicelib.domain.cases import Proposal
from chalicelib.errors import SecondPersonNeeded

if TYPE_CHECKING:
    from chalicelib.domain.turns import Turn


def second_person_agrees(turn: Turn, amount: int, act: str) -> bool:
    """True when the grant may go on. Else the turn has become a proposal that another person must repeat.

    Merchants grant their own money and need nobody. Raises SecondPersonNeeded when the same person comes again.
    """
    limit = turn.policy.second_person_above.get(turn.case.currency)
    if turn.actor.role not in STAFF or limit is None or amount <= limit:
        return True
    proposal = turn.case.proposal
    if proposal is None or (proposal.amount, proposal.act) != (amount, act):
        turn.change(proposal=Proposal(amount=amount, by=turn.actor, act=act))
        turn.tell("RulingProposed", amount_proposed=amount)
        return False
    if proposal.by.key == turn.actor.key:
        raise SecondPersonNeeded(f"above {limit} another member of the staff must agree", limit=limit)
    turn.change(proposal=None)
    return True
