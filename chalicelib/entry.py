"""The front doors of everything that is not HTTP: parse, log context, one line to the use case, faults let through.

A function in a blueprint is imported without `app.py`, so no middleware of the app runs there: what every handler
needs stands in these decorators. Chalice names the handler after the decorated function, hence `functools.wraps`.

    @flows.lambda_function(name="assess_case")
    @entry.task
    def assess_case(ports: Ports, task: Task) -> Mapping[str, Any]:
        return grants.assess(ports, task.case_id)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from pydantic import ValidationError

from chalicelib import wiring
from chalicelib.domain.refunds import case_of
from chalicelib.errors import Fault, NotAllowed, RefundNotFound, TransientFault, Unauthorized
from chalicelib.schemas.messages import read_message, read_signal
from chalicelib.schemas.tasks import read_occasion, read_task
from chalicelib.telemetry import bound, count, facts, log

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Change, Message, Signal
    from chalicelib.schemas.tasks import Occasion, Task

Handler = Callable[[Any, Any], Any]
# Milliseconds before the function's end at which no further message is begun: the slowest partner may take that long,
# and a batch that is cut off comes again whole, with everything that was done already.
TIME_TO_LEAVE = 12_000


def task(function: Callable[[Ports, Task], Mapping[str, Any]]) -> Handler:
    """A Step Functions task: `function(ports, task)` answers the step's outcome (docs/architecture.md).

    Errors go through to the definition, which knows them by class name. Every TransientFault leaves under that very
    name, also where a subclass was raised, because `ErrorEquals` knows nothing of inheritance.
    """
    wiring.warm()

    @wraps(function)
    def handler(event: Any, context: Any) -> Any:
        with bound(**_whereabouts(context), case_id=_case_id(event)):
            try:
                asked = read_task(event)
                answer = dict(function(wiring.ports(), asked))
            except Exception as error:
                _note(error, "a task failed")
                _let_through(error)
            log.info("a task is done", extra=facts(outcome=answer.get("outcome"), gate=asked.gate))
            return answer

    return handler


def queue(function: Callable[[Ports, Message], object]) -> Handler:
    """An SQS batch: `function(ports, message)` for each, apart from the others.

    What fails is reported by `batchItemFailures`, comes again, and ends in the dead-letter queue; the rest is done.
    """
    wiring.warm()

    @wraps(function)
    def handler(event: Any, context: Any) -> dict[str, Any]:
        failed: list[str] = []
        with bound(**_whereabouts(context)):
            for number, record in enumerate(event["Records"]):
                # The first is begun in any case, or a short timeout would keep every message waiting for ever.
                if (number and _is_late(context)) or not _handled(function, record):
                    failed.append(record["messageId"])
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


def stream(function: Callable[[Ports, Sequence[Change]], Iterable[Change] | None]) -> Handler:
    """A batch of the table's stream: `function(ports, changes)` with all of them, in order.

    The function answers the changes that it could not act on, or None; when it raises, the whole batch comes again.
    A change that cannot be read stops the batch before it: what stands before is handled, the rest comes again.
    """
    wiring.warm()

    @wraps(function)
    def handler(event: Any, context: Any) -> dict[str, Any]:
        failed: list[str] = []
        with bound(**_whereabouts(context)):
            world = wiring.ports()
            changes: list[Change] = []
            for record in event["Records"]:
                try:
                    changes.append(world.read_change(record))
                except Exception as error:
                    _note(error, "a change of the table cannot be read", kind="poison")
                    failed.append(record["dynamodb"]["SequenceNumber"])
                    break
            try:
                undone = function(world, changes) if changes else None
                failed.extend(change.sequence for change in undone or ())
            except Exception as error:
                _note(error, "a batch of changes failed", kind="batch")
                failed.append(changes[0].sequence)
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}

    return handler


def schedule(function: Callable[[Ports], Mapping[str, int] | None]) -> Handler:
    """A scheduled run: `function(ports)` may answer what it did, as counts; they become metrics."""
    wiring.warm()

    @wraps(function)
    def handler(event: Any, context: Any) -> dict[str, int]:
        return _ran(context, lambda: function(wiring.ports()))

    return handler


def occasion(function: Callable[[Ports, Occasion], Mapping[str, int] | None]) -> Handler:
    """A run by the clock or by an operator's hand: `function(ports, occasion)`, else as `schedule`."""
    wiring.warm()

    @wraps(function)
    def handler(event: Any, context: Any) -> dict[str, int]:
        return _ran(context, lambda: function(wiring.ports(), read_occasion(event)))

    return handler


def _ran(context: Any, run: Callable[[], Mapping[str, int] | None]) -> dict[str, int]:
    with bound(**_whereabouts(context)):
        try:
            done = dict(run() or {})
        except Exception as error:
            _note(error, "a scheduled run failed")
            _let_through(error)
        for name, times in done.items():
            if times:
                count("Scheduled", times, done=name)
                if name.startswith("failed"):  # under one name for all kinds, because an alarm cannot search
                    count("ScheduledFailed", times)
        return done


def socket(
    kind: Literal["CONNECT", "MESSAGE", "DISCONNECT"],
) -> Callable[[Callable[[Ports, Signal], object]], Handler]:
    """A route of the WebSocket API: `function(ports, signal)`.

    Whom `function` refuses is not connected: 401 and 403 are API Gateway's answers to the upgrade. A message that names
    another kind's route (`{"action": "$connect"}`) is no such signal, and does nothing.
    """
    wiring.warm("connections")

    def decorate(function: Callable[[Ports, Signal], object]) -> Handler:
        @wraps(function)
        def handler(event: Any, context: Any) -> dict[str, int]:
            with bound(**_whereabouts(context)):
                try:
                    signal = read_signal(event)
                    if signal.kind != kind:
                        return {"statusCode": 400}
                    function(wiring.ports(), signal)
                except NotAllowed as refused:
                    status = 401 if isinstance(refused, Unauthorized) else 403
                    log.info("a connection was refused", extra=facts(code=refused.code, status_code=status))
                    count("LiveRefused", code=refused.code)
                    return {"statusCode": status}
                except Exception as error:
                    _note(error, "a signal failed")
                    _let_through(error)
                return {"statusCode": 200}

        return handler

    return decorate


def _handled(function: Callable[[Ports, Message], object], record: Mapping[str, Any]) -> bool:
    """True when the message is done and may leave the queue."""
    try:
        message = read_message(record)
    except Exception as error:
        _note(error, "a message cannot be read", kind="poison")
        return False
    with bound(case_id=_case_id(message.body)):
        try:
            function(wiring.ports(), message)
        except Exception as error:
            about = facts(event_type=message.type, message_id=message.id, receives=message.receives)
            _note(error, "a message failed", **about)
            return False
    return True


def _whereabouts(context: Any) -> dict[str, Any]:
    return {
        "function": getattr(context, "function_name", None),
        "request_id": getattr(context, "aws_request_id", None),
    }


def _case_id(body: Any) -> str | None:
    """The case that something is about, for the log alone: it is parsed properly elsewhere."""
    if not isinstance(body, Mapping):
        return None
    match body:
        case {"case_id": str(case_id)}:
            return case_id[:64]
        case {"refund_no": str(refund_no)}:
            with suppress(RefundNotFound):
                return case_of(refund_no)
        case {"event_id": str(event_id)}:
            return event_id.rpartition("-")[0][:64] or None
    return None


def _is_late(context: Any) -> bool:
    """A message that would be cut off in its middle is left to the next invocation."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return remaining is not None and remaining() < TIME_TO_LEAVE


def _note(error: Exception, sentence: str, *, kind: str | None = None, **about: Any) -> None:
    """Logs and counts. What will be tried again is a warning; everything else wants to be looked at."""
    kind = kind or ("transient" if isinstance(error, TransientFault) else type(error).__name__)
    level = log.warning if isinstance(error, TransientFault) else log.error
    level(sentence, exc_info=error, extra=about)
    count("Failed", kind=kind)


def _let_through(error: Exception) -> NoReturn:
    """Raises the error for the runtime, which prints its words: they must quote nothing that was stored."""
    if isinstance(error, TransientFault) and type(error) is not TransientFault:
        raise TransientFault(error.detail, **error.facts) from error
    if isinstance(error, ValidationError):
        where = sorted({".".join(map(str, bad["loc"])) for bad in error.errors(include_input=False)})
        raise Fault(f"{error.title} does not fit its model: {', '.join(where)[:200]}") from None
    raise error
