"""What is asked before a watched folder's keys do something that cannot be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.questions import Question
from spaces_tui.ui.present.watchlook import files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.model.unsent import Unsent

_NAMED: Final = 5


def accept_question(status: SyncStatus) -> Question:
    """Ask before what is held is sent: how many files go, how many are deleted."""
    effects = [clean_line(status.reason)] if status.reason else []
    plan = status.plan
    if plan is not None:
        if plan.upload:
            effects.append(f"{_go(len(plan.upload))} to the Space.")
        if plan.delete:
            names = ", ".join(named(plan.delete))
            effects.append(f"{files(len(plan.delete))} deleted on the Space: {names}.")
    elif status.pending:
        effects.append(f"{files(status.pending)} differ from the Space; it follows the folder.")
    if status.state is SyncState.HALTED:
        title, yes = "Accept the folder as it is now?", "Accept"
    elif plan is not None and plan.delete:
        title, yes = f"Send this and delete {files(len(plan.delete))}?", "Delete and send"
    else:
        title, yes = "Send what is held?", "Send"
    return Question(title, (_where(status),), tuple(effects), yes)


def drop_question(status: SyncStatus) -> Question:
    """Ask before what is held is left unsent."""
    effects = [clean_line(status.reason)] if status.reason else []
    effects.append("The Space keeps what it has until one of these files changes again.")
    return Question("Leave what is held unsent?", (_where(status),), tuple(effects), "Drop")


def forget_question(unsent: Unsent) -> Question:
    """Ask before the memory of unsent files is dropped."""
    where = f"{short_folder(unsent.folder)} → {unsent.space}"
    effect = "Only this note goes. The files stay, and the next watch sends what differs."
    return Question("Forget what was not sent?", (where,), (effect,), "Forget")


def mine_question(status: SyncStatus, paths: Sequence[str]) -> Question:
    """Ask before several conflicts are decided for this folder at once, or a name changes hands."""
    title = f"Keep mine in {files(len(paths))}?" if len(paths) > 1 else "Keep mine?"
    effects = (
        *_clashes(status, paths),
        "What is in this folder goes to the Space as a new commit.",
        "What was changed on the Space stays in its history.",
    )
    return Question(title, (_where(status), *named(paths)), effects, "Keep mine")


def theirs_question(status: SyncStatus, paths: Sequence[str]) -> Question:
    """Ask before files of this folder are replaced by those of the Space."""
    title = "Take theirs?" if len(paths) == 1 else f"Take theirs in {files(len(paths))}?"
    one = len(paths) == 1
    clashes = _clashes(status, paths)
    what = "What is here is" if clashes else "This file is" if one else "These files are"
    effects = (
        *clashes,
        f"{what} replaced here by what is on the Space.",
        f"A copy of {'it' if one else 'them'} is kept on this machine as it is now.",
        "+ keeps both versions in the folder instead.",
    )
    return Question(title, (_where(status), *named(paths)), effects, "Take theirs")


def _clashes(status: SyncStatus, paths: Sequence[str]) -> tuple[str, ...]:
    """Return what there is of names that are a file on one side and a folder on the other."""
    found = (one for one in status.clashes if one.path in paths)
    return tuple(f"{clean_name(one.path)} is {clean_line(one.reason)}." for one in found)


def restore_question(status: SyncStatus, paths: Sequence[str], oid: str) -> Question:
    """Ask before the last good set is sent again."""
    title = "Send the last good set again?"
    verb = "goes" if len(paths) == 1 else "go"
    effects = (
        f"{files(len(paths))} on the Space {verb} back to commit {clean_line(oid[:7])}, the last "
        "that went live, as a new commit.",
        "Your folder is not touched.",
    )
    return Question(title, (_where(status), *named(paths)), effects, "Send it")


def stop_question(status: SyncStatus) -> Question:
    """Ask before watching stops."""
    effects = ["What is in flight is finished; later saves stay on this machine."]
    if status.pending:
        verb = "is" if status.pending == 1 else "are"
        effects.append(f"{files(status.pending)} {verb} not sent yet; the next watch sends them.")
    return Question("Stop watching?", (_where(status),), tuple(effects), "Stop")


def named(paths: Sequence[str]) -> tuple[str, ...]:
    """Return the first paths, and how many there are beside them."""
    names = tuple(clean_name(path) for path in paths[:_NAMED])
    more = len(paths) - _NAMED
    return (*names, f"and {more} more") if more > 0 else names


def _go(count: int) -> str:
    return "1 file goes" if count == 1 else f"{count} files go"


def _where(status: SyncStatus) -> str:
    return f"{short_folder(status.folder)} → {status.space}"
