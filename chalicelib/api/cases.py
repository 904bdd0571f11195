"""Cases over HTTP: filed, followed, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.domain import searches as queries
from chalicelib.domain.lifecycles import CaseStatus
from chalicelib.schemas import cases as shapes
from chalicelib.schemas import repairs, replacements, returns
from chalicelib.usecases import (
    appointments,
    conversions,
    decisions,
    dispatches,
    evidence,
    extensions,
    filings,
    gates,
    handbacks,
    inspections,
    parcels,
    pickups,
    receipts,
    redos,
    replacement_parcels,
    return_freights,
    searches,
    shipments,
    workbenches,
)
from chalicelib.usecases import cases as usecase

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.domain.gates import GateName
    from chalicelib.usecases.steps import Reply

cases = Blueprint(__name__)


@door.route(cases, "POST", "/cases/preview")
def preview_case(asked: Asked) -> Reply:
    return filings.preview(asked.ports, asked.actor, asked.body(shapes.FileCase))


@door.route(cases, "POST", "/cases")
def file_case(asked: Asked) -> Reply:
    return filings.file(asked.ports, asked.request, asked.body(shapes.FileCase))


@door.route(cases, "GET", "/cases")
def list_cases(asked: Asked) -> Reply:
    return usecase.listing(asked.ports, asked.actor, asked.one_of("status", get_args(CaseStatus)), *asked.page())


@door.route(cases, "GET", "/cases/search")
def search_cases(asked: Asked) -> Reply:
    return searches.find(asked.ports, asked.actor, asked.parameters(queries.CaseQuery))


@door.route(cases, "GET", "/cases/{case_id}")
def read_case(asked: Asked, case_id: str) -> Reply:
    return usecase.read(asked.ports, asked.actor, case_id)


@door.route(cases, "GET", "/cases/{case_id}/timeline")
def read_timeline(asked: Asked, case_id: str) -> Reply:
    return usecase.timeline(asked.ports, asked.actor, case_id, *asked.page())


@door.route(cases, "GET", "/cases/{case_id}/parcels")
def list_parcels(asked: Asked, case_id: str) -> Reply:
    return parcels.listing(asked.ports, asked.actor, case_id)


@door.route(cases, "GET", "/cases/{case_id}/parcels/{parcel_id}")
def read_parcel(asked: Asked, case_id: str, parcel_id: str) -> Reply:
    return parcels.read(asked.ports, asked.actor, case_id, parcel_id)


@door.route(cases, "POST", "/cases/{case_id}/withdraw")
def withdraw_case(asked: Asked, case_id: str) -> Reply:
    return decisions.withdraw(asked.ports, asked.request, case_id, asked.body(shapes.WithdrawCase))


@door.route(cases, "POST", "/cases/{case_id}/revise")
def revise_case(asked: Asked, case_id: str) -> Reply:
    return decisions.revise(asked.ports, asked.request, case_id, asked.body(shapes.ReviseCase))


@door.route(cases, "POST", "/cases/{case_id}/answer")
def answer_offer(asked: Asked, case_id: str) -> Reply:
    return decisions.answer_offer(asked.ports, asked.request, case_id, asked.body(shapes.AnswerOffer))


@door.route(cases, "POST", "/cases/{case_id}/decision")
def decide_case(asked: Asked, case_id: str) -> Reply:
    return decisions.decide(asked.ports, asked.request, case_id, asked.body(shapes.DecideCase))


@door.route(cases, "POST", "/cases/{case_id}/shipment")
def ship_goods(asked: Asked, case_id: str) -> Reply:
    return shipments.ship(asked.ports, asked.request, case_id, asked.body(returns.ShipGoods))


@door.route(cases, "POST", "/cases/{case_id}/freight")
def declare_freight(asked: Asked, case_id: str) -> Reply:
    return return_freights.declare(asked.ports, asked.request, case_id, asked.body(returns.DeclareFreight))


@door.route(cases, "POST", "/cases/{case_id}/pickup")
def book_pickup(asked: Asked, case_id: str) -> Reply:
    return pickups.book(asked.ports, asked.request, case_id, asked.body(returns.BookPickup))


@door.route(cases, "POST", "/cases/{case_id}/pickup/cancel")
def call_off_pickup(asked: Asked, case_id: str) -> Reply:
    asked.body(returns.CallOffPickup)
    return pickups.call_off(asked.ports, asked.request, case_id)


@door.route(cases, "POST", "/cases/{case_id}/extension")
def ask_for_time(asked: Asked, case_id: str) -> Reply:
    return extensions.ask(asked.ports, asked.request, case_id, asked.body(shapes.AskForTime))


@door.route(cases, "POST", "/cases/{case_id}/receipt")
def receive_goods(asked: Asked, case_id: str) -> Reply:
    return receipts.receive(asked.ports, asked.request, case_id, asked.body(returns.ReceiveGoods))


@door.route(cases, "POST", "/cases/{case_id}/inspection")
def inspect_goods(asked: Asked, case_id: str) -> Reply:
    return inspections.inspect(asked.ports, asked.request, case_id, asked.body(returns.InspectGoods))


@door.route(cases, "POST", "/cases/{case_id}/replacement")
def ship_replacement(asked: Asked, case_id: str) -> Reply:
    return replacement_parcels.ship(asked.ports, asked.request, case_id, asked.body(replacements.ShipReplacement))


@door.route(cases, "POST", "/cases/{case_id}/replacement-receipt")
def receive_replacement(asked: Asked, case_id: str) -> Reply:
    return replacement_parcels.receive(asked.ports, asked.request, case_id, asked.body(replacements.ReceiveReplacement))


@door.route(cases, "POST", "/cases/{case_id}/appointment")
def book_visit(asked: Asked, case_id: str) -> Reply:
    return appointments.book(asked.ports, asked.request, case_id, asked.body(repairs.BookVisit))


@door.route(cases, "POST", "/cases/{case_id}/visit")
def call_visit_off(asked: Asked, case_id: str) -> Reply:
    return appointments.call_off(asked.ports, asked.request, case_id, asked.body(repairs.CallVisitOff))


@door.route(cases, "POST", "/cases/{case_id}/estimate")
def make_estimate(asked: Asked, case_id: str) -> Reply:
    return workbenches.estimate(asked.ports, asked.request, case_id, asked.body(repairs.MakeEstimate))


@door.route(cases, "POST", "/cases/{case_id}/repair")
def record_repair(asked: Asked, case_id: str) -> Reply:
    return workbenches.record(asked.ports, asked.request, case_id, asked.body(repairs.RecordRepair))


@door.route(cases, "POST", "/cases/{case_id}/dispatch")
def send_goods_back(asked: Asked, case_id: str) -> Reply:
    return dispatches.send(asked.ports, asked.request, case_id, asked.body(repairs.SendGoodsBack))


@door.route(cases, "POST", "/cases/{case_id}/acceptance")
def accept_repair(asked: Asked, case_id: str) -> Reply:
    return handbacks.accept(asked.ports, asked.request, case_id, asked.body(repairs.AcceptRepair))


@door.route(cases, "POST", "/cases/{case_id}/choice")
def choose_instead(asked: Asked, case_id: str) -> Reply:
    return conversions.choose(asked.ports, asked.request, case_id, asked.body(repairs.ChooseInstead))


@door.route(cases, "POST", "/cases/{case_id}/refunds")
def redo_refund(asked: Asked, case_id: str) -> Reply:
    return redos.redo(asked.ports, asked.request, case_id, asked.body(shapes.RedoRefund))


@door.route(cases, "POST", "/cases/{case_id}/evidence")
def add_evidence(asked: Asked, case_id: str) -> Reply:
    return evidence.add(asked.ports, asked.request, case_id, asked.body(shapes.AddEvidence))


@door.route(cases, "GET", "/cases/{case_id}/evidence")
def list_evidence(asked: Asked, case_id: str) -> Reply:
    return evidence.listing(asked.ports, asked.actor, case_id)


@door.route(cases, "PATCH", "/cases/{case_id}/deadlines/{gate}")
def move_deadline(asked: Asked, case_id: str, gate: GateName) -> Reply:
    return gates.move_deadline(asked.ports, asked.request, case_id, gate, asked.body(shapes.MoveDeadline))
