"""The main screen: Spaces on the left, the one under the cursor on the right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import DescendantFocus, Key
from textual.screen import Screen
from textual.widgets import Input

from spaces_tui.ui.actions import ACTIONS
from spaces_tui.ui.present.footer import footer_line
from spaces_tui.ui.present.head import Tab
from spaces_tui.ui.present.header import connection_line, header_lines
from spaces_tui.ui.present.welcome import welcome_lines
from spaces_tui.ui.rules import Context
from spaces_tui.ui.widgets.detail import Detail
from spaces_tui.ui.widgets.lineview import ComputedLines, LineView
from spaces_tui.ui.widgets.sidebar import Sidebar

if TYPE_CHECKING:
    from spaces_tui.model.log_stream import LogStream
    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.present.spans import Line
    from spaces_tui.ui.widgets.cursorview import CursorView
    from spaces_tui.ui.widgets.prompt import Prompt
    from spaces_tui.ui.widgets.watchview import WatchView

_SETTLE = 0.15
"""Seconds the cursor rests before the session is told, so that a held key opens no streams."""


class MainScreen(Screen[None], inherit_bindings=False):
    """Everything but the dialogs. What a key does is decided by the registry of actions."""

    AUTO_FOCUS = "#sidebar"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - not a ClassVar in Textual
    VERTICAL_BREAKPOINTS = [(0, "-short"), (14, "-tall")]  # noqa: RUF012 - the same
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action.keys), f"app.do('{action.id}')", action.title, id=action.id)
        for action in ACTIONS
    ]

    def __init__(self, session: SessionPort, target: str | None, *, slow: bool = False) -> None:
        super().__init__()
        self._session = session
        self.snapshot = session.snapshot
        self.sidebar = Sidebar(self.snapshot, target=target)
        self.sidebar.border_title = "Spaces"
        self.header = ComputedLines(self._header_lines, id="header")
        self.footer = ComputedLines(self._footer_lines, id="footer")
        self.detail = Detail(session, slow=slow)
        self.welcome = ComputedLines(self._welcome_lines, id="welcome")
        self._prompt: Prompt | None = None
        self._attended: tuple[str | None, frozenset[LogStream]] | None = None

    def compose(self) -> ComposeResult:
        """Lay out the final form at once; logs, watch and prompt come when first asked for."""
        width, height = self.app.size
        for size, steps in (
            (width, self.HORIZONTAL_BREAKPOINTS),
            (height, self.VERTICAL_BREAKPOINTS),
        ):
            self.add_class([name for least, name in steps if size >= least][-1])
        yield self.header
        with Horizontal(id="panes") as panes:
            yield self.sidebar
            yield self.detail
        empty = not self.snapshot.spaces
        panes.display = not empty
        self.welcome.display = empty
        yield self.welcome
        yield self.footer

    def on_mount(self) -> None:
        """Fill in what is known, before the first frame."""
        self._show_detail()
        self._fit()
        self.set_interval(1.0, self.tick)

    @property
    def space(self) -> Space | None:
        """The Space under the cursor."""
        return self.sidebar.space(self.sidebar.cursor)

    @property
    def tab(self) -> Tab:
        """The open tab."""
        return self.detail.tab

    @property
    def body(self) -> LineView:
        """The widget of the open tab."""
        return self.detail.body

    @property
    def in_detail(self) -> bool:
        """Whether keys go to the detail pane."""
        return self.focused is self.body

    @property
    def endpoint(self) -> str:
        """The Hub's address, for pages a person may open."""
        return self.snapshot.endpoint or "https://huggingface.co"

    @property
    def watch_in_view(self) -> str | None:
        """The Space whose Watch tab a person is looking at."""
        shown = self.has_class("-open") or self.has_class("-wide")
        seen = shown and self.tab is Tab.WATCH and self.is_current
        return self.space.id if seen and self.space is not None else None

    @property
    def _on_watch(self) -> bool:
        return self.tab is Tab.WATCH and self.in_detail

    def context(self) -> Context:
        """Return what the person is looking at."""
        detail = self.detail
        spaces = (self.sidebar.space(name) for name in self.sidebar.shown)
        marked = tuple(one for one in spaces if one and one.id in self.sidebar.marked)
        return Context(
            snapshot=self.snapshot,
            space=self.space,
            marked=marked,
            tab=self.tab,
            filtered=bool(self.sidebar.wanted),
            searching=bool(detail.logs and detail.logs.wanted),
            row=detail.watch_view.row if detail.watch_view and self._on_watch else None,
            file=detail.files.row if detail.files and self.focused is detail.files else None,
            setting=detail.settings.row if detail.settings and detail.settings.has_focus else None,
        )

    def show(self, snapshot: Snapshot) -> None:
        """Show a newer snapshot. Every view compares and repaints only what differs."""
        self.snapshot = snapshot
        empty = not snapshot.spaces
        if self.welcome.display is not empty:
            self.welcome.display = empty
            self.query_one("#panes").display = not empty
            if not empty and self.focused is None:
                self.sidebar.focus()
        self.sidebar.show(snapshot)
        self._fit()
        self._show_detail()
        self.tick()

    def tick(self) -> None:
        """Repaint what shows an age, where its words changed."""
        self.header.repaint()
        self.footer.repaint()
        if self.welcome.display:
            self.welcome.repaint()
        elif self.tab is Tab.OVERVIEW:
            self.detail.overview.show(self.space, self.snapshot)

    def open_tab(self, tab: Tab, *, focus: bool = True) -> None:
        """Show a tab of the Space under the cursor, and go there."""
        self.detail.open(tab)
        self._show_detail()
        self.footer.repaint()
        if focus:
            self.open_detail()

    def open_logs(self, stream: LogStream) -> None:
        """Show one of the two logs."""
        self.detail.stream = stream
        self.open_tab(Tab.LOGS)

    def open_detail(self) -> None:
        """Let keys go to the detail pane; on a narrow screen it takes the whole of it."""
        if self.space is not None:
            self.add_class("-open")
            self.body.focus()

    def open_sidebar(self) -> None:
        """Let keys go to the list."""
        self.remove_class("-open")
        self.sidebar.focus()

    def other_pane(self) -> None:
        """Let keys go to the other pane."""
        if self.focused is self.sidebar:
            self.open_detail()
        else:
            self.open_sidebar()

    def back(self) -> None:
        """Go one level out: search, pane, filter, marks, error."""
        if self.in_detail:
            if self.tab is Tab.LOGS and self.detail.logs is not None and self.detail.logs.wanted:
                self.detail.logs.search("")
            elif self.tab is Tab.LOGS and self.detail.logs is not None and self.detail.logs.filter:
                self.detail.logs.sift("")
            else:
                self.open_sidebar()
        elif self.sidebar.wanted:
            self.sidebar.filter("")
        elif self.sidebar.marked:
            self.sidebar.clear_marks()
        elif self.space is not None and self.detail.failures.pop(self.space.id, ""):
            self._show_detail()
        self.footer.repaint()

    def find(self) -> None:
        """Open the prompt: a search in the log in view, else a filter of the list."""
        searching = self.in_detail and self.tab is Tab.LOGS and self.detail.logs is not None
        if not searching:
            self.remove_class("-open")  # no focus for the list: it would take it from the prompt
        prompt = self._make_prompt()
        wanted = self.detail.logs.wanted if searching and self.detail.logs else self.sidebar.wanted
        prompt.placeholder = "search the log" if searching else "name, stage or hardware"
        prompt.target = "logs" if searching else "sidebar"
        with prompt.prevent(Input.Changed):
            prompt.value = wanted
        prompt.call()

    def sift(self) -> None:
        """Open the prompt for the filter of the log in view."""
        if self.detail.logs is None:
            return
        prompt = self._make_prompt()
        prompt.placeholder = "show lines that match: a regular expression, or ! and one"
        prompt.target = "filter"
        with prompt.prevent(Input.Changed):
            prompt.value = self.detail.logs.filter
        prompt.call()

    async def typed_ahead(self, event: Key) -> bool:
        """Give the open prompt a key that went to another widget; return whether it took it.

        Somebody who types `/rag` at once, or pastes it, must not restart a Space with the `r`.
        """
        prompt = self._prompt
        if prompt is None or not prompt.open:
            return False
        if event.is_printable:
            prompt.insert_text_at_cursor(event.character or "")
        elif event.key == "enter":
            await prompt.action_submit()
        elif event.key == "escape":
            prompt.action_give_up()
        elif event.key == "backspace":
            prompt.action_delete_left()
        else:
            return False
        return True

    def done(self, spaces: set[str]) -> None:
        """Show no longer what went wrong with these: it has gone well since."""
        if [one for one in spaces if self.detail.failures.pop(one, "")]:
            self._show_detail()

    def fail(self, space: str, sentence: str) -> None:
        """Keep what went wrong with a Space in sight."""
        self.detail.failures[space] = sentence
        self._show_detail()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        target = self._prompt.target if self._prompt is not None else ""
        if target == "logs" and self.detail.logs:
            self.detail.logs.search(event.value)
        elif target == "filter" and self.detail.logs:
            self.detail.logs.sift(event.value)
        else:
            self.sidebar.filter(event.value)

    def on_prompt_left(self) -> None:
        """Hide the prompt and go back to where it was opened."""
        prompt = self._make_prompt()
        prompt.display = False
        if prompt.target in ("logs", "filter") and self.detail.logs:
            self.detail.logs.focus()
            if prompt.target == "logs" and self.detail.logs.wanted:
                self.detail.logs.step(forward=False)
        else:
            self.sidebar.focus()
        self.footer.repaint()

    def on_sidebar_moved(self, event: Sidebar.Moved) -> None:
        """Show the Space the cursor is on now."""
        event.stop()
        self.detail.stream = None
        self._show_detail()
        self.footer.repaint()

    def on_sidebar_opened(self, event: Sidebar.Opened) -> None:
        """Go into a Space that was clicked."""
        event.stop()
        self.open_detail()

    def on_watch_view_moved(self, event: WatchView.Moved) -> None:
        """Show the keys of the row the cursor of the Watch tab is on now."""
        event.stop()
        self.footer.repaint()

    def on_cursor_view_moved(self, event: CursorView.Moved) -> None:
        """Show the keys of the row the cursor of the Files or Settings tab is on now."""
        event.stop()
        self.footer.repaint()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Keep the narrow layout on the pane that has the focus."""
        if event.widget is self.sidebar:
            self.remove_class("-open")
        elif self.detail.holds(event.widget):
            self.add_class("-open")
        self.footer.repaint()

    def _make_prompt(self) -> Prompt:
        if self._prompt is None:
            from spaces_tui.ui.widgets.prompt import Prompt  # noqa: PLC0415 - after first frame

            self._prompt = Prompt()
            self.mount(self._prompt, before=self.footer)
        return self._prompt

    def _show_detail(self) -> None:
        space = self.space
        self.detail.show(space, self.snapshot)
        wanted = (space.id if space else None, self.detail.wanted_logs())
        if wanted != self._attended:
            self._attended = wanted
            self.set_timer(_SETTLE, lambda: self._tell(wanted))

    def _tell(self, wanted: tuple[str | None, frozenset[LogStream]]) -> None:
        if wanted == self._attended:
            self._session.attend(wanted[0], logs=wanted[1])

    def _fit(self) -> None:
        self.header.set_height(2 if connection_line(self.snapshot) else 1)

    def _header_lines(self, width: int) -> list[Line]:
        return header_lines(self.snapshot, datetime.now(UTC), width)

    def _footer_lines(self, width: int) -> list[Line]:
        return [footer_line(self.context(), width)]

    def _welcome_lines(self, width: int) -> list[Line]:
        return welcome_lines(self.snapshot, width)
