"""Nothing gets stuck: finds by the due index whatever was not acted on, repairs it, counts what it repaired.

Everything it does is what somebody else should have done already, through the same use case; so it is idempotent, and
a sweep that finds nothing changes nothing. It reads each thing afresh: the index only says where to look.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.cases import Case
from chalicelib.domain.endpoints import Webhook
from chalicelib.domain.entries import Entry
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.gates import Gate
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.recalls import Recall
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund
from chalicelib.domain.tallies import SHARDS
from chalicelib.domain.webhooks import WebhookDelivery
from chalicelib.usecases import (
    cases,
    evidence,
    gates,
    parkings,
    publishing,
    pursuits,
    recalls,
    returns,
    steps,
    webhooks,
)

if TYPE_CHECKING:
    from chalicelib.domain.rows import DueRow
    from chalicelib.domain.values import Value
    from chalicelib.ports import Ports

AT_ONCE = 100  # per shard and sweep, without those that fail: the next minute takes the rest
BUDGET = timedelta(seconds=40)  # of the function's 55: the last repair may wait for a partner
ENOUGH_ATTEMPTS = 20  # of an execution that keeps failing: then a person should look

FAILED = "failed_"
Repaired = Counter[str]  # what was done, how often; `failed` is what the next sweep must try again


def sweep(ports: Ports) -> Repaired:
    """One pass over everything that is due. One broken thing never stops the others.

    What fails stands at the head of its shard until it succeeds, so it counts for nothing: the page behind it is looked
    at too, as long as there is time, one page of each shard in turn.
    """
    now, repaired = ports.clock.now(), Counter[str]()
    shards: deque[tuple[int, DueRow | None, int]] = deque((shard, None, 0) for shard in range(SHARDS))
    while shards and ports.clock.now() < now + BUDGET:
        shard, after, went = shards.popleft()
        rows = ports.listings.due(shard, now, AT_ONCE, after)
        for row in rows:
            if ports.clock.now() >= now + BUDGET:
                return repaired
            done = _tried(ports, row, now)
            went += not (done or "").startswith(FAILED)
            if done:
                repaired[done] += 1
        if len(rows) == AT_ONCE and went < AT_ONCE:
            shards.append((shard, rows[-1], went))
    return repaired


def _tried(ports: Ports, row: DueRow, now: datetime) -> str | None:
    try:
        return _see_to(ports, row, now)
    except Exception as error:  # whatever it is, the others must go on; `SweeperStumbles` tells
        return f"{FAILED}{type(error).__name__}"


def _see_to(ports: Ports, row: DueRow, now: datetime) -> str | None:
    thing = steps.read(ports, row.ref).get(row.ref)
    at = getattr(thing, "watch_at", None)
    if thing is None or at is None or at > now:
        return None
    return _REPAIRS[type(thing)](ports, thing)


def _entry(ports: Ports, entry: Entry) -> str | None:
    publishing.tell_everybody(ports, [entry])
    return "published"


def _gate(ports: Ports, gate: Gate) -> str | None:
    """A reminder, a silence that nobody noticed, or an answer that no flow heard."""
    if gate.answer is None:
        if gate.name == "address" and returns.find_address(ports, gate.case_id):
            return "addressed"
        if gate.remind_at is not None and gate.remind_at < gate.due_at:
            gates.remind(ports, gate.case_id, gate.name, gate.round)
            return "reminded"
        gates.expire(ports, gate.case_id, gate.name, gate.round, by_flow=False)
        return "expired"
    if gate.token is not None:
        gates.resume(ports, gate.case_id, gate.name, gate.round)
        return "resumed"
    case = cases.load(ports, gate.case_id)
    if case is None:
        return None
    running = ports.flows.is_running(case.flow, case.case_id, case.attempt)
    # A flow at work that has not come here began after the answer; if it does come, its token says so anew. Left on
    # the list, such gates would be looked at every minute, and a hundred of them would hide everything else.
    gates.forget_unheard(ports, gate.case_id, gate.name, gate.round)
    return "forgotten" if running else _restart(ports, case)


def _case(ports: Ports, case: Case) -> str | None:
    """Nobody is awaited, so a flow must be at work."""
    if ports.flows.is_running(case.flow, case.case_id, case.attempt):
        return None
    return _restart(ports, case)


def _restart(ports: Ports, case: Case) -> str | None:
    if not case.is_open or (case.gate is not None and case.gate.name == "person"):
        return None  # it ended, or a person carries it on
    if case.attempt >= ENOUGH_ATTEMPTS:
        parkings.park_case(ports, case.case_id, {"Error": "FlowKeepsFailing"})
        return "parked"
    parkings.restart(ports, case.case_id)
    return "restarted"


def _refund(ports: Ports, refund: Refund) -> str | None:
    ports.payment_commands.ask(refund.refund_no)
    return "asked"


def _recovery(ports: Ports, recovery: Recovery) -> str | None:
    """What others owe the platform's fund: asked for, taken, or given up."""
    return pursuits.pursue(ports, recovery)


def _command(ports: Ports, command: CarrierCommand) -> str | None:
    """A carrier that has not answered, or a worker that was never told."""
    ports.logistics_commands.ask(command.command_no)
    return "carrier_asked"


def _webhook(ports: Ports, delivery: WebhookDelivery) -> str | None:
    ports.webhooks.later(delivery.merchant_id, delivery.event_id, 0)
    return "resent"


def _endpoint(ports: Ports, webhook: Webhook) -> str | None:
    """The rest of an endpoint is over: what is parked for it goes on."""
    return "woken" if webhooks.wake(ports, webhook.merchant_id) else None


def _evidence(ports: Ports, file: Evidence) -> str | None:
    """Nobody told what was uploaded, if anything was: the form has run out, so this is what there is."""
    return evidence.check(ports, file.case_id, file.evidence_id)


def _recall(ports: Ports, recall: Recall) -> str | None:
    """Buyers of dangerous goods who were not told yet."""

    return recalls.go_on(ports, recall.case_id)


_REPAIRS: dict[type[Value], Callable[..., str | None]] = {
    Entry: _entry,
    Gate: _gate,
    Case: _case,
    Refund: _refund,
    Recall: _recall,
    Recovery: _recovery,
    CarrierCommand: _command,
    Evidence: _evidence,
    Webhook: _endpoint,
    WebhookDelivery: _webhook,
}
