"""What a watched folder that is not in view has to say: each thing once, and which key shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from spaces_tui.model.log_stream import LogStream
from spaces_tui.ui.present.saves import paths_in_short
from spaces_tui.ui.present.watching import broken_batch, stream_of, unsent_words
from spaces_tui.ui.present.watchlook import NEEDS_PERSON, look_of_watch

if TYPE_CHECKING:
    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.model.sync_state import SyncState
    from spaces_tui.model.unsent import Unsent
    from spaces_tui.session.snapshot import Snapshot

_MOST = 3


class Alert(NamedTuple):
    """One thing to say."""

    text: str
    severity: str


class WatchAlerts:
    """Compares snapshots; what was told is not told again."""

    def __init__(self) -> None:
        self._states: dict[str, SyncState] = {}
        self._broken: dict[str, str] = {}
        self._left: frozenset[Unsent] = frozenset()

    def look(self, snapshot: Snapshot, in_view: str | None) -> list[Alert]:
        """Return what is new; `in_view` is the Space whose Watch tab says it by itself."""
        alerts = [
            alert
            for status in snapshot.watches.values()
            for alert in self._of(status, quiet=status.space == in_view)
        ]
        new = [one for one in snapshot.unsent if one not in self._left]
        self._left = frozenset(snapshot.unsent)
        now = datetime.now(UTC)
        left = [f"{unsent_words(one, now)}: press w there to go on." for one in new]
        return [*alerts, *(Alert(text, "warning") for text in left[:_MOST])]

    def _of(self, status: SyncStatus, *, quiet: bool) -> list[Alert]:
        space = status.space
        before = self._states.get(space)
        self._states[space] = status.state
        alerts: list[Alert] = []
        needs = status.state in NEEDS_PERSON and before not in (None, status.state)
        if needs and not quiet:
            alerts.append(
                Alert(f"{space}: {look_of_watch(status).word}. Press 6 there.", "warning")
            )
        broken = broken_batch(status)
        if broken is not None and self._broken.get(space) != broken.oid:
            self._broken[space] = broken.oid
            key = "b" if stream_of(broken) is LogStream.BUILD else "l"
            word = broken.stage.word.lower() if broken.stage else "broken"
            text = f"{space}: {word} after {paths_in_short(broken)}. 6 or {key} there shows why."
            alerts += [] if quiet else [Alert(text, "error")]
        return alerts
