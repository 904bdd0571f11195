"""Goods on their way to their buyer: stopped, refused, lost, disputed."""

from __future__ import annotations

from chalicelib.domain.logistics import Proof
from tests.campaign.stage import Stage
from tests.campaign.stories.shops import on_the_road, undecided, usual
from tests.campaign.stories.told import Stories, told
from tests.standins.shops import ask


def intercepted(s: Stage) -> None:
    """拦截: the carrier stops the parcel, brings it back, and only then the money goes out."""
    s.files(ask("coat"), ask("scarf", 2))
    s.scanned("returning", "returned_to_sender")
    s.puts_away("coat", 1)


def not_stopped(s: Stage) -> None:
    """The parcel cannot be stopped, and arrives: what was asked is void."""
    s.carrier_will("failed", reason="delivered_already")
    s.files(ask("coat"), ask("scarf", 2))
    s.scanned("out_for_delivery", "signed")


def refused_at_the_door(s: Stage) -> None:
    """拒收: the carrier never answers, the buyer sends the courier away."""
    s.carrier_will("unknown")
    s.files(ask("coat"), ask("scarf", 2))
    s.nobody_answers()
    s.scanned("refused", "returning", "returned_to_sender")


def turned_back(s: Stage) -> None:
    """They are on their way back already when their buyer asks for the money."""
    s.scanned("refused", "returning")
    s.files(ask("coat"), ask("scarf", 2))
    s.scanned("returned_to_sender")


def arrived_meanwhile(s: Stage) -> None:
    """Sent while the shop decided, and signed for before it did: its buyer gives back what is paid for."""
    s.files(ask("coat"), ask("scarf", 2))
    s.leaves()
    s.scanned("picked_up", "signed")
    s.nobody_answers()
    s.writes_its_book()
    s.ships()
    s.receives()
    s.inspects()


def not_stopped_in_time(s: Stage) -> None:
    """By policy somebody decides before goods are stopped; they arrive before anybody did, and nothing is owed."""
    s.files(ask("coat"), ask("scarf", 2))
    s.scanned("out_for_delivery", "signed")


def lost_and_found(s: Stage) -> None:
    """丢失: paid for as lost; then it is delivered all the same."""
    s.scanned("lost")
    s.files(ask("coat"), ask("scarf", 2), reason="lost_in_transit")
    s.scanned("signed")


def unproven(s: Stage) -> None:
    """签收争议: the carrier cannot say who signed."""
    s.scanned("signed")
    s.carrier_will("failed", reason="no_proof_kept")
    s.files(reason="delivery_disputed")


def proven(s: Stage) -> None:
    """签收争议: it can; the shop refuses, and an agent rules."""
    s.scanned("signed")
    s.carrier_will("done", proof=Proof(signed_at=s.cloud.clock.now(), how="in_person"))
    s.files(reason="delivery_disputed")
    s.rejects()
    s.escalates()
    s.nobody_answers()
    s.rules("close")


def sent_meanwhile(s: Stage) -> None:
    """The shop sends the goods while it decides, and then approves: they are stopped before they are paid for."""
    s.files(ask("coat"), ask("scarf", 2))
    s.leaves()
    s.scanned("picked_up")
    s.decides("approve")
    s.scanned("returning", "returned_to_sender")


STORIES: Stories = {
    **told(on_the_road, intercepted, not_stopped, refused_at_the_door, turned_back, lost_and_found, unproven, proven),
    **told(undecided, not_stopped_in_time),
    **told(usual, sent_meanwhile, arrived_meanwhile),
}
