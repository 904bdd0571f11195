from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from local import run, stack
from local.stack import Options, Stack

SHOP = Stack(
    **{
        field.name: {"OnMinute": "f"} if field.type == "dict[str, str]" else f"the {field.name}"
        for field in dataclasses.fields(Stack)
        if field.name not in {"speed", "cases"}
    },
    speed=60,
    cases=[{"case_id": "case_1"}],
)


def test_a_stack_reads_back_as_it_was_written(tmp_path: Path) -> None:
    SHOP.save(tmp_path / "run.json", tokens={"buyer-1": "…"})
    assert SHOP == Stack.load(tmp_path / "run.json")


def test_nothing_runs_where_nobody_claims_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "FOLDER", tmp_path)
    SHOP.save(tmp_path / "run.json")
    assert stack.running(Options()) is None


@pytest.mark.parametrize(("speed", "port"), [("0", "0"), ("fast", "0"), ("1.5", "0"), ("1", "70000"), ("1", "-1")])
def test_a_senseless_speed_or_port_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, speed: str, port: str) -> None:
    monkeypatch.setenv("SPEED", speed)
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ValueError, match=r"SPEED is|PORT is"):
        run.options()


def test_without_speed_and_port_time_is_real_and_the_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPEED", raising=False)
    monkeypatch.setenv("PORT", "")
    assert (1, 0) == (run.options().speed, run.options().port)
