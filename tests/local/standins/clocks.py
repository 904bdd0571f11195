"""Time that passes when a test says so."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Starts at noon of a day and stands still until `pass_`."""

    def __init__(self, at: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)) -> None:
        self._at = at

    def __call__(self) -> datetime:
        return self._at

    def pass_(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)
