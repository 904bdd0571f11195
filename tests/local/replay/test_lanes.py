"""Several hands work in time order, and one order's cases strictly one after the other."""

from __future__ import annotations

import threading

import pytest

from local.replay import lanes
from local.replay.lanes import Lanes


def test_the_earliest_item_of_a_free_lane_comes_first() -> None:
    queue = Lanes(["a1", "a2", "b1", "a3"], lambda item: item[0])
    assert "a1" == queue.take()
    assert "b1" == queue.take()
    queue.done("a1")
    assert "a2" == queue.take()


def test_items_of_one_lane_never_overlap_and_keep_their_order() -> None:
    seen: list[int] = []
    inside = threading.Lock()

    def do(item: int) -> None:
        if item % 3 == 0:
            assert inside.acquire(blocking=False), "two of one lane at once"
            seen.append(item)
            inside.release()

    lanes.work(range(300), lambda item: item % 3, do, hands=8)
    assert [*range(0, 300, 3)] == seen


def test_the_first_exception_stops_the_others_and_is_raised() -> None:
    done: list[int] = []

    def do(item: int) -> None:
        done.append(item)
        if item == 2:
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        lanes.work(range(1000), lambda item: item, do, hands=1)
    assert [0, 1, 2] == done


def test_nothing_to_do_is_done_at_once() -> None:
    lanes.work([], lambda item: item, pytest.fail, hands=4)
