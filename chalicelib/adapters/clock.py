"""The time and new ids, as they really are."""

from __future__ import annotations

import os
import random
import secrets
import time
from datetime import UTC, datetime

from ulid.base32 import encode


class SystemClock:
    def now(self) -> datetime:
        """UTC, cut to the millisecond: what is stored is what was compared."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)


class SystemIds:
    def new(self, kind: str) -> str:
        """`<kind>_<ULID>`: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32."""
        milliseconds = time.time_ns() // 1_000_000
        return f"{kind}_{encode(milliseconds.to_bytes(6, 'big') + os.urandom(10))}"

    def secret(self) -> str:
        return secrets.token_urlsafe(32)

    def jitter(self) -> float:
        return random.random()
