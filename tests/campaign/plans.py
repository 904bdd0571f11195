"""Plans: one story and the faults that fall into it, and what came of it."""

from __future__ import annotations

from typing import NamedTuple

from tests.campaign.cloud import Cloud
from tests.campaign.judge import Violation, judge
from tests.campaign.settling import hand_over, settle
from tests.campaign.sites import Site
from tests.campaign.stage import Stage
from tests.campaign.stories import STORIES
from tests.campaign.tap import Strike


class Plan(NamedTuple):
    story: str
    strikes: tuple[Strike, ...] = ()

    def __str__(self) -> str:
        return f"{self.story}: {' and '.join(map(str, self.strikes)) or 'undisturbed'}"


class Outcome(NamedTuple):
    plan: Plan
    violations: list[Violation]
    sites: list[tuple[Site, int]]  # every occurrence, as it came
    struck: list[Strike]
    handed_over: bool = False  # a person had to see to it


def play(plan: Plan) -> Outcome:
    """Tells the story with its faults, lets everything settle, and judges."""
    story, cloud = STORIES[plan.story], Cloud(plan.strikes)
    story.shop(cloud)
    stage = Stage(cloud)
    handed_over = False
    try:
        story.tell(stage)
        settled = settle(stage)
        if judge(cloud, settled=settled):
            handed_over = hand_over(stage)
            settled = settle(stage)
    except Exception as error:  # the campaign goes on, and says which plan broke its own stage
        broken = Violation("broken", f"{type(error).__name__}: {error}")
        return Outcome(plan, [broken], cloud.tap.order, cloud.tap.struck)
    order, violations = list(cloud.tap.order), judge(cloud, settled=settled)
    if handed_over and not any(strike.kind == "throttle" for strike in cloud.tap.struck):
        violations.append(Violation("stuck", "only a service that refuses for long may bring a refund to a person"))
    return Outcome(plan, violations, order, cloud.tap.struck, handed_over)
