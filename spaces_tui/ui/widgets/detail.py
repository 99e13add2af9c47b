"""The right side of the main screen: one Space, and its tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from spaces_tui.ui.present.head import Tab, head_lines
from spaces_tui.ui.present.overview import empty_log_words, tail_stream
from spaces_tui.ui.widgets.lineview import ComputedLines, LineView
from spaces_tui.ui.widgets.overview import Overview

if TYPE_CHECKING:
    from spaces_tui.model.log_stream import LogStream
    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.present.spans import Line
    from spaces_tui.ui.widgets.fileview import FileView
    from spaces_tui.ui.widgets.logview import LogView
    from spaces_tui.ui.widgets.metricsview import MetricsView
    from spaces_tui.ui.widgets.settingsview import SettingsView
    from spaces_tui.ui.widgets.watchview import WatchView


class Detail(Vertical):
    """A head, and under it the open tab. All tabs but the overview are made when first opened."""

    def __init__(self, session: SessionPort, *, slow: bool = False) -> None:
        super().__init__(id="detail")
        self._session = session
        self._slow = slow
        self._space: Space | None = None
        self._snapshot = session.snapshot
        self.tab = Tab.OVERVIEW
        self.failures: dict[str, str] = {}
        """The last thing that went wrong with a Space, until the next command or `esc`."""
        self.stream: LogStream | None = None
        """The log a person asked for; None: the one that matters now."""
        self.head = ComputedLines(self._head_lines, id="head")
        self.overview = Overview(session.log, metrics_every=5.0 if slow else 2.0)
        self.logs: LogView | None = None
        self.metrics: MetricsView | None = None
        self.watch_view: WatchView | None = None
        self.files: FileView | None = None
        self.settings: SettingsView | None = None

    def compose(self) -> ComposeResult:
        """Lay out what the first frame shows."""
        yield self.head
        yield self.overview

    @property
    def body(self) -> LineView:
        """The widget of the open tab."""
        return self._made().get(self.tab, self.overview)

    def holds(self, widget: object) -> bool:
        """Whether a widget is the body of one of the tabs."""
        return any(widget is one for one in self._made().values())

    def open(self, tab: Tab) -> None:
        """Put a tab in front; `show` fills it."""
        self.tab = tab
        self._make()
        for widget in self._made().values():
            widget.display = widget is self.body

    def show(self, space: Space | None, snapshot: Snapshot) -> None:
        """Show a Space as the snapshot knows it."""
        self._space, self._snapshot = space, snapshot
        title = Content(space.id if space else "")
        if self.border_title != title.markup:
            self.border_title = title
        self.head.set_height(3 if space and space.id in self.failures else 2)
        self.head.repaint()
        if self.tab is Tab.OVERVIEW:
            self.overview.show(space, snapshot)
        elif self.tab is Tab.LOGS and self.logs is not None and space is not None:
            self._show_log(self.logs, space)
        elif self.tab is Tab.METRICS and self.metrics is not None:
            self.metrics.show(space, snapshot)
        elif self.tab is Tab.WATCH and self.watch_view is not None:
            self.watch_view.show(space, snapshot)
        elif self.tab is Tab.FILES and self.files is not None:
            self.files.show(space)
        elif self.tab is Tab.SETTINGS and self.settings is not None:
            self.settings.show(space, snapshot)

    def wanted_logs(self) -> frozenset[LogStream]:
        """Return the logs that the open tab shows."""
        space = self._space
        if space is None or self.tab in (Tab.METRICS, Tab.FILES, Tab.SETTINGS):
            return frozenset()
        if self.tab is Tab.WATCH:
            return self._awaited_log(space)
        chosen = self.stream if self.tab is Tab.LOGS else None
        return frozenset({chosen or tail_stream(space)})

    def _made(self) -> dict[Tab, LineView]:
        """Return the widgets of the tabs that were opened so far."""
        bodies: dict[Tab, LineView | None] = {
            Tab.OVERVIEW: self.overview,
            Tab.LOGS: self.logs,
            Tab.METRICS: self.metrics,
            Tab.WATCH: self.watch_view,
            Tab.FILES: self.files,
            Tab.SETTINGS: self.settings,
        }
        return {tab: body for tab, body in bodies.items() if body is not None}

    def _make(self) -> None:
        if self.tab is Tab.LOGS and self.logs is None:
            from spaces_tui.ui.widgets.logview import LogView  # noqa: PLC0415 - after first frame

            self.logs = LogView()
            self.mount(self.logs)
        elif self.tab is Tab.METRICS and self.metrics is None:
            from spaces_tui.ui.widgets.metricsview import MetricsView  # noqa: PLC0415 - the same

            self.metrics = MetricsView(self._session.load, every=5.0 if self._slow else 2.0)
            self.mount(self.metrics)
        elif self.tab is Tab.WATCH and self.watch_view is None:
            from spaces_tui.ui.widgets.watchview import WatchView  # noqa: PLC0415 - the same

            self.watch_view = WatchView(self._session.log, slow=self._slow)
            self.mount(self.watch_view)
        elif self.tab is Tab.FILES and self.files is None:
            from spaces_tui.ui.widgets.fileview import FileView  # noqa: PLC0415 - the same

            self.files = FileView(self._session)
            self.mount(self.files)
        elif self.tab is Tab.SETTINGS and self.settings is None:
            from spaces_tui.ui.widgets.settingsview import SettingsView  # noqa: PLC0415 - the same

            self.settings = SettingsView(self._session)
            self.mount(self.settings)

    def _show_log(self, view: LogView, space: Space) -> None:
        stream = self.stream or tail_stream(space)
        known = self._snapshot.detail
        note = known.logs_note.get(stream.value, "") if known and known.space == space.id else ""
        ring = self._session.log(space.id, stream)
        view.show(ring, stream, note, empty_log_words(space, stream, note))

    def _awaited_log(self, space: Space) -> frozenset[LogStream]:
        """Return the log that tells why a save does not run, or will if its build breaks."""
        from spaces_tui.ui.present.watching import log_wanted  # noqa: PLC0415 - after first frame

        status = self._snapshot.watches.get(space.id)
        stream = log_wanted(status) if status else None
        return frozenset({stream}) if stream else frozenset()

    def _head_lines(self, width: int) -> list[Line]:
        space = self._space
        if space is None:
            return []
        failure = self.failures.get(space.id, "")
        return head_lines(space, self._snapshot, self.tab, failure, width)
