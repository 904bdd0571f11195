"""What carriers tell, signed over HTTP or over the bus: both roads meet here, and go on to parcels and commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.ports import CommandTold
from chalicelib.usecases import deliveries, handbacks, logistics, parcels, pickups, proofs, replacements, returns
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.carriers import System
    from chalicelib.domain.logistics import CarrierCommand
    from chalicelib.domain.parcels import Parcel
    from chalicelib.domain.turns import Turn
    from chalicelib.ports import News, Ports
    from chalicelib.usecases.steps import Found


def _of_a_return(told: Callable[[Turn, Found, str, datetime], None]) -> parcels.Hook:
    """What a carrier says counts from when it happened, as far as that is known."""

    def hook(turn: Turn, found: Found, parcel: Parcel) -> None:
        if turn.case.return_id is not None:
            told(turn, found, parcel.parcel_id, parcel.course.at or turn.at)

    return hook


def _of_a_replacement(told: Callable[[Turn, Found, str, datetime], None]) -> parcels.Hook:
    def hook(turn: Turn, found: Found, parcel: Parcel) -> None:
        if turn.case.has_replacement:
            told(turn, found, parcel.parcel_id, parcel.course.at or turn.at)

    return hook


def _fetched_first(told: Callable[[Turn, Found, str, datetime], None]) -> parcels.Hook:
    """The same of goods that a courier fetched: whatever becomes of them, they were handed over."""
    tell = _of_a_return(told)

    def hook(turn: Turn, found: Found, parcel: Parcel) -> None:
        if turn.case.return_id is not None:
            pickups.fetched(turn, found, parcel)
        tell(turn, found, parcel)

    return hook


def _both(*hooks: parcels.AnswerHook) -> parcels.AnswerHook:
    """Whoever wants to know of a carrier's answer, one after the other in the same turn."""

    def hook(turn: Turn, found: Found, command: CarrierCommand) -> None:
        for one in hooks:
            one(turn, found, command)

    return hook


# Who waits for which parcels. Outbound deliveries of orders need no line: `parcels` tells the delivery itself. But
# cases that ask for the money of goods on their way out do.
HOOKS: parcels.Table = {
    "return": parcels.Hooks(
        goods_handed_over=_of_a_return(returns.goods_handed_over),
        goods_signed=_of_a_return(returns.goods_signed),
        goods_refused=_of_a_return(returns.goods_refused),
        goods_lost=_of_a_return(returns.goods_lost),
        goods_back=_of_a_return(returns.goods_back),
    ),
    "replacement": parcels.Hooks(
        goods_handed_over=_of_a_replacement(replacements.goods_handed_over),
        goods_signed=_of_a_replacement(replacements.goods_signed),
        goods_refused=_of_a_replacement(replacements.goods_refused),
        goods_lost=_of_a_replacement(replacements.goods_lost),
        goods_back=_of_a_replacement(replacements.goods_back),
    ),
    "send_back": handbacks.HOOKS,
    "pickup": parcels.Hooks(
        goods_handed_over=pickups.fetched,
        goods_signed=_fetched_first(returns.goods_signed),
        goods_refused=_fetched_first(returns.goods_refused),
        goods_lost=_fetched_first(returns.goods_lost),
        goods_back=_fetched_first(returns.goods_back),
        pickup_booked=pickups.booked,
        pickup_failed=pickups.failed,
    ),
    "outbound": parcels.Hooks(
        goods_signed=deliveries.parcel_moved,
        goods_refused=deliveries.parcel_moved,
        goods_lost=deliveries.parcel_moved,
        goods_turned=deliveries.parcel_moved,
        goods_back=deliveries.parcel_moved,
        carrier_answered=_both(deliveries.carrier_answered, proofs.carrier_answered),
    ),
}


def receive(ports: Ports, system: System, raw: bytes, headers: Mapping[str, str]) -> Reply:
    """A carrier system's signed push; the answer is what that system wants to hear. Raises SignatureInvalid,
    InvalidRequest, CommandNotFound.
    """
    for news in ports.logistics_notices.verify(system, raw, headers):
        _take(ports, system, news)
    return Reply(200, ports.logistics_notices.acknowledgement(system))


def take_event(ports: Ports, type: str, body: Mapping[str, Any]) -> None:
    """A fact of `source: logistics`. Raises InvalidRequest, CommandNotFound."""
    for news in ports.logistics_notices.read("standard", {**body, "type": type}):
        _take(ports, "standard", news)


def _take(ports: Ports, system: System, news: News) -> None:
    if isinstance(news, CommandTold):
        logistics.record(ports, news.command_no, news.answer, HOOKS)
        return
    heard = parcels.tell(ports, news, HOOKS)
    if heard.contradiction:
        ports.logistics_notices.contradicted(system)
    if heard.news and not heard.claimed:
        ports.logistics_notices.unclaimed(system)


def see_to(ports: Ports, command_no: str) -> None:
    """The worker's step, with whoever waits for its outcome."""
    logistics.see_to(ports, command_no, HOOKS)
