"""Several invocations at once, one call at a time: whose turn it is, and how the call ends, a test decides."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import Any, Literal, get_args

from chalicelib.errors import AftersalesError, TransientFault

# A call is made; fails before it did anything; is made, but nobody hears so; is, or would be, its invocation's last.
Fate = Literal["made", "before", "lost_reply", "crash_after", "crash_before"]
FAULTS: tuple[Fate, ...] = get_args(Fate)[1:]
_here = threading.local()


class ContainerGone(BaseException):
    """The process ends here; no `except Exception` of ours may live to see it."""


class Invocation:
    """One function at work, in a thread that only moves while `step` waits for it."""

    def __init__(self, do: Callable[[], object]) -> None:
        self.failed: BaseException | None = None
        self.is_over = False
        self._do, self._fate = do, "made"
        self._go, self._paused = threading.Semaphore(0), threading.Semaphore(0)
        threading.Thread(target=self._run, daemon=True).start()
        self._resume("made")  # up to its first call

    def step(self, fate: Fate = "made") -> None:
        """Makes the call that it stands before, and goes on to the next or to the end."""
        self._resume(fate)

    def finish(self) -> None:
        while not self.is_over:
            self.step()

    def pause(self) -> str:
        self._paused.release()
        self._go.acquire()
        return self._fate

    def _resume(self, fate: Fate) -> None:
        self._fate = fate
        self._go.release()
        self._paused.acquire()

    def _run(self) -> None:
        self._go.acquire()
        _here.invocation = self
        try:
            self._do()
        except (AftersalesError, ContainerGone) as error:
            self.failed = error
        except Exception as error:  # shown by whoever looks at the outcome
            self.failed = error
        finally:
            self.is_over = True
            self._paused.release()


class Breakable:
    """A port whose calls, made by an invocation, wait for their turn and end as they are told."""

    def __init__(self, port: Any, calls: Collection[str]) -> None:
        self._port, self._calls = port, calls

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        invocation = getattr(_here, "invocation", None)
        if name not in self._calls or invocation is None:
            return found

        def call(*given: Any, **named: Any) -> Any:
            fate = invocation.pause()
            if fate == "crash_before":
                raise ContainerGone
            if fate == "before":
                raise TransientFault("it failed")
            answer = found(*given, **named)
            if fate == "crash_after":
                raise ContainerGone
            if fate == "lost_reply":
                raise TransientFault("no answer came")
            return answer

        return call
