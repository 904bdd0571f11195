"""A world that can be put back: everything in it that changes, and what of it makes a difference for the future."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from typing import Any

from chalicelib.domain.cases import Case
from chalicelib.domain.disputes import Dispute
from chalicelib.domain.entries import Entry
from chalicelib.domain.gates import Gate
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.parcels import Parcel, Waybill
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund
from chalicelib.domain.repairs import Repair
from chalicelib.domain.replacements import Replacement
from chalicelib.domain.returns import Return
from tests.campaign.cloud import Cloud


def taken(cloud: Cloud) -> dict[str, Any]:
    """Things are frozen, so copies of the containers are enough."""
    return {
        "at": cloud.clock.at,
        "ids": Counter(cloud.ids._counts),
        "things": dict(cloud.table.things),
        "unpublished": set(cloud.table.unpublished),
        "tallies": {of: Counter(numbers) for of, numbers in cloud.table.tallies.items()},
        "changes": list(cloud.table.changes),
        "waiting": [replace(letter) for letter in cloud.queues.waiting],
        "dead": [replace(letter) for letter in cloud.queues.dead],
        "published": list(cloud.queues.published),
        "book": (dict(cloud.provider.book), dict(cloud.provider.paid), list(cloud.provider.deeds)),
        "returned": set(cloud.returned),
        "arrived": dict(cloud.arrived),
        "carriers": (dict(cloud.carriers.book), dict(cloud.carriers.commands)),
        "runs": {
            key: replace(one, answers=list(one.answers)) for key, one in cloud.machine.executions.items()
        },
        "sent": list(cloud.courier.sent),
    }  # fmt: skip


def put_back(cloud: Cloud, kept: dict[str, Any]) -> None:
    cloud.clock.at, cloud.ids._counts = kept["at"], Counter(kept["ids"])
    table, queues, provider = cloud.table, cloud.queues, cloud.provider
    table.things, table.unpublished = dict(kept["things"]), set(kept["unpublished"])
    table.tallies = {of: Counter(numbers) for of, numbers in kept["tallies"].items()}
    table.changes = deque(kept["changes"])
    table.saves.clear()
    table.loads.clear()
    queues.waiting = [replace(letter) for letter in kept["waiting"]]
    queues.dead = [replace(letter) for letter in kept["dead"]]
    queues.published = list(kept["published"])
    provider.book, provider.paid, provider.deeds = dict(kept["book"][0]), dict(kept["book"][1]), deque(kept["book"][2])
    provider.calls.clear()
    cloud.returned = set(kept["returned"])
    cloud.arrived = dict(kept["arrived"])
    cloud.carriers.book, cloud.carriers.commands = dict(kept["carriers"][0]), dict(kept["carriers"][1])
    cloud.carriers.calls.clear()
    cloud.machine.executions = {key: replace(one, answers=list(one.answers)) for key, one in kept["runs"].items()}
    cloud.courier._port.sent = list(kept["sent"])
    cloud.tap.order.clear()
    cloud.tap.hits.clear()
    cloud.surprises.clear()


def canonical(cloud: Cloud) -> tuple[Any, ...]:
    """What tells two worlds apart: times, ids and counts that nothing depends on are left out."""
    case = cloud.table.all(Case)[0]
    gates = [gate for gate in cloud.table.all(Gate) if gate.answer is None or not gate.told]
    runs = sorted(_standing(cloud, gates, one) for one in cloud.machine.executions.values() if one.is_running)
    ledger = cloud.ledger(case.order_id).payments
    return (
        case.status,
        case.parking and case.parking.because,
        tuple((gate.name, gate.owner, gate.answer and gate.answer.outcome, gate.token is None) for gate in gates),
        tuple(_money(cloud, refund) for refund in cloud.table.all(Refund)),
        tuple(ledger),
        (case.revisions, case.rounds.get("buyer_answer", 0), min(case.rounds.get("ruling", 0), 2)),
        (
            case.inquiry,
            case.condemned,
            min(case.rounds.get("inquiry", 0), 2),
            case.multiple and case.multiple.paid_at is None,
        ),
        tuple(runs),
        sorted(letter.body["refund_no"] for letter in cloud.queues.waiting if letter.reader == "on_payment_command"),
        tuple(
            (one.inspection and one.inspection.outcome, *(p.fate for p in one.parcels))
            for one in cloud.table.all(Return)
        ),
        tuple(_repair(one) for one in cloud.table.all(Repair)),
        tuple(_replacement(one) for one in cloud.table.all(Replacement)),
        (case.remedy, case.converted, case.attempt == case.converted_in, sorted(case.turned_away)),
        (case.instant, case.owed, case.credit_out),
        case.way_out,
        tuple(waybill.course.state for waybill in cloud.table.all(Waybill)),
        len([entry for entry in cloud.table.all(Entry) if entry.type == "CaseApproved"]) > 0,
        _couriers(cloud, case),
        tuple((one.state, one.open > 0, one.written_off > 0) for one in cloud.table.all(Recovery)),
        tuple(_dispute(one) for one in cloud.table.all(Dispute)),
        case.proposal and case.proposal.by.role,
    )


def _dispute(dispute: Dispute) -> tuple[Any, ...]:
    """Who was heard and has nothing to add, what was ruled and by whom, and who is against it."""
    ruling, appeal = dispute.ruling, dispute.appeal
    ruled = ruling and (ruling.verdict, ruling.amount > 0, ruling.liability, ruling.goods, sorted(ruling.given_by))
    asked = dispute.proofs is not None and len(dispute.proofs)
    return dispute.state, dispute.round, dispute.awaited, sorted(dispute.done), asked, ruled, appeal and appeal.party


def _couriers(cloud: Cloud, case: Case) -> tuple[Any, ...]:
    """How each visit stands, which is awaited, what carriers were asked and have not answered."""
    awaited = {goods.pickup_id for goods in cloud.table.all(Return)}
    visits = sorted(cloud.table.all(Parcel, purpose="pickup"), key=lambda one: one.parcel_id)
    return (
        case.rounds.get("pickup", 0),
        tuple((one.pickup and one.pickup.state, one.state, one.parcel_id in awaited) for one in visits),
        sorted((one.kind, one.state) for one in cloud.table.all(CarrierCommand) if one.is_open and one.kind != "track"),
    )


def _repair(repair: Repair) -> tuple[Any, ...]:
    """`visit`: whether its time has come."""
    last = repair.visits[-1].state if repair.visits else None
    told = repair.estimate and repair.estimate.state
    return repair.goods_with, last, repair.result, repair.failures, len(repair.attempts), told, len(repair.parcels)


def _replacement(one: Replacement) -> tuple[Any, ...]:
    fates = tuple(parcel.fate for parcel in one.parcels)
    return one.difference, one.paid_by, one.requests, one.received_at is not None, fates


def _goods(goods: Return) -> tuple[Any, ...]:
    return goods.inspection and goods.inspection.outcome, *(parcel.fate for parcel in goods.parcels)


def _money(cloud: Cloud, refund: Refund) -> tuple[Any, ...]:
    book = cloud.provider.book.get(refund.refund_no)
    accepted = refund.accepted_at is not None
    return refund.state, book, accepted, refund.asks > 0, refund.refund_no in cloud.returned


def _standing(cloud: Cloud, gates: list[Gate], execution: Any) -> tuple[str, bool]:
    """Where an execution waits, and whether anybody could still tell it so."""
    at = next((gate.name for gate in gates if gate.token == execution.token), "nowhere")
    return at, execution.token is None
