"""What is said of paid Spaces that do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.idling import WORTH_SAYING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spaces_tui.model.idling import Idle
    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot


def idle_of(space: Space, snapshot: Snapshot) -> Idle | None:
    """Return since when a paid Space does nothing; None where it works or rests only shortly."""
    idle = snapshot.idle.get(space.uid or space.id)
    if idle is None or idle.lasted < WORTH_SAYING or not space.stage.billed:
        return None
    return idle


def idle_time(idle: Idle) -> str:
    """Return how long: `45m`, `19h`, `3d`."""
    minutes = int(idle.lasted.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes}m"
    return f"{minutes // 60}h" if minutes < 72 * 60 else f"{minutes // 1440}d"


def idle_words(idle: Idle) -> str:
    """Return the badge: `idle for 19 h`."""
    time = idle_time(idle)
    unit = {"m": "min", "h": "h", "d": "days"}[time[-1]]
    return f"idle for {time[:-1]} {unit}"


def idle_notes(snapshot: Snapshot) -> Mapping[str, str]:
    """Return what the rows of idle Spaces say, by Space."""
    return {
        space.id: f"idle {idle_time(idle)}"
        for space in snapshot.spaces
        if (idle := idle_of(space, snapshot)) is not None
    }
