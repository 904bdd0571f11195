"""Debts of every debtor in every state, and whatever anybody may do about one: by name, for tables and machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.domain import refs
from chalicelib.domain.actors import SYSTEM, Actor
from chalicelib.domain.orders import FreightInsurance
from chalicelib.domain.reasons import Liability, Responsible
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.shares import shares_of
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.cases import RedoRefund
from chalicelib.schemas.recoveries import RecordPayment, WriteOff
from chalicelib.usecases import cases, liabilities, pursuits, redos, settlements, steps, tracking
from tests.standins import returns
from tests.standins.credits import paid_early, trusting_shop
from tests.standins.debts import PARCEL, advanced, claimed, damaged, debt, debt_shop, paid, swept
from tests.standins.shops import OPERATOR, asking
from tests.standins.world import World

Move = Callable[[World, str], None]
PART = 100  # minor units


def of_merchant() -> tuple[World, str]:
    world = debt_shop()
    return world, advanced(world)


def of_carrier() -> tuple[World, str]:
    world = debt_shop(parcels=(PARCEL,))
    return world, damaged(world)


def of_insurer() -> tuple[World, str]:
    """A change of mind whose way back is insured for a fixed sum."""
    world = returns.return_shop()
    order = world.records.one(refs.order("o1"))
    insurance = FreightInsurance(insurer_id="picc", amount=1000, fixed=True)
    world.records.put(order.but(freight_insurance=insurance))
    case_id = returns.in_transit(world, reason="not_wanted")
    returns.receive(world, case_id)
    returns.inspect(world, case_id)
    return world, paid(world, case_id)


def of_buyer() -> tuple[World, str]:
    """Paid when the parcel was handed over; what came was worn, and the buyer left it at that."""
    world = trusting_shop()
    case_id = paid_early(world)
    returns.receive(world, case_id)
    returns.inspect(world, case_id, "failed", reason="worn")
    returns.silence(world, case_id, "escalation")
    return world, case_id


DEBTORS: Mapping[str, Callable[[], tuple[World, str]]] = {
    "merchant": of_merchant,
    "carrier": of_carrier,
    "insurer": of_insurer,
    "buyer": of_buyer,
}


# Moves


def pays(world: World, case_id: str, amount: int, fact_id: str) -> None:
    """The settlement system says so."""
    one = debt(world, case_id)
    pursuits.tell_payment(world, one.recovery_id, fact_id, amount, one.currency)


def pays_twice(world: World, case_id: str) -> None:
    for _ in range(2):
        pays(world, case_id, PART, "the same")


def records(world: World, case_id: str, actor: Actor = OPERATOR) -> None:
    one = debt(world, case_id)
    body = RecordPayment.model_validate({"amount": {"amount": PART, "currency": one.currency}, "note": "by post"})
    pursuits.record_payment(world, asking(None, actor), case_id, one.recovery_id, body)


def writes_off(world: World, case_id: str, actor: Actor = OPERATOR) -> None:
    body = WriteOff(reason="nobody will pay")
    pursuits.write_off(world, asking(None, actor), case_id, debt(world, case_id).recovery_id, body)


def files_again(world: World, case_id: str) -> None:
    pursuits.file_again(world, asking(None, OPERATOR), case_id, debt(world, case_id).recovery_id)


def carrier_says(world: World, case_id: str, what: str, **more: object) -> None:
    """Over the bus, of the claim that was filed the last time; unasked it has nothing to say."""
    number = debt(world, case_id).command_no
    if number is not None:
        tracking.take_event(world, f"command.{what}", {"command_no": number, **more})


def carrier_pays(world: World, case_id: str, amount: int) -> None:
    carrier_says(world, case_id, "done", paid=amount, currency=debt(world, case_id).currency)


def comes_back(world: World, case_id: str) -> None:
    """The bank sends the refund back."""
    [ref] = world.case(case_id).refunds
    settlements.reverse(world, ref.refund_no, "account closed")


def is_given_up(world: World, case_id: str) -> None:
    """It came back, and a person gives it up."""
    comes_back(world, case_id)
    [ref] = world.case(case_id).refunds
    body = RedoRefund(action="release", refund_no=ref.refund_no, note="paid in cash")
    redos.redo(world, asking(None, OPERATOR), case_id, body)


def is_decided(
    world: World, case_id: str, liability: Responsible, parts: Mapping[Liability, int] | None = None
) -> None:
    def once(found: steps.Found) -> steps.Decision[None]:
        turn = cases.turn_of(world, cases.need(found, case_id), SYSTEM)
        shares = shares_of(liability, parts, turn.case.amount) if parts else ()
        before = (turn.case.liability, turn.case.shares)
        liabilities.decide(turn, found, liability, "ruled", shares)
        return (turn.items if (turn.case.liability, turn.case.shares) != before else []), None

    steps.change(world, [refs.case(case_id)], once)


MOVES: Mapping[str, Move] = {
    "the sweeper comes": lambda world, case_id: swept(world),
    "its time is nearly up": lambda world, case_id: swept(world, days=28),
    "its time is up": lambda world, case_id: swept(world, days=40),
    "a part is paid": lambda world, case_id: pays(world, case_id, PART, "part"),
    "a part is told twice": pays_twice,
    "all is paid": lambda world, case_id: pays(world, case_id, debt(world, case_id).amount, "all"),
    "an operator records a part": records,
    "an operator writes it off": writes_off,
    "it is filed again": files_again,
    "the carrier accepts": lambda world, case_id: carrier_says(world, case_id, "accepted"),
    "the carrier refuses": lambda world, case_id: carrier_says(world, case_id, "failed", reason="claim_unfounded"),
    "the carrier pays a part": lambda world, case_id: carrier_pays(world, case_id, PART),
    "the carrier pays": lambda world, case_id: carrier_pays(world, case_id, debt(world, case_id).amount),
    "the refund comes back": comes_back,
    "the refund is given up": is_given_up,
    "it is the shop's doing": lambda world, case_id: is_decided(world, case_id, "merchant"),
    "it is the carrier's doing": lambda world, case_id: is_decided(world, case_id, "carrier"),
    "it is nobody's doing": lambda world, case_id: is_decided(world, case_id, "none"),
    "it is shared": lambda world, case_id: is_decided(world, case_id, "both", {"merchant": 333, "carrier": 667}),
}


# States


def _filed(world: World, case_id: str, *answers: CarrierAnswer) -> None:
    claimed(world, case_id, *answers)


STATES: Mapping[str, Move] = {
    "open": lambda world, case_id: None,
    "filed": _filed,
    "accepted": lambda world, case_id: _filed(world, case_id, CarrierAnswer("accepted")),
    "refused": lambda world, case_id: _filed(world, case_id, CarrierAnswer("failed", "claim_unfounded")),
    "recovered": MOVES["all is paid"],
    "written_off": writes_off,
    "dropped": is_given_up,
}
OF_CARRIERS = ("filed", "accepted", "refused")


def brought() -> dict[tuple[str, str], Callable[[], tuple[World, str]]]:
    """Every state that a debt of each debtor can be in."""

    def bring(debtor: str, state: str) -> Callable[[], tuple[World, str]]:
        def ready() -> tuple[World, str]:
            world, case_id = DEBTORS[debtor]()
            (comes_back if (debtor, state) == ("buyer", "dropped") else STATES[state])(world, case_id)
            return world, case_id

        return ready

    return {
        (debtor, state): bring(debtor, state)
        for debtor in DEBTORS
        for state in STATES
        if (debtor == "carrier" or state not in OF_CARRIERS)
        and (debtor, state) != ("insurer", "dropped")  # the way back was paid by voucher: it does not come back
    }


def one_of(world: World, case_id: str) -> Recovery:
    return debt(world, case_id)
