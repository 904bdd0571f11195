"""The drawings in state_machines/README.md are the definitions'. Anew: python -m tests.flows.drawing"""

from __future__ import annotations

from tests.flows.definitions import stems
from tests.flows.drawing import PAGE, machines_on_the_page, page


def test_every_machine_has_its_place_on_the_page() -> None:
    assert stems() == machines_on_the_page()


def test_the_page_shows_the_machines_as_they_are() -> None:
    assert page() == PAGE.read_text(encoding="utf-8")
