"""The campaign sees what it is there to see: bugs planted on purpose, each reported for what it is."""

from __future__ import annotations

import pytest

from tests.campaign.plans import play
from tests.campaign.planted import PLANTED, Planted


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.name.replace(" ", "_"))
def test_a_planted_bug_is_reported(bug: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [] == play(bug.plan).violations
    bug.plant(monkeypatch)
    assert bug.of in {violation.of for violation in play(bug.plan).violations}
