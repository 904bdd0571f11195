"""Disputes 平台介入: who is heard, when it is sealed, what is ruled and by whom, what an appeal changes."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.actors import Actor
from chalicelib.domain.logistics import Proof
from chalicelib.schemas.disputes import AppealRuling, FinishDispute, MakeStatement
from chalicelib.schemas.replacements import ReceiveReplacement, ShipReplacement
from chalicelib.usecases import hearings, replacement_parcels
from tests.campaign.stage import Stage
from tests.campaign.stories.shops import careful, delivered, indebted, on_file, on_the_road, usual
from tests.campaign.stories.told import Stories, told
from tests.standins.exchanges import SENT
from tests.standins.shops import AGENT, BUYER, MERCHANT, OTHER_AGENT, SUPERVISOR, ask


def states(s: Stage, actor: Actor, party: Any = None) -> None:
    s.does(hearings.testify, actor, MakeStatement(text="it came torn", party=party))


def are_done(s: Stage, *actors: Actor) -> None:
    """Nothing to add; after a ruling, nothing against it."""
    for actor in actors:
        s.does(hearings.finish, actor, FinishDispute())


def appeals(s: Stage, actor: Actor) -> None:
    s.does(hearings.appeal, actor, AppealRuling(reason="the photos are of other goods"))


def _escalated(s: Stage, *lines: Any, **more: Any) -> None:
    s.files(*lines, **more)
    s.rejects()
    s.escalates()


def _sealed(s: Stage, *lines: Any, **more: Any) -> None:
    """Escalated, and both sides have nothing to say."""
    _escalated(s, *lines, **more)
    are_done(s, BUYER, MERCHANT)


def disputed(s: Stage) -> None:
    """Nobody says anything, an agent rules, and nobody has anything against it."""
    _escalated(s)
    s.nobody_answers()
    s.rules("approve")
    s.nobody_answers()


def ruled_late(s: Stage) -> None:
    """The agent is silent; the supervisor grants less than was asked."""
    _escalated(s)
    s.nobody_answers()
    s.nobody_answers()
    s.rules("approve", SUPERVISOR, amount={"amount": 7000, "currency": "CNY"})


def heard(s: Stage) -> None:
    """Both sides show and say something, and that is all: sealed before its time, ruled, and left so by both."""
    _escalated(s)
    for side in (BUYER, MERCHANT):
        s.shows(side)
        states(s, side)
    are_done(s, BUYER, MERCHANT)
    states(s, BUYER)  # it is sealed: refused
    s.rules("approve")
    are_done(s, MERCHANT, BUYER)


def one_is_silent(s: Stage) -> None:
    """The shop says nothing: its time is waited for, and then the buyer has it in writing that nothing is owed."""
    _escalated(s)
    states(s, BUYER)
    are_done(s, BUYER)
    s.nobody_answers()
    s.rules("close")
    are_done(s, MERCHANT)
    s.nobody_answers()


def seconded(s: Stage) -> None:
    """So much needs two persons: the same one twice is one."""
    _sealed(s)
    for who in (AGENT, AGENT, OTHER_AGENT):
        s.rules("approve", who)
    are_done(s, BUYER, MERCHANT)


def appeal_upheld(s: Stage) -> None:
    """Ruled against; the buyer appeals and shows more, and a supervisor sees it otherwise."""
    _sealed(s)
    s.rules("close")
    appeals(s, BUYER)
    s.shows()
    are_done(s, BUYER, MERCHANT)
    s.rules("approve", SUPERVISOR, amount={"amount": 9000, "currency": "CNY"})


def appeal_refused(s: Stage) -> None:
    """The shop appeals and says no more; whoever ruled does not rule on it, and the supervisor says the same again."""
    _sealed(s)
    s.rules("approve")
    appeals(s, MERCHANT)
    s.nobody_answers()
    s.rules("close", AGENT)
    s.rules("approve", SUPERVISOR)
    appeals(s, MERCHANT)  # there is one appeal


def appeal_late(s: Stage) -> None:
    """A moment after the deadline: the ruling stands."""
    _sealed(s)
    s.rules("close")
    s.nobody_answers()
    appeals(s, BUYER)


def appeal_on_file(s: Stage) -> None:
    """By policy nobody is heard again: it is sealed with the appeal's words, and the supervisor rules, late."""
    _sealed(s)
    s.rules("close")
    appeals(s, BUYER)
    s.nobody_answers()
    s.rules("approve", SUPERVISOR)


def borne_by_both(s: Stage) -> None:
    """Of a promised quality: the shop's share comes out of its deposit."""
    _sealed(s, reason="quality_defect")
    s.rules("approve", liability="both", shares={"buyer": 200, "merchant": 800})
    are_done(s, BUYER, MERCHANT)


def borne_by_carrier(s: Stage) -> None:
    """An agent writes down what the carrier says; it bears it, and is asked to pay."""
    _escalated(s, reason="damaged_in_transit")
    states(s, AGENT, "carrier")
    are_done(s, BUYER, MERCHANT)
    s.rules("approve", liability="carrier")
    s.nobody_answers()
    s.minutes_pass()


def borne_by_platform(s: Stage) -> None:
    _sealed(s)
    s.rules("approve", liability="platform")
    are_done(s, BUYER, MERCHANT)


def ruled_goods_back(s: Stage) -> None:
    """Money only for goods: they come back before it is paid."""
    _sealed(s)
    s.rules("approve", goods="go_back")
    are_done(s, BUYER, MERCHANT)
    s.ships()
    s.receives()
    s.inspects()


def ruled_goods_stay(s: Stage) -> None:
    """A return that was refused: the money is granted, and the goods are not worth the way."""
    _sealed(s, remedy="return_and_refund")
    s.rules("approve", goods="stay")
    are_done(s, BUYER, MERCHANT)


def ruled_goods_sent_back(s: Stage) -> None:
    """They failed their inspection, rightly: they go back to their buyer."""
    s.files(remedy="return_and_refund")
    s.decides("approve")
    s.ships()
    s.receives()
    s.inspects("failed", reason="worn")
    s.escalates()
    are_done(s, BUYER, MERCHANT)
    s.rules("close", goods="send_back")
    are_done(s, BUYER, MERCHANT)


def frozen_in_dispute(s: Stage) -> None:
    """The shop is frozen while it is heard: nobody waits for it any more."""
    _escalated(s)
    s.freezes()
    are_done(s, BUYER)
    s.rules("approve")
    are_done(s, BUYER)
    s.freezes(frozen=False)


def proof_disputed(s: Stage) -> None:
    """签收争议, refused by the shop: the carrier is asked once more, as a party, and cannot say who signed."""
    s.scanned("signed")
    s.carrier_will("done", proof=Proof(signed_at=s.cloud.clock.now(), how="in_person"))
    s.files(reason="delivery_disputed")
    s.carrier_will("failed", reason="no_proof_kept")
    s.rejects()
    s.escalates()
    are_done(s, BUYER, MERCHANT)
    s.rules("approve", liability="carrier")
    are_done(s, BUYER, MERCHANT)


def sent_in_dispute(s: Stage) -> None:
    """The shop sends the goods while it is heard: what is granted waits until the carrier has brought them back."""
    _escalated(s, ask("coat"), ask("scarf", 2))
    s.leaves()
    s.scanned("picked_up")
    are_done(s, BUYER, MERCHANT)
    s.rules("approve")
    are_done(s, BUYER, MERCHANT)
    s.scanned("returning", "returned_to_sender")


def exchange_disputed(s: Stage) -> None:
    """The new goods were sent, says the shop; nothing came, says the buyer; the agent believes the shop."""
    s.files(ask("coat"), remedy="exchange")
    s.decides("approve")
    s.ships()
    s.receives()
    s.inspects()
    s.does(replacement_parcels.ship, MERCHANT, ShipReplacement(carrier="yto", waybill_no=SENT))
    s.does(replacement_parcels.receive, BUYER, ReceiveReplacement(received=False, note="nothing came"))
    are_done(s, BUYER, MERCHANT)
    s.rules("close")
    are_done(s, BUYER, MERCHANT)


STORIES: Stories = {
    **told(usual, disputed, ruled_late, heard, one_is_silent, appeal_upheld, appeal_refused, appeal_late),
    **told(usual, borne_by_platform, frozen_in_dispute, sent_in_dispute),
    **told(careful, seconded),
    **told(on_file, appeal_on_file),
    **told(indebted, borne_by_both, borne_by_carrier),
    **told(delivered, ruled_goods_back, ruled_goods_stay, ruled_goods_sent_back, exchange_disputed),
    **told(on_the_road, proof_disputed),
}
