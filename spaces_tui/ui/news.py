"""What a person who looked away wants to be told: a Space they care for runs, or broke."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from spaces_tui.model.stage import Kind, Stage
from spaces_tui.model.sync_state import SyncState

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot

_TOLD = (Kind.RUNNING, Kind.BROKEN)


class News(NamedTuple):
    """A Space has come to where it stays."""

    space: str
    stage: Stage

    @property
    def sentence(self) -> str:
        """What to say, in a few words."""
        if self.stage.running:
            return f"{self.space} is running"
        return f"{self.space}: {self.stage.word.lower()}"


class Newsroom:
    """Compares snapshots.

    It cares for Spaces with a watched folder, and for those that were changed from here, until
    they run or are broken.
    """

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._looked_at: tuple[Space, ...] = ()
        self._told: dict[str, datetime] = {}
        """Changes made from here whose outcome was told."""

    def look(self, snapshot: Snapshot) -> list[News]:
        """Return what is new since the last look."""
        if snapshot.cached or snapshot.spaces is self._looked_at:
            return []
        self._looked_at = snapshot.spaces
        found = [
            News(space.id, space.stage)
            for space in snapshot.spaces
            if self._arrived(space) and self._cares(space, snapshot)
        ]
        for one in found:
            if one.space in snapshot.changed:
                self._told[one.space] = snapshot.changed[one.space]
        return found

    def _arrived(self, space: Space) -> bool:
        kind = space.stage.kind
        before = self._kinds.get(space.id)
        self._kinds[space.id] = kind
        return kind in _TOLD and before not in (None, kind)

    def _cares(self, space: Space, snapshot: Snapshot) -> bool:
        watch = snapshot.watches.get(space.id)
        if watch is not None and watch.state is not SyncState.STOPPED:
            return True
        changed = snapshot.changed.get(space.id)
        return changed is not None and self._told.get(space.id) != changed
