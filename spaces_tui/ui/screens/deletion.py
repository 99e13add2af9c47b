"""Deleting one Space or all marked ones: what is lost, and a name that has to be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.session.requests.deletion import Delete
from spaces_tui.ui.present.deletion import deletion_lines, typed_word
from spaces_tui.ui.present.spans import Line, Role, Span, wrapped
from spaces_tui.ui.screens.editor import Editor, Summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change, Outcome
    from spaces_tui.session.snapshot import Snapshot


class DeleteScreen(Editor[None]):
    """Opens with the summary; where something failed it says so, and can try again."""

    WIDTH = 80

    def __init__(
        self, session: SessionPort, spaces: Sequence[Space], snapshot: Snapshot, others: int = 0
    ) -> None:
        """`others` counts marked Spaces that cannot be deleted from here."""
        super().__init__(session)
        self._spaces = list(spaces)
        self._snapshot = snapshot
        self._others = others
        self._opened = False

    def title_text(self) -> str:
        """Return the title."""
        count = len(self._spaces)
        return "Delete this Space" if count == 1 else f"Delete {count} Spaces"

    def load(self) -> None:
        """Everything is known from the list."""
        return

    def loaded(self, value: None) -> list[Widget]:
        """There is nothing to edit: ask at once."""
        del value
        self._opened = True
        self.call_later(self.action_apply)
        return []

    def content_rows(self) -> int:
        """Return none."""
        return 0

    def head(self, width: int) -> list[Line]:
        """Return what is still to be deleted."""
        names = ", ".join(space.id for space in self._spaces)
        return wrapped(f"Not deleted: {names}", width) if self._opened else []

    def staged(self) -> int:
        """Return how many would be deleted."""
        return len(self._spaces)

    def summary(self, width: int) -> Summary:
        """Return what is lost, and the words that have to be typed."""
        lines = deletion_lines(self._spaces, self._snapshot, width)
        if self._others:
            stays = "1 marked Space stays" if self._others == 1 else f"{self._others} others stay"
            lines.append((Span(f"{stays}: not yours to delete.", Role.DIM),))
        yes = "delete it" if len(self._spaces) == 1 else "delete all of them"
        return Summary(tuple(lines), yes, danger=True, typed=typed_word(self._spaces))

    def changes(self) -> tuple[Change, ...]:
        """Return one deletion for each Space."""
        return tuple(Delete(space.id, space.uid) for space in self._spaces)

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Keep the Spaces that are still there."""
        done = {one.space for one in outcomes if one.ok}
        self._spaces = [space for space in self._spaces if space.id not in done]

    def action_back(self) -> None:
        """Leave: nothing was edited that could be lost."""
        self.dismiss(False)
