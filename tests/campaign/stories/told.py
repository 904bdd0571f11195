"""What a file of stories gives to the registry: each story by its name, with the shop in which it happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.campaign.cloud import Cloud
from tests.campaign.stage import Stage

Shop = Callable[[Cloud], object]  # what stands there before anybody does anything


class Told(NamedTuple):
    tell: Callable[[Stage], None]
    shop: Shop


Stories = Mapping[str, Told]


def told(shop: Shop, *stories: Callable[[Stage], None]) -> Stories:
    """Stories that happen in the same shop. A name that Python keeps for itself stands there with an underscore."""
    return {story.__name__.rstrip("_"): Told(story, shop) for story in stories}
