"""What enter does on a row of the Settings tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.ui.app import ConsoleApp
    from spaces_tui.ui.editing import Editing
    from spaces_tui.ui.rules import Context
    from spaces_tui.ui.screens.main import MainScreen


class Configuring:
    """Opens the editor of the row, for the Space in view alone, whatever is marked."""

    def __init__(self, app: ConsoleApp, main: MainScreen, editing: Editing) -> None:
        self._app = app
        self._main = main
        self._editors: dict[str, Callable[[Context], None]] = {
            "space.environment": editing.environment,
            "space.hardware": editing.hardware,
            "space.sleep": editing.sleep,
            "space.volumes": editing.volumes,
        }
        self._editing = editing

    def open_row(self) -> None:
        """Change what the row shows; copy it, or read again, where there is nothing to change."""
        view = self._main.detail.settings
        row = view.row if view else None
        if view is None or row is None:
            return
        if row.bad:
            view.reload()
        elif not row.action:
            if row.copies:
                self._app.copy(row.copies)
        elif why := view.why_not(row):
            self._app.say(why, "warning")
        elif row.action == "space.settings":
            self._editing.settings(view.context, at=row.at)
        elif row.action in self._editors:
            self._editors[row.action](view.context)
        else:
            self._app.action_do(row.action)
