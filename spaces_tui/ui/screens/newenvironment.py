"""Variables and secrets of a Space that is not there yet: staged with the rest of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.environment import EntryKind, Environment
from spaces_tui.model.space import Space
from spaces_tui.session.requests.environment import FindUsedNames
from spaces_tui.ui.screens.environment import EnvironmentEditor
from spaces_tui.ui.screens.ondraft import OnDraft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from spaces_tui.model.draft import Draft
    from spaces_tui.session.facade import SessionPort

_COPIED = "It comes along with the copy: change its value here, or delete it there afterwards (e)."


class NewEnvironment(OnDraft["Environment"], EnvironmentEditor):
    """The editor of variables and secrets on a draft: whatever ends it, what is staged stays."""

    def __init__(self, session: SessionPort, draft: Draft, others: Sequence[str]) -> None:
        super().__init__(session, Space(draft.id, sdk=draft.sdk), others)
        self._staging = draft.staging
        self._draft = draft
        self._used = draft.wanted_names()
        self._code = "" if draft.template is None else self._code

    def loaded(self, value: Environment | None) -> list[Widget]:
        """Return the list; a template's code is read for names."""
        del value
        if self._draft.template is not None and self._used is None:
            request = FindUsedNames(self._draft.template.repo)
            self.run_worker(self._look_at_code(request), group="code", exclusive=True)
        return [self._list]

    def forget(self) -> None:
        """Forget nothing: the draft owns it."""

    def action_delete(self) -> None:
        """Forget what is staged; what comes with a copy cannot be left out."""
        if not self._comes_along():
            super().action_delete()

    def action_move_over(self) -> None:
        """Make a variable a secret; not one that comes with a copy."""
        if not self._comes_along():
            super().action_move_over()

    def _comes_along(self) -> bool:
        row = self._editable()
        copied = self._staging.environment.variables
        if row is None or row.entry is not EntryKind.VARIABLE or row.key not in copied:
            return False
        if self._staging.edit(row.entry, row.key) is not None:
            self._staging.undo(row.entry, row.key)
            self.edited()
        else:
            self.console.say(_COPIED, "warning")
        return True
