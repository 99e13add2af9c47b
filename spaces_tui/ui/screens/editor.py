"""The frame of every editor: read, stage, sum up, send, and keep what failed.

Nothing is sent before a summary was shown and answered with a key of its own; what the Hub did
not take stays staged, with the reason, and can be sent again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from spaces_tui.session.facade import CommandError, SessionPort
from spaces_tui.session.requests.actions import Many
from spaces_tui.ui.present.outcomes import outcome_lines, refusal_lines
from spaces_tui.ui.present.spans import Line, Role, Span, flowed, wrapped
from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.style import EDITOR_CSS
from spaces_tui.ui.widgets.lineview import FixedLines

if TYPE_CHECKING:
    from spaces_tui.session.requests.base import Change, Outcome, Request
    from spaces_tui.ui.app import ConsoleApp

Loaded = TypeVar("Loaded")
_FRAME = 4
"""Columns that border and padding take."""


_BAR = 2
"""Columns beside lines that can be scrolled."""


class Phase(Enum):
    """Where an editor is."""

    LOADING = "loading"
    FAILED = "failed"
    """What is there could not be read."""
    EDITING = "editing"
    SUMMARY = "summary"
    SENDING = "sending"
    LEAVING = "leaving"
    """Asked whether staged edits may be thrown away."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What would be sent and what that causes."""

    lines: tuple[Line, ...]
    """What is sent, then prices and losses."""
    yes: str
    """What the deliberate key does, in one or two words."""
    danger: bool = False
    """Whether something is lost or costs money."""
    typed: str = ""
    """A text that has to be typed before it is sent; empty when a key is enough."""


class Editor(Dialog[bool], Generic[Loaded]):
    """Ends with True when everything was sent, else with False.

    Subclasses give the request to read with, the widgets, the summary and the changes.
    """

    WIDTH = 92
    DEFAULT_CSS = EDITOR_CSS
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", priority=True),
        Binding("ctrl+s", "apply", "Apply", priority=True),
        Binding("ctrl+r", "reload", "Read again"),
        Binding("y", "yes", "Yes"),
        Binding("Y", "throw_away", "Throw away"),
        Binding("down,j", "scroll(1)", "Down"),
        Binding("up,k", "scroll(-1)", "Up"),
        Binding("pagedown", "page(1)", "Page down", priority=True),
        Binding("pageup", "page(-1)", "Page up", priority=True),
    ]

    def __init__(self, session: SessionPort) -> None:
        super().__init__()
        self.session = session
        self.phase = Phase.LOADING
        self._why = ""
        self._failed: tuple[Outcome, ...] = ()
        self._refused = ""
        """Why nothing of what was sent last could be begun."""
        self._content: list[Widget] = []
        self._back_to: Widget | None = None
        """What had the focus before a summary or a question."""
        self._said = FixedLines(id="said")
        self._typed = Input(id="typed", compact=True, select_on_focus=False)
        self._typed.cursor_blink = False

    def load(self) -> Request[Loaded] | None:
        """Return what has to be read first; None when everything is known."""
        raise NotImplementedError

    def loaded(self, value: Loaded | None) -> list[Widget]:
        """Take what was read, and return the widgets to edit it with. Called again by a re-read:
        what is staged then stays."""
        raise NotImplementedError

    def content_rows(self) -> int:
        """Return how many rows the widgets want."""
        raise NotImplementedError

    def head(self, width: int) -> list[Line]:
        """Return the lines above the widgets: what is edited, hints, what is wrong with it."""
        raise NotImplementedError

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys of this editor and what they do, for the last line."""
        return ()

    def staged(self) -> int:
        """Return how many edits would be sent."""
        raise NotImplementedError

    def problem(self) -> str:
        """Return why what is staged cannot be sent, in one sentence; empty when it can."""
        return ""

    def summary(self, width: int) -> Summary:
        """Return what would be sent and what that causes."""
        raise NotImplementedError

    def changes(self) -> tuple[Change, ...]:
        """Return the requests that carry out what is staged, one for each Space."""
        raise NotImplementedError

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Forget edits whose steps were done; what is left can be sent again."""
        raise NotImplementedError

    def ended(self, outcomes: tuple[Outcome, ...]) -> None:
        """Take notice of how it ended, also when this was closed meanwhile."""

    @property
    def console(self) -> ConsoleApp:
        """The application."""
        return cast("ConsoleApp", self.app)

    @property
    def holds_keys(self) -> bool:
        """Whether keys wait: there is nothing yet that they could be meant for."""
        return self.phase is Phase.LOADING

    def asks(self) -> bool:
        """The summary is answered with a key or a name, the loss of edits with a key."""
        return self.phase in (Phase.SUMMARY, Phase.LEAVING)

    def compose(self) -> ComposeResult:
        """Lay out the box; the widgets come when there is something to edit."""
        with Vertical(id="box") as box:
            box.border_title = Content(self.title_text())
            yield self.body
            yield Vertical(id="content")
            yield self._said
            yield self._typed

    def on_mount(self) -> None:
        """Begin to read."""
        self.lay_out()
        self._begin()

    def lines(self, width: int) -> list[Line]:
        """Return what stands above the widgets, in every phase."""
        match self.phase:
            case Phase.LOADING:
                return [(Span("Reading …", Role.BUSY),)]
            case Phase.FAILED:
                return wrapped(self._why, width, Role.BAD)
            case Phase.SUMMARY:
                return list(self.summary(width).lines)
            case Phase.SENDING:
                return [(Span("Sending …", Role.BUSY),)]
            case Phase.LEAVING:
                count = self.staged()
                edits = "1 staged edit" if count == 1 else f"{count} staged edits"
                return wrapped(f"Throw {edits} away?", width, Role.BAD)
            case Phase.EDITING:
                return [*self._trouble(width), *self.head(width)]

    def foot(self, width: int) -> list[Line]:
        """Return the keys that count now; they are always in sight."""
        match self.phase:
            case Phase.LOADING:
                return [_keys(("esc", "calls it off"))]
            case Phase.FAILED:
                return [_keys(("ctrl+r", "tries again"), ("esc", "closes"))]
            case Phase.SUMMARY:
                return self._question(width)
            case Phase.SENDING:
                said = "esc closes this; it goes on and you are told how it ends."
                return wrapped(said, width, Role.DIM)
            case Phase.LEAVING:
                return [_keys(("Y", "throws away"), ("esc", "goes on editing"))]
            case Phase.EDITING:
                return self._editing_foot(width)

    def lay_out(self) -> None:
        """Fit the box to the terminal and to what it shows."""
        columns, rows = self.app.size
        outer = min(self.WIDTH, columns)
        width = max(8, outer - _FRAME)
        editing = self.phase is Phase.EDITING
        typed = self.phase is Phase.SUMMARY and bool(self.summary(width).typed)
        lines, said = self.lines(width), self.foot(width)
        room = max(1, rows - 2 - len(said) - typed)
        wanted = self.content_rows() if editing and self._content else 0
        content = min(wanted, max(min(wanted, 3), room - len(lines)))
        if len(lines) > room - content:
            lines = self.lines(max(8, width - _BAR))
        self.query_one("#box").styles.width = outer
        self.body.styles.height = max(1, min(len(lines), room - content))
        area = self.query_one("#content")
        area.display = content > 0
        area.styles.height = max(1, content)
        self._said.styles.height = len(said)
        self._typed.display = typed
        self.body.show(lines)
        self._said.show(said)

    def edited(self) -> None:
        """Show that something was edited."""
        self.lay_out()

    def action_back(self) -> None:
        """Go one step back; staged edits are thrown away only after a question."""
        match self.phase:
            case Phase.SUMMARY | Phase.LEAVING:
                self._enter(Phase.EDITING)
            case Phase.EDITING if self.staged():
                self._enter(Phase.LEAVING)
            case _:
                self.dismiss(False)

    def action_apply(self) -> None:
        """Show what would be sent."""
        if self.phase is not Phase.EDITING:
            return
        reason = self.problem() or ("" if self.staged() else "Nothing was changed.")
        if reason:
            self.console.say(reason, "warning")
            return
        self.sum_up()

    def sum_up(self) -> None:
        """Show what would be sent; nothing is wrong with what is staged."""
        self._enter(Phase.SUMMARY)

    def action_yes(self) -> None:
        """Send what the summary says."""
        if self.phase is Phase.SUMMARY and not self.summary(self._width()).typed:
            self._send()

    def action_scroll(self, rows: int) -> None:
        """Scroll what is said when the terminal is too low for it."""
        self.body.scroll_lines(rows)

    def action_page(self, direction: int) -> None:
        """Scroll what is said as far as it goes; after that the key is the list's.

        Raises:
            SkipAction: all of it is in sight, or there is no more that way.
        """
        before = self.body.top
        self.body.scroll_lines(direction * max(1, self.body.size.height - 1))
        if self.body.top == before:
            raise SkipAction

    def action_throw_away(self) -> None:
        """Leave without sending."""
        if self.phase is Phase.LEAVING:
            self.dismiss(False)

    def action_reload(self) -> None:
        """Read again what is there; staged edits stay."""
        if self.phase in (Phase.FAILED, Phase.EDITING):
            self._begin()

    @on(Input.Submitted, "#typed")
    def _name_typed(self, event: Input.Submitted) -> None:
        event.stop()
        wanted = self.summary(self._width()).typed
        if self.phase is Phase.SUMMARY and event.value.strip() == wanted:
            self._send()
        else:
            self.console.say(f"Type {wanted} exactly; nothing was sent.", "warning")

    def _begin(self) -> None:
        self._enter(Phase.LOADING)
        self.run_worker(self._read(), group="read", exclusive=True)

    async def _read(self) -> None:
        request = self.load()
        try:
            value = (
                None if request is None else await asyncio.wrap_future(self.session.ask(request))
            )
        except CommandError as error:
            self._why = error.message
            if self._content:  # what is staged must not be lost for a read that failed
                self.console.say(error.message, "error")
                self._enter(Phase.EDITING)
            else:
                self._enter(Phase.FAILED)
        else:
            await self._show(value)

    async def _show(self, value: Loaded | None) -> None:
        widgets = self.loaded(value)
        if not self._content:
            self._content = widgets
            await self.query_one("#content").mount(*widgets)
        self._enter(Phase.EDITING)

    def _enter(self, phase: Phase) -> None:
        if self.phase is Phase.EDITING and self.focused in self._content:
            self._back_to = self.focused
        self.phase = phase
        self.seen = None
        self.lay_out()
        if phase is Phase.EDITING and self._content:
            first = next((each for each in self._content if each.can_focus), None)
            first = self._back_to or first
            if first is not None and (self.focused is None or self.focused.id == "typed"):
                first.focus()
        elif phase is Phase.SUMMARY and self.summary(self._width()).typed:
            self._typed.value = ""
            self._typed.focus()
        elif phase is not Phase.EDITING:
            self.set_focus(None)
        if phase is Phase.FAILED:
            self.console.typeahead.forget()
        elif not self.holds_keys:
            # Behind what gives the focus to the first widget.
            self.app.call_later(self.console.typeahead.ready)

    def _send(self) -> None:
        changes = self.changes()
        self._failed = ()
        self._refused = ""
        self._enter(Phase.SENDING)
        # The application's worker: closing this screen must not lose the answer.
        self.app.run_worker(self._sent(changes), group="send")

    async def _sent(self, changes: tuple[Change, ...]) -> None:
        try:
            outcomes = await self._asked(changes)
        except CommandError as error:
            if self.is_attached:
                self._refused = error.message
                self._enter(Phase.EDITING)
            else:
                self.console.say(error.message, "error")
            return
        self.console.told(outcomes, quiet=self.is_attached and not _all_done(outcomes))
        self.ended(outcomes)
        if not self.is_attached:
            return
        self.settled(outcomes)
        if _all_done(outcomes):
            self.dismiss(True)
            return
        self._failed = tuple(one for one in outcomes if not one.ok)
        self._enter(Phase.EDITING)

    async def _asked(self, changes: tuple[Change, ...]) -> tuple[Outcome, ...]:
        if len(changes) == 1:
            return (await asyncio.wrap_future(self.session.ask(changes[0])),)
        request: Request[Any] = Many(changes)
        return cast("tuple[Outcome, ...]", await asyncio.wrap_future(self.session.ask(request)))

    def _trouble(self, width: int) -> list[Line]:
        if self._refused:
            return refusal_lines(self._refused, width)
        return outcome_lines(self._failed, width) if self._failed else []

    def _question(self, width: int) -> list[Line]:
        summary = self.summary(width)
        role = Role.BAD if summary.danger else Role.TEXT
        if summary.typed:
            ask = f"Type {summary.typed} and press enter: {summary.yes}. esc goes back."
            return wrapped(ask, width, role)
        yes = (Span("y", Role.KEY), Span(f" {summary.yes}   ", role))
        return [(*yes, *_keys(("esc", "goes back")))]

    def _editing_foot(self, width: int) -> list[Line]:
        problem = self.problem()
        count = self.staged()
        staged = "nothing staged" if not count else f"{count} staged"
        keys = (*self.keys(), ("ctrl+s", "apply"), ("esc", "close"))
        said: Line = (Span(f"{staged}   ", Role.BUSY if count else Role.DIM),)
        return [
            *(wrapped(problem, width, Role.BAD) if problem else []),
            *flowed([said, *(_keys(key) for key in keys)], width),
        ]

    def _width(self) -> int:
        return max(8, min(self.WIDTH, self.app.size.width) - _FRAME)


def _keys(*keys: tuple[str, str]) -> Line:
    spans: list[Span] = []
    for key, what in keys:
        spans += [Span(key, Role.KEY), Span(f" {what}   ")]
    return tuple(spans)


def _all_done(outcomes: tuple[Outcome, ...]) -> bool:
    return all(one.ok for one in outcomes)
