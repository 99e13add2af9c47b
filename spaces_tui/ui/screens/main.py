"""The main screen: Spaces on the left, the one under the cursor on the right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantFocus, Key
from textual.screen import Screen
from textual.widgets import Input

from spaces_tui.ui.actions import ACTIONS
from spaces_tui.ui.present.footer import footer_line
from spaces_tui.ui.present.head import Tab, head_lines
from spaces_tui.ui.present.header import connection_line, header_lines
from spaces_tui.ui.present.overview import empty_log_words, tail_stream
from spaces_tui.ui.present.welcome import welcome_lines
from spaces_tui.ui.rules import Context
from spaces_tui.ui.widgets.lineview import ComputedLines, LineView
from spaces_tui.ui.widgets.overview import Overview
from spaces_tui.ui.widgets.sidebar import Sidebar

if TYPE_CHECKING:
    from spaces_tui.model.log_stream import LogStream
    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.present.spans import Line
    from spaces_tui.ui.widgets.cursorview import CursorView
    from spaces_tui.ui.widgets.fileview import FileView
    from spaces_tui.ui.widgets.logview import LogView
    from spaces_tui.ui.widgets.prompt import Prompt
    from spaces_tui.ui.widgets.settingsview import SettingsView
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
        self._slow = slow
        self.snapshot = session.snapshot
        self.tab = Tab.OVERVIEW
        self.failures: dict[str, str] = {}
        """The last thing that went wrong with a Space, until the next command or `esc`."""
        self.stream: LogStream | None = None
        """The log a person asked for; None: the one that matters now."""
        self.sidebar = Sidebar(self.snapshot, target=target)
        self.sidebar.border_title = "Spaces"
        self.header = ComputedLines(self._header_lines, id="header")
        self.footer = ComputedLines(self._footer_lines, id="footer")
        self.head = ComputedLines(self._head_lines, id="head")
        self.overview = Overview(session.log, metrics_every=5.0 if slow else 2.0)
        self.welcome = ComputedLines(self._welcome_lines, id="welcome")
        self.logs: LogView | None = None
        self.watch_view: WatchView | None = None
        self.files: FileView | None = None
        self.settings: SettingsView | None = None
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
            with Vertical(id="detail"):
                yield self.head
                yield self.overview
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
    def body(self) -> LineView:
        """The widget of the open tab."""
        if self.tab is Tab.LOGS and self.logs is not None:
            return self.logs
        if self.tab is Tab.WATCH and self.watch_view is not None:
            return self.watch_view
        if self.tab is Tab.FILES and self.files is not None:
            return self.files
        if self.tab is Tab.SETTINGS and self.settings is not None:
            return self.settings
        return self.overview

    @property
    def _bodies(self) -> tuple[LineView | None, ...]:
        return self.overview, self.logs, self.watch_view, self.files, self.settings

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
        spaces = (self.sidebar.space(name) for name in self.sidebar.shown)
        marked = tuple(one for one in spaces if one and one.id in self.sidebar.marked)
        return Context(
            snapshot=self.snapshot,
            space=self.space,
            marked=marked,
            tab=self.tab,
            filtered=bool(self.sidebar.wanted),
            searching=bool(self.logs and self.logs.wanted),
            row=self.watch_view.row if self.watch_view and self._on_watch else None,
            file=self.files.row if self.files and self.focused is self.files else None,
            setting=self.settings.row if self.settings and self.settings.has_focus else None,
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
            self.overview.show(self.space, self.snapshot)

    def open_tab(self, tab: Tab, *, focus: bool = True) -> None:
        """Show a tab of the Space under the cursor, and go there."""
        self.tab = tab
        self._mount_tab()
        for widget in self._bodies:
            if widget is not None:
                widget.display = widget is self.body
        self._show_detail()
        self.footer.repaint()
        if focus:
            self.open_detail()

    def open_logs(self, stream: LogStream) -> None:
        """Show one of the two logs."""
        self.stream = stream
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
            if self.tab is Tab.LOGS and self.logs is not None and self.logs.wanted:
                self.logs.search("")
            else:
                self.open_sidebar()
        elif self.sidebar.wanted:
            self.sidebar.filter("")
        elif self.sidebar.marked:
            self.sidebar.clear_marks()
        elif self.space is not None and self.failures.pop(self.space.id, ""):
            self._show_detail()
        self.footer.repaint()

    def find(self) -> None:
        """Open the prompt: a search in the log in view, else a filter of the list."""
        searching = self.in_detail and self.tab is Tab.LOGS and self.logs is not None
        if not searching:
            self.remove_class("-open")  # no focus for the list: it would take it from the prompt
        prompt = self._make_prompt()
        wanted = self.logs.wanted if searching and self.logs else self.sidebar.wanted
        prompt.placeholder = "search the log" if searching else "name, stage or hardware"
        prompt.target = "logs" if searching else "sidebar"
        with prompt.prevent(Input.Changed):
            prompt.value = wanted
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
        if [one for one in spaces if self.failures.pop(one, "")]:
            self._show_detail()

    def fail(self, space: str, sentence: str) -> None:
        """Keep what went wrong with a Space in sight."""
        self.failures[space] = sentence
        self._show_detail()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._prompt is not None and self._prompt.target == "logs" and self.logs:
            self.logs.search(event.value)
        else:
            self.sidebar.filter(event.value)

    def on_prompt_left(self) -> None:
        """Hide the prompt and go back to where it was opened."""
        prompt = self._make_prompt()
        prompt.display = False
        if prompt.target == "logs" and self.logs:
            self.logs.focus()
            if self.logs.wanted:
                self.logs.step(forward=False)
        else:
            self.sidebar.focus()
        self.footer.repaint()

    def on_sidebar_moved(self, event: Sidebar.Moved) -> None:
        """Show the Space the cursor is on now."""
        event.stop()
        self.stream = None
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
        elif event.widget in self._bodies:
            self.add_class("-open")
        self.footer.repaint()

    def _mount_tab(self) -> None:
        detail = self.query_one("#detail")
        if self.tab is Tab.LOGS and self.logs is None:
            from spaces_tui.ui.widgets.logview import LogView  # noqa: PLC0415 - after first frame

            self.logs = LogView()
            detail.mount(self.logs)
        elif self.tab is Tab.WATCH and self.watch_view is None:
            from spaces_tui.ui.widgets.watchview import WatchView  # noqa: PLC0415 - the same

            self.watch_view = WatchView(self._session.log, slow=self._slow)
            detail.mount(self.watch_view)
        elif self.tab is Tab.FILES and self.files is None:
            from spaces_tui.ui.widgets.fileview import FileView  # noqa: PLC0415 - the same

            self.files = FileView(self._session)
            detail.mount(self.files)
        elif self.tab is Tab.SETTINGS and self.settings is None:
            from spaces_tui.ui.widgets.settingsview import SettingsView  # noqa: PLC0415 - the same

            self.settings = SettingsView(self._session)
            detail.mount(self.settings)

    def _make_prompt(self) -> Prompt:
        if self._prompt is None:
            from spaces_tui.ui.widgets.prompt import Prompt  # noqa: PLC0415 - after first frame

            self._prompt = Prompt()
            self.mount(self._prompt, before=self.footer)
        return self._prompt

    def _show_detail(self) -> None:
        space = self.space
        detail = self.query_one("#detail")
        title = Content(space.id if space else "")
        if detail.border_title != title.markup:
            detail.border_title = title
        self.head.set_height(3 if space and space.id in self.failures else 2)
        self.head.repaint()
        if self.tab is Tab.OVERVIEW:
            self.overview.show(space, self.snapshot)
        elif self.tab is Tab.LOGS and self.logs is not None and space is not None:
            stream = self.stream or tail_stream(space)
            known = self.snapshot.detail
            note = (
                known.logs_note.get(stream.value, "") if known and known.space == space.id else ""
            )
            ring = self._session.log(space.id, stream)
            self.logs.show(ring, stream, note, empty_log_words(space, stream, note))
        elif self.tab is Tab.WATCH and self.watch_view is not None:
            self.watch_view.show(space, self.snapshot)
        elif self.tab is Tab.FILES and self.files is not None:
            self.files.show(space)
        elif self.tab is Tab.SETTINGS and self.settings is not None:
            self.settings.show(space, self.snapshot)
        self._attend()

    def _attend(self) -> None:
        space = self.space
        streams: frozenset[LogStream] = frozenset()
        if space is not None and self.tab is Tab.WATCH:
            streams = self._awaited_log(space)
        elif space is not None and self.tab not in (Tab.FILES, Tab.SETTINGS):
            chosen = self.stream if self.tab is Tab.LOGS else None
            streams = frozenset({chosen or tail_stream(space)})
        wanted = (space.id if space else None, streams)
        if wanted != self._attended:
            self._attended = wanted
            self.set_timer(_SETTLE, lambda: self._tell(wanted))

    def _awaited_log(self, space: Space) -> frozenset[LogStream]:
        """Return the log that tells why a save does not run, or will if its build breaks."""
        from spaces_tui.ui.present.watching import log_wanted  # noqa: PLC0415 - after first frame

        status = self.snapshot.watches.get(space.id)
        stream = log_wanted(status) if status else None
        return frozenset({stream}) if stream else frozenset()

    def _tell(self, wanted: tuple[str | None, frozenset[LogStream]]) -> None:
        if wanted == self._attended:
            self._session.attend(wanted[0], logs=wanted[1])

    def _fit(self) -> None:
        self.header.set_height(2 if connection_line(self.snapshot) else 1)

    def _header_lines(self, width: int) -> list[Line]:
        return header_lines(self.snapshot, datetime.now(UTC), width)

    def _footer_lines(self, width: int) -> list[Line]:
        return [footer_line(self.context(), width)]

    def _head_lines(self, width: int) -> list[Line]:
        space = self.space
        if space is None:
            return []
        failure = self.failures.get(space.id, "")
        return head_lines(space, self.snapshot, self.tab, failure, width)

    def _welcome_lines(self, width: int) -> list[Line]:
        return welcome_lines(self.snapshot, width)
