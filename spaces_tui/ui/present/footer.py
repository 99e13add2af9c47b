"""The footer: keys that matter here, dim where they cannot work now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.stage import Kind
from spaces_tui.model.sync_state import SyncState
from spaces_tui.ui.action import Action
from spaces_tui.ui.actions import ACTIONS, BY_ID, key_name, keys_for
from spaces_tui.ui.present.head import Tab
from spaces_tui.ui.present.spans import Line, Role, Span, width_of
from spaces_tui.ui.present.watchrow import Group, RowKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.ui.filetree import FileRow
    from spaces_tui.ui.present.settingsrows import SettingsRow
    from spaces_tui.ui.rules import Context

_SHORT: Final = {
    "logs.container": "logs",
    "logs.build": "build",
    "space.diagnose": "diagnose",
    "space.environment": "env",
    "space.hardware": "hardware",
    "space.volumes": "volumes",
    "find": "filter",
    "space.watch": "watch",
    "space.upload": "once",
    "space.pause": "pause",
    "space.restart": "restart",
    "space.settings": "settings",
    "space.open": "open",
    "space.copy": "copy URL",
    "watch.accept": "send",
    "watch.drop": "drop",
    "watch.mine": "mine",
    "watch.theirs": "theirs",
    "watch.both": "both",
    "watch.ignore": "ignore",
    "watch.sync": "now",
    "watch.restore": "last good",
    "watch.stop": "stop",
    "files.edit": "edit",
    "files.download": "download",
    "files.history": "history",
    "refresh": "read again",
    "help": "keys",
    "quit": "quit",
}
_WATCH_TAB: Final = (
    "watch.accept",
    "watch.drop",
    "watch.mine",
    "watch.theirs",
    "watch.both",
    "watch.ignore",
    "space.watch",
    "space.upload",
    "watch.sync",
    "watch.toggle",
    "watch.restore",
    "logs.build",
    "watch.stop",
)
"""Keys of the Watch tab in the order of their worth; those that cannot work are left out."""

_INTO: Final = {"tab.4": "files", "space.open": "open", "space.shell": "shell"}
"""What enter does on rows of the Settings tab that change nothing."""

_FILES_TAB: Final = ("files.edit", "files.download", "files.history", "refresh", "space.open")

_SETTINGS_TAB: Final = (
    "space.environment",
    "space.hardware",
    "space.volumes",
    "space.settings",
    "refresh",
    "space.open",
)


def footer_line(context: Context, width: int) -> Line:
    """Return as many keys as there is room for, the most needed ones first to stay."""
    if context.tab is Tab.WATCH and context.row is not None:
        return _of_the_watch_tab(context, width)
    if context.tab is Tab.FILES and context.file is not None:
        return _of_a_tab(context, width, _FILES_TAB, _into_file(context.file))
    if context.tab is Tab.SETTINGS and context.setting is not None:
        return _of_a_tab(context, width, _SETTINGS_TAB, _into_setting(context.setting))
    chosen = [action for action in ACTIONS if action.footer]
    while chosen:
        spans = tuple(span for action in chosen for span in _entry(action, context))
        if width_of(spans) <= width:
            return spans
        chosen.remove(max(chosen, key=lambda action: _rank(action, context)))
    return ()


def _rank(action: Action, context: Context) -> int:
    """Return how early a key goes for want of room; what tells why is needed where all is down."""
    broken = context.space is not None and context.space.stage.kind is Kind.BROKEN
    return 3 if broken and action.id == "space.diagnose" else action.footer


def _of_the_watch_tab(context: Context, width: int) -> Line:
    """Return what the row under the cursor takes first, then what the folder takes."""
    names = [name for name in _WATCH_TAB if name != "space.watch" or not context.watch]
    return _of_a_tab(context, width, names, _opening(context))


def _into_file(row: FileRow) -> Line:
    if row.bad:
        return _key("enter", "try again", "pane.open")
    if row.root or row.note:
        return ()
    return _key("enter", "look" if row.file else "fold", "pane.open")


def _into_setting(row: SettingsRow) -> Line:
    if row.bad:
        return _key("enter", "try again", "pane.open")
    if not row.action:
        return _key("enter", "copy", "pane.open") if row.copies else ()
    return _key("enter", _INTO.get(row.action, "change"), "pane.open")


def _of_a_tab(context: Context, width: int, names: Sequence[str], line: Line) -> Line:
    """Return as many keys of a tab that can work as there is room for, after `line`."""
    last = tuple(span for name in ("help", "quit") for span in _entry(BY_ID[name], context))
    for name in names:
        action = BY_ID[name]
        if action.when(context):
            continue
        longer = (*line, *_entry(action, context))
        if width_of((*longer, *last)) > width:
            break
        line = longer
    return (*line, *last)


def _opening(context: Context) -> Line:
    row = context.row
    if row is None:
        return ()
    if row.kind is RowKind.BATCH:
        copy = BY_ID["space.copy"]
        return (*_key("enter", "details", "pane.open"), *_entry(copy, context))
    words = {RowKind.FOLDER: "fold", RowKind.ELSEWHERE: "go there", RowKind.FILE: "why"}
    word = words.get(row.kind, "")
    if row.group is Group.CONFLICT and row.kind is not RowKind.FOLDER:
        word = "difference"
    return _key("enter", word, "pane.open") if word else ()


def _entry(action: Action, context: Context) -> Line:
    possible = not action.when(context)
    word = _SHORT.get(action.id) or ("resume" if _paused(context) else "pause")
    return _key(key_name(keys_for(action)[0]), word, action.id, possible=possible)


def _key(key: str, word: str, action: str, *, possible: bool = True) -> Line:
    return (
        Span(f" {key} ", Role.KEY if possible else Role.DIM, action),
        Span(f"{word} ", Role.TEXT if possible else Role.DIM, action),
    )


def _paused(context: Context) -> bool:
    return context.watch is not None and context.watch.state is SyncState.PAUSED
