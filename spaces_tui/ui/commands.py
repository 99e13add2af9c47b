"""What happens when an action is done: commands to the session, dialogs, moves on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.space import Space
from spaces_tui.session.facade import CommandError, SessionPort
from spaces_tui.session.requests.actions import Many, Pause, Restart
from spaces_tui.session.requests.logs import SavedLog, SaveLog
from spaces_tui.ui import terminal
from spaces_tui.ui.messages import CommandFailed
from spaces_tui.ui.present.overview import space_url
from spaces_tui.ui.present.questions import (
    Question,
    pause_question,
    rebuild_question,
    restart_question,
)
from spaces_tui.ui.rules import SpaceRule, controllable, pausable, sleep_settable
from spaces_tui.ui.watchcommands import WatchCommands

if TYPE_CHECKING:
    from concurrent.futures import Future

    from spaces_tui.model.budget import Crossing
    from spaces_tui.ui.app import ConsoleApp
    from spaces_tui.ui.screens.main import MainScreen


class Commands:
    """One method for each action that is more than a move on the screen."""

    def __init__(self, app: ConsoleApp, main: MainScreen, session: SessionPort) -> None:
        self._app = app
        self._main = main
        self._session = session
        self.watching = WatchCommands(app, main, session, self._follow)

    def pause(self) -> None:
        """Pause the targets, once confirmed."""
        spaces = self._targets(pausable)
        question = pause_question(spaces, self._main.snapshot)
        self._ask(question, spaces, "pause", lambda space: Pause(space.id), self._others(spaces))

    def pause_these(self, spaces: Sequence[Space]) -> None:
        """Pause some Spaces, once confirmed; say why where none of them can be."""
        snapshot = self._main.snapshot
        able = [one for one in spaces if not pausable(one, snapshot)]
        if not able:
            self._app.say(pausable(spaces[0], snapshot), "warning")
            return
        question = pause_question(able, snapshot)
        self._ask(question, able, "pause", lambda space: Pause(space.id), len(spaces) - len(able))

    def money(self) -> None:
        """Show what is paid for."""
        from spaces_tui.ui.screens.money import MoneyScreen  # noqa: PLC0415 - on demand

        def went(space: str | None) -> None:
            if space is not None:
                self._main.sidebar.select(space)

        screen = MoneyScreen(self._main.snapshot, self.pause_these, self.sleep_these)
        self._app.push_screen(screen, went)

    def over_budget(self, crossing: Crossing) -> None:
        """Show what an identity pays for that is over its budget."""
        from spaces_tui.ui.screens.budget import BudgetScreen  # noqa: PLC0415 - on demand

        def went(space: str | None) -> None:
            if space is not None:
                self._main.sidebar.select(space)

        snapshot = self._session.snapshot
        screen = BudgetScreen(snapshot, crossing, self.pause_these, self.sleep_these)
        self._app.push_screen(screen, went)

    def sleep_these(self, spaces: Sequence[Space]) -> None:
        """Choose a sleep time for some Spaces; say why where none of them takes one."""
        from spaces_tui.ui.screens.sleep import SleepEditor  # noqa: PLC0415 - on demand

        snapshot = self._main.snapshot
        able = [one for one in spaces if not sleep_settable(one, snapshot)]
        if able:
            self._app.push_screen(SleepEditor(self._session, able, snapshot.hardware))
        else:
            self._app.say(sleep_settable(spaces[0], snapshot), "warning")

    def restart(self) -> None:
        """Restart, wake or resume the targets, once confirmed."""
        spaces = self._targets(controllable)
        question = restart_question(spaces, self._main.snapshot)
        self._ask(
            question, spaces, "restart", lambda space: Restart(space.id), self._others(spaces)
        )

    def rebuild(self) -> None:
        """Rebuild the targets without caches, once confirmed."""
        spaces = self._targets(controllable)
        question = rebuild_question(spaces, self._main.snapshot)
        others = self._others(spaces)
        self._ask(
            question, spaces, "rebuild", lambda space: Restart(space.id, factory=True), others
        )

    def refresh(self) -> None:
        """Read everything again now."""
        self._follow(self._session.refresh(), "", "refresh")

    def open_page(self) -> None:
        """Open the Space's page, or show its address where no browser can be opened."""
        url = self._url()
        if terminal.has_browser():
            self._app.open_url(url)
            return
        from spaces_tui.ui.screens.box import TextScreen  # noqa: PLC0415 - after first frame

        self._app.push_screen(TextScreen("Open this address", url))

    def copy_url(self) -> None:
        """Send the Space's address to the clipboard, or that of the commit under the cursor."""
        row = self._main.context().row
        space = self._main.space
        if row is not None and row.batch is not None and row.batch.oid and space is not None:
            from spaces_tui.ui.present.saves import commit_url  # noqa: PLC0415 - the same

            self._app.copy(commit_url(space.id, row.batch.oid, self._main.endpoint))
            return
        self._app.copy(self._url())

    def copy_lines(self) -> None:
        """Send lines of the log in view to the clipboard."""
        logs = self._main.detail.logs
        text = logs.copied() if logs else ""
        if text:
            self._app.copy(text)
        else:
            self._app.say("There is no line to copy.", "warning")

    def save_log(self) -> None:
        """Ask where to save the log in view."""
        from spaces_tui.ui.present.filenames import file_name  # noqa: PLC0415 - on demand
        from spaces_tui.ui.screens.newfile import NewFileForm  # noqa: PLC0415 - on demand

        space, logs = self._main.space, self._main.detail.logs
        assert space is not None
        assert logs is not None
        title = "Save the container log" if logs.stream is LogStream.RUN else "Save the build log"
        said = "Every line that is kept here, with its time in UTC; tokens are masked."
        name = file_name(f"{space.id}-{logs.stream}", datetime.now(UTC), ".log")
        request = partial(SaveLog, space.id, logs.stream)
        self._app.push_screen(NewFileForm(self._session, title, said, name, request), self._saved)

    def _saved(self, written: SavedLog | None) -> None:
        if written is not None:
            lines = "1 line" if written.lines == 1 else f"{written.lines:,} lines"
            self._app.say(f"{lines} written to {written.path}.")

    def help(self) -> None:
        """Show the keys."""
        from spaces_tui.ui.screens.box import HelpScreen  # noqa: PLC0415 - after first frame

        self._app.push_screen(HelpScreen(self._main.context()))

    def quit(self) -> None:
        """Leave; ask first when files are not on the Hub yet."""
        from spaces_tui.ui.present.leaving import unsent  # noqa: PLC0415 - after first frame
        from spaces_tui.ui.screens.leave import LeaveScreen  # noqa: PLC0415 - the same

        if any(isinstance(screen, LeaveScreen) for screen in self._app.screen_stack):
            return
        waiting = unsent(self._main.snapshot)
        if not waiting:
            self._app.exit()
            return
        self._app.push_screen(
            LeaveScreen(waiting, self.watching.finish),
            lambda decision: self._app.exit() if decision else None,
        )

    def _targets(self, rule: SpaceRule) -> list[Space]:
        snapshot = self._main.snapshot
        return [one for one in self._main.context().targets if not rule(one, snapshot)]

    def _others(self, spaces: Sequence[Space]) -> int:
        return len(self._main.context().targets) - len(spaces)

    def _ask(
        self,
        question: Question,
        spaces: Sequence[Space],
        what: str,
        change: Callable[[Space], Pause | Restart],
        others: int,
    ) -> None:
        """Ask; `others` are marked, but cannot be changed."""
        from spaces_tui.ui.screens.confirm import ConfirmScreen  # noqa: PLC0415 - the same

        def answered(yes: bool | None) -> None:
            if not yes:
                return
            self._main.sidebar.clear_marks()
            if len(spaces) == 1:
                self._follow(self._one(change(spaces[0])), spaces[0].id, what)
            else:
                self._app.run_worker(self._many(tuple(change(space) for space in spaces)))

        if others:
            stay = "1 other stays as it is" if others == 1 else f"{others} others stay as they are"
            effects = (*question.effects, f"Of the marked Spaces, {stay}.")
            question = question._replace(effects=effects)
        self._app.push_screen(ConfirmScreen(question), answered)

    def _one(self, change: Pause | Restart) -> Future[None]:
        if isinstance(change, Pause):
            return self._session.pause(change.space)
        return self._session.restart(change.space, factory=change.factory)

    async def _many(self, changes: tuple[Pause | Restart, ...]) -> None:
        for change in changes:
            self._main.detail.failures.pop(change.space, "")
        try:
            outcomes = await asyncio.wrap_future(self._session.ask(Many(changes)))
        except CommandError as error:
            self._app.say(error.message, "error")
        else:
            self._app.told(outcomes)

    def find(self, space: str) -> None:
        """Look up a Space that is not in the list."""
        self._follow(self._session.find(space), space, "find")

    def _follow(self, future: Future[None], space: str, what: str) -> None:
        """Show how a command fails. The call comes on another thread."""
        if self._main.detail.failures.pop(space, ""):
            self._main.show(self._main.snapshot)

        def ended(done: Future[None]) -> None:
            sentence = _failure(done)
            if sentence:
                self._app.post_message(CommandFailed(space, what, sentence, _request_of(done)))

        future.add_done_callback(ended)

    def _url(self) -> str:
        space = self._main.space
        assert space is not None
        row = self._main.context().file
        if row is not None and row.entry is not None:
            from spaces_tui.ui.present.files import file_url  # noqa: PLC0415 - the same

            return file_url(space, row, self._main.endpoint)
        return space_url(space, self._main.endpoint)


def _request_of(done: Future[None]) -> str | None:
    error = None if done.cancelled() else done.exception()
    return error.request_id if isinstance(error, CommandError) else None


def _failure(done: Future[None]) -> str:
    if done.cancelled():
        return "It was called off."
    error = done.exception()
    if error is None:
        return ""
    if isinstance(error, CommandError):
        return error.message
    from spaces_tui.model.redaction import redacted  # noqa: PLC0415 - rarely needed

    return redacted(f"{type(error).__name__}: {error}")
