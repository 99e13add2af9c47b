"""Exit codes. Scripts rely on them word for word."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    CONFLICT = 3
    """The Space moved on, and somebody has to choose."""
    NOT_ALLOWED = 4
    """Not signed in, or not allowed."""
    INTERRUPTED = 130
