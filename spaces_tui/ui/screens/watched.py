"""Boxes of the Watch tab: one save in full, and why one file is not on the Space."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.saves import batch_details, commit_url
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped
from spaces_tui.ui.present.watchrow import Group
from spaces_tui.ui.screens.box import BoxScreen

if TYPE_CHECKING:
    from spaces_tui.model.sync import Batch, SyncStatus
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.present.watchrow import WatchRow

_ADVICE = {
    Group.HELD: "A sends everything that is held, X leaves it unsent.",
    Group.SLOWED: "i sends no more of it; else it goes now and then.",
    Group.WAITING: "It goes with the next commit; F sends it now.",
    Group.REFUSED: "Nothing of it leaves this machine until it is changed.",
}
_ABOUT_KEYS = (
    "A key in a file can be read by whoever sees the Space's files. Put it into a secret of the "
    "Space and read it from the environment; then the file goes by itself."
)


class BatchScreen(BoxScreen):
    """One save: its files, its commit, and how long each step took."""

    WIDTH = 92
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "copy", "Copy the commit's URL")]

    def __init__(
        self, batch: Batch, space: str, endpoint: str, copy: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._batch = batch
        self._space = space
        self._endpoint = endpoint
        self._copy = copy

    def title_text(self) -> str:
        """Return the title."""
        return f"Commit {clean_line(self._batch.oid[:7])}"

    def lines(self, width: int) -> list[Line]:
        """Return the facts, the files and the keys."""
        keys: Line = (
            Span("y", Role.KEY),
            Span(" copies the commit's URL   "),
            Span("esc", Role.KEY),
            Span(" closes"),
        )
        return [*batch_details(self._batch, self._space, self._endpoint, width), BLANK, keys]

    def show(self, snapshot: Snapshot) -> None:
        """Follow the batch while it goes live."""
        status = snapshot.watches.get(self._space)
        for batch in status.batches if status else ():
            if batch.oid == self._batch.oid and batch != self._batch:
                self._batch = batch
                self.lay_out()

    def action_copy(self) -> None:
        """Send the commit's address to the clipboard."""
        self._copy(commit_url(self._space, self._batch.oid, self._endpoint))


class PathScreen(BoxScreen):
    """One file: why it is not on the Space, and what helps."""

    def __init__(self, status: SyncStatus, row: WatchRow) -> None:
        super().__init__()
        self._status = status
        self._row = row

    def title_text(self) -> str:
        """Return the title."""
        return clean_name(self._row.paths[0])

    def lines(self, width: int) -> list[Line]:
        """Return where it is, why it waits and what to press."""
        path = self._row.paths[0]
        found = [one for one in self._status.refused if one.path == path]
        line = found[0].line if found and self._row.group is Group.REFUSED else None
        place = f"{short_folder(self._status.folder)}/{clean_name(path)}"
        lines = wrapped(f"{place}:{line}" if line else place, width, Role.STRONG)
        if self._row.reason:
            lines += [BLANK, *wrapped(clean_line(self._row.reason), width)]
        if line:
            lines += [BLANK, *wrapped(_ABOUT_KEYS, width, Role.DIM)]
        elif self._row.group in _ADVICE:
            lines += [BLANK, *wrapped(_ADVICE[self._row.group], width, Role.DIM)]
        return lines
