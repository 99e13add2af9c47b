"""The way back to an older commit: what would differ, then one new commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.files import RollbackPlan
from spaces_tui.session.requests.files import PlanRollback, RollBack
from spaces_tui.ui.present.fileedits import caused_lines, rollback_lines, rollback_words
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped
from spaces_tui.ui.screens.editor import Editor, Phase, Summary

if TYPE_CHECKING:
    from textual.widget import Widget

    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change, Outcome, Request


class RollbackEditor(Editor[RollbackPlan]):
    """Ends with True once the files are what they were."""

    def __init__(self, session: SessionPort, space: str, oid: str) -> None:
        super().__init__(session)
        self._space = space
        self._oid = oid
        self._plan: RollbackPlan | None = None

    def title_text(self) -> str:
        """Return the title."""
        return f"Roll {self._space} back to {self._oid[:7]}"

    def load(self) -> Request[RollbackPlan]:
        """Return the question what would differ."""
        return PlanRollback(self._space, self._oid)

    def loaded(self, value: RollbackPlan | None) -> list[Widget]:
        """Take the plan; there is nothing to edit in it."""
        self._plan = value
        return []

    def content_rows(self) -> int:
        """Return no rows."""
        return 0

    def head(self, width: int) -> list[Line]:
        """Return the plan."""
        if self._plan is None:
            return [(Span("ctrl+r looks again what differs.", Role.BUSY),)]
        return rollback_lines(self._plan, width)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("ctrl+r", "look again"),)

    def staged(self) -> int:
        """Return how many files would differ."""
        return self._plan.count if self._plan else 0

    def summary(self, width: int) -> Summary:
        """Return what would be committed and what that causes."""
        assert self._plan is not None
        lines = [
            *wrapped(rollback_words(self._plan), width, Role.STRONG),
            BLANK,
            *wrapped(
                "It is one new commit with the old files; every commit since stays in the history.",
                width,
            ),
            *caused_lines(self._space, self.console.main.snapshot, width),
        ]
        return Summary(tuple(lines), "roll back", danger=True)

    def changes(self) -> tuple[Change, ...]:
        """Return the commit."""
        assert self._plan is not None
        return (RollBack(self._space, self._plan),)

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Work out anew what differs, if the commit was made."""
        if any("rollback" in one.done for one in outcomes):
            self._plan = None

    def action_back(self) -> None:
        """Go one step back; nothing typed can be lost here."""
        if self.phase is Phase.EDITING:
            self.dismiss(False)
        else:
            super().action_back()
