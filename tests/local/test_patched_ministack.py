"""The patch of the local cloud, tried in its own environment, and a word when upstream makes it unnecessary."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local import environments
from local.packaging import ROOT
from local.patched_ministack import PINNED

PROBE = Path(__file__).with_name("ministack_probe.py")


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What the probe saw of MiniStack, without and with the patch."""
    python = environments.make(".venvs/ministack")
    done = subprocess.run([python, "-P", PROBE, ROOT / "local"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_version_is_the_one_that_was_looked_at(seen: dict[str, Any]) -> None:
    assert PINNED == seen["version"]
    assert f"ministack=={PINNED}" in (ROOT / "requirements-local.txt").read_text()


def test_upstream_still_ignores_timeout_seconds_path(seen: dict[str, Any]) -> None:
    assert seen["unpatched"]["timeout_path"] == "waits for ever", "upstream has it: drop honour_timeout_path"


def test_upstream_still_swallows_a_function_s_fault(seen: dict[str, Any]) -> None:
    assert seen["unpatched"]["fault"] == "States.Timeout", "upstream has it: drop fail_with_the_function"


def test_a_gate_waits_as_long_as_the_step_before_it_said(seen: dict[str, Any]) -> None:
    assert seen["patched"]["timeout_path"] == "waits 7 seconds"


@pytest.mark.parametrize("seconds", ["0", "-5", "100000000", '"7"', "null"])
def test_seconds_that_aws_refuses_are_refused(seen: dict[str, Any], seconds: str) -> None:
    assert seen["patched"]["refused"][seconds] == "States.Runtime"


def test_a_gate_whose_function_failed_fails_at_once_and_by_name(seen: dict[str, Any]) -> None:
    assert seen["patched"]["fault"] == "Lambda.Unknown"


def test_a_gate_is_still_answered_by_its_token(seen: dict[str, Any]) -> None:
    assert seen["patched"]["answer"] == {"outcome": "approved"}


def test_upstream_still_wants_a_permission_on_everything_to_answer_a_token(seen: dict[str, Any]) -> None:
    assert seen["unpatched"]["asked_for"] == ["*", "*"], "upstream has it: drop name_the_token_s_machine"


def test_who_answers_a_token_live_or_dead_needs_permission_on_its_state_machine(seen: dict[str, Any]) -> None:
    machine = "arn:aws:states:eu-west-1:000000000000:stateMachine:flow"
    assert seen["patched"]["asked_for"] == [machine, machine]
    assert seen["patched"]["asked_for_unknown"] == "*"


def test_a_bucket_that_takes_encrypted_transport_only_takes_what_stays_on_this_machine(seen: dict[str, Any]) -> None:
    assert [False, True] == [seen["unpatched"]["encrypted"], seen["patched"]["encrypted"]]


def test_workers_of_one_package_share_one_unpacked_copy(seen: dict[str, Any]) -> None:
    assert seen["patched"]["copies"] == 1


def test_who_comes_while_all_workers_are_busy_waits_for_one(seen: dict[str, Any]) -> None:
    assert seen["patched"]["third"] == ["func_cap", "reused", True]


def test_neither_the_queues_nor_its_other_reader_wait_for_a_reader_of_the_stream(
    seen: dict[str, Any],
) -> None:
    assert [True, 2, 2] == seen["patched"]["streams"]


def test_what_a_reader_of_the_stream_could_not_do_comes_again(seen: dict[str, Any]) -> None:
    assert [False, False, False] == seen["unpatched"]["undone"]
    assert [True, False, False] == seen["patched"]["undone"]


def test_upstream_still_takes_a_number_from_a_parameter_for_a_text(seen: dict[str, Any]) -> None:
    assert seen["unpatched"]["most_at_once"] == "3", "upstream has it: drop count_in_numbers"


def test_a_queue_has_as_many_batches_at_work_as_its_mapping_says(seen: dict[str, Any]) -> None:
    assert seen["patched"]["most_at_once"] == 3


def test_upstream_still_refuses_every_upgrade_alike(seen: dict[str, Any]) -> None:
    assert seen["unpatched"]["refusal"] == ["websocket.close", None], "upstream has it: drop this patch"


def test_an_upgrade_is_refused_as_its_function_says(seen: dict[str, Any]) -> None:
    assert seen["patched"]["refusal"] == ["websocket.http.response.start", 401]


def test_upstream_still_forgets_how_a_version_is_to_be_kept(seen: dict[str, Any]) -> None:
    assert seen["unpatched"]["disposition"] is None, "upstream has it: drop answer_versions_as_asked"


def test_a_version_comes_as_its_address_asks(seen: dict[str, Any]) -> None:
    assert "attachment" == seen["patched"]["disposition"]
