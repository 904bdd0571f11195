"""The table's stream: new entries of cases, and gates that have something to tell their flow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.domain.entries import Entry
from chalicelib.domain.gates import Gate
from chalicelib.usecases import publishing

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Change

cases = Blueprint(__name__)


@cases.lambda_function(name="on_case_changed")
@entry.stream
def on_case_changed(ports: Ports, changes: Sequence[Change]) -> Any:
    entries = [c.after for c in changes if c.before is None and isinstance(c.after, Entry)]
    publishing.tell_everybody(ports, entries)
    for gate in (c.after for c in changes):
        if isinstance(gate, Gate) and gate.signal is not None:
            publishing.resume_flow(ports, gate)
