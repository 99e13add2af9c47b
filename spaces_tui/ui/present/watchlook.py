"""A watched folder's state in a glyph, a word and the keys that lead out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.sync_state import SyncState
from spaces_tui.ui.present.spans import Line, Role, Span, joined

if TYPE_CHECKING:
    from spaces_tui.model.sync import SyncStatus


class WatchLook(NamedTuple):
    """How a state is told: never by colour alone."""

    glyph: str
    word: str
    role: Role


_LOOKS: Final = {
    SyncState.STARTING: WatchLook("◐", "comparing", Role.BUSY),
    SyncState.PLAN: WatchLook("?", "the plan waits for your yes", Role.MARK),
    SyncState.IN_SYNC: WatchLook("●", "in sync", Role.GOOD),
    SyncState.DIRTY: WatchLook("◐", "changed", Role.BUSY),
    SyncState.SETTLING: WatchLook("◐", "settling", Role.BUSY),
    SyncState.SENDING: WatchLook("▲", "sending", Role.BUSY),
    SyncState.CONFIRMING: WatchLook("◐", "the answer was lost: finding out", Role.BUSY),
    SyncState.HELD: WatchLook("!", "held: waits for your yes", Role.BAD),
    SyncState.CONFLICT: WatchLook("!", "conflict: both sides changed", Role.BAD),
    SyncState.BACKOFF: WatchLook("…", "waiting to try again", Role.BUSY),
    SyncState.BUDGET: WatchLook("…", "waiting: commits of this hour are used up", Role.BUSY),
    SyncState.OFFLINE: WatchLook("!", "offline", Role.BAD),
    SyncState.AUTH: WatchLook("!", "the token is not accepted", Role.BAD),
    SyncState.FORBIDDEN: WatchLook("!", "not allowed", Role.BAD),
    SyncState.GONE: WatchLook("!", "the Space is gone", Role.BAD),
    SyncState.HALTED: WatchLook("!", "halted", Role.BAD),
    SyncState.PAUSED: WatchLook("‖", "paused", Role.REST),
    SyncState.STOPPED: WatchLook("○", "stopped", Role.DIM),
}
_MARKS: Final = {"●": "⇄", "◐": "⇄", "○": " "}
"""Glyphs of the tab that mean something else beside the glyph of a stage."""
_SHORT: Final = {
    SyncState.PLAN: "plan waits",
    SyncState.CONFIRMING: "finding out",
    SyncState.HELD: "held",
    SyncState.CONFLICT: "conflict",
    SyncState.BACKOFF: "retrying",
    SyncState.BUDGET: "budget used up",
    SyncState.AUTH: "token refused",
    SyncState.GONE: "gone",
}
_TRY: Final = ("watch.sync", "F", "try now")
_STOP: Final = ("watch.stop", "K", "stop")
_SIDES: Final = (
    ("pane.open", "enter", "difference"),
    ("watch.mine", "m", "mine"),
    ("watch.theirs", "t", "theirs"),
    ("watch.both", "+", "both"),
)
_WAYS: Final[dict[SyncState, tuple[tuple[str, str, str], ...]]] = {
    SyncState.PLAN: (("space.watch", "w", "show the plan"),),
    SyncState.HELD: (("watch.accept", "A", "send it"), ("watch.drop", "X", "leave it unsent")),
    SyncState.CONFLICT: _SIDES,
    SyncState.BACKOFF: (_TRY,),
    SyncState.OFFLINE: (_TRY,),
    SyncState.BUDGET: (("watch.sync", "F", "spend the reserve"),),
    SyncState.AUTH: (_TRY, _STOP),
    SyncState.FORBIDDEN: (_TRY, _STOP),
    SyncState.GONE: (_TRY, _STOP),
    SyncState.HALTED: (
        ("watch.accept", "A", "accept it as it is"),
        ("watch.sync", "F", "look again"),
        _STOP,
    ),
    SyncState.PAUSED: (("watch.toggle", "T", "resume"),),
    SyncState.STOPPED: (("space.watch", "w", "watch again"), ("space.upload", "u", "send once")),
}
NEEDS_PERSON: Final = frozenset(
    {
        SyncState.HELD,
        SyncState.CONFLICT,
        SyncState.AUTH,
        SyncState.FORBIDDEN,
        SyncState.GONE,
        SyncState.HALTED,
    }
)
"""States that do not end before a person does something."""


def look_of_watch(status: SyncStatus) -> WatchLook:
    """Return how a folder's state is told."""
    look = _LOOKS[status.state]
    if status.state is SyncState.IN_SYNC and status.refused:
        return WatchLook("◐", f"in sync, but for {len(status.refused)} refused", Role.BUSY)
    return look


def short_words(status: SyncStatus) -> str:
    """Return a folder's state in the few words a list has room for: `in sync`, `3 files wait`."""
    if status.state in (SyncState.DIRTY, SyncState.SETTLING) and status.pending:
        return files_wait(status.pending)
    word = _SHORT.get(status.state, status.state.value.replace("-", " "))
    counted = status.pending and status.state is not SyncState.IN_SYNC
    return f"{word}, {files_wait(status.pending)}" if counted else word


def watch_mark(status: SyncStatus | None) -> Span:
    """Return the mark of a watched Space in the list: two-way arrow, or what is the matter."""
    if status is None or status.state is SyncState.STOPPED:
        return Span(" ")
    look = _LOOKS[status.state]
    role = Role.DIM if look.role is Role.GOOD else look.role
    return Span(_MARKS.get(look.glyph, look.glyph), role)


def ways_out(status: SyncStatus) -> Line:
    """Return the keys that lead out of this state; a click does the same."""
    ways = _WAYS.get(status.state, ())
    return joined(
        ((Span(key, Role.KEY, action), Span(f" {word}", Role.TEXT, action)))
        for action, key, word in ways
    )


def files_wait(count: int) -> str:
    """Return `1 file waits` or `3 files wait`."""
    return "1 file waits" if count == 1 else f"{count} files wait"


def files(count: int) -> str:
    """Return `1 file` or `3 files`."""
    return "1 file" if count == 1 else f"{count} files"
