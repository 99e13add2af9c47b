"""What a person may say to a watched folder, and when it means something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from spaces_tui.model.sync import SyncStatus
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.sides import chosen

COMMANDS: Final = (
    "accept", "drop", "mine", "theirs", "both", "restore", "ignore", "unignore", "pause",
    "resume", "sync", "stop",
)  # fmt: skip
_SIDES: Final = frozenset({"mine", "theirs", "both"})
_ANSWERABLE: Final = frozenset({SyncState.PLAN, SyncState.HELD, SyncState.HALTED})


def checked(command: str, paths: Sequence[str], status: SyncStatus) -> tuple[str, ...]:
    """Return the paths a command is about: for a side of conflicts, those it names or all.

    Raises:
        ValueError: it is not a command, or means nothing now; the message is one sentence.
    """
    state = status.state
    if command not in COMMANDS:
        raise ValueError(f"There is no command `{command}`; there are {', '.join(COMMANDS)}.")
    if command in _SIDES:
        if command == "theirs" and fetches(status) and not paths:
            return ()
        return chosen(paths, status.conflicts)
    if paths:
        raise ValueError(f"`{command}` takes no paths.")
    if command == "restore":
        _check_restore(status)
    answerable = state in _ANSWERABLE or bool(status.held)
    if command == "accept" and not answerable:
        if state is SyncState.CONFLICT:
            raise ValueError("Say whose version counts: mine, theirs or both.")
        raise ValueError("Nothing is waiting for a yes.")
    if command == "drop" and not answerable and state is not SyncState.CONFLICT:
        raise ValueError("Nothing is waiting to be dropped.")
    return ()


def _check_restore(status: SyncStatus) -> None:
    if status.state is SyncState.PAUSED:
        raise ValueError("Say resume first.")
    if not status.good:
        raise ValueError("Nothing was sent since the Space was live last, as far as is known.")


def fetches(status: SyncStatus) -> bool:
    """Whether it is asked if an empty folder is to be filled from the Space."""
    return status.state is SyncState.PLAN and status.plan is not None and bool(status.plan.fetch)
