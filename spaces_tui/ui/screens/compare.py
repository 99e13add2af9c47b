"""Both sides of a conflict, and the keys that settle it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.ui.present.difference import Difference, Layout, difference, layout, legend
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, wrapped
from spaces_tui.ui.present.watchlook import look_of_watch
from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.widgets.lineview import ComputedLines

if TYPE_CHECKING:
    from concurrent.futures import Future

    from spaces_tui.model.sync import Comparison, SyncStatus
    from spaces_tui.session.snapshot import Snapshot

_WHOLE_SCREEN = 1000
_SIDEWAYS = 16
_FURTHEST = 20_000
_HINDERING = frozenset(
    {
        SyncState.BACKOFF, SyncState.OFFLINE, SyncState.AUTH, SyncState.FORBIDDEN, SyncState.GONE,
        SyncState.HALTED, SyncState.PAUSED, SyncState.STOPPED,
    }
)  # fmt: skip
_KEYS = (
    ("m", "mine", "decide('mine')"),
    ("t", "theirs", "decide('theirs')"),
    ("+", "both", "decide('both')"),
    ("n", "next", "change(1)"),
    ("N", "previous", "change(-1)"),
    ("tab", "next file", "file(1)"),
    ("W", "wrap", "wrap"),
    ("esc", "close", "close"),
)


class CompareScreen(Dialog[None]):
    """Walks through the conflicts of one folder; closes once none is left."""

    WIDTH = _WHOLE_SCREEN
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Close"),
        Binding("m", "decide('mine')", "Keep mine"),
        Binding("t", "decide('theirs')", "Take theirs"),
        Binding("plus", "decide('both')", "Keep both"),
        Binding("n", "change(1)", "Next change"),
        Binding("N", "change(-1)", "Previous change"),
        Binding("tab,right_square_bracket", "file(1)", "Next conflict"),
        Binding("shift+tab,left_square_bracket", "file(-1)", "Previous conflict"),
        Binding("W", "wrap", "Wrap"),
        Binding("ctrl+r", "again", "Read again"),
        Binding("down,j", "scroll(1)", "Down"),
        Binding("up,k", "scroll(-1)", "Up"),
        Binding("pagedown,space,ctrl+d", "page(1)", "Page down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up"),
        Binding("home,g", "scroll(-99999)", "Top"),
        Binding("end,G", "scroll(99999)", "End"),
        Binding("right", "sideways(1)", "Right"),
        Binding("left", "sideways(-1)", "Left"),
    ]

    class Read(Message):
        """Both sides came, or cannot be had."""

        def __init__(self, path: str, sides: Future[Comparison]) -> None:
            super().__init__()
            self.path = path
            self.sides = sides

    def __init__(
        self,
        status: SyncStatus,
        path: str,
        *,
        read: Callable[[str], Future[Comparison]],
        decide: Callable[[str, str], None],
    ) -> None:
        super().__init__()
        self._status = status
        self._path = path
        self._read = read
        self._decide = decide
        self._sides: Comparison | None = None
        self._found: Difference | None = None
        self._failure = ""
        self._said = ""
        self._wrap = False
        self._offset = 0
        self._change = -1
        self._layout = Layout([], [])
        self._where = ComputedLines(self._where_lines, id="where")
        self._keys = ComputedLines(self._key_lines, id="keys")

    def title_text(self) -> str:
        """Return the file, and how many there are."""
        conflicts = self._status.conflicts
        count = len(conflicts)
        if self._path not in conflicts or count == 1:
            return clean_name(self._path)
        return f"{clean_name(self._path)} · {conflicts.index(self._path) + 1} of {count}"

    def below(self) -> list[Widget]:
        """Return which side is which, and the keys."""
        for one in (self._where, self._keys):
            one.styles.height = 1
        return [self._where, self._keys]

    def on_mount(self) -> None:
        """Read both sides."""
        super().on_mount()
        self._ask()

    def lines(self, width: int) -> list[Line]:
        """Return the comparison, or why there is none yet."""
        if self._failure:
            again: Line = (Span("ctrl+r", Role.KEY), Span(" tries again"))
            return [*wrapped(self._failure, width, Role.BAD), BLANK, again]
        if self._found is None:
            return [(Span("Reading both sides …", Role.BUSY),)]
        self._layout = layout(self._found, width, wrap=self._wrap, offset=self._offset)
        return self._layout.lines

    def show(self, snapshot: Snapshot) -> None:
        """Follow the folder: what is settled makes way for the next conflict."""
        status = snapshot.watches.get(self._status.space)
        if status is None or not status.conflicts:
            self.dismiss(None)
            return
        before, self._status = self._status, status
        if self._path not in status.conflicts:
            earlier = before.conflicts
            at = earlier.index(self._path) if self._path in earlier else 0
            self._go(status.conflicts[min(at, len(status.conflicts) - 1)])
        elif self._sides is not None and status.head != before.head:
            self._ask()
        elif (status.conflicts, status.state) != (before.conflicts, before.state):
            self._retitle()

    def on_compare_screen_read(self, event: Read) -> None:
        """Compare what was read, beside the screen's own loop."""
        event.stop()
        if event.path != self._path:
            return
        if event.sides.cancelled():
            self._failure = "It was called off."
        elif (error := event.sides.exception()) is not None:
            known = isinstance(error, CommandError)
            self._failure = clean_line(str(error)) if known else "Both sides could not be read."
        else:
            self._sides = event.sides.result()
            self.run_worker(
                self._compare(self._sides),
                group="compare",
                exclusive=True,
                description="compare",
                exit_on_error=False,
            )
            return
        self.lay_out()

    async def _compare(self, sides: Comparison) -> None:
        found = await asyncio.to_thread(difference, sides)
        if sides.path == self._path:
            self._found, self._change = found, -1
            self.body.top = 0
            self.lay_out()
            self._where.repaint()
            self._retitle()

    def action_decide(self, word: str) -> None:
        """Settle this conflict."""
        self._said = {"mine": "keep mine", "theirs": "take theirs", "both": "keep both"}[word]
        self._retitle()
        self._decide(word, self._path)

    def action_change(self, step: int) -> None:
        """Go to the next or the previous change."""
        starts = self._layout.starts
        if starts:
            self._change = (self._change + step) % len(starts) if self._change >= 0 else 0
            self.body.top = max(0, starts[self._change] - 2)
            self.body.clamp()
            self.body.repaint()
            self._retitle()

    def action_file(self, step: int) -> None:
        """Go to the next or the previous conflict."""
        conflicts = self._status.conflicts
        if self._path in conflicts and len(conflicts) > 1:
            self._go(conflicts[(conflicts.index(self._path) + step) % len(conflicts)])

    def action_wrap(self) -> None:
        """Break long lines, or cut them."""
        self._wrap = not self._wrap
        self._offset = 0
        self.lay_out()

    def action_sideways(self, step: int) -> None:
        """Scroll sideways."""
        if not self._wrap:
            self._offset = max(0, min(_FURTHEST, self._offset + step * _SIDEWAYS))
            self.lay_out()

    def action_again(self) -> None:
        """Read both sides again."""
        self._ask()

    def action_scroll(self, rows: int) -> None:
        """Scroll the comparison."""
        self.body.scroll_lines(rows)

    def action_page(self, step: int) -> None:
        """Scroll by a page."""
        self.body.scroll_lines(step * self.body.page())

    def action_close(self) -> None:
        """Decide later."""
        self.dismiss(None)

    def _go(self, path: str) -> None:
        self._path = path
        self._ask()

    def _retitle(self) -> None:
        found = self._found.changes if self._found else 0
        where = f"change {self._change + 1} of {found}" if self._change >= 0 else f"{found} changes"
        count = "1 change" if found == 1 else where if found else ""
        if self._said:
            count = f"{self._said} …{self._hindrance()}"
        self.retitle(self.title_text(), count)

    def _hindrance(self) -> str:
        """Say which state keeps a decision from being carried out."""
        state = self._status.state
        return f" waits: {look_of_watch(self._status).word}" if state in _HINDERING else ""

    def _ask(self) -> None:
        self._found, self._sides, self._failure, self._said = None, None, "", ""
        self._offset = 0
        path = self._path
        self._read(path).add_done_callback(lambda sides: self.post_message(self.Read(path, sides)))
        self.lay_out()
        self._retitle()

    def _where_lines(self, width: int) -> list[Line]:
        head = self._sides.head if self._sides else self._status.head
        return [legend(width, head, short_folder(self._status.folder))]

    def _key_lines(self, width: int) -> list[Line]:
        spans: list[Span] = []
        for key, word, action in _KEYS:
            if key != "tab" or len(self._status.conflicts) > 1:
                spans += [Span(f"{key} ", Role.KEY, action), Span(f"{word}  ", Role.TEXT, action)]
        return [clip(tuple(spans), width)]
