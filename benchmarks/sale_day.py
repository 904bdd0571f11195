"""`python -m benchmarks.sale_day [--write]`: a hot merchant and a sale day, second by second, against every quota.

Discrete, seeded, without AWS: cases arrive by the second as a Poisson process under a day's curve and a sale hour's
burst, and each takes of each quota what was counted (`benchmarks/quotas.py`). What is over a quota waits for the next
second. `--write` puts the tables into docs/scale.md, and tests hold them to this code.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp

from benchmarks.page import between, run
from benchmarks.quotas import SCALE, Quota, Scope, quotas
from benchmarks.report import table

SEED = 20261111
DAY, HOUR, MINUTE = 86_400, 3_600, 60
# How a day's orders lie over its hours, of 24: quiet nights, a hill at noon, the mountain in the evening.
NIGHT, NOON, EVENING = (0.5, 0.3, 0.2, 0.2, 0.2, 0.3, 0.5, 0.7), (0.9, 1.1, 1.2, 1.2, 1.3, 1.2), (1.3, 1.5, 1.8, 2.0)
HOURS = (*NIGHT, *NOON, 1.2, 1.2, 1.2, *EVENING, 1.9, 1.4, 0.7)
SALE = 20  # the hour in which it begins, the highest of the evening
FADES = 12 * MINUTE  # the rush at the beginning: after this long a third of it is left
ONE_ORDER = 20  # cases about the busiest order, all in the minute in which the sale begins
MARK = "<!-- simulated: from here to the next heading `python -m benchmarks.sale_day --write` writes -->"
END = "\n**Not shown yet.**"


@dataclass(frozen=True)
class Scene:
    """Cases of an ordinary day of the platform and of its hot shop, and how many times as many the sale hour has."""

    name: str
    shop: int
    platform: int
    shop_rush: int
    platform_rush: int


SCENES = (
    Scene("hot shop", 3_000, 30_000, 50, 1),
    Scene("sale day", 3_000, 30_000, 50, 50),
)


@dataclass(frozen=True)
class Outcome:
    """`used`: of the quota, in the worst minute. `age`: the longest that anything waited, in seconds; `behind`: the
    minutes until nothing waited any more. `full_at`: an ordinary day's cases at which such a day just fits."""

    used: float
    age: float
    behind: float
    full_at: float


def arrivals(cases: int, rush: int, dice: random.Random) -> list[int]:
    """Cases of each second of a day."""
    mean = sum(HOURS) / len(HOURS)
    burst = FADES / HOUR * (1 - exp(-HOUR / FADES))
    came = []
    for second in range(DAY):
        expected = cases / DAY * HOURS[second // HOUR] / mean
        into = second - SALE * HOUR
        if rush > 1 and 0 <= into < HOUR:
            expected *= rush * exp(-into / FADES) / burst
        came.append(_poisson(expected, dice))
    return came


def _poisson(expected: float, dice: random.Random) -> int:
    if expected > 30:
        return max(0, round(dice.gauss(expected, expected**0.5)))
    product, count = dice.random(), 0
    while product > exp(-expected):
        product, count = product * dice.random(), count + 1
    return count


def meet(quota: Quota, came: Sequence[int], ordinary: int) -> Outcome:
    """A day of arrivals against one quota."""
    waiting = oldest = 0.0
    since, late, within, most = 0, 0, 0, 0
    for second, cases in enumerate(came):
        within += cases - (came[second - MINUTE] if second >= MINUTE else 0)
        most = max(most, within)
        waiting = max(0.0, waiting + cases * quota.each - quota.rate)
        since = second if waiting == 0 else since
        late = max(late, second - since)
        oldest = max(oldest, waiting / quota.rate)
    used = most / MINUTE * quota.each / quota.rate
    return Outcome(used, oldest, late / MINUTE, ordinary / used if used else float("inf"))


@cache
def day_of(scene: Scene) -> Mapping[Scope, Sequence[int]]:
    """Who came in each second, at the shop, on the whole platform, and about the busiest order. Seeded."""
    dice = random.Random(f"{SEED} {scene.name}")
    shop = arrivals(scene.shop, scene.shop_rush, dice)
    others = arrivals(scene.platform - scene.shop, scene.platform_rush, dice)
    order = [0] * DAY
    for _ in range(ONE_ORDER):
        order[SALE * HOUR + dice.randrange(MINUTE)] += 1
    return {"shop": shop, "platform": [a + b for a, b in zip(shop, others, strict=True)], "order": order}


@cache
def simulate(scene: Scene) -> Mapping[str, Outcome]:
    """Every quota's day, by its name. The same seed, the same day."""
    ordinary = {"shop": scene.shop, "platform": scene.platform, "order": ONE_ORDER}
    return {quota.name: meet(quota, day_of(scene)[quota.scope], ordinary[quota.scope]) for quota in quotas()}


HEAD = (
    "quota",
    "of one",
    "cases a second",
    *(f"{scene.name}: {what}" for scene in SCENES for what in ("used", "waits")),
    "ordinary day that fits",
    "what to do",
)


def lines() -> list[tuple[str, ...]]:
    """The table, the quota that a sale day meets first on top."""
    days = [simulate(scene) for scene in SCENES]
    found = sorted(quotas(), key=lambda quota: (quota.scope == "order", -days[-1][quota.name].used))
    return [
        (
            quota.name,
            quota.scope,
            f"{quota.cases:,.1f}",
            *(told for day in days for told in _told(day[quota.name])),
            f"{days[-1][quota.name].full_at:,.0f}",
            quota.todo,
        )
        for quota in found
    ]


def _told(outcome: Outcome) -> tuple[str, str]:
    waits = f"{outcome.age:,.0f} s, for {outcome.behind:,.0f} min" if outcome.age >= 1 else "no"
    return f"{outcome.used * 100:,.0f} %", waits


def story() -> str:
    """What the tables say, in words that are made from them."""
    hot, sale = (simulate(scene) for scene in SCENES)
    over = [name for name, outcome in sale.items() if outcome.used > 1]
    first = max(hot, key=lambda name: hot[name].used)
    found = {quota.name: quota for quota in quotas()}
    door = found["API: requests"]
    behind = [name for name in over if name != door.name and found[name].scope == "platform"]
    held = [name for name in behind if found[name].cases < door.cases]
    peaks = {scene.name: _worst(day_of(scene)["platform"]) for scene in SCENES}
    return (
        f"In the worst minute {peaks['hot shop']:.0f} cases a second come on the day of the hot shop, and "
        f"{peaks['sale day']:.0f} on the sale day. The hot shop alone meets *{first}* first "
        f"({hot[first].used * 100:.0f} %).\nOn the sale day {len(over)} of {len(sale)} quotas are too small: "
        f"{', '.join(over)}.\nAs deployed, the API lets {door.cases:.0f} cases a second through and answers 429 to "
        f"the rest: behind it too small are {', '.join(held) or 'none'}; the others see no more than the door lets in."
    )


def _worst(came: Sequence[int]) -> float:
    """Cases a second in the worst minute of the day."""
    begun = range(0, DAY - MINUTE, MINUTE)
    return max(sum(came[second : second + MINUTE]) for second in begun) / MINUTE


def section() -> str:
    """What stands in docs/scale.md below the mark."""
    return f"\n{story()}\n\n{table(HEAD, lines())}\n"


def renewed(page: str) -> str:
    return between(page, MARK, END, section())


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], SCALE, section, renewed))
