"""All dates are moved by one constant, so that the last one is yesterday."""

from __future__ import annotations

from datetime import datetime, timedelta

from local.importers.online_retail import Retail

WINDOW_DAYS = 365


def move(retail: Retail, now: datetime) -> timedelta:
    """Whole days, so that every hour of the day stays what it was."""
    last = max([filing.at for filing in retail.filings] + [invoice.at for invoice in retail.invoices.values()])
    return timedelta(days=((now - timedelta(days=1)).date() - last.date()).days)


def window_days(retail: Retail, moved: timedelta, now: datetime) -> int:
    """The replay policy's window: a year, or as much as the data needs.

    Everything is filed now, on one day, also what really came back within a month of a purchase long ago.
    """
    oldest = min((invoice.at for invoice in retail.invoices.values()), default=now - moved) + moved
    return max(WINDOW_DAYS, (now - oldest).days + 2)
