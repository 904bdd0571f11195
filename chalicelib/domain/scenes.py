"""Scenes of an application 退款场景: where the goods are when their buyer asks, and so what comes before any money.

An ordered list of questions; the first that is answered with yes names the scene. Nothing here is asked of a carrier:
what a carrier says stands in the delivery already.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.reasons import Saying

if TYPE_CHECKING:
    from chalicelib.domain.deliveries import Ending, Shipment

Scene = Literal[
    "freight_only",
    "not_shipped",
    "on_its_way",
    "intercept",
    "part_on_its_way",
    "refused",
    "returned",
    "lost",
    "not_received",
    "received",
]
TURNED: frozenset[Scene] = frozenset({"refused", "returned"})  # the goods are on their way back, or back
WATCHED: frozenset[Scene] = frozenset({"intercept"})  # the case hears of the parcels while somebody decides


class Asked(NamedTuple):
    """What the scene depends on. `whole`: all goods that are left of the order, for all that they are worth;
    `is_lost`: whether a parcel that was last heard of then counts as lost now."""

    delivery: Delivery
    says: Saying | None
    goods: bool
    whole: bool
    is_lost: Callable[[datetime], bool]

    @property
    def endings(self) -> set[Ending]:
        return {self._ending(parcel) for parcel in self.delivery.parcels}

    def _ending(self, parcel: Shipment) -> Ending:
        """What a parcel has come to. One that nobody has heard of for long counts as lost."""
        heard_at = self.delivery.last_heard(parcel)
        is_lost = parcel.ending == "moving" and heard_at is not None and self.is_lost(heard_at)
        return "lost" if is_lost else parcel.ending


def _all_ended(asked: Asked, *ways: Ending) -> bool:
    return bool(asked.endings) and asked.endings <= set(ways)


_SCENES: tuple[tuple[Scene, Callable[[Asked], bool]], ...] = (
    ("freight_only", lambda asked: not asked.goods),
    ("not_shipped", lambda asked: asked.delivery.state == "unshipped"),
    ("not_received", lambda asked: asked.delivery.state == "delivered" and asked.says == "not_received"),
    ("received", lambda asked: asked.delivery.state == "delivered"),
    ("on_its_way", lambda asked: not asked.delivery.parcels),
    ("lost", lambda asked: "lost" in asked.endings and _all_ended(asked, "lost", "back")),
    ("refused", lambda asked: _all_ended(asked, "turned", "back", "lost") and _was_refused(asked)),
    ("returned", lambda asked: _all_ended(asked, "turned", "back", "lost")),
    ("intercept", lambda asked: asked.whole and "signed" not in asked.endings),
)


def _was_refused(asked: Asked) -> bool:
    return any(parcel.refused_at is not None for parcel in asked.delivery.parcels)


def scene_of(asked: Asked) -> Scene:
    return next((scene for scene, fits in _SCENES if fits(asked)), "part_on_its_way")
