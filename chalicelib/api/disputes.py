"""Disputes over HTTP: each side says what it has to say, the platform rules, and either side may appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.schemas import cases
from chalicelib.schemas import disputes as shapes
from chalicelib.usecases import decisions, hearings, inquiries, rulings, screens

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

disputes = Blueprint(__name__)


@door.route(disputes, "POST", "/cases/{case_id}/escalate")
def escalate_case(asked: Asked, case_id: str) -> Reply:
    return decisions.escalate(asked.ports, asked.request, case_id, asked.body(cases.EscalateCase))


@door.route(disputes, "POST", "/cases/{case_id}/inquiry")
def answer_inquiry(asked: Asked, case_id: str) -> Reply:
    return inquiries.answer(asked.ports, asked.request, case_id, asked.body(shapes.AnswerInquiry))


@door.route(disputes, "GET", "/cases/{case_id}/dispute")
def read_dispute(asked: Asked, case_id: str) -> Reply:
    return screens.dispute(asked.ports, asked.actor, case_id)


@door.route(disputes, "POST", "/cases/{case_id}/statements")
def make_statement(asked: Asked, case_id: str) -> Reply:
    return hearings.testify(asked.ports, asked.request, case_id, asked.body(shapes.MakeStatement))


@door.route(disputes, "POST", "/cases/{case_id}/done")
def finish_dispute(asked: Asked, case_id: str) -> Reply:
    return hearings.finish(asked.ports, asked.request, case_id, asked.body(shapes.FinishDispute))


@door.route(disputes, "POST", "/cases/{case_id}/ruling")
def rule_case(asked: Asked, case_id: str) -> Reply:
    return rulings.rule(asked.ports, asked.request, case_id, asked.body(cases.RuleCase))


@door.route(disputes, "POST", "/cases/{case_id}/appeal")
def appeal_ruling(asked: Asked, case_id: str) -> Reply:
    return hearings.appeal(asked.ports, asked.request, case_id, asked.body(shapes.AppealRuling))
