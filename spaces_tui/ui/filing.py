"""What the keys of the Files tab do; the screens load when first opened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from spaces_tui.model.text import clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.files import ListFolder
from spaces_tui.ui.filerules import can_change_files
from spaces_tui.ui.present.head import Tab

if TYPE_CHECKING:
    from spaces_tui.model.repo import TreeEntry
    from spaces_tui.ui.app import ConsoleApp
    from spaces_tui.ui.screens.main import MainScreen


class Filing:
    """One method for each key."""

    def __init__(self, app: ConsoleApp, main: MainScreen) -> None:
        self._app = app
        self._main = main

    def open_row(self) -> None:
        """Look at the file under the cursor, or open or close the folder."""
        view = self._main.detail.files
        row = view.row if view else None
        if view is None or row is None:
            return
        if row.file and row.entry is not None:
            self._look(row.entry, edit=False)
        elif row.entry is not None and not row.folder:
            self._app.say("This is no file: perhaps a submodule, which only git can open.")
        else:
            view.open()

    def edit(self) -> None:
        """Edit the file under the cursor."""
        row = self._main.detail.files.row if self._main.detail.files else None
        if row is not None and row.entry is not None:
            self._look(row.entry, edit=True)

    def download(self) -> None:
        """Download what is under the cursor."""
        row = self._main.detail.files.row if self._main.detail.files else None
        if row is not None:
            self._download(row.path, row.entry if row.file else None)

    def history(self) -> None:
        """Show the history of the Space under the cursor."""
        from spaces_tui.ui.screens.history import HistoryScreen  # noqa: PLC0415 - on demand

        space = self._main.space
        assert space is not None
        self._app.push_screen(HistoryScreen(self._app.session, space.id, self._why_not))

    def edit_path(self, path: str) -> None:
        """Edit a file by its path, whatever the Files tab shows."""
        space = self._main.space
        assert space is not None
        self._app.run_worker(self._edit_path(space.id, path), group="file", exclusive=True)

    async def _edit_path(self, space: str, path: str) -> None:
        from spaces_tui.ui.screens.file import FileScreen, Ways  # noqa: PLC0415 - on demand

        folder = path.rpartition("/")[0]
        try:
            request = ListFolder(space, folder)
            listing = await asyncio.wrap_future(self._app.session.ask(request))
        except CommandError as error:
            self._app.say(error.message, "error")
            return
        entry = next((one for one in listing.entries if one.path == path), None)
        if entry is None:
            missing = f"{clean_name(path)} is not in the repository yet: w or u uploads it."
            self._app.say(missing, "warning")
            return
        self._main.open_tab(Tab.FILES)
        ways = Ways(self._why_not, lambda: self._download(path, entry), self.history)
        self._app.push_screen(
            FileScreen(self._app.session, space, listing.revision, entry, last=None, ways=ways)
        )

    def _look(self, entry: TreeEntry, *, edit: bool) -> None:
        from spaces_tui.ui.screens.file import FileScreen, Ways  # noqa: PLC0415 - on demand

        view, space = self._main.detail.files, self._main.space
        assert view is not None
        assert space is not None
        self._app.push_screen(
            FileScreen(
                self._app.session,
                space.id,
                view.revision,
                entry,
                last=view.last(entry),
                ways=Ways(self._why_not, lambda: self._download(entry.path, entry), self.history),
                edit=edit,
            )
        )

    def _download(self, path: str, entry: TreeEntry | None) -> None:
        from spaces_tui.ui.screens.download import DownloadScreen  # noqa: PLC0415 - on demand

        view, space = self._main.detail.files, self._main.space
        assert view is not None
        assert space is not None
        self._app.push_screen(
            DownloadScreen(self._app.session, space.id, view.revision, path, entry)
        )

    def _why_not(self) -> str:
        return can_change_files(self._main.context())
