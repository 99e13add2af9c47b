"""Times in the forms the Hub writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import formatdate


def iso(seconds: float, digits: int = 3) -> str:
    """Return ISO 8601 UTC with `Z` and 0, 3 or 6 digits after the second."""
    spec = {0: "seconds", 3: "milliseconds", 6: "microseconds"}[digits]
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec=spec)
    return text.replace("+00:00", "Z")


def plain(seconds: float) -> str:
    """Return `2026-07-07 08:54:23`, as in the headlines of the logs."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def http_date(seconds: float) -> str:
    """Return a time as the `Date` header has it."""
    return formatdate(seconds, usegmt=True)
