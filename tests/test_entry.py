"""The front doors: what they hand on, what they let through, and what they never write down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from chalice.app import Blueprint, Chalice

from chalicelib import entry, wiring
from chalicelib.domain.merchants import Merchant
from chalicelib.errors import Fault, Forbidden, InvalidRequest, TransientFault, Unauthorized, VersionLost
from chalicelib.schemas.messages import Change, Message, Signal
from chalicelib.schemas.tasks import Task

INPUT = {"case_id": "case_1", "attempt": 2}
blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="assess_case")
@entry.task
def assess_case(ports: Any, task: Task) -> Mapping[str, Any]:
    return {"outcome": "approve"}


def read_change(record: Mapping[str, Any]) -> Change:
    if "NewImage" not in record["dynamodb"]:
        raise Fault("unreadable")
    return Change(record["dynamodb"]["SequenceNumber"], None, Merchant(merchant_id="m1", name="shop"))


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Any:
    world = SimpleNamespace(read_change=read_change)
    monkeypatch.setattr(wiring, "ports", lambda: world)
    return world


def call(function: Any, decorate: Any, event: Any, context: Any = None) -> Any:
    return decorate(function)(event, context)


def raising(error: Exception) -> Any:
    def function(*_: Any) -> Any:
        raise error

    return function


# --- tasks


def test_chalice_packages_the_handler_under_its_own_name() -> None:
    app = Chalice("app", configure_logs=False)
    app.register_blueprint(blueprint)
    assert [f"{__name__}.assess_case"] == [function.handler_string for function in app.pure_lambda_functions]


def test_the_packaged_handler_answers_the_step() -> None:
    assert assess_case(INPUT, None) == {"outcome": "approve"}


def test_a_task_gets_this_container_s_ports_and_its_parsed_input(world: Any) -> None:
    def function(ports: Any, task: Task) -> dict[str, Any]:
        return {"same": ports is world, "case": task.case_id, "attempt": task.attempt}

    assert {"same": True, "case": "case_1", "attempt": 2} == call(function, entry.task, INPUT)


def test_a_gate_s_input_is_read_whole() -> None:
    asked = {"case_id": "case_1", "gate": "decision", "round": 1, "version": 3, "token": "t"}

    def function(_: Any, task: Task) -> dict[str, Any]:
        return {"read": (task.gate, task.round, task.version, task.token, task.attempt)}

    assert ("decision", 1, 3, "t", 1) == call(function, entry.task, asked)["read"]


def test_a_caught_fault_is_read_in_step_functions_words() -> None:
    asked = {**INPUT, "fault": {"Error": "Fault", "Cause": "x" * 40_000}}

    def function(_: Any, task: Task) -> dict[str, Any]:
        assert task.fault is not None
        return {"error": task.fault.error, "length": len(task.fault.cause)}

    assert {"error": "Fault", "length": 2000} == call(function, entry.task, asked)


def test_the_previous_version_s_input_with_unknown_keys_is_accepted() -> None:
    assert call(lambda _, task: {"outcome": "x"}, entry.task, {**INPUT, "old": 1}) == {"outcome": "x"}


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (None, "input"),
        ([], "input"),
        ({}, "case_id"),
        ({"case_id": ""}, "case_id"),
        ({"case_id": "case#1"}, "case_id"),
        ({**INPUT, "attempt": 0}, "attempt"),
        ({**INPUT, "gate": "hidden"}, "gate"),
        ({**INPUT, "round": 0}, "round"),
        ({**INPUT, "version": "hidden"}, "version"),
        ({**INPUT, "token": ""}, "token"),
    ],
)
def test_an_input_that_cannot_be_read_names_the_field_and_quotes_nothing(event: Any, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        call(raising(AssertionError()), entry.task, event)
    assert field in [wrong.field for wrong in caught.value.errors]
    assert "hidden" not in str(caught.value)


def test_a_transient_fault_leaves_under_the_name_that_the_definition_retries() -> None:
    with pytest.raises(TransientFault) as caught:
        call(raising(VersionLost("another writer")), entry.task, INPUT)
    assert "TransientFault" == caught.type.__name__


def test_every_other_error_keeps_its_name() -> None:
    with pytest.raises(ZeroDivisionError):
        call(raising(ZeroDivisionError()), entry.task, INPUT)


def test_a_stored_value_that_no_longer_fits_its_model_is_never_quoted() -> None:
    def function(*_: Any) -> Any:
        Merchant.model_validate({"merchant_id": "m1", "name": ["hidden"]})

    with pytest.raises(Fault) as caught:
        call(function, entry.task, INPUT)
    assert "Merchant does not fit its model: name" == str(caught.value)
    assert caught.value.__suppress_context__


def test_a_token_is_never_written_down(written: Callable[[], str]) -> None:
    with pytest.raises(ZeroDivisionError):
        call(raising(ZeroDivisionError()), entry.task, {**INPUT, "token": "hidden"})
    call(lambda _, task: {"outcome": repr(task)}, entry.task, {**INPUT, "token": "hidden"})
    assert "hidden" not in written()


# --- queues


def sqs(*bodies: Any, receives: int = 1) -> dict[str, Any]:
    texts = (body if isinstance(body, str) else json.dumps(body) for body in bodies)
    attributes = {"ApproximateReceiveCount": str(receives)}
    return {"Records": [{"messageId": f"m{i}", "body": text, "attributes": attributes} for i, text in enumerate(texts)]}


def failures(*ids: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": id_} for id_ in ids]}


def test_every_message_of_a_batch_is_handled() -> None:
    seen: list[Any] = []
    answer = call(lambda _, message: seen.append(message.body), entry.queue, sqs({"n": 1}, {"n": 2}))
    assert ([{"n": 1}, {"n": 2}], failures()) == (seen, answer)


def test_an_event_of_the_bus_comes_without_its_envelope() -> None:
    envelope = {
        "id": "e1",
        "source": "payments",
        "detail-type": "refund.settled",
        "time": "2026-01-02T03:04:05Z",
        "detail": {"refund_no": "r1"},
    }
    seen: list[Message] = []
    call(lambda _, message: seen.append(message), entry.queue, sqs(envelope, receives=3))
    [message] = seen
    assert ("e1", "payments", "refund.settled", {"refund_no": "r1"}, 3) == (
        message.id,
        message.source,
        message.type,
        message.body,
        message.receives,
    )
    assert message.at is not None and "2026-01-02T03:04:05+00:00" == message.at.isoformat()


def test_our_own_commands_have_no_source() -> None:
    seen: list[Message] = []
    call(lambda _, message: seen.append(message), entry.queue, sqs({"refund_no": "r1"}))
    assert ("m0", "", "") == (seen[0].id, seen[0].source, seen[0].type)


@pytest.mark.parametrize(
    "poison",
    ["", "{", "[]", "null", "1", '"x"', "[" * 100_000, {"detail-type": "x"}, {"detail-type": 1, "detail": {}},
     {"detail-type": "x", "source": "y", "detail": []},
     {"detail-type": "x", "source": "y", "detail": {}, "time": "yesterday"}],
)  # fmt: skip
def test_poison_is_reported_and_the_rest_is_done(poison: Any) -> None:
    seen: list[Any] = []
    answer = call(lambda _, message: seen.append(message.body), entry.queue, sqs({"n": 0}, poison, {"n": 2}))
    assert ([{"n": 0}, {"n": 2}], failures("m1")) == (seen, answer)


@pytest.mark.parametrize("error", [TransientFault("again"), Fault("broken"), ZeroDivisionError()])
def test_a_message_that_fails_comes_again_alone(error: Exception) -> None:
    def function(_: Any, message: Message) -> None:
        if message.body["n"] == 1:
            raise error

    assert failures("m1") == call(function, entry.queue, sqs({"n": 0}, {"n": 1}, {"n": 2}))


def test_a_function_that_is_about_to_end_begins_no_further_message() -> None:
    left = iter([11_999, 11_000])
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: next(left))
    seen: list[Any] = []
    answer = call(lambda _, m: seen.append(m.id), entry.queue, sqs({"n": 0}, {"n": 1}, {"n": 2}), context)
    assert (["m0"], failures("m1", "m2")) == (seen, answer)


def test_a_function_with_time_begins_every_message() -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 12_000)
    assert failures() == call(lambda *_: None, entry.queue, sqs({"n": 0}, {"n": 1}, {"n": 2}), context)


CASE = "case_01JTCPWZ3MXN4Q5R6S7T8V9WAB"


@pytest.mark.parametrize(
    "body",
    [
        {"case_id": CASE},
        {"refund_no": "rfd_01JTCPWZ3MXN4Q5R6S7T8V9WAB01"},
        {"merchant_id": "m1", "event_id": f"{CASE}-12"},
        {"detail-type": "CaseSubmitted", "source": "aftersales", "detail": {"case_id": CASE}},
    ],
)
def test_every_line_names_the_case_that_a_message_is_about(body: dict[str, Any], written: Callable[[], str]) -> None:
    call(raising(Fault("broken")), entry.queue, sqs(body))
    [line] = [json.loads(line) for line in written().splitlines() if '"message"' in line]
    assert CASE == line["case_id"]


@pytest.mark.parametrize("body", [{}, {"case_id": 7}, {"refund_no": "hidden"}, {"event_id": "x"}, {"event_id": None}])
def test_a_message_about_no_case_names_none(body: dict[str, Any], written: Callable[[], str]) -> None:
    call(raising(Fault("broken")), entry.queue, sqs(body))
    assert '"case_id"' not in written()


def test_what_a_message_says_is_never_written_down(written: Callable[[], str]) -> None:
    call(raising(ValueError("hidden")), entry.queue, sqs({"note": "hidden"}, "hidden"))
    assert "hidden" not in written()


# --- the stream


def stream(*numbers: str, poison: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "Records": [
            {"eventName": "INSERT", "dynamodb": {"SequenceNumber": n, **({} if n in poison else {"NewImage": {}})}}
            for n in numbers
        ]
    }


def test_a_batch_of_changes_is_handed_over_whole_and_in_order() -> None:
    seen: list[Sequence[Change]] = []
    answer = call(lambda _, changes: seen.append(changes), entry.stream, stream("1", "2", "3"))
    assert ([["1", "2", "3"]], failures()) == ([[change.sequence for change in batch] for batch in seen], answer)


def test_changes_that_could_not_be_acted_on_come_again() -> None:
    answer = call(lambda _, changes: changes[1:2], entry.stream, stream("1", "2", "3"))
    assert failures("2") == answer


def test_a_batch_that_fails_comes_again_from_its_first_change() -> None:
    assert failures("1") == call(raising(Fault("broken")), entry.stream, stream("1", "2"))


def test_an_unreadable_change_stops_the_batch_before_it() -> None:
    seen: list[str] = []
    answer = call(
        lambda _, changes: seen.extend(change.sequence for change in changes),
        entry.stream,
        stream("1", "2", "3", poison=["2"]),
    )
    assert (["1"], failures("2")) == (seen, answer)


def test_an_unreadable_first_change_hands_nothing_over() -> None:
    assert failures("1") == call(raising(AssertionError()), entry.stream, stream("1", poison=["1"]))


# --- the schedule


def test_a_scheduled_run_counts_what_it_did(written: Callable[[], str]) -> None:
    answer = call(lambda _: {"flows": 2, "entries": 0}, entry.schedule, {})
    counted = [json.loads(line) for line in written().splitlines() if '"_aws"' in line]
    assert {"flows": 2, "entries": 0} == answer
    assert [("flows", [2.0])] == [(metric["done"], metric["Scheduled"]) for metric in counted]


def test_what_a_scheduled_run_failed_at_is_counted_under_one_name_too(written: Callable[[], str]) -> None:
    call(lambda _: {"failed_KeyError": 1, "failed_TransientFault": 2, "resumed": 1}, entry.schedule, {})
    counted = [json.loads(line) for line in written().splitlines() if '"_aws"' in line]
    assert [[1.0], [2.0]] == [metric["ScheduledFailed"] for metric in counted if "ScheduledFailed" in metric]


def test_a_scheduled_run_that_did_nothing_is_quiet(written: Callable[[], str]) -> None:
    assert {} == call(lambda _: None, entry.schedule, {})
    assert "_aws" not in written()


def test_a_scheduled_run_that_fails_is_an_error_of_the_function() -> None:
    with pytest.raises(Fault):
        call(raising(Fault("broken")), entry.schedule, {})


# --- sockets


def upgrade(kind: str = "CONNECT", **more: Any) -> dict[str, Any]:
    return {"requestContext": {"connectionId": "c=1", "eventType": kind}, "isBase64Encoded": False, **more}


def signalled(event: dict[str, Any], kind: Any) -> Signal:
    """The signal that a function of this kind is given."""
    given: list[Signal] = []
    assert {"statusCode": 200} == entry.socket(kind)(lambda _, signal: given.append(signal))(event, None)
    [signal] = given
    return signal


def test_who_connects_is_known_by_origin_and_ticket() -> None:
    event = upgrade(
        multiValueHeaders={"ORIGIN": ["https://shop.example"], "Host": ["x"]},
        multiValueQueryStringParameters={"ticket": ["t1"]},
    )
    assert Signal("c=1", "CONNECT", "https://shop.example", "t1") == signalled(event, "CONNECT")


@pytest.mark.parametrize(
    ("more", "origin", "ticket"),
    [
        ({}, None, None),
        ({"multiValueHeaders": None, "multiValueQueryStringParameters": None}, None, None),
        ({"multiValueHeaders": {"origin": [""]}}, "", None),
        ({"headers": {"Origin": "https://a"}, "queryStringParameters": {"ticket": "t1"}}, "https://a", "t1"),
        ({"multiValueHeaders": {"origin": ["https://a", "https://b"]}}, "https://a, https://b", None),
        ({"multiValueQueryStringParameters": {"ticket": ["t1", "t2"]}}, None, None),
        ({"multiValueQueryStringParameters": {"Ticket": ["t1"]}}, None, None),
    ],
)
def test_two_origins_are_nobody_s_and_two_tickets_are_none(
    more: dict[str, Any], origin: str | None, ticket: str | None
) -> None:
    signal = signalled(upgrade(**more), "CONNECT")
    assert (origin, ticket) == (signal.origin, signal.ticket)


@pytest.mark.parametrize(("encoded", "text"), [(False, "hello"), (True, None)])
def test_a_message_is_its_text_and_bytes_are_none(encoded: bool, text: str | None) -> None:
    assert text == signalled(upgrade("MESSAGE", body="hello", isBase64Encoded=encoded), "MESSAGE").text


@pytest.mark.parametrize(("error", "status"), [(Unauthorized("no"), 401), (Forbidden("no"), 403)])
def test_whom_a_function_refuses_is_not_connected(error: Exception, status: int) -> None:
    assert {"statusCode": status} == entry.socket("CONNECT")(raising(error))(upgrade(), None)


@pytest.mark.parametrize("kind", ["CONNECT", "DISCONNECT"])
def test_a_message_that_names_another_kind_s_route_does_nothing(kind: Any) -> None:
    """`{"action": "$disconnect"}` is routed to who hears of the end of connections."""
    assert {"statusCode": 400} == entry.socket(kind)(raising(Fault("called")))(upgrade("MESSAGE"), None)


def test_a_signal_that_fails_is_let_through_under_its_own_name() -> None:
    with pytest.raises(TransientFault):
        entry.socket("MESSAGE")(raising(VersionLost("lost")))(upgrade("MESSAGE"), None)


def test_neither_a_ticket_nor_what_is_said_is_written_down(written: Callable[[], str]) -> None:
    event = upgrade(multiValueQueryStringParameters={"ticket": ["the-ticket"]}, body="the-words")
    entry.socket("CONNECT")(raising(Unauthorized("no")))(event, None)
    with pytest.raises(Fault):
        entry.socket("CONNECT")(raising(Fault("broken")))(event, None)
    signal = signalled(event, "CONNECT")
    seen = written() + repr(signal)
    assert "LiveRefused" in seen
    assert "the-ticket" not in seen and "the-words" not in seen
