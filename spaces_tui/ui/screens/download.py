"""A download: where to, what would be written, how far it has come."""

from __future__ import annotations

import asyncio
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.sizes import files_of
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.files import Download, PlanDownload
from spaces_tui.ui.completion import complete
from spaces_tui.ui.present.downloads import plan_lines, progress_line, result_lines
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.spans import Line, Role, Span, flowed, wrapped
from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.widgets.fields import Field
from spaces_tui.ui.widgets.lineview import FixedLines

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from textual.widget import Widget

    from spaces_tui.model.files import DownloadPlan, DownloadResult
    from spaces_tui.model.repo import TreeEntry
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.ui.app import ConsoleApp

_EVERY: Final = 0.25
"""Seconds between two looks at how far it has come."""
_CHOICES: Final = 12
"""Folders that are named when a name may be completed to several."""


class Phase(Enum):
    """Where a download is."""

    ASKING = "asking"
    PLANNING = "planning"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"


class DownloadScreen(Dialog[None]):
    """Never writes over what is there unless told so by a key of its own."""

    WIDTH = 84
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", priority=True),
        Binding("tab", "complete", "Complete", priority=True),
        Binding("y", "go(False)", "Download"),
        Binding("O", "go(True)", "Replace"),
        Binding("down,j", "scroll(1)", "Down"),
        Binding("up,k", "scroll(-1)", "Up"),
        Binding("pagedown", "scroll(8)", "Page down"),
        Binding("pageup", "scroll(-8)", "Page up"),
    ]

    def __init__(
        self, session: SessionPort, space: str, revision: str, path: str, entry: TreeEntry | None
    ) -> None:
        """`path` is empty for everything; `entry` is None for a folder."""
        super().__init__()
        self._session = session
        self._space = space
        self._revision = revision
        self._path = path
        self._entry = entry
        self._phase = Phase.ASKING
        self._trouble = ""
        self._plan: DownloadPlan | None = None
        self._result: DownloadResult | None = None
        self._came = (0, 0)
        self._hint = ""
        self._field = Field(_here(), placeholder="folder", id="folder")
        self._said = FixedLines(id="said")

    @property
    def console(self) -> ConsoleApp:
        """The application."""
        return cast("ConsoleApp", self.app)

    def title_text(self) -> str:
        """Return what is downloaded."""
        return f"Download {clean_name(self._path) or self._space}"

    def below(self) -> list[Widget]:
        """Return the field and the keys."""
        return [self._field, self._said]

    def on_mount(self) -> None:
        """Begin with the folder."""
        super().on_mount()
        self._field.focus()
        self._field.cursor_position = len(self._field.value)

    def lines(self, width: int) -> list[Line]:
        """Return what counts now."""
        trouble = wrapped(self._trouble, width, Role.BAD) if self._trouble else []
        match self._phase:
            case Phase.ASKING:
                hint = wrapped(self._hint, width, Role.DIM) if self._hint else []
                return [*trouble, *hint, (Span("To which folder?"),)]
            case Phase.PLANNING:
                return [(Span("Looking what there is …", Role.BUSY),)]
            case Phase.READY:
                assert self._plan is not None
                return [*trouble, *plan_lines(self._plan, self._watcher(), width)]
            case Phase.RUNNING:
                assert self._plan is not None
                return [progress_line(self._plan, *self._came, width)]
            case Phase.DONE:
                assert self._result is not None
                assert self._plan is not None
                return result_lines(self._plan, self._result, width)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys that count now."""
        match self._phase:
            case Phase.ASKING:
                return (("enter", "goes on"), ("tab", "completes"), ("esc", "closes"))
            case Phase.PLANNING | Phase.RUNNING:
                return (("esc", "calls it off"),)
            case Phase.READY:
                return (*self._ways(), ("esc", "another folder"))
            case Phase.DONE:
                return (("esc", "closes"),)

    def lay_out(self) -> None:
        """Fit the box to the terminal."""
        columns, rows = self.app.size
        outer = min(self.WIDTH, columns)
        width = max(8, outer - 4)
        keys = [(Span(key, Role.KEY), Span(f" {what}   ")) for key, what in self.keys()]
        said = flowed(keys, width)
        lines = self.lines(width)
        asking = self._phase is Phase.ASKING
        self.query_one("#box").styles.width = outer
        self._field.display = asking
        room = max(1, rows - 2 - len(said) - asking)
        self.body.styles.height = max(1, min(len(lines), room))
        self.body.show(lines)
        self._said.styles.height = len(said)
        self._said.show(said)

    def action_back(self) -> None:
        """Go one step back, or call off what is under way."""
        match self._phase:
            case Phase.PLANNING | Phase.READY:
                self.workers.cancel_node(self)
                self._trouble = ""
                self._enter(Phase.ASKING)
            case Phase.RUNNING:
                self.workers.cancel_node(self)
                self._after("It was called off.")
            case _:
                self.dismiss(None)

    def asks(self) -> bool:
        """What is shown before a download is answered with a key."""
        return self._phase is Phase.READY

    def action_complete(self) -> None:
        """Complete the folder's name."""
        if self._phase is Phase.ASKING:
            self._work(self._complete())

    def action_go(self, overwrite: bool) -> None:
        """Download what was shown."""
        if self._phase is not Phase.READY or self._plan is None:
            return
        if not any(key == ("O" if overwrite else "y") for key, _ in self._ways()):
            return
        self._came = (0, 0)
        self._trouble = ""
        self._enter(Phase.RUNNING)
        self._work(self._download(self._plan, overwrite=overwrite))

    def action_scroll(self, rows: int) -> None:
        """Scroll what does not fit."""
        self.body.scroll_lines(rows)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        folder = event.value.strip()
        if not folder:
            self._trouble = "Name a folder."
            self.lay_out()
            return
        self._trouble = self._hint = ""
        self._enter(Phase.PLANNING)
        self._work(self._look(folder))

    def _ways(self) -> tuple[tuple[str, str], ...]:
        plan = self._plan
        if plan is None or not plan.items:
            return ()
        if not plan.there:
            return (("y", "download"),)
        new = len(plan.items) - len(plan.there)
        rest = (("y", f"only the {new} that are new"),) if new else ()
        return (*rest, ("O", "replace what is there"))

    def _after(self, why: str) -> None:
        """Say why it ended early, and look anew what is left to do."""
        assert self._plan is not None
        files, _ = self._came
        self._trouble = f"{why} {files_of(files)} had come whole." if files else why
        self._enter(Phase.PLANNING)
        self._work(self._look(self._plan.folder))

    def _watcher(self) -> str:
        """Return the Space to which what is written would be sent at once; empty when to none."""
        folder = Path(self._plan.folder) if self._plan else Path()
        watches = self.console.main.snapshot.watches.values()
        running = (one for one in watches if one.state is not SyncState.STOPPED)
        return next((one.space for one in running if folder.is_relative_to(one.folder)), "")

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        self.seen = None
        self.lay_out()
        if phase is Phase.ASKING:
            self._field.focus()
        else:
            self.set_focus(None)

    def _work(self, work: Coroutine[None, None, None]) -> None:
        self.run_worker(work, group="work", exclusive=True)

    async def _complete(self) -> None:
        found = await asyncio.to_thread(complete, self._field.value)
        self._hint = "  ".join(clean_name(one) for one in found.choices[:_CHOICES])
        self._field.value = found.text
        self._field.cursor_position = len(found.text)
        self.lay_out()

    async def _look(self, folder: str) -> None:
        request = PlanDownload(self._space, self._revision, self._path, folder, self._entry)
        try:
            self._plan = await asyncio.wrap_future(self._session.ask(request))
        except CommandError as error:
            self._trouble = error.message
            self._enter(Phase.ASKING)
        else:
            self._enter(Phase.READY)

    async def _download(self, plan: DownloadPlan, *, overwrite: bool) -> None:
        def told(files: int, size: int) -> None:
            self._came = (files, size)  # on the session's thread: one value, set at once

        clock = self.set_interval(_EVERY, self.lay_out)
        request = Download(plan, overwrite, told)
        try:
            self._result = await asyncio.wrap_future(self._session.ask(request))
        except CommandError as error:
            self._after(error.message)
        else:
            self._enter(Phase.DONE)
        finally:
            clock.stop()


def _here() -> str:
    """Return the folder this program was started in, or the home folder if that is gone."""
    try:
        return short_folder(str(Path.cwd()))
    except OSError:
        return "~"
