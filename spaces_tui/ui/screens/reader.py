"""The frame of screens to read in: a head, a long view, and the keys; the whole terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from spaces_tui.ui.present.spans import Line, Role, Span, flowed
from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.style import READER_CSS
from spaces_tui.ui.widgets.fields import Field
from spaces_tui.ui.widgets.lineview import FixedLines, LineView
from spaces_tui.ui.widgets.textview import TextView

if TYPE_CHECKING:
    from textual.events import Key
    from textual.widget import Widget

    from spaces_tui.session.facade import SessionPort
    from spaces_tui.ui.app import ConsoleApp

_FRAME = 4
"""Columns that border and padding take."""


class Reader(Dialog[None]):
    """Subclasses give the view, the lines above it and the keys below it."""

    DEFAULT_CSS = READER_CSS
    AUTO_FOCUS = "#view"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Back"),
        Binding("ctrl+r", "again", "Read again"),
        Binding("down,j", "move(1)", "Down"),
        Binding("up,k", "move(-1)", "Up"),
        Binding("pagedown,space,ctrl+d", "page(1)", "Page down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up"),
        Binding("home,g", "edge(False)", "Top"),
        Binding("end,G", "edge(True)", "End"),
    ]

    def __init__(self, session: SessionPort, view: LineView) -> None:
        super().__init__()
        self.session = session
        self.view = view
        self.failure = ""
        """Why it cannot be read."""
        self._keys = FixedLines(id="keys")

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys and what they do."""
        raise NotImplementedError

    def read(self) -> None:
        """Begin to read what is shown, in a worker."""
        raise NotImplementedError

    @property
    def console(self) -> ConsoleApp:
        """The application."""
        return cast("ConsoleApp", self.app)

    def below(self) -> list[Widget]:
        """Return the view and the keys."""
        return [self.view, self._keys]

    def on_mount(self) -> None:
        """Begin to read."""
        super().on_mount()
        self.read()

    def lay_out(self) -> None:
        """Take the whole terminal."""
        columns, rows = self.app.size
        width = max(8, columns - _FRAME)
        box = self.query_one("#box")
        box.styles.width, box.styles.height = columns, rows
        box.border_title = Content(self.title_text())
        keys = [(Span(key, Role.KEY), Span(f" {what}   ")) for key, what in self.keys()]
        foot = flowed(keys, width)
        lines = self.lines(width)
        room = max(0, rows - 2 - len(foot) - 3)
        self.body.display = bool(lines)
        self.body.styles.height = max(1, min(len(lines), room))
        self.body.show(lines)
        self._keys.styles.height = len(foot)
        self._keys.show(foot)

    def head_width(self) -> int:
        """Return the columns lines have."""
        return max(8, self.app.size.width - _FRAME)

    def failed(self, why: str) -> None:
        """Say why it cannot be read."""
        self.failure = why
        self.lay_out()

    def action_close(self) -> None:
        """Go back; what is being read is called off."""
        self.workers.cancel_node(self)
        self.dismiss(None)

    def action_again(self) -> None:
        """Read again."""
        self.failure = ""
        self.read()
        self.lay_out()

    def action_move(self, rows: int) -> None:
        """Move in the view."""
        self.view.move(rows)

    def action_page(self, direction: int) -> None:
        """Move by a page."""
        self.view.move(direction * self.view.page())

    def action_edge(self, end: bool) -> None:
        """Go to the first or the last line."""
        self.view.move_to_edge(end)


def again_line() -> Line:
    """Return how to try again."""
    return (Span("ctrl+r", Role.KEY), Span(" tries again"))


class TextReader(Reader):
    """A reader of a long text: wrapped or shifted, and searched."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("W", "wrap", "Wrap"),
        Binding("right", "sideways(True)", "Right"),
        Binding("left", "sideways(False)", "Left"),
        Binding("slash", "find", "Search"),
    ]

    def __init__(self, session: SessionPort, *, numbered: bool) -> None:
        self.text = TextView(numbered=numbered)
        super().__init__(session, self.text)
        self.wanted = Field(placeholder="search the text", id="search")
        self.wanted.display = False

    def below(self) -> list[Widget]:
        """Return the view, the field of the search and the keys."""
        view, *rest = super().below()
        return [view, self.wanted, *rest]

    def action_wrap(self) -> None:
        """Break long lines, or cut them."""
        self.text.toggle_wrap()

    def action_sideways(self, right: bool) -> None:
        """Scroll sideways."""
        self.text.shift(right=right)

    def action_find(self) -> None:
        """Search the text while typing."""
        self.wanted.display = True
        self.set_focus(self.wanted)

    async def typed_ahead(self, event: Key) -> bool:
        """Give the field a letter that was typed before it had the focus."""
        if self.focused is not self.wanted or not event.is_printable:
            return False
        self.wanted.insert_text_at_cursor(event.character or "")
        return True

    def action_next(self, step: int) -> None:
        """Go to the next or the previous match of the search."""
        if self.wanted.value:
            self.text.step(forward=step > 0)
        else:
            self.console.say("Search first: press /.", "warning")

    def action_close(self) -> None:
        """End the search, then go back."""
        if self.wanted.display:
            self.wanted.value = ""
            self.wanted.display = False
            self.text.search("")
            self.text.focus()
        else:
            super().action_close()

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self.text.search(event.value)

    @on(Input.Submitted, "#search")
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        count = self.text.search(event.value) if event.value else 0
        if not event.value:
            self.wanted.display = False
        elif not count:
            self.console.say("Nothing matches.", "warning")
        self.text.focus()
