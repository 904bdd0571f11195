"""Disputes: one side escalates, and the platform rules."""

from __future__ import annotations

from tests.campaign.stage import Stage
from tests.campaign.stories.shops import usual
from tests.campaign.stories.told import told
from tests.standins.shops import SUPERVISOR


def disputed(s: Stage) -> None:
    s.files()
    s.rejects()
    s.escalates()
    s.rules("approve")


def ruled_late(s: Stage) -> None:
    """The agent is silent; the supervisor grants less than was asked."""
    s.files()
    s.rejects()
    s.escalates()
    s.nobody_answers()
    s.rules("approve", SUPERVISOR, amount={"amount": 7000, "currency": "CNY"})


STORIES = told(usual, disputed, ruled_late)
