"""When something can be done with a watched folder, and to which of its paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.sync_state import SyncState
from spaces_tui.ui.present.watchrow import Group, RowKind
from spaces_tui.ui.rules import NOTHING_SELECTED, Context, can_watch

if TYPE_CHECKING:
    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.model.unsent import Unsent

_ANSWERABLE = (SyncState.HELD, SyncState.PLAN, SyncState.HALTED)


def is_watched(context: Context) -> str:
    """A folder is watched for the Space."""
    if context.space is None:
        return NOTHING_SELECTED
    return "" if context.watch else "No folder is watched for this Space: press w."


def can_upload(context: Context) -> str:
    """The Space takes an upload from us, and no folder is watched for it."""
    reason = can_watch(context)
    if reason or context.watch is None:
        return reason
    return "A folder is watched for this Space already: F sends now."


def has_held(context: Context) -> str:
    """Something waits for a yes."""
    reason = is_watched(context)
    if reason or context.watch is None:
        return reason
    waits = context.watch.state in _ANSWERABLE or context.watch.held
    return "" if waits else "Nothing is held: there is nothing to accept or drop."


def can_drop(context: Context) -> str:
    """Something is held, or an earlier run left something behind."""
    return "" if left_behind(context) else has_held(context)


def left_behind(context: Context) -> Unsent | None:
    """Return what an earlier run left behind for the Space, while its folder is not watched."""
    if context.space is None or context.watch is not None:
        return None
    space = context.space.id
    return next((one for one in context.snapshot.unsent if one.space == space), None)


def has_conflict(context: Context) -> str:
    """A path changed here and on the Space, and it is clear which one is meant."""
    reason = is_watched(context)
    if reason or context.watch is None:
        return reason
    if not context.watch.conflicts:
        return "Nothing is in conflict."
    if conflicts_meant(context):
        return ""
    return "Choose a file in conflict with j and k first; its heading stands for all of them."


def conflicts_meant(context: Context) -> tuple[str, ...]:
    """Return the conflicts a key acts on: those of the row, or the only one there is."""
    return _meant(context, Group.CONFLICT, context.watch.conflicts if context.watch else ())


def has_slowed(context: Context) -> str:
    """A file is written all the time, and it is clear which one is meant."""
    reason = is_watched(context)
    if reason or context.watch is None:
        return reason
    if not context.watch.slowed:
        return "No file is written so often that it is slowed down."
    return "" if slowed_meant(context) else "Choose the file with j and k first."


def slowed_meant(context: Context) -> tuple[str, ...]:
    """Return the slowed files a key acts on."""
    paths = tuple(one.path for one in context.watch.slowed) if context.watch else ()
    return _meant(context, Group.SLOWED, paths)


def can_restore(context: Context) -> str:
    """There is a save that went live, and something was sent after it."""
    reason = is_watched(context)
    if reason or context.watch is None:
        return reason
    batches = context.watch.batches
    if not batches:
        return "Nothing was sent yet."
    if batches[0].live is not None:
        return "The newest save is live: there is nothing to take back."
    if context.watch.good:
        return ""
    return "No earlier save went live, so there is nothing to go back to."


def since_good(status: SyncStatus) -> tuple[str, ...]:
    """Return the paths that were sent or deleted after the last good set, sorted."""
    since: set[str] = set()
    for batch in status.batches:
        if batch.oid == status.good:
            break
        since |= {*batch.uploaded, *batch.deleted}
    return tuple(sorted(since))


def _meant(context: Context, group: Group, known: tuple[str, ...]) -> tuple[str, ...]:
    row = context.row
    if row is not None and row.group is group and row.kind is not RowKind.TEXT:
        return tuple(path for path in row.paths if path in known)
    return known if len(known) == 1 else ()
