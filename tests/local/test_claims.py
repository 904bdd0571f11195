from __future__ import annotations

from pathlib import Path

import pytest

from local import claims


def test_a_second_start_says_who_runs_and_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    with claims.claim(file), pytest.raises(claims.AlreadyRunning, match=r"process \d+.*Ctrl-C"), claims.claim(file):
        pass


def test_stacks_of_other_names_may_run_beside_it(tmp_path: Path) -> None:
    with claims.claim(tmp_path / "run.json"), claims.claim(tmp_path / "journeys.json"):
        assert claims.taken(tmp_path / "run.json")


def test_nothing_is_claimed_before_and_after(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    before = claims.taken(file)
    with claims.claim(file):
        during = claims.taken(file)
    assert (False, True, False) == (before, during, claims.taken(file))


def test_the_description_of_a_stack_that_is_gone_is_cleared_away(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text("{}")
    with claims.claim(file):
        assert not file.exists()
        file.write_text("{}")
    assert not file.exists()
