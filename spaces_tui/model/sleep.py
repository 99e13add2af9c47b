"""Sleep times as people write them: `45m`, `2h`, `1h30m`, `3 days`, `never`."""

from __future__ import annotations

import re
from typing import Final

NEVER: Final = -1
"""Stands for no sleep time at all, as the Hub's requests spell it."""
PRESETS: Final = (300, 900, 1800, 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, NEVER)
"""What is offered, in seconds."""
FIXED: Final = 48 * 3600
"""Seconds after which every Space on `cpu-basic` sleeps, whatever it is told."""

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_PART: Final = re.compile(r"(\d{1,9})\s*([a-z]*)")
_NAMES: Final = {"second": "s", "minute": "m", "min": "m", "hour": "h", "day": "d", "week": "w"}


def parse_sleep(text: str) -> int:
    """Return a sleep time in seconds, or `NEVER`. A number without a unit is minutes.

    Raises:
        ValueError: it is none; the message is one sentence.
    """
    words = text.strip().lower()
    if words in {"never", "no", "off", "none"}:
        return NEVER
    total = 0
    rest = words
    while rest:
        match = _PART.match(rest)
        unit = _unit(match[2]) if match else None
        if match is None or unit is None:
            raise ValueError("Write a time such as 45m, 2h or 1d, or the word never.")
        total += int(match[1]) * unit
        rest = rest[match.end() :].lstrip(" ,")
    if total <= 0:
        raise ValueError("A sleep time is more than nothing; for no sleep at all write never.")
    return total


def sleep_words(seconds: int | None) -> str:
    """Return a sleep time in words: `45m`, `2h`, `1h 30m`, `2 days`, `never`."""
    if seconds is None or seconds == NEVER:
        return "never"
    parts = []
    left = seconds
    for size, one, many in ((86400, " day", " days"), (3600, "h", "h"), (60, "m", "m")):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{one if count == 1 else many}")
    if left or not parts:
        parts.append(f"{left}s")
    return " ".join(parts)


def _unit(word: str) -> int | None:
    if not word:
        return 60
    short = _NAMES.get(word) or _NAMES.get(word.removesuffix("s")) or word
    return _UNITS.get(short)
