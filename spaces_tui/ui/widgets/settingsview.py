"""The Settings tab: everything that is set on the Space in view, read when it is opened."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.text import clean_line
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.environment import LoadEnvironment
from spaces_tui.session.requests.settings import LoadSettings
from spaces_tui.session.snapshot import Link, Snapshot
from spaces_tui.ui.actions import BY_ID
from spaces_tui.ui.present.head import Tab
from spaces_tui.ui.present.settingsrows import SETTINGS, Known, SettingsRow, settings_rows
from spaces_tui.ui.present.settingstab import row_line
from spaces_tui.ui.present.spans import Role, Span
from spaces_tui.ui.rules import Context
from spaces_tui.ui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.timer import Timer

    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.ui.present.spans import Line

_SETTLE: Final = 0.2
"""Seconds the cursor rests on a Space before its settings are asked for."""
_CALM: Final = 1.0
"""Seconds after a change of the Space before they are read again: changes come in groups."""
_FRESH: Final = 60.0
"""Seconds for which what was read of a Space is shown again without a new read."""
_KEPT: Final = 32
"""Spaces of which it is kept."""


class _Mark(NamedTuple):
    """What, when it changes, may mean that something else was set."""

    sha: str | None
    visibility: str | None
    private: bool | None
    kind: str


class SettingsView(Listing):
    """What the list knows is there at once, the rest as it is read."""

    def __init__(self, session: SessionPort) -> None:
        super().__init__(id="configured")
        self._session = session
        self._space: Space | None = None
        self._snapshot = Snapshot()
        self._known: dict[str, Known] = {}
        self._read_at: dict[str, tuple[_Mark, float]] = {}
        self._reading = False
        self._due: Timer | None = None
        self._rows: list[SettingsRow] = []
        self._made_of: object = None

    @property
    def row(self) -> SettingsRow | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    @property
    def context(self) -> Context:
        """What a row acts on: the Space in view alone, whatever is marked."""
        return Context(self._snapshot, self._space, tab=Tab.SETTINGS)

    def why_not(self, row: SettingsRow) -> str:
        """Say why what a row shows cannot be changed; empty when it can."""
        return row.why_not or (BY_ID[row.action].when(self.context) if row.action else "")

    def show(self, space: Space | None, snapshot: Snapshot) -> None:
        """Show the settings of a Space; what changes it has them read anew."""
        before, link = self._space, self._snapshot.connection.link
        self._space, self._snapshot = space, snapshot
        if (space.id if space else "") != (before.id if before else ""):
            self._turn_to(space)
        elif space is not None and self._due is None and not self._reading:
            back = link is not Link.LIVE and snapshot.connection.link is Link.LIVE
            mark, _ = self._read_at.get(space.id, (None, 0.0))
            if mark != _mark(space) or (back and self._error):
                self._read_in(_CALM if mark else _SETTLE)
        self._lay_out()

    def reload(self) -> None:
        """Read everything again."""
        self._wait_no_more()
        space = self._space
        if space is None:
            return
        self._reading = True
        self._read_at[space.id] = (_mark(space), monotonic())
        self.run_worker(self._read(space.id), group="settings", exclusive=True)
        self._lay_out()

    def changed_by_us(self, spaces: Collection[str]) -> None:
        """Take notice that something was set on these Spaces: what was read of them is old."""
        for name in spaces:
            self._read_at.pop(name, None)
        if self._space is not None and self._space.id in spaces and self.display:
            self.reload()

    def line_count(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def make(self, index: int, width: int) -> Line:
        """Return one row."""
        row = self._rows[index]
        why = self.why_not(row)
        everywhere = why == BY_ID[SETTINGS].when(self.context)
        return row_line(row, "" if everywhere else why, width, allowed=not why)

    def row_clicked(self, row: int) -> None:
        """Put the cursor where the pointer is; a second click goes into the row."""
        if row + self.top == self.cursor:
            self.post_message(self.Acted("pane.open"))
        else:
            super().row_clicked(row)

    @property
    def _mine(self) -> Known:
        return self._known.get(self._space.id if self._space else "", Known())

    @property
    def _error(self) -> str:
        return self._mine.settings_error or self._mine.environment_error

    def _turn_to(self, space: Space | None) -> None:
        self._wait_no_more()
        self.workers.cancel_group(self, "settings")
        self._reading = False
        self.top = self.cursor = 0
        if space is None:
            return
        mark, at = self._read_at.get(space.id, (None, 0.0))
        if mark != _mark(space) or monotonic() - at > _FRESH or self._error:
            self._read_in(_SETTLE)

    def _read_in(self, seconds: float) -> None:
        self._due = self.set_timer(seconds, self.reload)

    def _wait_no_more(self) -> None:
        if self._due is not None:
            self._due.stop()
            self._due = None

    async def _read(self, name: str) -> None:
        await asyncio.gather(self._read_settings(name), self._read_environment(name))
        self._reading = False
        self._lay_out()

    async def _read_settings(self, name: str) -> None:
        try:
            found = await asyncio.wrap_future(self._session.ask(LoadSettings(name)))
        except CommandError as error:
            self._learn(name, self._known_of(name)._replace(settings_error=error.message))
        else:
            known = self._known_of(name)._replace(settings=found, settings_error="")
            self._learn(name, known)

    async def _read_environment(self, name: str) -> None:
        try:
            found = await asyncio.wrap_future(self._session.ask(LoadEnvironment(name)))
        except CommandError as error:
            self._learn(name, self._known_of(name)._replace(environment_error=error.message))
        else:
            known = self._known_of(name)._replace(environment=found, environment_error="")
            self._learn(name, known)

    def _known_of(self, name: str) -> Known:
        return self._known.get(name, Known())

    def _learn(self, name: str, known: Known) -> None:
        """Keep what was read, of as many Spaces as are kept."""
        self._known.pop(name, None)
        self._known[name] = known
        for old in tuple(self._known)[:-_KEPT]:
            self._known.pop(old)
            self._read_at.pop(old, None)
        self._lay_out()

    def _lay_out(self) -> None:
        """Make the rows anew where something differs; the cursor stays on its row."""
        now = datetime.now(UTC)
        refused = BY_ID[SETTINGS].when(self.context) if self._space else ""
        made_of = (
            self._space, self._mine, self._snapshot.hardware, self._snapshot.hardware_asked,
            self._busy, refused, int(now.timestamp() // 60),
        )  # fmt: skip
        if made_of == self._made_of:
            self.repaint()
            return
        self._made_of = made_of
        row = self.row
        rows = [] if self._space is None else self._all_rows(self._space, refused, now)
        self._rows = rows
        self.cursor = next(
            (at for at, one in enumerate(rows) if row and one.place == row.place), self.cursor
        )
        self.changed()

    def _all_rows(self, space: Space, refused: str, now: datetime) -> list[SettingsRow]:
        rows = settings_rows(space, self._mine, self._snapshot, now, self._busy)
        said = SettingsRow("", (Span(clean_line(refused), Role.BUSY),))
        return [said, *rows] if refused else rows

    @property
    def _busy(self) -> str:
        """What is said of a new read of what is there already."""
        known = self._mine
        if self._reading:
            return "reading …" if known.settings and known.environment else ""
        stale = known.settings_error if known.settings else ""
        stale = stale or (known.environment_error if known.environment else "")
        return f"ctrl+r tries again: {stale}" if stale else ""


def _mark(space: Space) -> _Mark:
    return _Mark(space.sha, space.visibility, space.private, space.stage.kind)
