"""The files of one Space as far as they were looked at: folders that are open, and their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from spaces_tui.model.repo import EntryType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spaces_tui.model.files import FolderListing
    from spaces_tui.model.repo import TreeEntry


class FileRow(NamedTuple):
    """A row of the tree: the repository itself, an entry, or a word in place of entries."""

    path: str
    """Empty for the repository itself."""
    depth: int
    entry: TreeEntry | None = None
    note: str = ""
    bad: bool = False
    """Whether the note tells of a failure."""

    @property
    def root(self) -> bool:
        """Whether it is the repository itself."""
        return not self.path and not self.note

    @property
    def folder(self) -> bool:
        """Whether it can be opened to show what is in it."""
        entry = self.entry
        return self.root or (entry is not None and entry.type is EntryType.DIRECTORY)

    @property
    def file(self) -> bool:
        """Whether it is a file."""
        return self.entry is not None and self.entry.type is EntryType.FILE


class FileTree:
    """Knows what is open. Rows are made when something changes, not when they are painted."""

    def __init__(self) -> None:
        self.revision = ""
        self.opened: set[str] = set()
        self.error = ""
        """Why the root cannot be read."""
        self.rows: list[FileRow] = [FileRow("", 0, note="Reading …")]
        self._folders: dict[str, tuple[TreeEntry, ...]] = {}
        self._failures: dict[str, str] = {}

    @property
    def known(self) -> bool:
        """Whether the root was read."""
        return "" in self._folders

    def replace(self, listings: Sequence[FolderListing]) -> None:
        """Take the root and the open folders, all of one commit, in place of what was known."""
        self.revision = listings[0].revision
        self.error = ""
        self._failures.clear()
        self._folders = {listing.path: listing.entries for listing in listings}
        self.opened.intersection_update(self._folders)
        self._make()

    def listed(self, listing: FolderListing) -> None:
        """Take a folder, if it is of the commit that is shown."""
        if listing.revision == self.revision:
            self._failures.pop(listing.path, None)
            self._folders[listing.path] = listing.entries
            self._make()

    def failed(self, path: str, why: str) -> None:
        """Note why a folder cannot be read."""
        if path:
            self._failures[path] = why
        else:
            self.error = why
        self._make()

    def open(self, path: str) -> bool:
        """Open a folder; return whether it has to be read first."""
        self.opened.add(path)
        self._failures.pop(path, None)
        self._make()
        return path not in self._folders

    def close(self, path: str) -> None:
        """Close a folder."""
        self.opened.discard(path)
        self._make()

    def index(self, path: str) -> int | None:
        """Return the row of a path."""
        return next(
            (at for at, row in enumerate(self.rows) if row.path == path and not row.note), None
        )

    def _make(self) -> None:
        if not self.known:
            note = self.error or "Reading …"
            self.rows = [FileRow("", 0, note=note, bad=bool(self.error))]
            return
        self.rows = [FileRow("", 0), *self._below("", 1)]

    def _below(self, path: str, depth: int) -> Iterator[FileRow]:
        if path in self._failures:
            yield FileRow(path, depth, note=self._failures[path], bad=True)
            return
        entries = self._folders.get(path)
        if entries is None:
            yield FileRow(path, depth, note="reading …")
        elif not entries:
            yield FileRow(path, depth, note="nothing in it" if path else "The repository is empty.")
        else:
            for entry in entries:
                yield FileRow(entry.path, depth, entry)
                if entry.path in self.opened:
                    yield from self._below(entry.path, depth + 1)


def has_folder(listing: FolderListing, path: str) -> bool:
    """Whether a folder of this path lies in a folder."""
    return any(
        entry.path == path and entry.type is EntryType.DIRECTORY for entry in listing.entries
    )
