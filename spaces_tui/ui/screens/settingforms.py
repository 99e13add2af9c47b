"""One setting: a text, or one of some words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from spaces_tui.ui.present.spans import Line, Role, Span, clip, padded, wrapped
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.widget import Widget


class TextForm(Form[str]):
    """Asks for one line of text; what is wrong with it is said while typing."""

    WIDTH = 72

    def __init__(self, title: str, text: str, hint: str, wrong: Callable[[str], str]) -> None:
        """`wrong` says what is wrong with a text; empty when it can be taken."""
        super().__init__()
        self._title = title
        self._hint = hint
        self._wrong = wrong
        self._field = Field(text, placeholder=hint, id="value")

    def title_text(self) -> str:
        """Return the title."""
        return self._title

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the field."""
        return [("", self._field)]

    def lines(self, width: int) -> list[Line]:
        """Say what it takes."""
        return wrapped(self._hint, width, Role.DIM) if self._hint else []

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "stage"), ("esc", "back"))

    def on_mount(self) -> None:
        """Begin at the end of what is there."""
        super().on_mount()
        self._field.cursor_position = len(self._field.value)

    def problem(self) -> str:
        """Say what is wrong with it."""
        return self._wrong(self._field.value.strip())

    def action_done(self) -> None:
        """Stage it, if it can be taken."""
        text = self._field.value.strip()
        if why := self._wrong(text):
            self.failed(why)
        else:
            self.dismiss(text)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()


class ChoiceForm(Form[str]):
    """Asks for one of some words; each may say what it means."""

    WIDTH = 84

    def __init__(self, title: str, present: str, choices: Sequence[tuple[str, str]]) -> None:
        """`choices` are words with what they mean; an empty word takes the setting away."""
        super().__init__()
        self._title = title
        self._present = present
        self._choices = choices
        self._list = Choices(self._rows, id="choices")
        words = [word for word, _ in choices]
        self._list.cursor = words.index(present) if present in words else 0

    def title_text(self) -> str:
        """Return the title."""
        return self._title

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the list."""
        return [("", self._list)]

    def tall(self) -> tuple[str, int]:
        """Give the list what room there is."""
        return "choices", len(self._choices)

    def lines(self, width: int) -> list[Line]:
        """Say nothing above the list."""
        del width
        return []

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "stage"), ("esc", "back"))

    def problem(self) -> str:
        """Every choice can be taken."""
        return ""

    def action_done(self) -> None:
        """Stage the word under the cursor."""
        self.dismiss(self._choices[min(self._list.cursor, len(self._choices) - 1)][0])

    def _rows(self, width: int) -> list[Line]:
        room = max(len(word) for word, _ in self._choices) + 2
        return [
            clip(
                (
                    Span("● " if word == self._present else "○ ", Role.MARK),
                    Span(padded(word or "none", max(room, 6))),
                    Span(meaning, Role.DIM),
                ),
                width,
            )
            for word, meaning in self._choices
        ]

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self.dismiss(self._choices[event.row][0])
