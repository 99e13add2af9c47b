"""The frame of editors of what one Space has in a list: edits are staged against what was read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import TYPE_CHECKING

from spaces_tui.session.facade import CommandError
from spaces_tui.ui.screens.editor import Loaded
from spaces_tui.ui.screens.rows import Row, RowsEditor

if TYPE_CHECKING:
    from textual.widget import Widget

    from spaces_tui.model.space import Space
    from spaces_tui.session.requests.base import Outcome
    from spaces_tui.session.snapshot import Snapshot


class SpaceRowsEditor(RowsEditor[Loaded, Row]):
    """Subclasses say how what is staged takes what was read, and what was done."""

    _space: Space

    def rebase(self, value: Loaded) -> None:
        """Take what is there now; edits stay, and are told from what others changed meanwhile."""
        raise NotImplementedError

    def settle(self, done: Collection[str]) -> None:
        """Forget edits whose steps were done."""
        raise NotImplementedError

    def loaded(self, value: Loaded | None) -> list[Widget]:
        """Take what was read, and return the list."""
        assert value is not None
        self.rebase(value)
        self._list.changed()
        return [self._list]

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Keep what was not done, and read what is there now."""
        for outcome in outcomes:
            self.settle(outcome.done)
        if not all(outcome.ok for outcome in outcomes):
            self.run_worker(self._read_anew(), group="read", exclusive=True)
        self._list.changed()

    def show(self, snapshot: Snapshot) -> None:
        """Follow what the Space does."""
        self._space = next(
            (one for one in snapshot.spaces if one.id == self._space.id), self._space
        )

    async def _read_anew(self) -> None:
        """Read what is there after a failure, without getting in the way."""
        request = self.load()
        assert request is not None
        try:
            now = await asyncio.wrap_future(self.session.ask(request))
        except CommandError:
            return  # the failure itself is on the screen; ctrl+r reads again
        self.rebase(now)
        self.edited()
