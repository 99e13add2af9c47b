"""A field that is one of a few words, changed with the arrow keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from spaces_tui.ui.present.spans import Line, Role, Span, clip
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style


class Cycle(LineView):
    """Shows the chosen word between arrows; `fixed` says in words why there is no choice now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Previous"),
        Binding("right,space", "turn(1)", "Next"),
    ]

    class Changed(Message):
        """Another word was chosen."""

    def __init__(
        self,
        words: Sequence[str],
        chosen: str,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id, focusable=True)
        self._words = list(words)
        self.chosen = chosen
        self.fixed = ""

    def choose(self, word: str) -> None:
        """Take a word."""
        self.chosen = word
        self.repaint()

    def fix(self, why: str) -> None:
        """Offer no choice, and say so; empty offers it again."""
        self.fixed = why
        self.repaint()

    def action_turn(self, step: int) -> None:
        """Take the next word, or the one before."""
        if self.fixed:
            return
        place = self._words.index(self.chosen) if self.chosen in self._words else -1
        self.choose(self._words[(place + step) % len(self._words)])
        self.post_message(self.Changed())

    def row_clicked(self, row: int) -> None:
        """Take the next word."""
        del row
        self.action_turn(1)

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the one line."""
        del height
        if self.fixed:
            return [clip((Span(f" {self.fixed}", Role.DIM),), width)]
        others = "  ".join(word for word in self._words if word != self.chosen)
        line: Line = (
            Span(" ← ", Role.KEY),
            Span(self.chosen, Role.STRONG),
            Span(" →  ", Role.KEY),
            Span(others, Role.DIM),
        )
        return [clip(line, width)]

    def row_style(self, row: int) -> Style | None:
        """Look like the other fields."""
        del row
        return self.palette.cursor if self.has_focus else self.palette.cursor_blurred
