"""The Policies port: published versions never change, so each is read once per container."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chalicelib.domain import refs
from chalicelib.domain.policies import Policy
from chalicelib.errors import PolicyNotFound

if TYPE_CHECKING:
    from chalicelib.ports import Records


class DynamoPolicies:
    """`speed` above 1 lets days pass as seconds, on local stacks only: it divides what the calendar gives."""

    def __init__(self, records: Records, speed: int = 1) -> None:
        self._records, self._speed = records, speed
        self._known: dict[tuple[str, int], Policy] = {}

    def get(self, policy_id: str, version: int) -> Policy:
        """Raises PolicyNotFound; that is not remembered, for a version may be published the moment after."""
        known = self._known.get((policy_id, version))
        if known is None:
            known = self._known[policy_id, version] = self._read(policy_id, version)
        return known

    def _read(self, policy_id: str, version: int) -> Policy:
        ref = refs.policy(policy_id, version)
        found = self._records.load([ref]).get(ref)
        if found is None:
            raise PolicyNotFound(f"policy {policy_id} has no version {version}")
        policy = cast(Policy, found)
        return policy.but(calendar=policy.calendar.but(speed=self._speed))
