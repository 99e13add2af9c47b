"""Ask before something that cannot be taken back: the focus starts on Cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button

from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped
from spaces_tui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from spaces_tui.ui.present.questions import Question


class ConfirmScreen(Dialog[bool]):
    """Yes only by `y` or by the other button; enter alone never does it."""

    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape,q", "answer(False)", "No"),
        Binding("left,right,h,l", "app.focus_next", "Other button"),
        Binding("up,k", "scroll(-1)", "Up"),
        Binding("down,j", "scroll(1)", "Down"),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def title_text(self) -> str:
        """Return the question itself."""
        return self._question.title

    def lines(self, width: int) -> list[Line]:
        """Return the names, then what will happen."""
        names: list[Line] = [(Span("  "), Span(name, Role.STRONG)) for name in self._question.names]
        effects = [one for effect in self._question.effects for one in wrapped(effect, width)]
        return [*names, BLANK, *effects]

    def below(self) -> list[Widget]:
        """Return the two buttons; the safe one first."""
        yes = self._question.yes
        return [
            Horizontal(
                Button("Cancel", id="cancel", compact=True),
                Button(f"{yes} (y)", id="yes", variant="error", compact=True),
                id="buttons",
            )
        ]

    def asks(self) -> bool:
        """Every key answers."""
        return True

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)

    def action_scroll(self, rows: int) -> None:
        """Scroll when the terminal is too low for the whole question."""
        self.body.scroll_lines(rows)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")
