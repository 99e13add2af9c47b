"""Reading JSON that may have any shape.

The Hub's fields may be missing, null, of another type, or new; missing and null are the same.
Every function here returns None (or something empty) rather than raise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

Fields = Mapping[str, Any]

_LARGEST = 2**63
"""Numbers beyond are not counts of anything."""


def fields(value: object) -> Fields:
    """Return a JSON object; an empty one for everything else."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> Iterator[Fields]:
    """Yield the objects in a JSON list, without what is none."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def text(value: object) -> str | None:
    """Return a string; numbers become their text, as YAML turns `6.0` into a number."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return None


def texts(value: object) -> tuple[str, ...]:
    """Return the strings in a JSON list."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def flag(value: object) -> bool | None:
    """Return a boolean."""
    return value if isinstance(value, bool) else None


def number(value: object) -> float | None:
    """Return a finite number; digits in a string count."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return number(_digits(value))
    if isinstance(value, float):
        return value if math.isfinite(value) and abs(value) < _LARGEST else None
    if isinstance(value, int):
        return float(value) if abs(value) < _LARGEST else None
    return None


def integer(value: object) -> int | None:
    """Return a whole number; digits in a string count, fractions are cut."""
    if isinstance(value, str):
        return integer(_digits(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < _LARGEST else None
    found = number(value)
    return None if found is None else int(found)


def moment(value: object) -> datetime | None:
    """Return a time stamp: ISO 8601, with or without fraction; without zone it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
        if time.tzinfo is UTC:
            return time
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _digits(value: str) -> float | int | None:
    value = value.strip()
    if not value.isascii() or len(value) > 24:
        return None
    try:
        return int(value) if value.lstrip("-").isdigit() else float(value)
    except ValueError:
        return None
