"""The rules of the state machines, said without running anything (flows.md §5, house.md "One chain of names")."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.flows.definitions import (
    ROOT,
    State,
    definition,
    function_of,
    is_gate,
    states,
    stems,
    substitutions,
    text,
    ways_out,
)

FLOWS = ROOT / "chalicelib" / "flows"
SHARED = {"gates"}  # open_gate, which every machine's gates call
LONGEST = 60  # seconds inside a state; only the machine itself may take longer
DURATIONS = {"TimeoutSeconds", "HeartbeatSeconds", "IntervalSeconds", "MaxDelaySeconds", "Seconds"}
TRANSIENT = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
PLATFORM = re.compile(r"^(States|Lambda|Sandbox|Runtime)\.\w+$")
AWS_WORDS = re.compile(r"Lambda|Dynamo|S3|Sqs|Sns|Aws|Event|Bus|Queue|Bucket|Item|Token|Callback|Invoke|Wait(?!ing)")

MACHINES = [pytest.param(stem, id=stem) for stem in stems()]
every_machine = pytest.mark.parametrize("stem", MACHINES)
STATES = [(stem, name) for stem in stems() for name in definition(stem)["States"]]
TASKS = [(stem, name) for stem in stems() for name in states(definition(stem), "Task")]
GATES = [(stem, name) for stem, name in TASKS if is_gate(definition(stem)["States"][name])]
STEPS = [place for place in TASKS if place not in GATES]
CHOICES = [(stem, name) for stem in stems() for name in states(definition(stem), "Choice")]
every_state = pytest.mark.parametrize(("stem", "name"), STATES)
every_task = pytest.mark.parametrize(("stem", "name"), TASKS)
every_step = pytest.mark.parametrize(("stem", "name"), STEPS)
every_gate = pytest.mark.parametrize(("stem", "name"), GATES)
every_choice = pytest.mark.parametrize(("stem", "name"), CHOICES)


def state(stem: str, name: str) -> State:
    found: State = definition(stem)["States"][name]
    return found


def snake(name: str) -> str:
    """`GrantRefund` → `grant_refund`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def pairs(part: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, however deep."""
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    if isinstance(part, dict):
        yield from part.items()
    for value in inside:
        yield from pairs(value)


def errors_named(part: State) -> set[str]:
    """The error names in the Retry and Catch of one state."""
    return {error for key, errors in pairs(part) if key == "ErrorEquals" for error in errors}


# One chain of names


@cache
def functions(path: Path) -> dict[str, str]:
    """The Lambda functions that a file registers: registered name → name of the decorated function."""
    found: dict[str, str] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if name := _registered(decorator, node.name):
                    found[name] = node.name
    return found


def _registered(decorator: ast.expr, function: str) -> str | None:
    """The name that `@….lambda_function(name="…")` registers, else nothing."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not (isinstance(called, ast.Attribute) and called.attr == "lambda_function"):
        return None
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    given = [word.value for word in keywords if word.arg == "name"]
    return str(given[0].value) if given and isinstance(given[0], ast.Constant) else function


def handler_files() -> set[str]:
    return {path.stem for path in FLOWS.glob("*.py")} - SHARED - {"__init__"}


@cache
def written_tests() -> frozenset[str]:
    """The names of all test functions, wherever they live."""
    files = (ROOT / "tests").rglob("test_*.py")
    return frozenset(name for file in files for name in re.findall(r"\bdef (test_\w+)", file.read_text("utf-8")))


def test_each_definition_has_its_handler_file_and_the_reverse() -> None:
    assert set(stems()) == handler_files()


@every_task
def test_each_task_names_an_existing_function(stem: str, name: str) -> None:
    function = snake(function_of(state(stem, name)))
    registered = {key for path in FLOWS.glob("*.py") for key in functions(path)}
    assert function in registered


@every_step
def test_each_step_is_named_like_its_function(stem: str, name: str) -> None:
    assert name == function_of(state(stem, name))


@every_gate
def test_each_gate_is_opened_by_open_gate(stem: str, name: str) -> None:
    assert "OpenGate" == function_of(state(stem, name))


@every_machine
def test_each_function_of_a_handler_file_is_registered_under_its_own_name(stem: str) -> None:
    found = functions(FLOWS / f"{stem}.py")
    assert found == {name: name for name in found}


@every_machine
def test_each_function_of_a_handler_file_is_called_by_its_machine(stem: str) -> None:
    called = {snake(function_of(task)) for task in states(definition(stem), "Task").values()}
    assert functions(FLOWS / f"{stem}.py").keys() <= called


@every_task
def test_each_task_has_a_test_named_after_its_function(stem: str, name: str) -> None:
    function = snake(function_of(state(stem, name)))
    assert [test for test in written_tests() if test.startswith(f"test_{function}_")]


@every_machine
def test_the_template_fills_every_substitution(stem: str) -> None:
    template = (ROOT / "infra" / "app" / f"{stem}.yaml").read_text(encoding="utf-8")
    filled = re.findall(r"^ +(\w+Arn): !GetAtt (\w+)\.Arn$", template, re.MULTILINE)
    assert {(name, name.removesuffix("Arn")) for name in substitutions(stem)} <= set(filled)


# Names that tell the story


@every_state
def test_each_name_is_words_without_aws(stem: str, name: str) -> None:
    assert re.fullmatch(r"([A-Z][a-z]+){2,4}", name)
    assert not AWS_WORDS.search(name.removeprefix("Await"))


@every_gate
def test_each_gate_awaits_and_has_its_expiry_and_its_choice(stem: str, name: str) -> None:
    noun = name.removeprefix("Await")
    assert name == f"Await{noun}"
    assert f"Which{noun}" == state(stem, name)["Next"] == state(stem, f"Expire{noun}")["Next"]


@every_choice
def test_each_choice_asks_a_question(stem: str, name: str) -> None:
    assert re.match(r"(Which|Is)[A-Z]", name)


@every_state
def test_each_state_says_what_it_is(stem: str, name: str) -> None:
    assert re.search(r"[.?]$", state(stem, name).get("Comment", ""))


# Time


@every_machine
def test_each_machine_has_a_comment_and_a_timeout_of_at_most_a_year(stem: str) -> None:
    machine = definition(stem)
    assert machine["Comment"]
    assert 0 < machine["TimeoutSeconds"] <= 31_536_000


@every_gate
def test_each_gate_waits_as_long_as_the_step_before_it_says(stem: str, name: str) -> None:
    assert "$.step.seconds" == state(stem, name)["TimeoutSecondsPath"]


@every_step
def test_each_step_has_a_timeout_longer_than_its_function_may_run(stem: str, name: str) -> None:
    assert 30 < state(stem, name)["TimeoutSeconds"] <= LONGEST


@every_state
def test_no_duration_is_written_in_a_state(stem: str, name: str) -> None:
    assert [] == [(key, value) for key, value in pairs(state(stem, name)) if key in DURATIONS and value > LONGEST]
    assert "Wait" != state(stem, name)["Type"]


# Faults


@every_task
def test_each_task_retries_what_passes_with_jitter(stem: str, name: str) -> None:
    retriers = state(stem, name)["Retry"]
    assert {error for retrier in retriers for error in retrier["ErrorEquals"]} >= TRANSIENT
    assert {"FULL"} == {retrier["JitterStrategy"] for retrier in retriers}
    for retrier in retriers:
        assert 1 <= retrier["IntervalSeconds"] <= retrier["MaxDelaySeconds"] <= LONGEST
        assert 1.5 <= retrier["BackoffRate"] <= 3
        assert 2 <= retrier["MaxAttempts"] <= 8


@every_task
def test_nothing_is_retried_without_a_name(stem: str, name: str) -> None:
    retried = {error for retrier in state(stem, name)["Retry"] for error in retrier["ErrorEquals"]}
    assert not retried & {"States.ALL", "States.TaskFailed"}


@every_gate
def test_a_gate_retries_faults_of_the_platform_only(stem: str, name: str) -> None:
    retried = {error for retrier in state(stem, name)["Retry"] for error in retrier["ErrorEquals"]}
    assert {error for error in retried if error.startswith("Lambda.")} == retried


@every_gate
def test_the_silence_of_a_gate_is_given_to_its_expiry(stem: str, name: str) -> None:
    first = state(stem, name)["Catch"][0]
    assert "States.Timeout" in first["ErrorEquals"]
    assert name.replace("Await", "Expire") == first["Next"]


@every_task
def test_each_task_catches_everything_last_and_keeps_its_data(stem: str, name: str) -> None:
    catchers = state(stem, name)["Catch"]
    assert ["States.ALL"] == catchers[-1]["ErrorEquals"]
    assert all(re.fullmatch(r"\$\.(silence|fault)", catcher["ResultPath"]) for catcher in catchers)


@every_task
def test_each_error_of_ours_is_in_the_tree_of_errors(stem: str, name: str) -> None:
    tree = ast.parse((ROOT / "chalicelib" / "errors.py").read_text(encoding="utf-8"))
    ours = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    assert {error for error in errors_named(state(stem, name)) if not PLATFORM.match(error)} <= ours


# The graph


@every_choice
def test_each_choice_has_a_default(stem: str, name: str) -> None:
    assert state(stem, name)["Default"]


@every_machine
def test_every_arrow_leads_to_a_state_and_every_state_is_reached(stem: str) -> None:
    machine = definition(stem)
    reached, waiting = set[str](), {machine["StartAt"]}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= set(ways_out(machine["States"][name])) - reached
    assert machine["States"].keys() == reached


# What a definition may say


@every_machine
def test_a_definition_is_plain_json_path(stem: str) -> None:
    assert not re.search(r"JSONata|QueryLanguage|\{%|\"(Arguments|Output|Assign)\"", text(stem))


@every_machine
def test_a_definition_calls_functions_only_and_no_nested_sync(stem: str) -> None:
    called = {task["Resource"] for task in states(definition(stem), "Task").values()}
    assert called <= {"arn:aws:states:::lambda:invoke", "arn:aws:states:::lambda:invoke.waitForTaskToken"}


@every_task
def test_each_task_gets_its_ids_from_the_input_of_the_execution(stem: str, name: str) -> None:
    payload = state(stem, name)["Parameters"]["Payload"]
    ids = {key: path for key, path in payload.items() if key in ("case_id", "attempt", "case_id.$", "attempt.$")}
    assert "case_id.$" in ids
    assert ids == {key: f"$$.Execution.Input.{key.removesuffix('.$')}" for key in ids}


@every_step
def test_each_step_keeps_only_its_small_outcome(stem: str, name: str) -> None:
    keys = ("outcome", "gate", "round", "seconds", "version")
    assert {f"{key}.$": f"$.Payload.{key}" for key in keys} == state(stem, name)["ResultSelector"]
    assert "$.step" == state(stem, name)["ResultPath"]


@every_machine
def test_every_substitution_is_a_function(stem: str) -> None:
    assert all(re.fullmatch(r"([A-Z][a-z]+)+Arn", name) for name in substitutions(stem))
    assert '"arn:aws:lambda' not in text(stem)
