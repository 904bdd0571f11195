"""The composer refuses stories that do not hold together; what is checked in is what it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.definitions import __main__ as composer
from local.definitions.__main__ import files, machines
from local.definitions.chapters import DECISION, INSPECTION, goods_first
from local.definitions.parts import End, Gate, Machine, Step, Which
from tests.flows.definitions import stems

END = End("CaseClosed", "It is over.")
PARKING = (End("ParkCase", "Parked."), End("NoteOutcome", "Noted."))


def test_what_is_deployed_is_what_the_composer_writes() -> None:
    stale = [path.name for path, text in files().items() if path.read_text(encoding="utf-8") != text]
    assert [] == stale, "run `python -m local.definitions`"


def test_every_definition_is_composed() -> None:
    assert stems() == sorted(machines())


def test_a_state_that_is_led_to_must_be_told() -> None:
    story = Machine("A story.", (Step("AssessCase", "Begins.", "CaseClosed"), *PARKING))
    with pytest.raises(ValueError, match="CaseClosed"):
        story.definition()


def test_a_state_is_told_once() -> None:
    with pytest.raises(ValueError, match=r"told twice.*CaseClosed"):
        Machine("A story.", (Step("AssessCase", "Begins.", "CaseClosed"), END, END, *PARKING)).definition()


def test_a_gate_is_its_wait_its_silence_and_its_question() -> None:
    gate = Gate("BuyerAnswer", "Awaited.", "Silent.", "Which?", {"closed": "CaseClosed"})
    states = dict(gate.states())
    assert ["AwaitBuyerAnswer", "ExpireBuyerAnswer", "WhichBuyerAnswer"] == list(states)
    assert "buyer_answer" == states["AwaitBuyerAnswer"]["Parameters"]["Payload"]["gate"]
    assert ["closed", "moved"] == [rule["StringEquals"] for rule in states["WhichBuyerAnswer"]["Choices"]]
    assert "AwaitBuyerAnswer" == states["WhichBuyerAnswer"]["Choices"][-1]["Next"]


def test_a_machine_may_lead_an_outcome_elsewhere_and_leave_the_shared_gate_as_it_is() -> None:
    assert "SwitchUnits" == INSPECTION.leading(passed="SwitchUnits").then["passed"]
    assert "GrantRefund" == INSPECTION.then["passed"]


def test_an_approval_may_ask_for_the_goods_first() -> None:
    assert "AwaitShipment" == goods_first(DECISION).then["ship_back"]
    assert "ship_back" not in DECISION.then


def test_a_step_may_ask_what_came_of_it() -> None:
    states = dict(Step("SwitchUnits", "Switches.", Which("WhichUnits", "Are there any?", {"some": "X"})).states())
    assert "WhichUnits" == states["SwitchUnits"]["Next"]
    assert "NoteOutcome" == states["WhichUnits"]["Default"]


def test_a_definition_changed_by_hand_is_found_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(composer, "FOLDER", tmp_path)
    monkeypatch.setattr(composer, "ROOT", tmp_path)
    assert 0 == composer.main([]) == composer.main(["--check"])
    (tmp_path / "refund_flow.asl.json").write_text("{}")
    capsys.readouterr()
    assert 1 == composer.main(["--check"])
    assert "refund_flow.asl.json" in capsys.readouterr().out
