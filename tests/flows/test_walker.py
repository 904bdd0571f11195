"""The walker refuses what would fail in the cloud, or what it does not know."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.flows.refund_contract import CASE, step
from tests.flows.refund_story import MACHINE, Story, told
from tests.flows.walker import Answer, Broken, Call, Fault, Walk, walk


def changed(name: str, **fields: Any) -> Walk:
    """A paid refund on a machine in which one state has other fields."""
    machine = copy.deepcopy(MACHINE)
    machine["States"][name].update(fields)
    return walk(machine, CASE, Story(["refer"]))


def heard(said: Answer) -> Walk:
    """A walk in which the first step answers like this."""
    story = Story([])

    def answers(call: Call) -> Answer:
        return said if call.state == "AssessCase" else story(call)

    return walk(MACHINE, CASE, answers)


def test_a_path_to_nothing_breaks_the_walk() -> None:
    with pytest.raises(Broken, match=r"nothing stands at \$\.left\.over"):
        changed("AwaitDecision", TimeoutSecondsPath="$.left.over")


def test_an_answer_without_one_of_its_five_keys_breaks_the_walk() -> None:
    with pytest.raises(Broken, match=r"\$\.Payload\.seconds"):
        heard({key: value for key, value in step("approve", "GrantRefund").items() if key != "seconds"})


@pytest.mark.parametrize("seconds", [0, -1, None, 1.5])
def test_a_timeout_that_the_cloud_refuses_breaks_the_walk(seconds: Any) -> None:
    with pytest.raises(Broken, match="refused in the cloud"):
        heard({**step("refer", "AwaitDecision"), "seconds": seconds})


def test_a_field_that_the_walker_does_not_know_breaks_the_walk() -> None:
    with pytest.raises(Broken, match="OutputPath"):
        changed("AwaitDecision", OutputPath="$.step")


def test_a_rule_that_the_walker_does_not_know_breaks_the_walk() -> None:
    with pytest.raises(Broken, match="IsNull"):
        changed("WhichDecision", Choices=[{"Variable": "$.step", "IsNull": True, "Next": "CaseClosed"}])


def test_a_circle_breaks_the_walk() -> None:
    with pytest.raises(Broken, match="no end after 200 states"):
        told("refer", *["moved"] * 200)


@pytest.mark.parametrize("fault", ["States.Runtime", "States.DataLimitExceeded"])
def test_what_no_catch_catches_ends_the_execution(fault: str) -> None:
    walked = heard(Fault(fault))
    assert (fault, "AssessCase") == (walked.error, walked.end)
