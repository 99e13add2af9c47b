"""Waiting while the Space is being built: each commit would only begin the build anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from spaces_tui.model.space import Runtime

CALM: Final = 15.0
"""Seconds without a write after which a batch goes although a build is under way."""
STALE: Final = 90.0
"""Seconds after which a stage that was read is no reason to wait any more."""
RELOADING: Final = 10.0
"""Seconds a batch waits at most for a hot reload that is under way."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A batch is better sent later."""

    reason: str
    until: float
    """On the monotonic clock; something may end it earlier."""


def pause_for_build(
    runtime: Runtime | None, seen: float, *, written: float, now: float
) -> Pause | None:
    """Say whether a batch should wait for a build to end.

    Args:
        runtime: the newest one that was read.
        seen: when it was read.
        written: when the batch was last written.
        now: the time, like the others on the monotonic clock.
    """
    if runtime is None or not runtime.stage.transitional or now - seen > STALE:
        return None
    until = written + CALM
    if now >= until - 0.001:
        return None
    return Pause(
        f"The Space is being built: sent when that ends, or {CALM:.0f} s after the last save; "
        "sync sends now.",
        until,
    )


def pause_for_reload(begun: float, now: float) -> Pause | None:
    """Say whether a batch should wait for a hot reload that began at `begun` to end."""
    until = begun + RELOADING
    if now >= until - 0.001:
        return None
    return Pause(
        "The save before is being hot reloaded: sent when that is done; sync sends now.", until
    )
