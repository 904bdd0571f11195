"""The people of a story: whoever gets no answer asks again with the same key, whoever is refused stops."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from chalicelib.domain.actors import Actor
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund
from chalicelib.domain.returns import Return
from chalicelib.domain.warranties import Unfixed
from chalicelib.errors import AftersalesError, OrderBusy, TransientFault
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.cases import (
    AddEvidence,
    AnswerOffer,
    DecideCase,
    EscalateCase,
    MoveDeadline,
    RedoRefund,
    ReviseCase,
    RuleCase,
    WithdrawCase,
)
from chalicelib.schemas.merchants import FreezeMerchant
from chalicelib.schemas.repairs import (
    AcceptRepair,
    BookVisit,
    ChooseInstead,
    MakeEstimate,
    RecordRepair,
    SendGoodsBack,
)
from chalicelib.schemas.returns import BookPickup, InspectGoods, ReceiveGoods, ShipGoods
from chalicelib.usecases import (
    appointments,
    conversions,
    decisions,
    dispatches,
    evidence,
    filings,
    freezes,
    gates,
    handbacks,
    inspections,
    pickups,
    receipts,
    redos,
    rulings,
    shipments,
    workbenches,
)
from chalicelib.usecases.steps import Reply, Request
from local.seed import photo
from tests.campaign.cloud import Cloud
from tests.campaign.flows import Died
from tests.campaign.sites import Site
from tests.standins import repairs as mending
from tests.standins import returns as stages
from tests.standins.parcels import SENDER, SLOT
from tests.standins.shops import AGENT, BUYER, MERCHANT, OPERATOR, ask, filing

OUT = "SFOUT100"  # what the order's goods travel under
PATIENCE = 6  # how often somebody asks again


class Stage:
    """Verbs of one case; everything that follows from each happens before it returns."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.case_id: str | None = None
        self._asked = 0

    def asks(self, act: Callable[..., Reply], actor: Actor, *given: Any) -> Reply | None:
        """One request over HTTP, under one idempotency key."""
        self._asked += 1
        request = Request.of(actor, f"key-{self._asked}", self._asked)
        site = Site("http.request", act.__name__)
        for _ in range(PATIENCE):
            try:
                return self.cloud.invoke(site, lambda: act(self.cloud, request, *given))  # type: ignore[no-any-return]
            except (TransientFault, OrderBusy, Died):
                self.cloud.run()
            except AftersalesError:
                return None  # refused: late, or not possible any more
        return None

    def _then(self, act: Callable[..., Reply], actor: Actor, body: Any) -> None:
        if self.case_id is not None:
            self.asks(act, actor, self.case_id, body)
        self.cloud.run()

    def files(self, *lines: Any, **more: Any) -> None:
        reply = self.asks(filings.file, BUYER, filing(*lines, **more))
        self.case_id = str(reply.body["case_id"]) if reply else None
        self.cloud.run()

    def decides(self, decision: str, actor: Actor = MERCHANT, **more: Any) -> None:
        self._then(decisions.decide, actor, DecideCase(decision=decision, **more))  # type: ignore[arg-type]

    def rejects(self) -> None:
        self.decides("reject", reason="worn")

    def offers(self, amount: int) -> None:
        self.decides("counter", amount={"amount": amount, "currency": "CNY"})

    def answers(self, answer: str) -> None:
        self._then(decisions.answer_offer, BUYER, AnswerOffer(answer=answer))  # type: ignore[arg-type]

    def escalates(self) -> None:
        self._then(decisions.escalate, BUYER, EscalateCase())

    def withdraws(self) -> None:
        self._then(decisions.withdraw, BUYER, WithdrawCase())

    def revises(self, *lines: Any) -> None:
        self._then(decisions.revise, BUYER, ReviseCase(lines=lines or (ask(),)))

    def rules(self, ruling: str, actor: Actor = AGENT, **more: Any) -> None:
        self._then(rulings.rule, actor, RuleCase(ruling=ruling, reason="seen", **more))  # type: ignore[arg-type]

    def ships(self, waybill_no: str = "SF1234567890") -> None:
        self._then(shipments.ship, BUYER, ShipGoods(carrier="shunfeng", waybill_no=waybill_no))

    def has_fetched(self) -> None:
        """A courier is to come, tomorrow at the same hours."""
        body = BookPickup(slot=SLOT.after(self.cloud.clock.now()), sender=SENDER)
        self._then(pickups.book, BUYER, body)

    def wants_another_time(self) -> None:
        """The courier is to come two days later."""
        body = BookPickup(slot=SLOT.after(self.cloud.clock.now() + timedelta(days=2)))
        self._then(pickups.book, BUYER, body)

    def calls_off(self) -> None:
        if self.case_id is not None:
            self.asks(pickups.call_off, BUYER, self.case_id)
        self.cloud.run()

    def fetches(self, visit: int = -1) -> None:
        """A courier has the goods, says the carrier on the bus; perhaps one who was not expected any more."""
        seen = self._visit(visit)
        if seen is not None and seen.waybill_no is not None:
            at = self.cloud.clock.now().isoformat()
            fact = {"carrier": seen.carrier, "waybill_no": seen.waybill_no, "at": at, "event_id": f"fetched-{visit}"}
            self.cloud.queues.put("on_logistics_event", fact, source="logistics", type="parcel.picked_up")
        self.cloud.run()

    def fetches_nothing(self, visit: int = -1) -> None:
        """A courier came in vain, says the carrier on the bus."""
        seen = self._visit(visit)
        if seen is not None and seen.pickup is not None:
            fact = {"command_no": seen.pickup.booking_no, "reason": "nobody_home"}
            self.cloud.queues.put("on_logistics_event", fact, source="logistics", type="command.failed")
        self.cloud.run()

    def _visit(self, visit: int) -> Parcel | None:
        visits = sorted(self.cloud.table.all(Parcel, purpose="pickup"), key=lambda one: one.parcel_id)
        return visits[visit] if -len(visits) <= visit < len(visits) else None

    def receives(self, actor: Actor = MERCHANT, **body: Any) -> None:
        self._then(receipts.receive, actor, ReceiveGoods(**body))

    def inspects(self, outcome: str = "passed", actor: Actor = MERCHANT, **body: Any) -> None:
        self._then(inspections.inspect, actor, InspectGoods.model_validate({"outcome": outcome, **body}))

    def does(self, act: Callable[..., Reply], actor: Actor, body: Any) -> None:
        """One answer of somebody about the case."""
        self._then(act, actor, body)

    def books(self) -> None:
        """The engineer comes tomorrow."""
        starts_at = self.cloud.clock.now() + timedelta(hours=20)
        body = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "engineer": mending.ENGINEER}
        self._then(appointments.book, MERCHANT, BookVisit.model_validate(body))

    def visits(self) -> None:
        self.cloud.clock.pass_by(hours=20)
        self.cloud.run()

    def repairs(self, result: str = "repaired") -> None:
        body = {"result": result, "engineer": mending.ENGINEER, "parts": [mending.PART], "labour": mending.LABOUR}
        self._then(workbenches.record, MERCHANT, RecordRepair.model_validate(body))

    def prices(self) -> None:
        body = {"parts": [mending.PART], "labour": mending.LABOUR}
        self._then(workbenches.estimate, MERCHANT, MakeEstimate.model_validate(body))

    def sends_back(self, waybill_no: str = "SF9876543210") -> None:
        self._then(dispatches.send, MERCHANT, SendGoodsBack(carrier="sf", waybill_no=waybill_no))

    def accepts(self, *, fixed: bool = True) -> None:
        self._then(handbacks.accept, BUYER, AcceptRepair(fixed=fixed, note=None if fixed else "it does it again"))

    def chooses(self, choice: Unfixed) -> None:
        self._then(conversions.choose, BUYER, ChooseInstead(choice=choice))

    def pays(self) -> None:
        """The payment system says that the buyer paid for the repair, whether he was told a price or not."""
        if self.case_id is None:
            return
        body = {"case_id": self.case_id, "payment_id": "pay_fee", "amount": mending.COST, "currency": "CNY"}
        self.cloud.queues.put("on_payment_event", body, source="payments", type="repair_fee.paid")
        self.cloud.run()

    def puts_away(self, line_id: str, quantity: int) -> None:
        body = {"put_away_id": f"pa-{line_id}", "case_id": self.case_id, "line_id": line_id, "quantity": quantity}
        body |= {"warehouse": "hz1", "at": self.cloud.clock.now().isoformat()}
        if self.cloud.table.all(Return):
            self.cloud.queues.put("on_stock_event", body, source="stock", type="goods.put_away")
        self.cloud.run()

    def leaves(self, number: str = OUT) -> None:
        """The order system says that the goods left, and under which waybill."""
        at = self.cloud.clock.now()
        parcels = [{"carrier": "sf", "waybill_no": number}]
        body = {"order_id": "o1", "at": at.isoformat(), "parcels": parcels}
        self.cloud.queues.put("on_order_event", body, source="orders", type="order.shipped")
        self.cloud.run()

    def scanned(self, *codes: str, number: str = OUT, carrier: str = "sf") -> None:
        """A carrier tells of a parcel, a minute between each."""
        for code in codes:
            self.cloud.clock.pass_by(minutes=1)
            at = self.cloud.clock.now().isoformat()
            body = {"carrier": carrier, "waybill_no": number, "event_id": f"{number}-{code}", "at": at}
            self.cloud.queues.put("on_logistics_event", body, source="logistics", type=f"parcel.{code}")
            self.cloud.run()

    def carrier_will(self, outcome: str, **more: Any) -> None:
        """How the carrier answers the next command that is not to follow a parcel."""
        self.cloud.carriers.planned.append(CarrierAnswer(outcome, **more))  # type: ignore[arg-type]

    def freezes(self, *, frozen: bool = True) -> None:
        """An operator turns the switch, and does not go home before it is turned."""
        body = FreezeMerchant(frozen=frozen, reason="its parcels hold stones")
        for _ in range(3):
            if self.asks(freezes.freeze, OPERATOR, "m1", body) is not None:
                break
        self.cloud.run()

    def writes_its_book(self) -> None:
        """The shop says where its goods go; whoever hears no answer asks again."""
        for _ in range(PATIENCE):
            with suppress(TransientFault, OrderBusy, Died):
                self.cloud.invoke(Site("http.request", "put"), lambda: stages.book(self.cloud))
                break
            self.cloud.run()
        self.cloud.run()

    def shows(self, actor: Actor = BUYER) -> None:
        """A picture is announced and uploaded, and the bucket says so."""
        picture = photo.png()
        if self.case_id is not None:
            reply = self.asks(
                evidence.add, actor, self.case_id, AddEvidence(content_type=photo.TYPE, size=len(picture))
            )
            if reply is not None:
                self.cloud.receives(reply.body["fields"]["key"], picture, photo.TYPE)
        self.cloud.run()

    def moves(self, gate: str, **later: float) -> None:
        body = MoveDeadline(due_at=self.cloud.clock.now() + timedelta(**later), reason="holiday")
        if self.case_id is not None:
            self.asks(gates.move_deadline, OPERATOR, self.case_id, gate, body)
        self.cloud.run()

    def redoes(self, action: str, refund: Refund | None = None, actor: Actor = OPERATOR) -> None:
        """The operator carries on a refund, or the case before it has one."""
        number = refund.refund_no if refund else None
        self._then(redos.redo, actor, RedoRefund(refund_no=number, action=action, note="seen to"))  # type: ignore[arg-type]

    @property
    def refunds(self) -> list[Refund]:
        return self.cloud.table.all(Refund)

    # The world around them

    def minutes_pass(self, minutes: float = 2) -> None:
        """The sweeper comes by."""
        self.cloud.clock.pass_by(minutes=minutes)
        self.cloud.minute()
        self.cloud.run()

    def nobody_answers(self) -> None:
        """Whoever is awaited is silent until after the deadline."""
        self.cloud.clock.reach(self.cloud.after_deadlines())
        self.cloud.run()
        self.minutes_pass()

    def notified(self, type: str, refund: Refund) -> None:
        """The provider says over the bus what became of a refund."""
        body = {"refund_no": refund.refund_no, "payment_id": refund.payment_id, "amount": refund.amount}
        self.cloud.queues.put("on_payment_event", body, source="payments", type=type)

    def comes_back(self, refund: Refund) -> None:
        """The buyer's bank sends a settled refund back."""
        if refund.refund_no in self.cloud.provider.paid:
            self.cloud.returned.add(refund.refund_no)
            self.notified("refund.reversed", refund)
        self.cloud.run()

    def debtors_pay(self, debtor: str = "merchant") -> None:
        """The settlement system nets what merchants owe, whoever paid it meanwhile, and says so twice; or insurers."""
        for debt in self.cloud.table.all(Recovery, debtor=debtor):
            body = {"recovery_id": debt.recovery_id, "fact_id": "net-1", "amount": debt.amount, "currency": "CNY"}
            for _ in range(2):
                self.cloud.queues.put("on_payment_event", body, source="payments", type="recovery.paid")
        self.cloud.run()

    def charges_back(self, payment_id: str, amount: int, order_id: str = "o1") -> None:
        body: dict[str, Any] = {"chargeback_id": f"{order_id}-{payment_id}", "order_id": order_id}
        body |= {"payment_id": payment_id, "amount": amount}
        self.cloud.queues.put("on_payment_event", body, source="payments", type="chargeback.opened")
        self.cloud.run()
