"""The list of Spaces: groups, cursor, marks and filter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.style import Style
from textual.content import Content
from textual.message import Message

from spaces_tui.ui.present.rows import (
    OwnerRow,
    SpaceRow,
    name_room,
    owner_line,
    owner_trouble,
    rows_by_cost,
    rows_of,
    space_line,
)
from spaces_tui.ui.present.spans import Line, Role, Span
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot


class Sidebar(LineView):
    """Spaces under their owners; the cursor stays on its Space whatever comes and goes."""

    class Moved(Message):
        """The cursor is on another Space."""

    class Opened(Message):
        """The Space under the cursor was clicked again."""

    def __init__(self, snapshot: Snapshot, *, target: str | None = None) -> None:
        super().__init__(id="sidebar", focusable=True)
        self.marked: set[str] = set()
        self.wanted = ""
        self.by_cost = False
        self.cursor: str | None = target
        self._cursor_row = 0
        self._names = 0
        self._snapshot = snapshot
        self._by_id: dict[str, Space] = {}
        self._left: Mapping[str, str] = {}
        """How long what a Space has borrowed still lasts."""
        self._rows: list[OwnerRow | SpaceRow] = []
        self._arrange()

    @property
    def shown(self) -> list[str]:
        """The ids of the Spaces that pass the filter, in order."""
        return [row.id for row in self._rows if isinstance(row, SpaceRow)]

    def space(self, name: str | None) -> Space | None:
        """Return a Space of the newest snapshot."""
        return self._by_id.get(name) if name else None

    def show(self, snapshot: Snapshot) -> None:
        """Show a newer snapshot."""
        before = self._snapshot
        changed = snapshot.spaces is not before.spaces or snapshot.hardware != before.hardware
        self._snapshot = snapshot
        self._left = _notes(snapshot)
        if changed:
            self._arrange()
            self.marked &= self._by_id.keys()
        self._retitle()
        self.repaint()

    def filter(self, wanted: str) -> None:
        """Show only what passes; an empty text shows all."""
        self.wanted = wanted
        self._arrange()
        self._retitle()
        self.repaint()

    def toggle_order(self) -> None:
        """Sort by cost instead of by owner, or by owner again."""
        self.by_cost = not self.by_cost
        self._arrange()
        self._retitle()
        self.repaint()

    def toggle_mark(self) -> None:
        """Mark or unmark the Space under the cursor, and go on to the next."""
        if self.cursor:
            self.marked ^= {self.cursor}
            self.move(1)
            self._retitle()
            self.repaint()

    def toggle_all(self) -> None:
        """Mark all shown, or none when all are marked."""
        shown = set(self.shown)
        self.marked = set() if shown <= self.marked else self.marked | shown
        self._retitle()
        self.repaint()

    def mark_only(self, names: set[str]) -> None:
        """Mark these Spaces and no others."""
        self.marked = names & self._by_id.keys()
        self._retitle()
        self.repaint()

    def clear_marks(self) -> None:
        """Unmark everything."""
        self.marked.clear()
        self._retitle()
        self.repaint()

    def move(self, rows: int) -> None:
        """Move the cursor over Spaces, past headings."""
        shown = self.shown
        if not shown:
            return
        index = shown.index(self.cursor) if self.cursor in shown else 0
        self.select(shown[max(0, min(len(shown) - 1, index + rows))])

    def move_to_edge(self, end: bool) -> None:
        """Go to the first or the last Space."""
        self.move(len(self._rows) * (1 if end else -1))

    def select(self, name: str) -> None:
        """Put the cursor on a Space, and show it."""
        moved = name != self.cursor
        self.cursor = name
        self._place()
        self._reveal()
        self.repaint()
        if moved:
            self.post_message(self.Moved())

    def line_count(self) -> int:
        """Return how many rows pass the filter."""
        return len(self._rows)

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the rows in the window."""
        rows = self._rows[self.top : self.top + height]
        if not rows and self.wanted:
            return [(Span(" No Space matches. esc shows all.", Role.DIM),)]
        return [self._line(row, width) for row in rows]

    def row_style(self, row: int) -> Style | None:
        """Lay the cursor over its row."""
        if not self._rows or row + self.top != self._cursor_row:
            return None
        return self.cursor_style()

    def row_clicked(self, row: int) -> None:
        """Put the cursor where the pointer is; a second click opens."""
        index = row + self.top
        if index < len(self._rows) and isinstance(clicked := self._rows[index], SpaceRow):
            if clicked.id == self.cursor:
                self.post_message(self.Opened())
            else:
                self.select(clicked.id)

    def on_resize(self) -> None:
        """Keep the cursor in the window."""
        self.clamp()
        self._reveal()
        self.repaint()

    def _line(self, row: OwnerRow | SpaceRow, width: int) -> Line:
        if isinstance(row, OwnerRow):
            return owner_line(row, width, owner_trouble(row.owner, self._snapshot))
        return space_line(
            self._by_id[row.id],
            self._snapshot,
            self.marked,
            width,
            self._names,
            whole=self.by_cost,
            left=self._left.get(row.id, ""),
        )

    def _arrange(self) -> None:
        spaces, prices = self._snapshot.spaces, self._snapshot.hardware
        self._by_id = {space.id: space for space in spaces}
        arranged = rows_by_cost if self.by_cost else rows_of
        self._rows = arranged(spaces, self.wanted, prices)
        self._names = name_room(spaces, whole=self.by_cost)
        shown = self.shown
        if shown and self.cursor not in shown:
            before = self.cursor
            self.cursor = shown[0] if self.wanted else self._neighbour(shown)
            if before != self.cursor and self.is_mounted:
                self.post_message(self.Moved())
        elif not shown and not self.wanted and self._snapshot.as_of is not None:
            self.cursor = None
        self._place()
        self.clamp()
        self._reveal()

    def _neighbour(self, shown: list[str]) -> str:
        """Return the Space that is now where the cursor was; its own is gone."""
        if self._cursor_row < 0:
            return shown[0]
        rows = self._rows[self._cursor_row :]
        return next((row.id for row in rows if isinstance(row, SpaceRow)), shown[-1])

    def _place(self) -> None:
        """Find the cursor's row, once per change instead of once per painted row."""
        self._cursor_row = next(
            (
                i
                for i, row in enumerate(self._rows)
                if isinstance(row, SpaceRow) and row.id == self.cursor
            ),
            -1,
        )

    def _reveal(self) -> None:
        if self._cursor_row < 0:
            return
        if self._cursor_row == 1:
            self.reveal(0)  # with the first owner above it
        self.reveal(self._cursor_row)

    def _retitle(self) -> None:
        parts = ["by cost"] if self.by_cost else []
        if self.wanted:
            parts.append(f"/{self.wanted} {len(self.shown)}/{len(self._by_id)}")
        if self.marked:
            parts.append(f"{len(self.marked)} marked")
        subtitle = Content(" · ".join(parts))
        if subtitle.plain != (self._border_subtitle or Content("")).plain:
            self.set_subtitle(subtitle)

    def set_subtitle(self, subtitle: Content) -> None:
        """Show what is filtered and marked in the lower edge, without parsing it as markup."""
        self.border_subtitle = subtitle


def _notes(snapshot: Snapshot) -> Mapping[str, str]:
    """Return what rows say before the hardware: how long a loan still lasts, or how long idle."""
    notes: dict[str, str] = {}
    if snapshot.idle:
        from spaces_tui.ui.present.idling import idle_notes  # noqa: PLC0415 - seldom needed

        notes |= idle_notes(snapshot)
    if snapshot.loans:
        from spaces_tui.ui.present.lent import times_left  # noqa: PLC0415 - seldom needed

        notes |= times_left(snapshot, datetime.now(UTC))
    return notes
