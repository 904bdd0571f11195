"""The refund's stories, for tests that are about them alone."""

from __future__ import annotations

from collections.abc import Sequence

from tests.flows import tales
from tests.flows.tales import REFUND
from tests.flows.tales import SILENCE as SILENCE
from tests.flows.tales import Line as Line

MACHINE = REFUND.machine
told, steps = REFUND.told, REFUND.steps


class Story(tales.Story):
    def __init__(self, script: Sequence[Line]) -> None:
        super().__init__(REFUND, script)
