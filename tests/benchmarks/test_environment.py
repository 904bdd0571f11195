"""What is measured is configured as a function is: a setting that is new to the product is new to the benchmark."""

from __future__ import annotations

import pytest

from benchmarks import shop
from chalicelib.settings import Settings


def test_the_measured_shop_has_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in shop.environment("http://127.0.0.1:1", "http://127.0.0.1:2").items():
        monkeypatch.setenv(name, value)
    assert shop.TABLE == Settings.read().table
