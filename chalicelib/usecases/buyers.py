"""A buyer's standing with the platform: the credit for instant refunds 极速退款, what is owed, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.policies import PLATFORM
from chalicelib.schemas.buyers import CreditView
from chalicelib.usecases import credits, steps
from chalicelib.usecases.access import act_as
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.buyers import Credit
    from chalicelib.domain.policies import Policy
    from chalicelib.ports import Ports
    from chalicelib.schemas.buyers import CreditBody, RestoreCredit
    from chalicelib.usecases.steps import Decision, Found


def read_own(ports: Ports, actor: Actor) -> Reply:
    """What the buyer who asks may have paid at once, what is used of it, what is owed, and why not."""
    act_as(actor, "buyer")
    return _shown(ports, actor.id)


def read(ports: Ports, actor: Actor, buyer_id: str) -> Reply:
    """The same for the platform's people. Raises Forbidden."""
    act_as(actor, "agent", "supervisor", "operator", "auditor")
    return _shown(ports, buyer_id)


def _shown(ports: Ports, buyer_id: str) -> Reply:
    found = steps.read(ports, refs.credit(buyer_id), refs.policy_index(PLATFORM))
    return _reply(ports, found, credits.credit_of(found, buyer_id))


def put_credit(ports: Ports, actor: Actor, buyer_id: str, body: CreditBody) -> Reply:
    """Sets how much may be out at once as instant refunds; what is out already stays counted."""
    act_as(actor, "operator")

    def once(found: Found) -> Decision[Reply]:
        after = credits.credit_of(found, buyer_id).next(limits=body.limits)
        return [after], _reply(ports, found, after)

    return steps.change(ports, [refs.credit(buyer_id), refs.policy_index(PLATFORM)], once)


def restore(ports: Ports, actor: Actor, buyer_id: str, body: RestoreCredit) -> Reply:
    """Gives back a right that was withdrawn: earlier clawbacks count no more. What is owed stays owed."""
    act_as(actor, "operator")
    now = ports.clock.now()

    def once(found: Found) -> Decision[Reply]:
        known = credits.credit_of(found, buyer_id)
        after = known.next(restored_at=now, restored_by=actor.key, restored_because=body.reason)
        return [after], _reply(ports, found, after)

    return steps.change(ports, [refs.credit(buyer_id), refs.policy_index(PLATFORM)], once)


def _reply(ports: Ports, found: Found, credit: Credit) -> Reply:
    view = CreditView.of(credit, credits.owed(found, credit), _policy(ports, found), ports.clock.now())
    return Reply(200, view)


def _policy(ports: Ports, found: Found) -> Policy | None:
    """The platform's policy of today; a case is bound by that of its purchase."""
    index = found.get(refs.policy_index(PLATFORM))
    version = index.in_force(ports.clock.now()) if index is not None else None
    return None if version is None else ports.policies.get(PLATFORM, version)
