"""A long list with a cursor, of which only the rows in the window are ever made."""

from __future__ import annotations

from spaces_tui.ui.present.spans import Line, Role, Span
from spaces_tui.ui.widgets.cursorview import CursorView


class Listing(CursorView):
    """Subclasses count the rows and make each of them. Whoever owns the list binds the keys."""

    def make(self, index: int, width: int) -> Line:
        """Return one row."""
        raise NotImplementedError

    def changed(self) -> None:
        """Show the rows as they are now; the cursor stays among them."""
        self.clamp()
        self.cursor = max(0, min(self.cursor, self.line_count() - 1))
        self.reveal(self.cursor)
        self.repaint()
        self.post_message(self.Moved())

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the rows in the window."""
        end = min(self.line_count(), self.top + height)
        if not end:
            return [(Span(f" {self.empty}", Role.DIM),)]
        return [self.make(index, width) for index in range(self.top, end)]
