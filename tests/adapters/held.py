"""A secret as Secrets Manager holds it: what it says, how often it was read, and the time that passes meanwhile."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.secrets import Secrets


class Held:
    """Stands in for a Secrets Manager client. Set `value` to rotate, `silent` for an outage."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.silent = False
        self.reads = 0
        self.now = 1000.0

    def get_secret_value(self, SecretId: str) -> dict[str, str]:
        assert SecretId == "the-secret"
        self.reads += 1
        if self.silent:
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")
        return {"SecretString": self.value if isinstance(self.value, str) else json.dumps(self.value)}

    def secrets(self) -> Secrets:
        return Secrets(self, "the-secret", seconds=lambda: self.now)  # type: ignore[arg-type]
