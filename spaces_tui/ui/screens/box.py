"""Plain boxes of text: the keys, or an address to copy by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from spaces_tui.ui.actions import ACTIONS, keys_of
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, padded, wrapped
from spaces_tui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from spaces_tui.ui.rules import Context

_TITLE = 25
_WIDE = 90
"""Columns from which there is room for titles beside the help."""


class BoxScreen(Dialog[None]):
    """Something to read. Keys scroll, any of the closing keys closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,question_mark", "close", "Close"),
        Binding("down,j", "scroll(1)", "Down"),
        Binding("up,k", "scroll(-1)", "Up"),
        Binding("pagedown,space", "scroll(10)", "Page down"),
        Binding("pageup", "scroll(-10)", "Page up"),
        Binding("home,g", "scroll(-9999)", "Top"),
        Binding("end,G", "scroll(9999)", "End"),
    ]

    def action_close(self) -> None:
        """Close the box."""
        self.dismiss(None)

    def action_scroll(self, rows: int) -> None:
        """Scroll the text."""
        self.body.scroll_lines(rows)


class HelpScreen(BoxScreen):
    """Every key, from the registry, with the reason where one cannot work now."""

    WIDTH = 104

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._looked_at = context

    def title_text(self) -> str:
        """Return the title."""
        return "Keys"

    def lines(self, width: int) -> list[Line]:
        """Return the actions by group."""
        lines: list[Line] = []
        group = ""
        for action in ACTIONS:
            if action.group != group:
                group = action.group
                lines += [*([BLANK] if lines else []), (Span(group, Role.TITLE),)]
            reason = action.when(self._looked_at)
            role = Role.DIM if reason else Role.TEXT
            key = Span(f"  {keys_of(action):<15}", Role.DIM if reason else Role.KEY)
            title = padded(action.title, _TITLE) if width >= _WIDE else ""
            lines.append(clip((key, Span(title, role), Span(action.help, role)), width))
            lines += wrapped(reason, width, Role.BUSY, " " * 17) if reason else []
        return lines


class TextScreen(BoxScreen):
    """A text that a person may want to select with the terminal's own means."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def title_text(self) -> str:
        """Return the title."""
        return self._title

    def lines(self, width: int) -> list[Line]:
        """Return the text, broken where it must be."""
        return wrapped(self._text, width)
