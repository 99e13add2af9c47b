"""Opens the diagnosis, and from it the editor, file or line of a log that a person chose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spaces_tui.model.diagnosis import Fix, Remedy, Trace, Where
from spaces_tui.model.environment import EntryKind
from spaces_tui.ui import terminal
from spaces_tui.ui.actions import BY_ID
from spaces_tui.ui.filerules import can_change_files

if TYPE_CHECKING:
    from spaces_tui.ui.app import ConsoleApp
    from spaces_tui.ui.editing import Editing
    from spaces_tui.ui.filing import Filing
    from spaces_tui.ui.rules import Context
    from spaces_tui.ui.screens.main import MainScreen


class Curing:
    """Acts on the Space under the cursor alone, whatever is marked."""

    def __init__(self, app: ConsoleApp, main: MainScreen, editing: Editing, filing: Filing) -> None:
        self._app = app
        self._main = main
        self._editing = editing
        self._filing = filing

    def diagnose(self) -> None:
        """Show why the Space under the cursor is down."""
        from spaces_tui.ui.screens.diagnosis import DiagnosisScreen  # noqa: PLC0415 - on demand

        space = self._main.space
        assert space is not None
        detail = self._main.snapshot.detail
        known = detail.diagnosis if detail is not None and detail.space == space.id else None
        screen = DiagnosisScreen(self._app.session, space.id, known, self._chosen)
        self._app.push_screen(screen)

    def _chosen(self, what: Fix | Trace) -> str:
        """Do it; return why it cannot be done."""
        return self._cure(what) if isinstance(what, Fix) else self._show(what)

    def _context(self) -> Context:
        return replace(self._main.context(), marked=())

    def _cure(self, fix: Fix) -> str:
        from spaces_tui.ui.present.diagnosis import ACTIONS  # noqa: PLC0415 - on demand

        context = self._context()
        file = fix.remedy is Remedy.FILE
        why = can_change_files(context) if file else BY_ID[ACTIONS[fix.remedy]].when(context)
        if why:
            return why
        self._app.pop_screen()
        if fix.remedy in (Remedy.VARIABLE, Remedy.SECRET):
            kind = EntryKind.SECRET if fix.remedy is Remedy.SECRET else EntryKind.VARIABLE
            self._editing.environment(context, at=(kind, fix.target))
        elif fix.remedy is Remedy.CARD:
            self._editing.settings(context, at=fix.target)
        elif file:
            self._filing.edit_path(fix.target)
        elif fix.remedy is Remedy.HARDWARE:
            self._editing.hardware(context)
        elif fix.remedy is Remedy.STORAGE:
            self._editing.volumes(context)
        elif fix.remedy is Remedy.BROWSE:
            self._browse(fix.target)
        else:
            self._main.sidebar.clear_marks()
            self._app.action_do(ACTIONS[fix.remedy])
        return ""

    def _browse(self, path: str) -> None:
        url = f"{self._main.endpoint.rstrip('/')}/{path}"
        if terminal.has_browser():
            self._app.open_url(url)
            return
        from spaces_tui.ui.screens.box import TextScreen  # noqa: PLC0415 - on demand

        self._app.push_screen(TextScreen("Open this address", url))

    def _show(self, trace: Trace) -> str:
        """Go where a line of evidence stands."""
        from spaces_tui.ui.present.diagnosis import LOGS  # noqa: PLC0415 - on demand

        if trace.where in LOGS:
            self._app.pop_screen()
            self._main.open_logs(LOGS[trace.where])
            if self._main.detail.logs is not None:
                self._main.detail.logs.seek(trace.text)
            return ""
        if trace.where is Where.ENVIRONMENT:
            return self._cure(Fix(Remedy.VARIABLE, "", trace.text.partition(" ")[0]))
        return "This line stands in no log; o opens the Space's page."
