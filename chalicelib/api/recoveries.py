"""What others owe the platform's fund, and merchants' deposits, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from chalice.app import Blueprint

from chalicelib.api import door
from chalicelib.domain.lifecycles import RecoveryState
from chalicelib.schemas import recoveries as shapes
from chalicelib.usecases import debts, deposits, pursuits

if TYPE_CHECKING:
    from chalicelib.api.asked import Asked
    from chalicelib.usecases.steps import Reply

recoveries = Blueprint(__name__)
STATES = get_args(RecoveryState)


@door.route(recoveries, "GET", "/recoveries")
def list_recoveries(asked: Asked) -> Reply:
    if asked.one_of("late", ("true",)):
        return debts.late(asked.ports, *asked.page())
    return debts.listing(asked.ports, asked.one_of("state", STATES) or "open", *asked.page())


@door.route(recoveries, "GET", "/cases/{case_id}/recoveries")
def list_recoveries_of_case(asked: Asked, case_id: str) -> Reply:
    return debts.of_case(asked.ports, asked.actor, case_id)


@door.route(recoveries, "POST", "/cases/{case_id}/recoveries/{recovery_id}/write-off")
def write_off_recovery(asked: Asked, case_id: str, recovery_id: str) -> Reply:
    return pursuits.write_off(asked.ports, asked.request, case_id, recovery_id, asked.body(shapes.WriteOff))


@door.route(recoveries, "POST", "/cases/{case_id}/recoveries/{recovery_id}/filing")
def file_recovery_again(asked: Asked, case_id: str, recovery_id: str) -> Reply:
    return pursuits.file_again(asked.ports, asked.request, case_id, recovery_id)


@door.route(recoveries, "POST", "/cases/{case_id}/recoveries/{recovery_id}/payments")
def record_recovery_payment(asked: Asked, case_id: str, recovery_id: str) -> Reply:
    return pursuits.record_payment(asked.ports, asked.request, case_id, recovery_id, asked.body(shapes.RecordPayment))


@door.route(recoveries, "GET", "/merchants/{merchant_id}/recoveries")
def list_recoveries_of_merchant(asked: Asked, merchant_id: str) -> Reply:
    state = asked.one_of("state", STATES)
    return debts.of_merchant(asked.ports, asked.actor, merchant_id, state, *asked.page())


@door.route(recoveries, "GET", "/merchants/{merchant_id}/deposit")
def read_deposit(asked: Asked, merchant_id: str) -> Reply:
    return deposits.read(asked.ports, asked.actor, merchant_id, *asked.page())


@door.route(recoveries, "POST", "/merchants/{merchant_id}/deposit")
def move_deposit(asked: Asked, merchant_id: str) -> Reply:
    return deposits.move(asked.ports, asked.request, merchant_id, asked.body(shapes.MoveDeposit))
