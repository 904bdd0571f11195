"""Entries reach the bus, at least once, whatever part of a batch it refuses."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.adapters.events import EventBus
from chalicelib.domain.entries import Entry
from chalicelib.errors import TransientFault
from local.event_schemas import example


class Clock:
    def __init__(self) -> None:
        self.paused: list[float] = []

    def now(self) -> datetime:
        raise AssertionError

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)


class Bus:
    """EventBridge that refuses what a test says: by call, the positions and their code."""

    def __init__(self, *refusals: dict[int, str] | Exception) -> None:
        self.refusals = list(refusals)
        self.calls: list[list[dict[str, Any]]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.calls.append(list(Entries))
        refused = self.refusals.pop(0) if self.refusals else {}
        if isinstance(refused, Exception):
            raise refused
        results = [{"ErrorCode": refused[i]} if i in refused else {"EventId": "e"} for i in range(len(Entries))]
        return {"FailedEntryCount": len(refused), "Entries": results}

    @property
    def sequences(self) -> list[list[int]]:
        return [[json.loads(event["Detail"])["sequence"] for event in call] for call in self.calls]


def entries(count: int) -> list[Entry]:
    return [example("CaseSubmitted").but(sequence=i + 1) for i in range(count)]


def published(bus: Bus, count: int, clock: Clock | None = None) -> None:
    EventBus(bus, "the-bus", clock or Clock()).publish(entries(count))  # type: ignore[arg-type]


def test_an_event_carries_its_bus_source_type_and_time() -> None:
    bus = Bus()
    published(bus, 1)
    [[event]] = bus.calls
    assert ("the-bus", "aftersales", "CaseSubmitted", example("CaseSubmitted").at) == (
        event["EventBusName"],
        event["Source"],
        event["DetailType"],
        event["Time"],
    )


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])])
def test_no_call_carries_more_than_ten(count: int, sizes: list[int]) -> None:
    bus = Bus()
    published(bus, count)
    assert sizes == [len(call) for call in bus.calls]


def test_events_are_counted_by_type(capsys: pytest.CaptureFixture[str]) -> None:
    told = [example("CaseSubmitted"), example("RefundSettled"), example("RefundSettled")]
    EventBus(Bus(), "the-bus", Clock()).publish(told)  # type: ignore[arg-type]
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [("CaseSubmitted", [1.0]), ("RefundSettled", [2.0])] == [
        (metric["type"], metric["EventPublished"]) for metric in counted
    ]


def test_only_what_was_refused_is_put_again() -> None:
    bus = Bus({1: "ThrottlingException", 3: "InternalFailure"}, {0: "ThrottlingException"})
    clock = Clock()
    published(bus, 4, clock)
    assert ([[1, 2, 3, 4], [2, 4], [2]], [0.1, 0.2]) == (bus.sequences, clock.paused)


def test_what_is_refused_three_times_comes_again_by_the_stream() -> None:
    refused = {0: "ThrottlingException"}
    with pytest.raises(TransientFault, match="refused 1 events: ThrottlingException"):
        published(Bus(refused, refused, refused), 2)


def test_a_bus_that_cannot_be_reached_comes_again_by_the_stream() -> None:
    with pytest.raises(TransientFault):
        published(Bus(EndpointConnectionError(endpoint_url="https://events")), 1)
