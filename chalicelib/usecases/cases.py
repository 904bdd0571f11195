"""Cases as they are seen: one, its timeline, lists; and the claim's way back when a case ends without a refund."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain import refs
from chalicelib.domain.actors import READS_EVERYTHING
from chalicelib.domain.ledgers import reduce, release
from chalicelib.domain.turns import Turn
from chalicelib.errors import (
    AnswerTooLate,
    CaseNotFound,
    Forbidden,
    GateNotFound,
    VersionMismatch,
)
from chalicelib.usecases import exchange_conversions, ledgers, steps
from chalicelib.usecases.access import see_case
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.balances import Ledger
    from chalicelib.domain.cases import Case
    from chalicelib.domain.gates import Gate, GateName
    from chalicelib.domain.lifecycles import CaseStatus
    from chalicelib.domain.orders import Order
    from chalicelib.domain.policies import Policy
    from chalicelib.domain.repairs import Repair
    from chalicelib.domain.replacements import Replacement
    from chalicelib.domain.returns import Return
    from chalicelib.ports import Ports
    from chalicelib.usecases.steps import Found, Request


def read(ports: Ports, actor: Actor, case_id: str) -> Reply:
    """The case, consistent. Raises CaseNotFound."""
    case = see_case(actor, load(ports, case_id))
    found = steps.Found(ports, {}, [])
    wanted = {refs.goods(case_id): case.return_id, refs.replacement(case_id): case.has_replacement}
    wanted[refs.repair(case_id)] = case.repair_id
    found.also(*(ref for ref, there in wanted.items() if there))
    return view(case, ports.policies.get(case.policy_id, case.policy_version), *_beside(found, case))


def timeline(ports: Ports, actor: Actor, case_id: str, limit: int, cursor: str | None) -> Reply:
    """The story so far, oldest first, as far as it is the actor's business: a page may be shorter than its limit.

    Raises CaseNotFound.
    """
    from chalicelib.schemas.cases import EntryView
    from chalicelib.schemas.lists import ListView

    see_case(actor, load(ports, case_id))
    page = ports.listings.timeline(case_id, limit, cursor)
    seen = [entry for row in page.rows if (entry := row.as_seen_by(actor))]
    return Reply(200, ListView.body([EntryView.of(entry) for entry in seen], page.cursor))


def listing(ports: Ports, actor: Actor, status: CaseStatus | None, limit: int, cursor: str | None) -> Reply:
    """My cases, my shop's cases, or everybody's, newest first. Raises Forbidden for roles without cases."""
    from chalicelib.schemas.lists import CaseRowView, ListView

    if actor.role == "buyer":
        page = ports.listings.cases_of_buyer(actor.id, limit, cursor)
    elif actor.role == "merchant" and actor.merchant_id:
        page = ports.listings.cases_of_merchant(actor.merchant_id, status, limit, cursor)
    elif actor.role in READS_EVERYTHING:
        page = ports.listings.cases_of_platform(status, limit, cursor)
    else:
        raise Forbidden(f"a {actor.role} has no cases")
    rows = [row for row in page.rows if status in (None, row.status)]
    return Reply(200, ListView.body([CaseRowView.of(row) for row in rows], page.cursor))


def load(ports: Ports, case_id: str) -> Case | None:
    return steps.read(ports, refs.case(case_id)).get(refs.case(case_id))


def shown(turn: Turn, found: Found, status: int = 200) -> Reply:
    """The reply that shows the case as this turn leaves it."""
    case = turn.case
    return view(case, turn.policy, *_beside(found, case, turn), status)


def _beside(
    found: Found, case: Case, turn: Turn | None = None
) -> tuple[Return | None, Replacement | None, Repair | None]:
    """The goods on their way back, those that come in the place of others, and what is done to them."""
    goods = turn.goods if turn else None
    replacement = turn.replacement if turn else None
    repair = turn.repair if turn else None
    if goods is None and case.return_id:
        goods = found.get(refs.goods(case.case_id))
    if replacement is None and case.has_replacement:
        replacement = found.get(refs.replacement(case.case_id))
    if repair is None and case.repair_id:
        repair = found.get(refs.repair(case.case_id))
    return goods, replacement, repair


def view(
    case: Case,
    policy: Policy,
    goods: Return | None,
    replacement: Replacement | None = None,
    repair: Repair | None = None,
    status: int = 200,
) -> Reply:
    """The reply that shows a case, its goods on their way back, those in their place, and what is done to them.

    The shapes are imported where they are used: flows and listeners share this file, show nobody anything, and would
    spend a tenth of their cold start on two dozen models of answers.
    """
    from chalicelib.schemas.cases import CaseView

    return Reply(status, CaseView.of(case, policy, goods, replacement, repair))


def begin(ports: Ports, found: Found, request: Request, case_id: str) -> Turn:
    """A turn of a case that the asker may see. Raises CaseNotFound, VersionMismatch when it saw another version."""
    case = see_case(request.actor, found.get(refs.case(case_id)))
    if request.if_match is not None and case.version not in request.if_match:
        raise VersionMismatch("the case has moved on since it was read", version=case.version)
    return turn_of(ports, case, request.actor)


def turn_of(ports: Ports, case: Case, actor: Actor) -> Turn:
    """A turn of a case for somebody who needs no permission: the clock, a system, the policy."""
    return Turn(case, actor, ports.clock.now(), ports.policies.get(case.policy_id, case.policy_version))


def first_round(case_id: str, gate: GateName) -> list[refs.Ref[Any]]:
    """What an answer to a gate reads: nearly always it is the gate's first round, so one read is enough."""
    return [refs.case(case_id), refs.gate(case_id, gate, 1), refs.frozen()]


def awaited_gate(turn: Turn, found: Found, name: GateName) -> Gate:
    """The gate that the case waits at, when it is this one and there is still time.

    Raises GateNotFound when the case waits elsewhere or nowhere, AnswerTooLate when the time is up.
    """
    ref = turn.case.gate
    if ref is None or ref.name != name:
        where = f"at {ref.name}" if ref else "for nobody"
        raise GateNotFound(f"the case does not wait at {name} but {where}", status=turn.case.status)
    gate = found.need(refs.gate(turn.case.case_id, name, ref.round), GateNotFound)
    if gate.is_silent(turn.at):
        raise AnswerTooLate(f"the time for {name} was up at {gate.due_at.isoformat()}", outcome=gate.silence)
    return gate


def give_back(turn: Turn, found: Found) -> None:
    """The claim comes back to the order (units, value, money), and used credit to the buyer."""
    order, ledger = order_and_ledger(found, turn.case)
    turn.write(release(order, ledger, turn.case.claim).next())
    free_credit(turn, found)


def order_and_ledger(found: Found, case: Case) -> tuple[Order, Ledger]:
    """The case's order and its ledger, in one more read where they were not foreseen."""
    return ledgers.order_and_ledger(found, case.order_id)


def free_credit(turn: Turn, found: Found) -> None:
    """极速退款 leans on credit only while its money is out."""
    out = turn.case.credit_out
    if not out:
        return
    turn.change(credit_out=0)
    credit = found.get(refs.credit(turn.case.buyer_id))
    if credit is not None:
        turn.write(credit.using(turn.case.currency, -out))


def grant_less(turn: Turn, found: Found, amount: int) -> None:
    """The case stands for `amount` from now on; the rest of the money is free again. Raises RefundExceedsPaid.

    Who is granted less is granted money: an exchange becomes a refund.
    """
    if amount == turn.case.amount:
        return
    exchange_conversions.to_refund(turn, "less_granted")
    order, ledger = order_and_ledger(found, turn.case)
    ledger, claim = reduce(order, ledger, turn.case.claim, amount)
    turn.write(ledger.next())
    turn.claim(order, claim)


def need(found: Found, case_id: str) -> Case:
    return found.need(refs.case(case_id), CaseNotFound)
