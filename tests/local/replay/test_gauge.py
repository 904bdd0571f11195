"""How many cases are open, without asking for each; and when nothing moves any more, it says so."""

from __future__ import annotations

import pytest

from local.replay.gauge import Gauge, Stalled


class Shop:
    """A monitor whose cases end one by one, `pace` looks each."""

    def __init__(self, pace: int = 1) -> None:
        self.now, self.looks, self.pace = 0.0, 0, pace

    def look(self) -> dict[str, int]:
        self.looks += 1
        return {"in_review": 7, "completed": self.looks // self.pace if self.pace else 0, "withdrawn": 0}

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def gauge(self) -> Gauge:
        return Gauge(self.look, every=1, patience=60, clock=lambda: self.now, sleep=self.sleep)


def test_everything_has_ended_when_as_many_ended_as_were_filed() -> None:
    shop = Shop()
    gauge = shop.gauge()
    for _ in range(5):
        gauge.filed()
    gauge.wait_for_all()
    assert 5 == shop.looks


def test_there_is_room_until_so_many_are_open() -> None:
    shop = Shop()
    gauge = shop.gauge()
    for _ in range(3):
        gauge.wait_for_room(3)
        gauge.filed()
    assert 0 == shop.looks
    gauge.wait_for_room(3)
    assert 1 == shop.looks


def test_the_monitor_is_looked_at_once_a_second_and_no_oftener() -> None:
    shop = Shop(pace=4)
    gauge = shop.gauge()
    gauge.filed()
    gauge.wait_for_all()
    assert (4, True) == (shop.looks, 4.0 <= shop.now <= 5.0)


def test_when_nothing_ends_for_too_long_it_has_stalled() -> None:
    shop = Shop(pace=0)
    gauge = shop.gauge()
    gauge.filed()
    with pytest.raises(Stalled, match="1 cases are open, none ended for 60 s"):
        gauge.wait_for_all()


def test_time_in_which_nothing_was_open_is_no_stall() -> None:
    shop = Shop()
    gauge = shop.gauge()
    shop.sleep(1000)
    gauge.filed()
    gauge.wait_for_all()
    assert 1 == shop.looks
