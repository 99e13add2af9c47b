"""The one way our screens paint: lines of spans, and only the cells that changed.

A view describes the lines it shows now; it is compared with what is on the screen and the cells
that differ are repainted. So nobody has to know what changed, and a change that changes nothing
costs nothing on the wire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from spaces_tui.model.text import clean
from spaces_tui.ui.present.spans import BLANK, Line, Role, width_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.ui.app import ConsoleApp
    from spaces_tui.ui.theme import Palette

_WHEEL = 3
_BREAKS = str.maketrans("\t\n\u2028\u2029", "    ")


class LineView(Widget):
    """A window of `height` lines on something that may be longer. Subclasses say what is in it."""

    DEFAULT_CSS = "LineView { height: 1fr; }"
    ALLOW_SELECT = False
    BINDINGS: ClassVar = []

    class Acted(Message):
        """A span with an action was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None, focusable: bool = False) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.can_focus = focusable
        self.top = 0
        self._lines: list[Line] = []
        self._strips: list[Strip] | None = None
        self._painted = Size(0, 0)
        self._brush: tuple[int, Style, Palette] | None = None
        """What rows are painted with: width, the widget's style, the roles' styles."""
        self._rows_painted: dict[tuple[Line, Style | None], Strip] = {}
        """The rows painted last, by what is in them and what is laid over them."""

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the lines from `top` on, at most `height`. Called for every repaint."""
        raise NotImplementedError

    def line_count(self) -> int:
        """Return how many lines there are; the view cannot scroll when they all fit."""
        return 0

    def row_style(self, row: int) -> Style | None:
        """Return what is laid over one visible row, such as a cursor."""
        del row
        return None

    @property
    def palette(self) -> Palette:
        """The styles of the theme that is on."""
        return cast("ConsoleApp", self.app).palette

    def repaint(self) -> None:
        """Compare what should be seen with what is seen, and repaint the difference.

        What was never seen is painted when it is: that is not our business here.
        """
        if self._strips is None:
            return
        if self._painted != self.size:
            self._strips = None
            self.refresh()
            return
        old, self._strips = self._strips, self._paint()
        regions = [
            Region(start, row, end - start, 1)
            for row, (before, after) in enumerate(zip(old, self._strips, strict=True))
            if before is not after and before != after
            for start, end in [changed_cells(before, after)]
        ]
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """Return one painted row."""
        if self._strips is None or self._painted != self.size:
            self._strips = self._paint()
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)

    def on_resize(self) -> None:
        """Stay on what is there; the layout itself has everything painted anew."""
        self.clamp()
        self.repaint()

    def on_focus(self) -> None:
        """Show the cursor as the one that keys go to."""
        self.repaint()

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.repaint()

    def notify_style_update(self) -> None:
        """Colours changed: paint anew, even where the layout finds nothing to do."""
        super().notify_style_update()
        if self._strips is not None:
            self._strips = None
            self.refresh()

    def move(self, rows: int) -> None:
        """Scroll by rows; views with a cursor move that instead."""
        self.scroll_lines(rows)

    def move_to_edge(self, end: bool) -> None:
        """Go to the first or the last line."""
        self.scroll_lines(self.line_count() * (1 if end else -1))

    def page(self) -> int:
        """Return how many rows a page is."""
        return max(1, self.size.height - 1)

    def scroll_lines(self, rows: int) -> None:
        """Scroll by rows, as far as there is something to see."""
        self.top += rows
        self.clamp()
        self.repaint()

    def clamp(self) -> None:
        """Keep the window on its lines."""
        self.top = max(0, min(self.top, self.line_count() - self.size.height))

    def reveal(self, row: int) -> None:
        """Move the window just so far that it shows a row."""
        height = self.size.height
        if not height:
            return  # nothing was laid out yet
        if row < self.top:
            self.top = row
        elif row >= self.top + height:
            self.top = row - height + 1

    def cursor_style(self) -> Style:
        """Return what a cursor looks like here: bright where keys go."""
        return self.palette.cursor if self.has_focus else self.palette.cursor_blurred

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll on."""
        event.stop()
        self.scroll_lines(_WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        self.scroll_lines(-_WHEEL)

    def on_click(self, event: Click) -> None:
        """Do what the span under the pointer does."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= len(self._lines):
            return
        action = action_at(self._lines[offset.y], offset.x)
        if action:
            self.post_message(self.Acted(action))
        else:
            self.row_clicked(offset.y)

    def row_clicked(self, row: int) -> None:
        """A row was clicked where no span has an action."""

    def _paint(self) -> list[Strip]:
        self._painted = self.size
        width, height = self.size
        scrollable = self.line_count() > height
        inner = width - 1 if scrollable else width
        self._lines = self.visible_lines(max(1, inner), height)[:height]
        # The widget's own style is worked out over all its ancestors, so once for all rows; and a
        # row that stays what it was is not made again.
        brush = (inner, self.rich_style, self.palette)
        known = self._rows_painted if brush == self._brush else {}
        self._brush, self._rows_painted = brush, {}
        strips: list[Strip] = []
        for row in range(height):
            over = self.row_style(row)
            line = self._lines[row] if row < len(self._lines) else BLANK
            strip = known.get((line, over)) or _painted(line, over, *brush)
            self._rows_painted[line, over] = strip
            if scrollable:
                strip = Strip.join([strip, self._bar(row, height, brush[1])])
            strips.append(strip)
        return strips

    def _bar(self, row: int, height: int, ground: Style) -> Strip:
        count = self.line_count()
        length = max(1, height * height // count)
        room = count - height
        start = round(self.bar_position() * (height - length) / room) if room > 0 else 0
        glyph = "┃" if start <= row < start + length else " "
        return Strip([Segment(glyph, ground + self.palette.style(Role.DIM))], 1)

    def bar_position(self) -> int:
        """Return where the window begins, counted from the first line."""
        return self.top


def _painted(line: Line, over: Style | None, width: int, ground: Style, palette: Palette) -> Strip:
    base = ground + over if over else ground
    segments = [
        Segment(text, base + palette.style(span.role))
        for span in line
        if (text := printable(span.text))
    ]
    return Strip(segments).adjust_cell_length(width, base)


def printable(text: str) -> str:
    """Return text that a terminal only prints: the painter's own guard behind the model's."""
    if text.isascii() and text.isprintable():
        return text
    return clean(text).translate(_BREAKS)


def action_at(line: Line, x: int) -> str:
    """Return the action of the span at column `x`; empty when it has none."""
    start = 0
    for span in line:
        end = start + width_of((span,))
        if start <= x < end:
            return span.action
        start = end
    return ""


def changed_cells(before: Strip, after: Strip) -> tuple[int, int]:
    """Return the columns, from and up to, in which two rows of one width differ."""
    width = after.cell_length
    start = _common(list(before), list(after))
    end = width - _common(list(before)[::-1], list(after)[::-1])
    return (start, end) if start < end else (0, width)


def _common(before: list[Segment], after: list[Segment]) -> int:
    cells = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        cells += one.cell_length
    return cells


class FixedLines(LineView):
    """A view that is given its lines, such as the header or the body of a dialog."""

    def __init__(self, *, id: str | None = None, focusable: bool = False) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, focusable=focusable)
        self._given: list[Line] = []

    def show(self, lines: list[Line]) -> None:
        """Show these lines."""
        self._given = lines
        self.clamp()
        self.repaint()

    def line_count(self) -> int:
        """Return how many lines were given."""
        return len(self._given)

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the lines in the window."""
        del width
        return self._given[self.top : self.top + height]


class ComputedLines(LineView):
    """A few lines that are made anew for each repaint, such as header and footer."""

    def __init__(self, make: Callable[[int], list[Line]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._make = make

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the lines at this width."""
        return self._make(width)[:height]

    def set_height(self, rows: int) -> None:
        """Take this many rows; a change is a new layout, so it is made only when needed."""
        height = self.styles.height
        if height is None or height.value != rows:
            self.styles.height = rows
