"""Volumes and storage of a Space that is not there yet: staged with the rest of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.space import Space
from spaces_tui.ui.screens.ondraft import OnDraft
from spaces_tui.ui.screens.volumes import VolumesEditor

if TYPE_CHECKING:
    from textual.widget import Widget

    from spaces_tui.model.draft import Draft
    from spaces_tui.model.mounting import Mounted
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.ui.shelf import Shelf


class NewVolumes(OnDraft["Mounted"], VolumesEditor):
    """The editor of volumes and storage on a draft."""

    def __init__(self, session: SessionPort, draft: Draft, shelf: Shelf) -> None:
        super().__init__(session, Space(draft.id, sdk=draft.sdk), shelf)
        self._staging = draft.mounts

    def loaded(self, value: Mounted | None) -> list[Widget]:
        """Return the list."""
        del value
        return [self._list]
