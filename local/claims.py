"""Claims: one stack of a name at a time. The system takes the claim back when its holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Raised when somebody else holds the claim; says who."""


def _lock(file: Path) -> Path:
    return file.with_suffix(".lock")


@contextmanager
def claim(file: Path) -> Iterator[None]:
    """Holds the claim on the stack that `file` describes, and clears the file away at both ends."""
    lock = _lock(file)
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            opened.seek(0)
            raise AlreadyRunning(
                f"a local stack is running already (process {opened.read().strip() or 'unknown'}): "
                f"use it ({file}), or stop it with Ctrl-C where it runs"
            ) from None
        opened.truncate(0)
        opened.write(str(os.getpid()))
        opened.flush()
        file.unlink(missing_ok=True)
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


def taken(file: Path) -> bool:
    """Whether somebody holds the claim now."""
    lock = _lock(file)
    if not lock.exists():
        return False
    with lock.open("r+") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
