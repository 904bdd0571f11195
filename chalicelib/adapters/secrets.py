"""One secret of Secrets Manager: read once per container, and again when it has aged or seems to have changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.faults import told_apart
from chalicelib.errors import Fault, TransientFault
from chalicelib.telemetry import count, log

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

OLDEST = 900.0  # seconds: how long a container may still use a secret that was rotated away
SOONEST = 30.0  # seconds between two doubts, so that forged signatures cannot make us ask all the time


class Secrets:
    """The JSON object in a secret. `read` is what use needs; `again` and `refused` are for who doubts it."""

    def __init__(self, client: SecretsManagerClient, name: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._client, self._name, self._seconds = client, name, seconds
        self._held: Mapping[str, Any] | None = None
        self._read_at = 0.0

    def read(self) -> Mapping[str, Any]:
        """Raises TransientFault when there is none yet and Secrets Manager does not answer."""
        if self._held is None:
            return self._fetch()
        if self._seconds() - self._read_at >= OLDEST:
            try:
                return self._fetch()
            except TransientFault as error:
                # An old secret is most likely still right, and a payment should not wait for this.
                log.warning("a secret could not be read again", exc_info=error)
                count("SecretStale")
        return self._held

    def again(self) -> bool:
        """After a signature that does not fit, which anybody can send: True when another value was found."""
        if self._held is not None and self._seconds() - self._read_at < SOONEST:
            return False
        return self.refused()

    def refused(self) -> bool:
        """After a partner whom we called refused our key: True when another value was found.

        Looked up every time: nobody else can make us ask, and a refund should not wait because of a rotation.
        """
        before = self._held
        return self._fetch() != before

    def _fetch(self) -> Mapping[str, Any]:
        self._read_at = self._seconds()
        with told_apart("GetSecretValue"):
            text = self._client.get_secret_value(SecretId=self._name)["SecretString"]
        try:
            held = json.loads(text)
        except ValueError:
            held = None
        if not isinstance(held, dict):
            raise Fault(f"the secret {self._name} is not a JSON object")  # and is not quoted
        self._held = held
        return held
