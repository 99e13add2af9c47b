"""The Files tab: a tree that is read folder by folder, as a person opens it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from spaces_tui.model.text import clean_line
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.files import ListFolder, LoadTouched
from spaces_tui.ui.filetree import FileRow, FileTree, has_folder
from spaces_tui.ui.present.files import failure_lines, file_line, root_line
from spaces_tui.ui.widgets.listing import Listing

if TYPE_CHECKING:
    from rich.style import Style

    from spaces_tui.model.files import FolderListing
    from spaces_tui.model.repo import LastCommit, TreeEntry
    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.ui.present.spans import Line

_SETTLE: Final = 0.2
"""Seconds the cursor rests on a Space before its files are asked for."""
_LOOK: Final = 0.25
"""Seconds rows rest in view before it is asked who touched them."""
_AT_ONCE: Final = 50


class FileView(Listing):
    """Files of the Space in view, at one commit."""

    def __init__(self, session: SessionPort) -> None:
        super().__init__(id="files")
        self._session = session
        self._tree = FileTree()
        self._space = ""
        self._sha = ""
        self._busy = ""
        self._last: dict[tuple[str, str], LastCommit | None] = {}
        self._looking = False

    @property
    def row(self) -> FileRow | None:
        """The row under the cursor."""
        rows = self._tree.rows
        return rows[self.cursor] if self.cursor < len(rows) else None

    @property
    def revision(self) -> str:
        """The commit that is shown; empty before it is known."""
        return self._tree.revision

    def last(self, entry: TreeEntry) -> LastCommit | None:
        """Return who touched an entry last, if that is known."""
        return self._last.get((entry.path, entry.oid))

    def show(self, space: Space | None) -> None:
        """Show the files of a Space; a newer commit has them read anew."""
        name = space.id if space else ""
        sha = (space.sha if space else "") or ""
        if name != self._space:
            self._space, self._sha = name, sha
            self._tree = FileTree()
            self._last.clear()
            self._looking = False
            self._busy = ""
            self.top = self.cursor = 0
            self.workers.cancel_node(self)
            self.changed()
            if name:
                self.set_timer(_SETTLE, lambda: self._begin(name))
        elif sha and sha != self._sha:
            self._sha = sha
            if self._tree.known and sha != self._tree.revision:
                self.reload()

    def reload(self) -> None:
        """Read what is open again, at the newest commit."""
        if not self._space:
            return
        if self._tree.error and not self._tree.known:
            self._tree = FileTree()
        self._last = {key: last for key, last in self._last.items() if last is not None}
        self._busy = "reading …"
        self.changed()
        self.run_worker(self._read_all(self._space), group="all", exclusive=True)

    def open(self) -> None:
        """Open or close the folder under the cursor."""
        row = self.row
        if row is not None and row.bad:
            self._try_again(row.path)
        elif row is None or not row.folder or row.root:
            return
        elif row.path in self._tree.opened:
            self.fold()
        else:
            self.unfold()

    def unfold(self) -> None:
        """Open the folder under the cursor."""
        row = self.row
        if row is not None and row.folder and not row.root and row.path not in self._tree.opened:
            self._unfold(row.path)

    def fold(self) -> None:
        """Close the folder under the cursor, or the one it lies in."""
        row = self.row
        if row is None or row.root:
            return
        own = row.folder and row.path in self._tree.opened
        path = row.path if own or row.note else row.path.rpartition("/")[0]
        if path:
            self.workers.cancel_group(self, f"folder {path}")
            self._tree.close(path)
        self.select(self._tree.index(path) or 0)
        self.changed()

    def _try_again(self, path: str) -> None:
        if path:
            self._unfold(path)
        else:
            self.reload()

    def _unfold(self, path: str) -> None:
        if self._tree.open(path):
            self.run_worker(self._read(path), group=f"folder {path}", exclusive=True)
        self.changed()

    def line_count(self) -> int:
        """Return how many rows there are."""
        return len(self._tree.rows)

    def make(self, index: int, width: int) -> Line:
        """Return one row."""
        row = self._tree.rows[index]
        if row.root:
            return root_line(self._space, self._tree.revision, self._busy, width)
        entry = row.entry
        last = self.last(entry) if entry else None
        opened = row.path in self._tree.opened
        return file_line(row, last, datetime.now(UTC), width, opened=opened)

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the rows in the window, or why there are none."""
        if self._tree.error and not self._tree.known:
            return failure_lines(self._tree.error, width)
        return super().visible_lines(width, height)

    def row_style(self, row: int) -> Style | None:
        """Lay the cursor over its row."""
        return super().row_style(row) if self._tree.known else None

    def row_clicked(self, row: int) -> None:
        """Put the cursor where the pointer is; a second click goes into the row."""
        if row + self.top == self.cursor:
            self.post_message(self.Acted("pane.open"))
        else:
            super().row_clicked(row)

    def repaint(self) -> None:
        """Paint what differs; who touched what is in view is asked for soon."""
        super().repaint()
        if self.is_attached and not self._looking and self._wanted():
            self._looking = True
            self._look_later()

    def _begin(self, name: str) -> None:
        if name == self._space:
            self.run_worker(self._read_all(name), group="all", exclusive=True)

    async def _ask(self, path: str, revision: str | None) -> FolderListing:
        request = ListFolder(self._space, path, revision)
        return await asyncio.wrap_future(self._session.ask(request))

    async def _read_all(self, name: str) -> None:
        """Read the root at the newest commit and the folders that are open; then show them."""
        try:
            root = await self._ask("", None)
            found = [root]
            for path in sorted(self._tree.opened):
                if any(has_folder(listing, path) for listing in found):
                    found.append(await self._ask(path, root.revision))
        except CommandError as error:
            self._busy = ""
            if self._tree.known:
                self._busy = f"ctrl+r tries again: {clean_line(error.message)}"
            else:
                self._tree.failed("", error.message)
        else:
            self._busy = ""
            at = self.row.path if self.row else ""
            self._tree.replace(found)
            self.cursor = self._tree.index(at) or 0
        if name == self._space:
            self.changed()

    async def _read(self, path: str) -> None:
        tree = self._tree
        try:
            tree.listed(await self._ask(path, tree.revision))
        except CommandError as error:
            tree.failed(path, f"✖ enter tries again: {error.message}")
        if tree is self._tree:
            self.changed()

    def _wanted(self) -> tuple[tuple[str, str], ...]:
        """Return what is in view and nobody asked about yet."""
        rows = self._tree.rows[self.top : self.top + max(1, self.size.height)]
        entries = (row.entry for row in rows if row.entry is not None)
        keys = ((entry.path, entry.oid) for entry in entries)
        return tuple(key for key in keys if key not in self._last)[:_AT_ONCE]

    def _look_later(self) -> None:
        top = self.top
        self.set_timer(_LOOK, lambda: self._look(top))

    def _look(self, top: int) -> None:
        """Ask who touched what is in view, once it no longer moves."""
        wanted = self._wanted()
        if wanted and top != self.top:
            self._look_later()
            return
        if not wanted:
            self._looking = False
            return
        # Called by the worker: one that ends before it has begun leaves no coroutine behind.
        work = partial(self._touched, wanted)
        self.run_worker(work, group="touched", exclusive=True)  # type: ignore[arg-type]  # a partial hides its type

    async def _touched(self, wanted: tuple[tuple[str, str], ...]) -> None:
        paths = tuple(path for path, _ in wanted)
        request = LoadTouched(self._space, self._tree.revision, paths)
        try:
            found = await asyncio.wrap_future(self._session.ask(request))
        except CommandError:
            found = {}  # the files are there all the same; a re-read asks again
        finally:
            self._looking = False
        for key in wanted:
            self._last[key] = found.get(key[0])
        self.repaint()
