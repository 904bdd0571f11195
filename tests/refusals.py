"""What somebody hears who is refused: the sentence, and for each field what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chalicelib.errors import AftersalesError

Told = tuple[str, list[tuple[str, str, Mapping[str, Any] | None]]]


def refused(kind: type[AftersalesError], act: Callable[[], object]) -> Told:
    """The detail and the fields of the refusal that the act ends in."""
    with pytest.raises(kind) as caught:
        act()
    return caught.value.detail, [tuple(error) for error in caught.value.errors]
