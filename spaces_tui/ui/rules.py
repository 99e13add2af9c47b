"""When an action can work, and the sentence that says why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaces_tui.model.space import Space
from spaces_tui.model.stage import Kind
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.tokendoctor import Deed, May, may
from spaces_tui.session.snapshot import Link, Snapshot, Standing, account_of
from spaces_tui.ui.present.head import Tab

if TYPE_CHECKING:
    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.ui.filetree import FileRow
    from spaces_tui.ui.present.settingsrows import SettingsRow
    from spaces_tui.ui.present.watchrow import WatchRow

STATIC = "Static Spaces are always on: they cannot be paused or restarted."
STATIC_HARDWARE = "Static Spaces are served without hardware."
STATIC_VOLUMES = "Static Spaces have no container to mount anything into."
STATIC_DIAGNOSIS = "Static Spaces run no code that could fail."
STATIC_SLEEP = "Static Spaces never sleep."
FREE = "cpu-basic"
READ_ONLY = "The console runs with --read-only: nothing is changed."
NOTHING_SELECTED = "No Space is selected."
SIGNED_OUT = "You are not signed in: press a."

SpaceRule = Callable[[Space, Snapshot], str]


@dataclass(frozen=True, slots=True)
class Context:
    """What the person is looking at when a key is pressed."""

    snapshot: Snapshot
    space: Space | None = None
    """The Space under the cursor."""
    marked: tuple[Space, ...] = ()
    tab: Tab = Tab.OVERVIEW
    filtered: bool = False
    """Whether the list is filtered."""
    searching: bool = False
    """Whether a search of the log is on."""
    row: WatchRow | None = None
    """The row under the cursor of the Watch tab, while keys go there."""
    file: FileRow | None = None
    """The row under the cursor of the Files tab, while keys go there."""
    setting: SettingsRow | None = None
    """The row under the cursor of the Settings tab, while keys go there."""

    @property
    def targets(self) -> tuple[Space, ...]:
        """The Spaces an action works on: all marked ones, else the one under the cursor."""
        if self.marked:
            return self.marked
        return (self.space,) if self.space else ()

    @property
    def watch(self) -> SyncStatus | None:
        """The watched folder of the Space under the cursor; None when there is none."""
        status = self.snapshot.watches.get(self.space.id) if self.space else None
        return None if status is None or status.state is SyncState.STOPPED else status


def always(_: Context) -> str:
    """Nothing stands against it."""
    return ""


def needs_space(context: Context) -> str:
    """A Space must be under the cursor."""
    return "" if context.space else NOTHING_SELECTED


def barred(space: Space, snapshot: Snapshot, deed: Deed) -> str:
    """Say why the account that acts on this Space may not do something; empty when it may.

    Where the Hub does not say, it may: the first try shows it.
    """
    account = account_of(snapshot, space.id)
    if account is None:
        return ""
    who = account.name or account.source
    if account.standing in (Standing.REFUSED, Standing.UNREACHABLE):
        return f"{who} cannot act now. {account.sentence} Press a."
    if account.identity is None:
        return ""
    if space.owner not in account.owners:
        return f"None of your accounts belongs to {space.owner}."
    verdict = may(account.identity, deed, space.id)
    if verdict.may is not May.NO:
        return ""
    return f"{who}: {verdict.reason} Press a for accounts."


def configurable(space: Space, snapshot: Snapshot) -> str:
    """Say why this Space takes no variables, secrets and settings; empty when it does."""
    return barred(space, snapshot, Deed.SECRETS)


def controllable(space: Space, snapshot: Snapshot) -> str:
    """Say why this Space cannot be paused or restarted; empty when it can."""
    if space.static:
        return STATIC
    if pending := snapshot.pending.get(space.id):
        return f"{space.id} is {pending.verb} already."
    return barred(space, snapshot, Deed.RESTART)


def pausable(space: Space, snapshot: Snapshot) -> str:
    """Say why this Space cannot be paused; empty when it can."""
    if space.stage.kind is Kind.PAUSED:
        return f"{space.id} is paused already."
    return controllable(space, snapshot)


def sleep_settable(space: Space, snapshot: Snapshot) -> str:
    """Say why this Space takes no sleep time; empty when it does."""
    if space.static:
        return STATIC_SLEEP
    if space.runtime is not None and space.runtime.shown_hardware == FREE:
        return f"On {FREE} a Space always sleeps after 48 h: choose other hardware first (h)."
    return barred(space, snapshot, Deed.SLEEP)


def machine_settable(space: Space, snapshot: Snapshot) -> str:
    """Say why this Space takes no hardware; empty when it does."""
    return STATIC_HARDWARE if space.static else barred(space, snapshot, Deed.HARDWARE)


def watched_folder(space: Space, snapshot: Snapshot) -> str | None:
    """Return the folder that is watched for a Space; None when none is."""
    status = snapshot.watches.get(space.id)
    return None if status is None or status.state is SyncState.STOPPED else status.folder


def deletable(space: Space, snapshot: Snapshot) -> str:
    """Say why this Space cannot be deleted; empty when it can."""
    if pending := snapshot.pending.get(space.id):
        return f"{space.id} is {pending.verb} already."
    return barred(space, snapshot, Deed.DELETE)


def can_change_settings(context: Context) -> str:
    """At least one target takes settings from us."""
    return _online(context) or _any(context, configurable)


def can_diagnose(context: Context) -> str:
    """The Space under the cursor runs code that can fail."""
    if context.space is None:
        return NOTHING_SELECTED
    if context.space.static:
        return STATIC_DIAGNOSIS
    if context.snapshot.connection.link in (Link.SIGNED_OUT, Link.REFUSED):
        return SIGNED_OUT
    return ""


def can_open_shell(context: Context) -> str:
    """The Space under the cursor is in Dev Mode, and lets us in."""
    if why := _online(context):
        return why
    if context.space is None:
        return NOTHING_SELECTED
    if why := barred(context.space, context.snapshot, Deed.RESTART):
        return why
    return shell_problem(context.space, context.snapshot)


def shell_problem(space: Space, snapshot: Snapshot) -> str:
    """Say why there is no shell in a Space; empty when there should be one."""
    if snapshot.demo:
        return "There is no ssh to the Spaces of the demo."
    if space.runtime is None or not space.runtime.dev_mode:
        return "Dev Mode is off: switch it on in the settings (s)."
    return "" if space.stage.running else f"{space.id} does not run: nothing is there to enter."


def can_delete(context: Context) -> str:
    """At least one target can be deleted."""
    return _online(context) or _any(context, deletable)


def can_edit_environment(context: Context) -> str:
    """At least one target takes variables and secrets from us."""
    return _online(context) or _any(context, configurable)


def can_mount(context: Context) -> str:
    """The Space under the cursor takes volumes from us."""
    if why := _online(context):
        return why
    if context.space is None:
        return NOTHING_SELECTED
    if context.space.static:
        return STATIC_VOLUMES
    return barred(context.space, context.snapshot, Deed.HARDWARE)


def can_set_hardware(context: Context) -> str:
    """At least one target takes other hardware."""
    return _online(context) or _any(context, machine_settable)


def can_set_sleep(context: Context) -> str:
    """At least one target takes a sleep time."""
    return _online(context) or _any(context, sleep_settable)


def can_pause(context: Context) -> str:
    """At least one target can be paused."""
    return _online(context) or _any(context, pausable)


def can_restart(context: Context) -> str:
    """At least one target can be restarted."""
    return _online(context) or _any(context, controllable)


def can_borrow(context: Context) -> str:
    """The Space under the cursor takes hardware from us."""
    if context.space is None:
        return NOTHING_SELECTED
    return _online(context) or machine_settable(context.space, context.snapshot)


def can_see_tasks(context: Context) -> str:
    """The Space may have tasks: one that is known to have no dataset for them says so."""
    if context.space is None:
        return NOTHING_SELECTED
    if context.space.static:
        return "A static Space runs nothing, so it has no tasks."
    queue = context.snapshot.queues.get(context.space.id)
    if queue is not None and queue.missing:
        return "It has no dataset for tasks that this account can see."
    return _online(context)


def can_watch(context: Context) -> str:
    """The Space takes uploads from us."""
    if context.snapshot.read_only:
        return READ_ONLY
    if context.space is None:
        return NOTHING_SELECTED
    return "" if context.watch else barred(context.space, context.snapshot, Deed.UPLOAD)


def on_logs(context: Context) -> str:
    """The Logs tab is open."""
    return needs_space(context) or (
        "" if context.tab is Tab.LOGS else "Open the logs first: press 2."
    )


def has_search(context: Context) -> str:
    """A search of the log is on."""
    return on_logs(context) or ("" if context.searching else "Search first: press /.")


def _online(context: Context) -> str:
    if context.snapshot.read_only:
        return READ_ONLY
    if not context.targets:
        return NOTHING_SELECTED
    if context.snapshot.connection.link in (Link.SIGNED_OUT, Link.REFUSED):
        return SIGNED_OUT
    return ""


def _any(context: Context, rule: SpaceRule) -> str:
    reasons = [rule(space, context.snapshot) for space in context.targets]
    return "" if "" in reasons else reasons[0]
