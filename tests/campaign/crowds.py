"""Seeded simulation: many cases, everybody at once, faults by mood. The same seed tells the same story."""

from __future__ import annotations

import random
from typing import Any

from chalicelib.domain.actors import Actor
from chalicelib.domain.cases import Case
from chalicelib.domain.notifications import Preferences
from chalicelib.domain.parcels import Waybill
from chalicelib.schemas.replacements import ReceiveReplacement, ShipReplacement
from chalicelib.usecases import replacement_parcels
from tests.campaign.cloud import Cloud
from tests.campaign.judge import Violation, judge
from tests.campaign.kinds import KINDS, Kind
from tests.campaign.settling import OF_A_CROWD, hand_over, settle
from tests.campaign.sites import Site
from tests.campaign.stage import Stage
from tests.campaign.stories.disputes import appeals, are_done, states
from tests.campaign.stories.shops import under_way
from tests.domain import drafts
from tests.standins.returns import BOOK, DELIVERED
from tests.standins.shops import (
    AGENT,
    BUYER,
    MERCHANT,
    OPERATOR,
    OTHER_AGENT,
    OTHER_OPERATOR,
    SUPERVISOR,
    ask,
    furnish,
    sell,
)

ACTS = 60
RETURNED, TRAVELLING = "o4", "o5"
ALL = (ask("coat", 1), ask("scarf", 7), ask("pin", 5))
SCANS = ("in_transit", "out_for_delivery", "signed", "refused", "returning", "returned_to_sender", "lost", "delayed")
RATES = (0.0, 0.005, 0.02, 0.06)  # faults per call: from a calm day to one on which everything breaks
DEEDS: Any = ("pay", "accept", "decline", "pay_silently", "lose")


class Crowd(Stage):
    """Five orders, as many cases as their units allow, and whoever comes to mind next: three that are not shipped, one
    whose goods may come back, and one whose goods are on their way."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.rate = self.draw.choice(RATES)
        super().__init__(furnish(Cloud(moods=self._mood), instant_up_to={}, auto_approve_below={"CNY": 500}))
        self.cloud.table.put(Preferences(buyer_id="b1", channels=frozenset({"inbox", "email"})))
        self._charged_back: set[tuple[str, str]] = set()
        lines = (drafts.line("coat", 1, 30000), drafts.line("scarf", 7, 4001), drafts.line("pin", 5, 99))
        rest = 30000 + 7 * 4001 + 5 * 99 + 1000 - 40000
        for number in (1, 2, 3):
            sell(self.cloud, f"o{number}", lines=lines, payments={"card": 40000, "wallet": rest})
        sell(self.cloud, RETURNED, lines=lines, delivery=DELIVERED)
        sell(self.cloud, TRAVELLING, lines=lines)
        under_way(self.cloud, TRAVELLING)
        self.cloud.table.put(BOOK)
        self._frozen = False

    def _mood(self, site: Site) -> Kind | None:
        return self.draw.choice(KINDS) if self.draw.random() < self.rate else None

    def act(self) -> None:
        """Somebody does something, to a case where it makes sense more often than not."""
        name, status = self.draw.choice(_ACTS)
        cases = self.cloud.table.all(Case)
        fitting = [case for case in cases if case.status == status] if self.draw.random() < 0.8 else cases
        picked = fitting or cases
        self.case_id = self.draw.choice(picked).case_id if picked else None
        getattr(self, f"_{name}")()

    def _files(self) -> None:
        line, quantity = self.draw.choice(("coat", "scarf", "pin")), self.draw.randint(1, 4)
        less = {"amount": self.draw.randint(1, 5000), "currency": "CNY"} if self.draw.random() < 0.3 else None
        self.files(ask(line, quantity, less), order_id=f"o{self.draw.randint(1, 3)}")

    def _sends_back(self) -> None:
        line, quantity = self.draw.choice(("coat", "scarf", "pin")), self.draw.randint(1, 3)
        self.files(ask(line, quantity), order_id=RETURNED, remedy="return_and_refund")

    def _waits_in_vain(self) -> None:
        """Of goods on their way: all of them mostly, else a part."""
        lines = ALL if self.draw.random() < 0.7 else [ask("scarf", self.draw.randint(1, 3))]
        reason = self.draw.choice(("not_wanted", "not_wanted", "lost_in_transit", "delivery_disputed"))
        self.files(*lines, order_id=TRAVELLING, reason=reason)

    def _ships(self) -> None:
        self.ships(f"SF{self.draw.randint(1, 4)}0000000")

    def _receives(self) -> None:
        who = self.draw.choice((MERCHANT, MERCHANT, AGENT))
        if self.draw.random() < 0.8:
            self.receives(who)
        else:
            self.receives(who, received=False, note="nothing came")

    def _inspects(self) -> None:
        outcome = self.draw.choice(("passed", "passed", "failed"))
        self.inspects(outcome, self.draw.choice((MERCHANT, MERCHANT, AGENT)), reason="seen")

    def _scans(self) -> None:
        """A carrier tells of a parcel, in whatever order comes to its mind."""
        known = self.cloud.table.all(Waybill)
        if known:
            waybill = self.draw.choice(known)
            self.scanned(self.draw.choice(SCANS), number=waybill.number, carrier=waybill.carrier)

    def _carrier_is_moody(self) -> None:
        self.carrier_will(self.draw.choice(("failed", "unknown", "accepted")), reason="unknown_waybill")

    def _freezes(self) -> None:
        """An operator freezes the shop, or lets it go."""
        self._frozen = not self._frozen
        self.freezes(frozen=self._frozen)

    def _decides(self) -> None:
        match self.draw.choice(("approve", "approve", "reject", "counter")):
            case "approve":
                self.decides("approve")
            case "reject":
                self.rejects()
            case _:
                self.offers(self.draw.randint(1, 9000))

    def _answers(self) -> None:
        self.answers(self.draw.choice(("accept", "accept", "decline")))

    def _withdraws(self) -> None:
        self.withdraws()

    def _escalates(self) -> None:
        self.escalates()

    def _revises(self) -> None:
        self.revises(ask(self.draw.choice(("scarf", "pin")), self.draw.randint(1, 3)))

    def _rules(self) -> None:
        self.rules(self.draw.choice(("approve", "close")), self.draw.choice((AGENT, OTHER_AGENT, SUPERVISOR)))

    def _quarrels(self) -> None:
        """Refused, and brought before the platform at once."""
        self.rejects()
        self.escalates()

    def _testifies(self) -> None:
        states(self, self.draw.choice((BUYER, MERCHANT)))

    def _is_done(self) -> None:
        """One side, or both, have nothing to add, or nothing against the ruling."""
        are_done(self, *self.draw.choice(((BUYER,), (MERCHANT,), (BUYER, MERCHANT), (MERCHANT, BUYER))))

    def _appeals(self) -> None:
        appeals(self, self.draw.choice((BUYER, MERCHANT)))

    def _exchanges(self) -> None:
        line = self.draw.choice(("coat", "scarf"))
        self.files(ask(line, 1), order_id=RETURNED, remedy="exchange")

    def _replaces(self) -> None:
        """The shop sends the new goods, or has none left."""
        send = {"carrier": "yto", "waybill_no": f"YT{self.draw.randint(1, 3)}0000000"}
        body = send if self.draw.random() < 0.7 else {"shipped": False, "note": "sold out"}
        self.does(replacement_parcels.ship, MERCHANT, ShipReplacement.model_validate(body))

    def _hears_of_new(self) -> None:
        came = self.draw.random() < 0.7
        said = ReceiveReplacement(received=came, note=None if came else "nothing came")
        self.does(replacement_parcels.receive, BUYER, said)

    def _shows(self) -> None:
        self.shows()

    def _redoes(self) -> None:
        who: Actor = self.draw.choice((OPERATOR, OTHER_OPERATOR))
        of = [refund for refund in self.refunds if refund.case_id == self.case_id]
        action = self.draw.choice(("retry", "regrant", "regrant", "release"))
        self.redoes(action, self.draw.choice(of) if of else None, who)

    def _moves(self) -> None:
        self.moves(self.draw.choice(("decision", "escalation", "ruling")), hours=self.draw.randint(1, 200))

    def _returns(self) -> None:
        settled = [refund for refund in self.refunds if refund.state == "settled"]
        if settled:
            self.comes_back(self.draw.choice(settled))

    def _charges_back(self) -> None:
        """Once for each payment: a bank that tells another story under the same id is refused, and stays so."""
        order_id, payment_id = f"o{self.draw.randint(1, 3)}", self.draw.choice(("pay_card", "pay_wallet"))
        if (order_id, payment_id) not in self._charged_back:
            self._charged_back.add((order_id, payment_id))
            self.charges_back(payment_id, self.draw.randint(1, 15000), order_id)

    def _repeats(self) -> None:
        """The provider tells again what stands in its book."""
        known = [refund for refund in self.refunds if refund.refund_no in self.cloud.provider.book]
        if known:
            refund = self.draw.choice(known)
            state = self.cloud.provider.book[refund.refund_no]
            if state != "accepted":
                self.notified(f"refund.{state}", refund)
        self.cloud.run()

    def _is_moody(self) -> None:
        self.cloud.provider.deeds.append(self.draw.choice(DEEDS))

    def _waits(self) -> None:
        self.minutes_pass(self.draw.choice((2, 2, 60, 1500, 12000)))

    def _breaks(self) -> None:
        """An execution is aborted."""
        running = [key for key, one in self.cloud.machine.executions.items() if one.is_running]
        if running:
            self.cloud.machine.abort(*self.draw.choice(running))


_ACTS = (
    *[("files", "")] * 4,
    *[("decides", "in_review")] * 5,
    *[("answers", "countered")] * 2,
    *[("redoes", "remedying")] * 4,
    *[("redoes", "approved")] * 2,
    *[("rules", "in_dispute")] * 2,
    *[("waits", "")] * 4,
    *[("is_moody", "")] * 3,
    *[("sends_back", "")] * 2,
    *[("waits_in_vain", "")] * 2,
    *[("ships", "awaiting_goods")] * 3,
    *[("scans", "")] * 4,
    *(("receives", "in_transit"), ("receives", "in_transit"), ("inspects", "received"), ("inspects", "received")),
    *(("carrier_is_moody", ""), ("freezes", "")),
    *(("withdraws", "in_review"), ("revises", "rejected"), ("shows", "in_review")),
    *[("quarrels", "in_review")] * 3,
    *[("escalates", "rejected")] * 2,
    *[("is_done", "in_dispute")] * 4,
    *(("testifies", "in_dispute"), ("appeals", "in_dispute"), ("rules", "in_dispute")),
    *(("exchanges", ""), ("exchanges", ""), ("replaces", "remedying"), ("hears_of_new", "remedying")),
    *(("moves", "in_review"), ("returns", ""), ("charges_back", ""), ("repeats", ""), ("breaks", "")),
)


def simulate(seed: int) -> tuple[Crowd, list[Violation]]:
    """One seed's story, settled and judged."""
    crowd = Crowd(seed)
    try:
        for _ in range(ACTS):
            crowd.act()
        settle(crowd, OF_A_CROWD)
        hand_over(crowd)
        settled = settle(crowd, OF_A_CROWD)
    except Exception as error:  # the campaign goes on, and says which seed broke its own stage
        return crowd, [Violation("broken", f"{type(error).__name__}: {error}")]
    return crowd, judge(crowd.cloud, settled=settled)
