"""Every way of a parcel: a carrier's scan in each state that a parcel can be in, told of goods on their way back."""

from __future__ import annotations

from collections import deque

from chalicelib.domain.lifecycles import PARCEL
from chalicelib.domain.parcels import Waybill
from tests.campaign.cloud import Cloud
from tests.campaign.judge import Violation, judge
from tests.campaign.settling import settle
from tests.campaign.stage import Stage
from tests.campaign.stories.shops import delivered

NUMBER = {"number": "SF1234567890", "carrier": "shunfeng"}


def to(state: str) -> tuple[str, ...]:
    """The fewest scans that bring a parcel there."""
    ways: dict[str, tuple[str, ...]] = {"announced": ()}
    waiting = deque(ways)
    while waiting:
        before = waiting.popleft()
        for after in sorted(PARCEL[before] - ways.keys()):
            ways[after] = (*ways[before], after)
            waiting.append(after)
    return ways[state]


def told(before: str, after: str) -> list[Violation]:
    """A return whose parcel is seen in one state and then in the other; everything settles, and is judged."""
    cloud = Cloud()
    delivered(cloud)
    stage = Stage(cloud)
    stage.files(remedy="return_and_refund")
    stage.decides("approve")
    stage.ships()
    stage.scanned(*to(before), **NUMBER)
    stage.scanned(after, **NUMBER)
    waybill = next(one for one in cloud.table.all(Waybill) if one.number == NUMBER["number"])
    assert waybill.course.state == after, f"a parcel that was {before} and is {after} counts as {waybill.course.state}"
    return judge(cloud, settled=settle(stage))
