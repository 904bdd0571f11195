"""Why a file is not taken."""

from __future__ import annotations

from typing import Literal

Finding = Literal[
    "empty",
    "larger",  # than was announced
    "unknown_type",
    "not_announced",  # another type than the one that was announced
    "not_its_type",  # broken, or something else altogether
    "something_behind",  # bytes after the end
    "two_in_one",  # also a page, a script, an archive or a document
    "runs",  # a document that does things
    "locked",  # a document that nobody can look into
    "unpacks_too_large",
    "sealed",  # it came when nothing could be added any more
    "too_many",  # more files than the policy takes came at once
]

MOST_PIXELS = 120_000_000
MOST_UNPACKED = 64 * 1024 * 1024  # bytes
MOST_PARTS = 20_000  # pieces of one file: reading them takes time that others wait for


class Refused(Exception):
    """Raised when a file is not taken, with the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def refuse_vast(width: int, height: int) -> None:
    """Raises Refused for a picture of no size, or of more pixels than a browser can hold."""
    if width < 1 or height < 1:
        raise Refused("not_its_type")
    if width * height > MOST_PIXELS:
        raise Refused("unpacks_too_large")
