"""Freezing a shop 冻结商家: what the switch does, and how gates that wait for the shop come to the platform.

The switch itself is one write. Whatever waits for the shop is handed over one gate after the other, at once as far as
one request reaches; what is left, the clock hands over at its reminder or deadline (docs/decisions/0050).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.freezes import PLATFORM, FrozenShops, falls_to_platform, never_yes
from chalicelib.domain.merchants import Freeze
from chalicelib.domain.turns import REMIND_AFTER
from chalicelib.errors import GateNotFound, MerchantNotFound, TransientFault, VersionMismatch
from chalicelib.usecases import cases, steps
from chalicelib.usecases.access import act_as, is_frozen
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.gates import Gate, GateName
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.schemas.merchants import FreezeMerchant
    from chalicelib.usecases.steps import Decision, Found, Request

AT_ONCE = 100  # gates that one request hands over, in about three seconds


def freeze(ports: Ports, request: Request, merchant_id: str, body: FreezeMerchant) -> Reply:
    """Freezes a shop or lets it go. Repeated, it changes nothing but hands over what still waits for the shop.

    Raises MerchantNotFound, Forbidden, VersionMismatch.
    """
    from chalicelib.schemas.merchants import FrozenView, MerchantView

    act_as(request.actor, "operator", "supervisor")
    ref, now = refs.merchant(merchant_id), ports.clock.now()

    def once(found: Found) -> Decision[MerchantView]:
        merchant = found.need(ref, MerchantNotFound)
        if request.if_match is not None and merchant.version not in request.if_match:
            raise VersionMismatch("the shop has changed since it was read", version=merchant.version)
        if merchant.is_frozen == body.frozen:
            return [], MerchantView.of(merchant, request.actor)
        turned = Freeze(frozen=body.frozen, by=request.actor, at=now, reason=body.reason)
        merchant = merchant.next(freezes=(*merchant.freezes, turned))
        shops = found.get(refs.frozen()) or FrozenShops(version=0)
        return [merchant, shops.holding(merchant_id, frozen=body.frozen)], MerchantView.of(merchant, request.actor)

    view = steps.change(ports, [ref, refs.frozen()], once)
    handed, more = _hand_over_all(ports, request.actor, merchant_id) if view.frozen else (0, False)
    reply = FrozenView(**dict(view), handed_over=handed, more=more)
    return Reply(200, reply)


def _hand_over_all(ports: Ports, actor: Actor, merchant_id: str) -> tuple[int, bool]:
    """How many of the gates that wait for the shop were handed over, the most urgent first; are there more?"""
    rows = ports.listings.awaited(f"merchant#{merchant_id}", AT_ONCE, None).rows
    handed = 0
    for row in rows:
        try:
            handed += take_over(ports, row.case_id, row.name, row.round, actor)
        except TransientFault:  # a busy case; the clock comes to it
            continue
    return handed, len(rows) == AT_ONCE


def take_over(ports: Ports, case_id: str, name: GateName | str, round: int, actor: Actor = SYSTEM) -> bool:
    """Hands one gate of a frozen shop to the platform, unless it was answered or let go. True when it did."""
    ref = refs.gate(case_id, name, round)  # type: ignore[arg-type]

    def once(found: Found) -> Decision[bool]:
        gate = found.need(ref, GateNotFound)
        turn = cases.turn_of(ports, cases.need(found, case_id), actor)
        taken = takes_over(turn, found, gate)
        return (turn.items if taken else []), taken

    return steps.change(ports, [ref, refs.case(case_id), refs.frozen()], once)


def takes_over(turn: Turn, found: Found, gate: Gate) -> bool:
    """While its shop is frozen, the platform is awaited at this gate instead, by a deadline of its own, and its silence
    is no yes any more: it asks again, or brings in an agent as before. False when there is nothing to take over."""
    if not (falls_to_platform(gate) and is_frozen(found, turn.case.merchant_id)):
        return False
    due_at = turn.policy.calendar.after(turn.at, turn.policy.deadlines.person)
    remind_at = turn.at + (due_at - turn.at) * REMIND_AFTER
    handed = gate.moved(due_at, "the platform decides", remind_at).but(owner=PLATFORM, silence=never_yes(gate.silence))
    turn.keep(handed)
    turn.change(gate=handed.ref)
    turn.tell("CaseReferred", because="platform_decides", gate=gate.name, awaiting=gate.name, due_at=due_at.isoformat())
    return True
