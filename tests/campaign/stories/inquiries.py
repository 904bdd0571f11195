"""Fakes and dangers: the platform looks first; what it confirms is paid more than once over, or told to many."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.notifications import Preferences
from chalicelib.schemas.cases import ReviseCase
from chalicelib.schemas.disputes import AnswerInquiry
from chalicelib.usecases import decisions, inquiries, recalls
from tests.campaign.cloud import Cloud
from tests.campaign.stage import Stage
from tests.campaign.stories.shops import indebted
from tests.campaign.stories.told import told
from tests.domain import drafts
from tests.standins.shops import AGENT, BUYER, COAT, SUPERVISOR, sell


def sold_to_others(cloud: Cloud) -> None:
    """Two others have bought the same coat, one of them twice; one is reached by e-mail, too."""
    indebted(cloud)
    cloud.table.put(Preferences(buyer_id="b2", channels=frozenset({"inbox", "email"})))
    for order_id, buyer_id in (("o2", "b2"), ("o3", "b3"), ("o4", "b2")):
        order = sell(cloud, order_id, buyer_id=buyer_id, lines=(drafts.line("coat", 1, COAT),))
        cloud.table.put(*recalls.listed(order))


def _finds(s: Stage, finding: str = "confirmed", actor: Any = AGENT, **more: Any) -> None:
    body = AnswerInquiry.model_validate({"finding": finding, "reason": "seen", **more})
    s.does(inquiries.answer, actor, body)


def fake(s: Stage) -> None:
    """假冒伪劣: confirmed; the refund and three times as much, which the shop's deposit holds a part of."""
    s.files(reason="counterfeit")
    _finds(s)
    s.minutes_pass()
    s.minutes_pass()


def genuine(s: Stage) -> None:
    """Not confirmed: the shop decides, as it would have."""
    s.files(reason="counterfeit")
    _finds(s, "not_confirmed")
    s.decides("approve")


def danger(s: Stage) -> None:
    """安全隐患: confirmed; the sale is stopped, and who else has bought it is told."""
    s.files(reason="unsafe")
    _finds(s, batch="2026-11")
    s.minutes_pass()
    s.minutes_pass()


def danger_told_late(s: Stage) -> None:
    """Only a revision speaks of the danger; the agent is silent, and the supervisor looks."""
    s.files()
    s.rejects()
    s.does(decisions.revise, BUYER, ReviseCase(reason="unsafe"))
    s.nobody_answers()
    _finds(s, actor=SUPERVISOR)
    s.minutes_pass()


STORIES = told(sold_to_others, fake, genuine, danger, danger_told_late)
