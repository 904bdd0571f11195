"""The sweeper's clock of the local cloud.

On AWS a rule invokes `on_minute` every minute. Where days pass as seconds a minute would be hours, so here it ticks
every second; the rule of the template ticks beside it and finds nothing left to do.
"""

from __future__ import annotations

import logging
import threading

from local.cloud import Cloud

EVERY = 1.0  # seconds
log = logging.getLogger(__name__)


class Clock:
    """Invokes the sweeper again and again, one at a time, until it is stopped."""

    def __init__(self, cloud: Cloud, function: str, every: float = EVERY) -> None:
        self._lambda, self._function, self._every = cloud.client("lambda"), function, every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper's clock", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            try:
                self._lambda.invoke(FunctionName=self._function, Payload=b'{"source": "local.sweeping"}')
            except Exception as error:  # the cloud may be going down around us, and the next tick tries again
                if not self._stopped.is_set():
                    log.warning("the sweeper could not be called: %s", error)
