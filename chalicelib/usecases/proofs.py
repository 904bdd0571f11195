"""签收证明 in a dispute: carriers are asked who signed, and what they answer is among what is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.errors import CommandNotFound
from chalicelib.usecases import cases, disputes, gates, logistics, steps

if TYPE_CHECKING:
    from chalicelib.domain.disputes import Dispute, Party
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import Ports
    from chalicelib.usecases.gates import Step
    from chalicelib.usecases.steps import Decision, Found

MOST_PROOFS = 5
# What carriers have to say something about: whose doing it may be, or where the goods are.
CARRIERS_DOING = frozenset({"refused", "lost", "not_received"})


def ask_carriers(ports: Ports, case_id: str) -> Step:
    """Asks who signed for the goods, where that may be a carrier's doing. Repeating it asks nobody twice."""
    commands: list[CarrierCommand] = []

    def once(found: Found) -> Decision[Step]:
        case = cases.need(found, case_id)
        commands.clear()
        if case.dispute is None or case.dispute.state != "gathering":
            return [], gates.step("asked", case.gate, ports.clock.now())
        turn = cases.turn_of(ports, case, SYSTEM)
        dispute = disputes.of(turn, found)
        if dispute.proofs is not None:
            commands.extend(_open_commands(found, dispute))
            return [], gates.step("asked", case.gate, turn.at)
        for carrier, waybill_no in _waybills(turn, found, dispute):
            commands.append(logistics.ask_for_proof(ports, turn, carrier, waybill_no))
        awaited: tuple[Party, ...] = (*dispute.awaited, "carrier") if commands else dispute.awaited
        proofs = tuple(command.command_no for command in commands)
        turn.keep_dispute(dispute.but(proofs=proofs, awaited=awaited))
        return turn.items, gates.step("asked", turn.case.gate, turn.at)

    step = steps.change(ports, [refs.case(case_id)], once)
    logistics.signal(ports, *commands)
    return step


def _open_commands(found: Found, dispute: Dispute) -> list[CarrierCommand]:
    """Those of which the worker may never have heard."""
    asked = [found.need(refs.command(number), CommandNotFound) for number in dispute.proofs or ()]
    return [command for command in asked if command.is_open]


def _waybills(turn: Turn, found: Found, dispute: Dispute) -> list[tuple[str, str]]:
    """The parcels that the dispute is about: those on their way back, else those that went out."""
    case = turn.case
    reason = turn.policy.reason(case.reason)
    if dispute.because not in CARRIERS_DOING and (reason is None or reason.liability != "carrier"):
        return []
    goods = found.get(refs.goods(case.case_id)) if case.return_id else None
    delivery = found.get(refs.delivery(case.order_id))
    sent = goods.parcels if goods and goods.parcels else delivery.parcels if delivery else ()
    return [(parcel.carrier, parcel.waybill_no) for parcel in sent][:MOST_PROOFS]


def carrier_answered(turn: Turn, found: Found, command: CarrierCommand) -> None:
    """A carrier has said what it had to say of one waybill, within the turn that tells it; with the last one it is
    done."""
    if turn.case.dispute is None or turn.case.dispute.state != "gathering":
        return
    dispute = disputes.of(turn, found)
    if "carrier" not in dispute.awaited or "carrier" in dispute.done:
        return
    others = [one for one in _open_commands(found, dispute) if one.command_no != command.command_no]
    if others or command.command_no not in (dispute.proofs or ()):
        return
    turn.keep_dispute(dispute.finished("carrier"))
    gate = disputes.evidence_gate(turn, found)
    if gate is not None and disputes.nobody_is_missing(turn, found):
        # Whoever hears carriers reads no lists, so it does not seal: the clock does, at once.
        turn.move_deadline(gate, turn.at, "everybody is done")
