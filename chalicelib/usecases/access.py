"""Who may see what. A foreign thing is not there (404); a forbidden act on what one may see is 403."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import READS_EVERYTHING
from chalicelib.errors import CaseNotFound, Forbidden, MerchantFrozen, MerchantNotFound, OrderNotFound

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.cases import Case
    from chalicelib.domain.orders import Order
    from chalicelib.usecases.steps import Found

DECIDED = frozenset(
    {"decision", "receipt", "inspection", "replacement", "appointment", "repair", "dispatch"}
)  # gates of whoever decides
ORDER_SYSTEMS = frozenset({"orders", "payments"})


def _belongs(actor: Actor, buyer_id: str, merchant_id: str) -> bool:
    match actor.role:
        case "buyer":
            return actor.id == buyer_id
        case "merchant":
            return actor.merchant_id == merchant_id
        case role:
            return role in READS_EVERYTHING


def see_case(actor: Actor, case: Case | None) -> Case:
    """The case, if the actor may see it. Raises CaseNotFound."""
    if case is None or not _belongs(actor, case.buyer_id, case.merchant_id):
        raise CaseNotFound("there is no such case")
    return case


def see_order(actor: Actor, order: Order | None) -> Order:
    """The order, if the actor may see it. Raises OrderNotFound."""
    if order is None or not (actor.role in ORDER_SYSTEMS or _belongs(actor, order.buyer_id, order.merchant_id)):
        raise OrderNotFound("there is no such order")
    return order


def act_as(actor: Actor, *roles: str) -> None:
    """Raises Forbidden when the actor's role is none of these."""
    if actor.role not in roles:
        raise Forbidden(f"not for the role {actor.role}")


def act_for_merchant(actor: Actor, merchant_id: str) -> None:
    """Raises MerchantNotFound for another shop's member, Forbidden for a role that has no say in shops."""
    if actor.role == "merchant":
        if actor.merchant_id != merchant_id:
            raise MerchantNotFound("there is no such merchant")
        return
    act_as(actor, "operator")


def see_merchant(actor: Actor, merchant_id: str) -> None:
    """Auditors and supervisors read what the shop and operators read. Raises MerchantNotFound, Forbidden."""
    if actor.role not in ("auditor", "supervisor"):
        act_for_merchant(actor, merchant_id)


def is_frozen(found: Found, merchant_id: str) -> bool:
    """Whether the platform has taken this shop's decisions over."""
    shops = found.get(refs.frozen())
    return shops is not None and merchant_id in shops.merchant_ids


def act_unfrozen(actor: Actor, found: Found) -> None:
    """A frozen shop's people and systems read, and change nothing. Raises MerchantFrozen."""
    if actor.role == "merchant" and is_frozen(found, actor.merchant_id or ""):
        raise MerchantFrozen("the platform has frozen this shop; everything can be read and nothing changed")


def act_as_decider(actor: Actor, case: Case) -> None:
    """Whoever is awaited decides: the shop over its cases, the platform's agents over those of its own shops and
    over those that were handed to them. Raises Forbidden."""
    gate = case.gate
    owner = gate.owner if gate is not None and gate.name in DECIDED else case.decider
    if owner.startswith("merchant#"):
        act_as(actor, "merchant")
    else:
        act_as(actor, "agent", "supervisor")
