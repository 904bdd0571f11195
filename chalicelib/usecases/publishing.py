"""From the table to everybody else: new entries become events and start flows, answered gates resume theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.usecases import gates

if TYPE_CHECKING:
    from chalicelib.domain.entries import Entry
    from chalicelib.domain.gates import Gate
    from chalicelib.ports import Ports


def tell_everybody(ports: Ports, entries: Sequence[Entry]) -> None:
    """Starts the flows and wakes the workers that these entries call for, publishes them, and then takes them off the
    list.

    Safe to repeat: a flow of the same attempt starts once, consumers know events by their id, and the
    acknowledgement adds an entry to the tallies once. Raises TransientFault when something must be tried again.
    """
    if not entries:
        return
    for entry in entries:
        attempt = entry.data.get("start_attempt")
        if attempt is not None:
            # Entries of before there were two machines do not say which: then it is the first.
            ports.flows.start(entry.data.get("start_flow", "refund_flow"), entry.case_id, int(attempt))
        for command_no in entry.data.get("commands", ()):
            ports.logistics_commands.ask(command_no)
    ports.events.publish(entries)
    ports.records.acknowledge(entries)


def resume_flow(ports: Ports, gate: Gate) -> None:
    """Passes a gate's answer, or the news of a moved deadline, to the flow that waits at it."""
    gates.resume(ports, gate.case_id, gate.name, gate.round)
