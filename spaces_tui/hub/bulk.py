"""Log events by the thousand.

A busy log is events of one shape: a line of printable text with its line break, and a stamp. A
run of such events is taken apart as one piece of bytes. Whatever has another shape (an escape, a
piece of a line, a field of its own, another order) is left to those who read events one by one.
"""

from __future__ import annotations

import re
from datetime import datetime
from operator import add
from typing import Final

from spaces_tui.hub.lines import LINE_LIMIT
from spaces_tui.model.logs import LogLines

_EVENT: Final = re.compile(
    rb'data: \{"data": ?"([^"\\\n]*)\\n", ?"timestamp": ?'
    rb'"((\d{4}-\d\d-\d\dT\d\d:\d\d):([0-5]\d(?:\.\d{1,6})?)\d*Z)"\}\n\n'
)
"""Text, stamp, its minute and its second: finer ones count as microseconds, as elsewhere."""


def read_log_lines(run: bytes) -> LogLines | None:
    """Return the lines of whole events; None where one of them has another shape."""
    found = _EVENT.findall(run)
    if not found or 2 * len(found) != run.count(b"\n"):
        return None
    texts, stamps, minutes, seconds = zip(*found, strict=True)
    try:
        if not b"".join(texts).decode().isprintable():  # then there is something to clean
            return None
        begins = {minute: _unix(minute) for minute in set(minutes)}
    except ValueError:
        return None
    if max(map(len, texts)) > LINE_LIMIT:
        return None
    times = map(add, map(begins.__getitem__, minutes), map(float, seconds))
    return LogLines(texts, stamps, tuple(times))


def _unix(minute: bytes) -> float:
    """Return the Unix seconds of a minute such as `2026-03-02T12:00`, UTC."""
    return datetime.fromisoformat(f"{minute.decode()}+00:00").timestamp()
