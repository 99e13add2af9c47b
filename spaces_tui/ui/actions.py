"""The one registry of actions: bindings, footer, `?`, palette and refusals are made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.ui.action import CONSOLE, LOGS, MOVE, SPACE, VIEW, Action
from spaces_tui.ui.createrules import can_create
from spaces_tui.ui.fileactions import FILE_ACTIONS
from spaces_tui.ui.rules import (
    can_borrow,
    can_change_settings,
    can_delete,
    can_diagnose,
    can_edit_environment,
    can_mount,
    can_open_shell,
    can_pause,
    can_restart,
    can_see_tasks,
    can_set_hardware,
    can_set_sleep,
    can_watch,
    has_search,
    needs_space,
    on_logs,
)
from spaces_tui.ui.watchactions import WATCH_ACTIONS
from spaces_tui.ui.watchrules import can_upload

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIONS: Final[tuple[Action, ...]] = (
    Action("move.down", ("j", "down"), "Down", "One row down", MOVE, palette=False),
    Action("move.up", ("k", "up"), "Up", "One row up", MOVE, palette=False),
    Action("move.top", ("g", "home"), "First", "To the first row", MOVE, palette=False),
    Action(
        "move.bottom",
        ("G", "end"),
        "Last",
        "To the last row; a log follows again",
        MOVE,
        palette=False,
    ),
    Action(
        "move.page_down", ("pagedown", "ctrl+d"), "Page down", "One page down", MOVE, palette=False
    ),
    Action("move.page_up", ("pageup", "ctrl+u"), "Page up", "One page up", MOVE, palette=False),
    Action(
        "move.right",
        ("right",),
        "Right",
        "Scroll a log; open a folder; look back longer",
        MOVE,
        palette=False,
    ),
    Action(
        "move.left",
        ("left",),
        "Left",
        "Scroll a log; close a folder; look back less",
        MOVE,
        palette=False,
    ),
    Action("pane.next", ("tab",), "Next pane", "To the other pane", MOVE, palette=False),
    Action(
        "pane.previous", ("shift+tab",), "Previous pane", "To the other pane", MOVE, palette=False
    ),
    Action(
        "pane.open",
        ("enter",),
        "Open",
        "Go into the Space, or into the row of a tab",
        MOVE,
        palette=False,
    ),
    Action(
        "pane.back",
        ("escape",),
        "Back",
        "One level out: search, filter, pane, marks",
        MOVE,
        palette=False,
    ),
    Action(
        "tab.1",
        ("1",),
        "Overview",
        "Load, facts, what is wrong, the newest log lines",
        VIEW,
        needs_space,
    ),
    Action("tab.2", ("2",), "Logs", "Container and build logs", VIEW, needs_space),
    Action(
        "tab.3",
        ("3",),
        "Metrics",
        "Processor, memory, network, accelerators over time",
        VIEW,
        needs_space,
    ),
    Action("tab.4", ("4",), "Files", "Look, edit, download", VIEW, needs_space),
    Action(
        "tab.5",
        ("5",),
        "Settings tab",
        "Everything that is set, and the key that changes it",
        VIEW,
        needs_space,
    ),
    Action(
        "tab.6",
        ("6",),
        "Watch",
        "The watched folder: state, what waits, every save",
        VIEW,
        needs_space,
    ),
    Action(
        "logs.container",
        ("l",),
        "Container logs",
        "What the app writes",
        VIEW,
        needs_space,
        footer=3,
    ),
    Action(
        "logs.build", ("b",), "Build logs", "What the build writes", VIEW, needs_space, footer=6
    ),
    Action(
        "find",
        ("slash",),
        "Filter or search",
        "Filter the list of Spaces, or search the log in view",
        VIEW,
        footer=8,
    ),
    Action(
        "space.diagnose",
        ("x",),
        "Diagnose",
        "Why it is down: cause, evidence, fixes",
        SPACE,
        can_diagnose,
        footer=7,
    ),
    Action(
        "space.environment",
        ("e",),
        "Variables and secrets",
        "What the app finds in its environment: edit, import, copy",
        SPACE,
        can_edit_environment,
        footer=5,
    ),
    Action(
        "space.watch",
        ("w",),
        "Watch a folder",
        "Upload a folder and every save in it",
        SPACE,
        can_watch,
        footer=4,
    ),
    Action(
        "space.upload",
        ("u",),
        "Upload once",
        "Bring the Space up to date with a folder, then stop",
        SPACE,
        can_upload,
    ),
    Action(
        "space.pause",
        ("p",),
        "Pause",
        "Stop it; only people with write access restart it",
        SPACE,
        can_pause,
        danger=True,
        footer=5,
    ),
    Action(
        "space.restart",
        ("r",),
        "Restart",
        "Restart, wake or resume it",
        SPACE,
        can_restart,
        danger=True,
        footer=5,
    ),
    Action(
        "space.rebuild",
        ("R",),
        "Factory rebuild",
        "Build it again without caches",
        SPACE,
        can_restart,
        danger=True,
    ),
    Action(
        "space.hardware",
        ("h",),
        "Hardware",
        "Other hardware, its price, and the sleep time with it",
        SPACE,
        can_set_hardware,
        footer=6,
    ),
    Action(
        "space.borrow",
        ("B",),
        "Borrow hardware",
        "For a time or a sum, then back by itself",
        SPACE,
        can_borrow,
    ),
    Action(
        "space.tasks",
        ("t",),
        "Tasks",
        "Train on demand: add, follow, cancel, retry",
        SPACE,
        can_see_tasks,
    ),
    Action(
        "space.sleep",
        ("z",),
        "Sleep time",
        "After how long without visitors it sleeps",
        SPACE,
        can_set_sleep,
    ),
    Action(
        "space.settings",
        ("s",),
        "Settings",
        "Visibility, name, replicas, Dev Mode, and the card",
        SPACE,
        can_change_settings,
        footer=7,
    ),
    Action(
        "space.shell",
        ("S",),
        "Shell",
        "A shell in its container by ssh, while Dev Mode is on",
        SPACE,
        can_open_shell,
    ),
    Action(
        "space.delete",
        ("D",),
        "Delete",
        "Delete it with everything in it, for good",
        SPACE,
        can_delete,
        danger=True,
    ),
    Action(
        "space.volumes",
        ("v",),
        "Volumes and storage",
        "What outlives a restart: mounts and the storage tier",
        SPACE,
        can_mount,
        footer=7,
    ),
    Action(
        "space.open",
        ("o",),
        "Open in browser",
        "Open its page; over SSH, show the address",
        SPACE,
        needs_space,
        footer=7,
    ),
    Action(
        "space.copy",
        ("y",),
        "Copy the URL",
        "Its address, or that of the chosen file or commit",
        SPACE,
        needs_space,
    ),
    Action(
        "mark.toggle",
        ("space",),
        "Mark",
        "Mark or unmark the Space under the cursor",
        SPACE,
        needs_space,
    ),
    Action(
        "mark.all",
        ("asterisk",),
        "Mark all shown",
        "Mark every Space shown, or none",
        SPACE,
        needs_space,
    ),
    Action("log.next", ("n",), "Next match", "To the next match of the search", LOGS, has_search),
    Action("log.previous", ("N",), "Previous match", "To the match before", LOGS, has_search),
    Action(
        "log.filter",
        ("ampersand",),
        "Filter the log",
        "Only lines that match an expression; !… those that do not",
        LOGS,
        on_logs,
    ),
    Action(
        "log.copy",
        ("Y",),
        "Copy lines",
        "The match one is on, or what is in view; tokens masked",
        LOGS,
        on_logs,
    ),
    Action("log.wrap", ("W",), "Wrap", "Break long lines, or cut them", LOGS, on_logs),
    Action(
        "log.save",
        ("ctrl+s",),
        "Save the log",
        "What is kept of it, into a file; tokens are masked",
        LOGS,
        on_logs,
    ),
    *FILE_ACTIONS,
    *WATCH_ACTIONS,
    Action(
        "space.create",
        ("c",),
        "Create a Space",
        "A new one: hardware and its price, secrets, first commit",
        CONSOLE,
        can_create,
    ),
    Action(
        "space.duplicate",
        ("C",),
        "Duplicate a Space",
        "Copy this one, or any you can see, to a new name",
        CONSOLE,
        can_create,
    ),
    Action(
        "accounts",
        ("a",),
        "Accounts",
        "Sign in and out; what each token may do, and why not",
        CONSOLE,
    ),
    Action(
        "order.cost",
        ("dollar_sign",),
        "Sort by cost",
        "What costs most on top; again: by owner",
        VIEW,
    ),
    Action(
        "money",
        ("M",),
        "Money",
        "What is paid for, what is idle, what pausing saves",
        CONSOLE,
    ),
    Action(
        "guard.timer",
        ("ctrl+t",),
        "Guard without a console",
        "Give hardware back while no console runs",
        CONSOLE,
    ),
    Action("journal", ("J",), "Journal", "Every action from here, and how it ended", CONSOLE),
    Action("refresh", ("ctrl+r",), "Refresh", "Read everything again now", CONSOLE),
    Action(
        "palette",
        ("colon", "ctrl+p"),
        "Command palette",
        "Every action, Space and theme",
        CONSOLE,
        palette=False,
    ),
    Action("help", ("question_mark",), "Keys", "The keys that work here", CONSOLE, footer=1),
    Action("quit", ("q", "ctrl+q"), "Quit", "Leave the console", CONSOLE, footer=2),
)

BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}

_chosen: dict[str, tuple[str, ...]] = {}


def use_keys(chosen: Mapping[str, tuple[str, ...]]) -> None:
    """Show these keys for these actions from here on, by the id, and for others their own."""
    _chosen.clear()
    _chosen.update(chosen)


def keys_for(action: Action) -> tuple[str, ...]:
    """Return the keys of an action, the one that is shown first."""
    return _chosen.get(action.id, action.keys)


_KEY_NAMES: Final = {
    "slash": "/",
    "asterisk": "*",
    "ampersand": "&",
    "question_mark": "?",
    "dollar_sign": "$",
    "colon": ":",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "escape": "esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "plus": "+",
}


def key_name(key: str) -> str:
    """Return a key as a person reads it."""
    return _KEY_NAMES.get(key, key)


SHARING: Final = frozenset({"space.tasks", "watch.theirs"})
"""Two actions with one key: a conflict under the cursor has it, else the tasks of the Space."""


def keys_of(action: Action) -> str:
    """Return all keys of an action, as a person reads them."""
    return " ".join(key_name(key) for key in keys_for(action))
