"""Freezing a shop: at an incident the platform takes its decisions over, until it is let go again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.base import Record

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.gates import Gate

PLATFORM, ASKED_AGAIN = "agent", "reminded"  # who decides for a frozen shop, and what its silence means: never yes
YES = frozenset({"approved", "accepted", "passed", "late"})  # silences that lead to money


class FrozenShops(Record):
    """The shops that are frozen now: one item, because a filing must ask before it knows whose order it is about."""

    merchant_ids: tuple[str, ...] = ()

    def holding(self, merchant_id: str, *, frozen: bool) -> FrozenShops:
        """The same with this shop in it or not, one write later."""
        others = set(self.merchant_ids) - {merchant_id}
        return self.next(merchant_ids=tuple(sorted(others | ({merchant_id} if frozen else set()))))


def decides(case: Case, *, frozen: bool, silence: str = "approved") -> tuple[str, str]:
    """Who is awaited where the shop would be, and what silence means there."""
    return (PLATFORM, never_yes(silence)) if frozen else (case.decider, silence)


def never_yes(silence: str) -> str:
    """What silence means while the shop is frozen: where it would be a yes, it only asks again."""
    return ASKED_AGAIN if silence in YES else silence


def falls_to_platform(gate: Gate) -> bool:
    """A gate of a frozen shop at which the shop is awaited, or silence would be a yes."""
    return gate.answer is None and (gate.owner.startswith("merchant#") or gate.silence in YES)
