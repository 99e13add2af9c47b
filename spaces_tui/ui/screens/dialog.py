"""The frame of every dialog: a box of lines in the middle, sized to what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from spaces_tui.ui.style import DIALOG_CSS
from spaces_tui.ui.widgets.lineview import FixedLines, LineView

if TYPE_CHECKING:
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.present.spans import Line

Result = TypeVar("Result")
_EDGES = 4
"""Columns, and about the rows, that border and padding take."""


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A modal box. Subclasses say its title, its lines and what is below them."""

    WIDTH = 68
    DEFAULT_CSS = DIALOG_CSS

    def __init__(self) -> None:
        super().__init__()
        self.body = FixedLines(id="body")
        self.seen: float | None = None
        """When the question of this dialog was first painted; None while there is none in view."""

    def title_text(self) -> str:
        """Return the title in the box's edge."""
        raise NotImplementedError

    def lines(self, width: int) -> list[Line]:
        """Return what the box says, at a width."""
        raise NotImplementedError

    def asks(self) -> bool:
        """Whether a key now answers a question about what destroys, costs or leaves.

        Nobody can mean an answer to what they have not seen. So keys and pastes from before the
        question was painted are dropped, not held and replayed as elsewhere: otherwise the `y` of
        a word typed ahead would delete something. Only esc is not: it never says yes.
        """
        return False

    def painted(self, at: float) -> None:
        """Note when the question came into view."""
        if not self.asks():
            self.seen = None
        elif self.seen is None:
            self.seen = at

    def below(self) -> list[Widget]:
        """Return the widgets under the lines."""
        return []

    def compose(self) -> ComposeResult:
        """Put the lines and what is below them into one box."""
        with Vertical(id="box") as box:
            box.border_title = Content(self.title_text())
            yield self.body
            yield from self.below()

    def on_mount(self) -> None:
        """Lay out for the first time."""
        self.lay_out()

    def on_resize(self) -> None:
        """Lay out anew."""
        self.lay_out()

    def show(self, snapshot: Snapshot) -> None:
        """Take notice of a newer snapshot; most dialogs need not."""

    async def on_line_view_acted(self, event: LineView.Acted) -> None:
        """Do what a clicked word of the dialog stands for."""
        event.stop()
        await self.run_action(event.action)

    def action_copy_text(self) -> None:
        """Copy what is selected, else say how to leave: the key for it, ctrl+c, does not."""
        if self.get_selected_text() is None:
            self.notify("Press esc to go back.", markup=False)
        else:
            super().action_copy_text()

    def retitle(self, title: str, subtitle: str = "") -> None:
        """Change what is said in the box's edges."""
        box = self.query_one("#box")
        box.border_title = Content(title)
        box.border_subtitle = Content(subtitle)

    def lay_out(self) -> None:
        """Fit the box to its lines and to the terminal."""
        columns, rows = self.app.size
        outer = min(self.WIDTH, columns)
        lines = self.lines(max(8, outer - _EDGES))
        extra = sum(3 if widget.id == "buttons" else 1 for widget in self.body.siblings)
        self.query_one("#box").styles.width = outer
        self.body.styles.height = max(1, min(len(lines), rows - extra - 2))
        self.body.show(lines)
