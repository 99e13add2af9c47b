"""What can be done with a watched folder, on its tab and from anywhere else."""

from __future__ import annotations

from typing import Final

from spaces_tui.ui.action import WATCH, Action
from spaces_tui.ui.watchrules import (
    can_drop,
    can_restore,
    has_conflict,
    has_held,
    has_slowed,
    is_watched,
)

WATCH_ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "watch.accept",
        ("A",),
        "Accept what is held",
        "Send what waits for your yes",
        WATCH,
        has_held,
        danger=True,
    ),
    Action(
        "watch.drop",
        ("X",),
        "Drop what is held",
        "Leave it unsent; or forget what an earlier run left",
        WATCH,
        can_drop,
        danger=True,
    ),
    Action(
        "watch.mine",
        ("m",),
        "Keep mine",
        "In a conflict: this folder's version goes",
        WATCH,
        has_conflict,
    ),
    Action(
        "watch.theirs",
        ("t",),
        "Take theirs",
        "In a conflict: the Space's version replaces the file",
        WATCH,
        has_conflict,
        danger=True,
    ),
    Action(
        "watch.both",
        ("plus",),
        "Keep both",
        "In a conflict: theirs is put beside mine",
        WATCH,
        has_conflict,
    ),
    Action(
        "watch.ignore",
        ("i",),
        "Ignore a busy file",
        "Send no more of a file that is always written",
        WATCH,
        has_slowed,
    ),
    Action(
        "watch.sync",
        ("F",),
        "Send now",
        "No waiting: for calm, a retry, or the commit budget",
        WATCH,
        is_watched,
    ),
    Action(
        "watch.toggle",
        ("T",),
        "Pause or resume watching",
        "Saves collect while it is paused",
        WATCH,
        is_watched,
    ),
    Action(
        "watch.restore",
        ("L",),
        "Send the last good set again",
        "The Space gets back what went live last",
        WATCH,
        can_restore,
        danger=True,
    ),
    Action(
        "watch.stop",
        ("K",),
        "Stop watching",
        "Finish what is in flight, then stop",
        WATCH,
        is_watched,
        danger=True,
    ),
)
