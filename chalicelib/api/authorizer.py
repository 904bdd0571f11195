"""The Lambda authorizer: whose token is it? What its holder may do is decided in the API's own code, route by route.

API Gateway remembers the answer for a token, so the answer allows the whole API and never a single route.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import AuthResponse, Blueprint

from chalicelib import wiring
from chalicelib.errors import Unauthorized

if TYPE_CHECKING:
    from chalice.app import AuthRequest

    from chalicelib.domain.actors import Actor

REMEMBERED = 60  # seconds for which a withdrawn user still comes in

authorizer = Blueprint(__name__)


class Refused(Exception):
    """Raised with the one word for which API Gateway answers 401; every other word would be a 500."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@authorizer.authorizer(ttl_seconds=REMEMBERED)
def authorize(request: AuthRequest) -> AuthResponse:
    actor = identify(request.token)
    return AuthResponse(routes=["*"], principal_id=actor.key, context=facts_of(actor))


def identify(header: str) -> Actor:
    """Who an Authorization header names. Raises Refused; lets TransientFault through (the keys cannot be had)."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Refused
    try:
        return wiring.ports().tokens.actor(token.lstrip(" "))
    except Unauthorized:
        raise Refused from None


def facts_of(actor: Actor) -> dict[str, str]:
    """The actor as the authorizer's context carries it: strings, and none for what is not there."""
    facts = {"role": actor.role, "id": actor.id}
    return {**facts, "merchant_id": actor.merchant_id} if actor.merchant_id else facts
