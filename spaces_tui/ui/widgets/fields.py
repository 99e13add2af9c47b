"""Fields of forms: plain ones that take no control characters, and one that shows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import Input, TextArea

from spaces_tui.model.identity import Secret
from spaces_tui.model.text import clean, clean_line
from spaces_tui.ui.present.environment import MASK
from spaces_tui.ui.present.spans import Line, Role, Span
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.style import Style


class Field(Input):
    """One line of text."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(
            clean_line(value), placeholder=placeholder, id=id, compact=True, select_on_focus=False
        )
        self.cursor_blink = False

    def on_paste(self, event: Paste) -> None:
        """Take the first line, without what a terminal would obey."""
        event.stop()
        event.prevent_default()
        lines = event.text.strip().splitlines()
        if lines:
            self.insert_text_at_cursor(clean_line(lines[0]))


class LongField(TextArea):
    """Text of several lines."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(clean(text), id=id, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False

    def on_paste(self, event: Paste) -> None:
        """Take the text without what a terminal would obey."""
        event.prevent_default()
        event.stop()
        self.insert(clean(one_way_to_break_lines(event.text)))


class SecretField(LineView):
    """Takes what is typed or pasted and shows that something is there, never what or how long."""

    class Changed(Message):
        """Something was typed, pasted or taken away."""

    def __init__(
        self,
        *,
        placeholder: str,
        id: str | None = None,  # noqa: A002 - Textual's own name
        shown: Callable[[Secret], str] = lambda _: MASK,
    ) -> None:
        """`shown` says in words what is there; it must not repeat it."""
        super().__init__(id=id, focusable=True)
        self._placeholder = placeholder
        self._shown = shown
        self._pieces: list[str] = []

    @property
    def secret(self) -> Secret:
        """What was typed or pasted."""
        return Secret("".join(self._pieces))

    def clear(self) -> None:
        """Forget it."""
        self._pieces.clear()
        self.repaint()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters are for this field, whatever they mean elsewhere."""
        del key
        return character is not None and character.isprintable()

    def on_key(self, event: Key) -> None:
        """Take a letter; backspace takes back the last one, ctrl+u everything."""
        if event.is_printable and event.character is not None:
            self.insert(event.character)
        elif event.key == "backspace":
            self._pieces = list("".join(self._pieces)[:-1])
        elif event.key == "ctrl+u":
            self._pieces.clear()
        else:
            return
        event.stop()
        event.prevent_default()
        self._changed()

    def insert(self, text: str) -> None:
        """Add to what is there."""
        self._pieces.append(text)
        self._changed()

    def on_paste(self, event: Paste) -> None:
        """Take a text of any number of lines."""
        event.stop()
        event.prevent_default()
        self.insert(without_last_break(one_way_to_break_lines(event.text)))

    def on_unmount(self) -> None:
        """Forget it with the form."""
        self._pieces.clear()

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return one line: the mask, or what belongs here."""
        del width, height
        if self._pieces and any(self._pieces):
            return [(Span(f" {self._shown(self.secret)}"), *self._cursor())]
        return [(*self._cursor(), Span(f" {self._placeholder}", Role.DIM))]

    def row_style(self, row: int) -> Style | None:
        """Look like the other fields."""
        del row
        return self.palette.cursor if self.has_focus else self.palette.cursor_blurred

    def _cursor(self) -> Line:
        return (Span("▏", Role.KEY),) if self.has_focus else ()

    def _changed(self) -> None:
        self.repaint()
        self.post_message(self.Changed())


def one_way_to_break_lines(text: str) -> str:
    """Return text with line feeds alone: terminals paste carriage returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_last_break(text: str) -> str:
    """Return a single line without the break that copying adds; several lines stay as they are."""
    shorter = text.rstrip("\n")
    return text if "\n" in shorter else shorter
