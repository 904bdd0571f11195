"""The stories: what people and partners do, while faults fall where they are planned. One file for each noun.

A file ends with its `STORIES`; here they become one registry. `docs/faults.md` lists the names, so a name stays.
"""

from __future__ import annotations

from tests.campaign.stories import (
    compensations,
    debts,
    deliveries,
    disputes,
    exchanges,
    freights,
    inquiries,
    instants,
    parcels,
    refunds,
    repairs,
    returns,
)
from tests.campaign.stories.told import Stories

_FILES = (
    *(refunds, disputes, inquiries, returns, parcels, instants),
    *(compensations, debts, freights, deliveries, repairs, exchanges),
)
STORIES: Stories = {name: told for file in _FILES for name, told in file.STORIES.items()}
assert len(STORIES) == sum(len(file.STORIES) for file in _FILES), "two stories of one name"
