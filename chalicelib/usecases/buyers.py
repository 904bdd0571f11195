"""A buyer's standing with the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.buyers import Credit
from chalicelib.usecases import steps
from chalicelib.usecases.access import act_as
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.ports import Ports
    from chalicelib.schemas.buyers import CreditBody
    from chalicelib.usecases.steps import Decision, Found


def put_credit(ports: Ports, actor: Actor, buyer_id: str, body: CreditBody) -> Reply:
    """Sets how much may be out at once as instant refunds; what is out already stays counted."""
    act_as(actor, "operator")
    ref = refs.credit(buyer_id)

    def once(found: Found) -> Decision[Reply]:
        known = found.get(ref) or Credit(buyer_id=buyer_id, version=0)
        after = known.next(limits=body.limits)
        return [after], Reply(200, after.model_dump(mode="json", exclude={"version"}))

    return steps.change(ports, [ref], once)
