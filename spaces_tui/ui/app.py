"""The Textual application: it hands snapshots to screens and actions to their handlers."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import signal
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual._time import get_time
from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste, Resize

from spaces_tui.model.text import clean_line
from spaces_tui.model.tokens import without_tokens
from spaces_tui.ui import terminal
from spaces_tui.ui.accountalerts import AccountAlerts
from spaces_tui.ui.actions import BY_ID, use_keys
from spaces_tui.ui.commands import Commands
from spaces_tui.ui.editing import Editing
from spaces_tui.ui.handlers import handlers
from spaces_tui.ui.messages import CommandFailed, SnapshotChanged
from spaces_tui.ui.ringing import Ringing
from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.screens.main import MainScreen
from spaces_tui.ui.style import CSS
from spaces_tui.ui.theme import DARK, LIGHT, Palette
from spaces_tui.ui.typeahead import TypeAhead
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from rich.console import RenderableType
    from textual.command import Provider
    from textual.screen import Screen

    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Outcome
    from spaces_tui.session.snapshot import Account, Snapshot
    from spaces_tui.ui.alerts import WatchAlerts
    from spaces_tui.ui.loanalerts import LoanAlerts

_EVERY = 0.05
"""Seconds between two looks at the session: log lines come in batches."""
_EVERY_SLOWLY = 0.25
_DEAD_TERMINAL_GRACE = 1.5
_COPY_LIMIT = 3.0
_TOASTS = 3
"""Notices shown at once; more would cover the screen."""


def _provider() -> type[Provider]:
    from spaces_tui.ui.palette import ConsoleCommands  # noqa: PLC0415 - after first frame

    return ConsoleCommands


class ConsoleApp(App[None], inherit_bindings=False):
    """The console on one session."""

    TITLE = "spaces-tui"
    CSS = CSS
    COMMANDS: ClassVar = {_provider}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "hint", "How to quit", show=False),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False),
    ]

    def __init__(
        self,
        session: SessionPort,
        *,
        target: str | None = None,
        theme: str | None = None,
        slow: bool = False,
        crash_dir: Path | None = None,
        notify: str | None = None,
        keys: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """`keys` are the keys of actions that a person wants other ones for, by the id."""
        super().__init__()
        use_keys(keys or {})
        self.set_keymap({name: ",".join(chosen) for name, chosen in (keys or {}).items()})
        self.session = session
        self.crash_report: Path | None = None
        self.crashed = False
        self._crash_dir = crash_dir
        self._slow = slow
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self._palette: Palette | None = None
        self._take_theme(theme or DARK.name)
        self._awaited = target
        self._finding = False
        self.main = MainScreen(session, target, slow=slow)
        self.typeahead = TypeAhead(self, super().on_event)
        self._commands = Commands(self, self.main, session)
        self._editing = Editing(self, self.main, session)
        self._handlers = handlers(self, self.main, self._commands, self._editing)
        self._unsubscribe: Callable[[], None] | None = None
        self._looked = 0.0
        self._noticed = 0
        self._look_pending = False
        self._alerts: WatchAlerts | None = None
        self.account_alerts = AccountAlerts()
        self._loan_alerts: LoanAlerts | None = None
        self._budgets_shown = 0
        self._ringing = Ringing(self, notify)

    @property
    def palette(self) -> Palette:
        """The style of each role in the theme that is on."""
        if self._palette is None:
            self._palette = Palette(self.theme_variables, ansi=self.native_ansi_color)
        return self._palette

    def get_default_screen(self) -> MainScreen:
        """The main screen is there from the first frame on."""
        return self.main

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give every theme the one colour that is ours: the edge of a pane without focus."""
        return {"edge-line": self.current_theme.variables.get("edge", "#6b7480")}

    def on_mount(self) -> None:
        """Take signals; the session starts once the first frame is on the screen."""
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self.app_suspend_signal.subscribe(self, self._go_away, immediate=True)
        self.app_resume_signal.subscribe(self, self._come_back)
        self._take_signals()
        self.set_interval(2.0, self._look_for_terminal)
        self.main.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        """Hear no more of the session; it outlives the screen."""
        if self._unsubscribe:
            self._unsubscribe()
            self._unsubscribe = None

    async def on_event(self, event: Event) -> None:
        """Hand keys on in their turn; all else as Textual does."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            await self.typeahead.take(event)
        else:
            await super().on_event(event)

    async def on_key(self, event: Key) -> None:
        """Keep letters that were meant for a field that is just opening from acting as keys."""
        typed_ahead = getattr(self.screen, "typed_ahead", None)
        if typed_ahead is not None and await typed_ahead(event):
            event.prevent_default()

    def on_snapshot_changed(self) -> None:
        """Show the newest snapshot, at most some times a second."""
        if self._look_pending:
            return
        every = _EVERY_SLOWLY if self._slow else _EVERY
        wait = self._looked + every - monotonic()
        if wait <= 0:
            self._look()
        else:
            self._look_pending = True
            self.set_timer(wait, self._look)

    def on_command_failed(self, event: CommandFailed) -> None:
        """Say what went wrong, and keep it in sight on the Space."""
        self.say(event.sentence, "error")
        if event.space:
            request = f" (request {event.request_id})" if event.request_id else ""
            self.main.fail(event.space, clean_line(event.sentence) + request)
        for screen in self.screen_stack:
            failed = getattr(screen, "failed", None)
            if failed is not None and event.what == "watch":
                failed(event.sentence)

    def on_line_view_acted(self, event: LineView.Acted) -> None:
        """Do what a clicked word stands for."""
        event.stop()
        self.action_do(event.action)

    def on_watch_view_opened(self) -> None:
        """Look closer at the row of the Watch tab that was clicked."""
        self.action_do("pane.open")

    def action_do(self, name: str) -> None:
        """Do an action of the registry, or say why it cannot work now."""
        reason = BY_ID[name].when(self.main.context())
        if reason:
            self.say(reason, "warning")
        else:
            self._handlers[name]()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the key of tasks to a conflict while one is under the cursor."""
        if action == "do" and parameters in {("space.tasks",), ("watch.theirs",)}:
            conflict = not BY_ID["watch.theirs"].when(self.main.context())
            return conflict == (parameters == ("watch.theirs",))
        return super().check_action(action, parameters)

    async def action_quit(self) -> None:
        """Leave as the key does: it asks where something is not sent yet."""
        self.action_do("quit")

    def action_hint(self) -> None:
        """Say how to leave: ctrl+c does not."""
        self.say("Press q to quit.")

    def say(self, text: str, severity: str = "information") -> None:
        """Show a short message; what it holds is data, never markup."""
        kind = severity if severity in ("warning", "error") else "information"
        self.notify(
            clean_line(text),
            severity=kind,  # type: ignore[arg-type]  # narrowed to the three words above
            timeout=8 if kind == "error" else 4,
            markup=False,
        )

    def told(self, outcomes: Sequence[Outcome], *, quiet: bool = False) -> None:
        """Say how changes ended; `quiet` when somebody else shows it."""
        self._editing.told(outcomes, quiet=quiet)

    def go_to(self, space: str) -> None:
        """Put the cursor on a Space, as soon as it is on the list."""
        self._awaited = space
        self._finding = False
        self._look_for_target(self.session.snapshot)

    def sign_in(self, endpoint: str, *, again: Account | None = None) -> None:
        """Open the dialog to sign in; `again` is the account whose token is to be replaced."""
        from spaces_tui.ui.screens.signin import SignInScreen  # noqa: PLC0415 - after first frame

        self.push_screen(SignInScreen(self.session, endpoint, again=again))

    def focused_view(self) -> LineView:
        """Return the view that keys go to."""
        focused = self.main.focused
        return focused if isinstance(focused, LineView) else self.main.sidebar

    def copy(self, text: str) -> None:
        """Send a text to the clipboard, by the way that works here."""
        self.run_worker(
            self._copy(text), group="copy", exclusive=True, description="copy", exit_on_error=False
        )

    def open_shell(self, space: Space) -> None:
        """Hand the terminal to ssh; the session goes on."""
        from spaces_tui.ui.shell import open_shell  # noqa: PLC0415 - after first frame

        self.run_worker(open_shell(self, space), group="shell", exclusive=True)

    async def _copy(self, text: str) -> None:
        command = terminal.clipboard_tool()
        if command is not None and await _feed(command, text.encode()):
            self.say("Sent to the clipboard.")
            return
        sequence = terminal.clipboard_sequence(text.encode())
        if sequence is None or self._driver is None:
            self.say("Too long for the terminal's clipboard.", "warning")
            return
        self._driver.write(sequence)
        self.say("Sent to the terminal clipboard.")

    def _begin(self) -> None:
        self._unsubscribe = self.session.subscribe(self._newer)
        self.session.start()
        self._look()
        gc.freeze()
        gc.enable()

    def _newer(self) -> None:
        self.post_message(SnapshotChanged())

    def _look(self) -> None:
        self._look_pending = False
        self._looked = monotonic()
        self.session.acknowledge()
        snapshot = self.session.snapshot
        for screen in self.screen_stack:
            show = getattr(screen, "show", None)
            if show is not None:
                show(snapshot)
        fresh = [notice for notice in snapshot.notices if notice.id > self._noticed]
        for notice in fresh[-_TOASTS:]:
            self._noticed = notice.id
            self.say(notice.text, notice.severity)
        self._tell_of_watches(snapshot)
        self._tell_of_accounts(snapshot)
        self._tell_of_loans(snapshot)
        self._tell_of_budgets(snapshot)
        self._ringing.look(snapshot)
        self._look_for_target(snapshot)

    def _tell_of_watches(self, snapshot: Snapshot) -> None:
        """Say what happened to watched folders that are not in view."""
        if not snapshot.watches and not snapshot.unsent:
            return
        if self._alerts is None:
            from spaces_tui.ui.alerts import WatchAlerts  # noqa: PLC0415 - after first frame

            self._alerts = WatchAlerts()
        for text, severity in self._alerts.look(snapshot, self.main.watch_in_view):
            self.say(text, severity)

    def _tell_of_accounts(self, snapshot: Snapshot) -> None:
        """Ask for a token at the first start without any; say once that one is refused."""
        if self.account_alerts.nobody(snapshot) and self.screen is self.main:
            self.sign_in(snapshot.endpoint)
        for text, severity in self.account_alerts.look(snapshot):
            self.say(text, severity)

    def _tell_of_loans(self, snapshot: Snapshot) -> None:
        """Show what is overdue, or could not be given back, as soon as nothing else is open."""
        if not snapshot.loans:
            return
        if self._loan_alerts is None:
            from spaces_tui.ui.loanalerts import LoanAlerts  # noqa: PLC0415 - seldom needed

            self._loan_alerts = LoanAlerts()
        self._loan_alerts.look(snapshot)
        if self.screen is self.main and (loans := self._loan_alerts.take()):
            from spaces_tui.ui.screens.overdue import OverdueScreen  # noqa: PLC0415 - the same

            self.push_screen(OverdueScreen(self.session, loans))

    def _tell_of_budgets(self, snapshot: Snapshot) -> None:
        """Show what is paid for once a hard line was reached, as soon as nothing else is open."""
        if len(snapshot.budget_alerts) > self._budgets_shown and self.screen is self.main:
            crossing = snapshot.budget_alerts[self._budgets_shown]
            self._budgets_shown += 1
            self._commands.over_budget(crossing)

    def _look_for_target(self, snapshot: Snapshot) -> None:
        """Go to the Space that was asked for; one of somebody else is looked up first."""
        if self._awaited is None or snapshot.cached or snapshot.as_of is None:
            return
        if any(space.id == self._awaited for space in snapshot.spaces):
            self.main.sidebar.select(self._awaited)
            self._awaited = None
        elif not self._finding:
            self._finding = True
            self._commands.find(self._awaited)

    def _take_theme(self, name: str) -> None:
        """Start in a theme. Ours is set before the style sheet is read, not after: that is free."""
        if name != DARK.name:
            self.theme = name
            return
        self.set_reactive(App.theme, name)
        self.stylesheet.set_variables(self.get_css_variables())

    def _theme_changed(self, _: object) -> None:
        self._palette = None
        for view in self.main.query(LineView):
            view.repaint()

    def on_resize(self, event: Resize) -> None:
        """Draw everything again: a terminal made smaller and larger again has lost what it showed.

        When the sizes come fast, the layout sees the last one alone, which may be the one it had.
        They may also come in the wrong order: a signal that interrupts the handling of the one
        before it is heard first. So the terminal has the last word.
        """
        if self._unsubscribe:
            self._draw_again()
        size = self.window_size()
        if size is not None and size != event.size:
            self.post_message(Resize.from_dimensions(size, None))

    def window_size(self) -> tuple[int, int] | None:
        """Return columns and rows of the terminal, unless it tells them by itself in order."""
        if self.is_headless or self.supports_smooth_scrolling:
            return None
        return shutil.get_terminal_size()

    def on_app_focus(self) -> None:
        """Note that the terminal has the focus, and that it says so."""
        self._ringing.tells_focus = True

    def on_app_blur(self) -> None:
        """Note that the terminal says when it loses the focus."""
        self._ringing.tells_focus = True

    def _go_away(self, _: object) -> None:
        """Write nothing from here on, and ask for nothing: the terminal is another program's."""
        self._ringing.suspended = True
        self.session.rest(resting=True)

    def _come_back(self, _: object) -> None:
        """Draw everything again after a suspension: the screen came back empty."""
        self._ringing.suspended = False
        self.session.rest(resting=False)
        self._draw_again()

    def _draw_again(self) -> None:
        for screen in self.screen_stack:
            screen.refresh(layout=True)

    def _take_signals(self) -> None:
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._signalled, number)

    def _signalled(self, number: int) -> None:
        """End in order. A dead terminal may never take the last writes: then end anyway."""
        self.exit(return_code=128 + number)
        if number == signal.SIGHUP:
            timer = Timer(_DEAD_TERMINAL_GRACE, os._exit, [128 + number])
            timer.daemon = True
            timer.start()

    def _look_for_terminal(self) -> None:
        if not self.is_headless and terminal.hung_up():
            self._signalled(signal.SIGHUP)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Note when a screen is painted: before anybody can see it and answer."""
        if renderable is not None and not self._batch_count:
            at = get_time()
            if isinstance(screen, Dialog):
                screen.painted(at)
            self.typeahead.painted(screen, at)
        super()._display(screen, renderable)

    def _handle_exception(self, error: Exception) -> None:
        """End with a report instead of a traceback: that would show local variables."""
        self._return_code = 1
        if not self.crashed:
            self.crashed = True
            self._exception = error
            if self._crash_dir is not None:
                from spaces_tui.ui.crash import write_report  # noqa: PLC0415 - rarely needed

                self.crash_report = write_report(error, self._crash_dir)
            self._exception_event.set()
        self._close_messages_no_wait()


async def _feed(command: list[str], data: bytes) -> bool:
    """Give data to a command; return whether it took it."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=without_tokens(os.environ),
        )
        await asyncio.wait_for(process.communicate(data), _COPY_LIMIT)
    except (OSError, TimeoutError):
        return False
    return process.returncode == 0
