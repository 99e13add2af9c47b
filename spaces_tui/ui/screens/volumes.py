"""Volumes and storage of one Space: staged edits of one list, sent as one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from spaces_tui.model.mounting import Mounted, MountStaging, hidden_words
from spaces_tui.model.mountpath import STORAGE_PATH
from spaces_tui.session.requests.volumes import ApplyMounts, LoadMounts
from spaces_tui.ui.present.spans import Line
from spaces_tui.ui.present.volumes import (
    MountRow,
    RowKind,
    count_words,
    detail_lines,
    mount_line,
    mount_rows,
    source_words,
    summary_lines,
    warnings,
)
from spaces_tui.ui.screens.editor import Phase, Summary
from spaces_tui.ui.screens.spacerows import SpaceRowsEditor
from spaces_tui.ui.screens.storage import StorageForm
from spaces_tui.ui.screens.volume import VolumeForm

if TYPE_CHECKING:
    from collections.abc import Collection

    from spaces_tui.model.mounting import StorageEdit
    from spaces_tui.model.space import Space
    from spaces_tui.model.volume import Volume
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change
    from spaces_tui.ui.shelf import Shelf


class VolumesEditor(SpaceRowsEditor[Mounted, MountRow]):
    """Edits what a Space keeps its data on."""

    WIDTH = 120
    LIST_ID = "volumes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New volume"),
        Binding("d,delete", "delete", "Remove"),
        Binding("u", "undo", "Undo"),
        Binding("t", "storage", "Storage tier"),
    ]

    def __init__(self, session: SessionPort, space: Space, shelf: Shelf) -> None:
        """`shelf` is what can be mounted; it is read when a volume is first edited."""
        super().__init__(session)
        self._space = space
        self._shelf = shelf
        self._staging = MountStaging(Mounted(space.id))
        self._form: VolumeForm | None = None

    def title_text(self) -> str:
        """Return the title."""
        return f"Volumes and storage · {self._space.id}"

    def load(self) -> LoadMounts | None:
        """Read what is mounted."""
        return LoadMounts(self._space.id)

    def rebase(self, value: Mounted) -> None:
        """Take what is mounted; edits stay, and are told from what others changed meanwhile."""
        self._staging.rebase(value)

    def settle(self, done: Collection[str]) -> None:
        """Forget edits whose steps were done."""
        self._staging.settle(done)

    def rows(self) -> list[MountRow]:
        """Return a row for each volume, for the heading and for the storage."""
        return mount_rows(self._staging)

    def row_line(self, row: MountRow, width: int) -> Line:
        """Return one row."""
        return mount_line(row, self._staging, width)

    def opened(self, row: MountRow) -> None:
        """Edit a volume or the storage; on the heading, add a volume."""
        if row.kind is RowKind.HEADING:
            self.action_new()
        elif row.kind is RowKind.STORAGE:
            self.action_storage()
        elif why := self._hidden():
            self.console.say(why, "warning")
        else:
            self._open(row)

    def head(self, width: int) -> list[Line]:
        """Return what is wrong, or what the row under the cursor has no room for."""
        row = self.row()
        detail = detail_lines(row, self._staging, width)
        hidden = row.volume is not None and row.volume.masked
        return detail if hidden else [*warnings(self._staging, width), *detail]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys; those of the row under the cursor first."""
        row = self.row()
        keys: list[tuple[str, str]] = []
        hidden = bool(self._hidden())
        if row.kind is RowKind.VOLUME and not hidden:
            keys += [("enter", "edit"), ("d", "remove")]
        if row.edit or (row.kind is RowKind.STORAGE and self._staging.storage):
            keys.append(("u", "undo"))
        if not hidden:
            keys.append(("n", "new"))
        return (*keys, ("t", "storage tier"))

    def staged(self) -> int:
        """Return how many edits wait."""
        return self._staging.count

    def problem(self) -> str:
        """Say what holds everything back."""
        return self._staging.problem()

    def summary(self, width: int) -> Summary:
        """Return what would be sent, what it costs and what is lost."""
        staging = self._staging
        deletes = staging.storage is not None and staging.storage.wanted is None
        risky = any(one.contested or one.after is None for one in staging.edits)
        yes = "deletes all data of the storage" if deletes else f"apply {count_words(staging)}"
        return Summary(
            tuple(summary_lines(self._space, staging, width)),
            yes,
            danger=risky or staging.storage is not None,
            typed=self._space.id if deletes else "",
        )

    def changes(self) -> tuple[Change, ...]:
        """Return one request with the whole list, and with the storage."""
        staging = self._staging
        volumes = staging.result if staging.edits else None
        return (ApplyMounts(self._space.id, staging.mounted, volumes, staging.storage),)

    def action_new(self) -> None:
        """Add a volume."""
        if not self.ready():
            return
        if why := self._hidden():
            self.console.say(why, "warning")
        else:
            self._open(MountRow(RowKind.VOLUME))

    def action_delete(self) -> None:
        """Stage the removal of the volume under the cursor; once more takes it back."""
        row = self.row()
        if self.phase is not Phase.EDITING or row.kind is RowKind.HEADING:
            return
        if row.kind is RowKind.STORAGE:
            self.action_storage()
        elif why := self._hidden():
            self.console.say(why, "warning")
        elif row.edit and (row.volume is None or row.edit.after is None):
            self._staging.undo(row.edit)
        elif row.volume is not None:
            self._staging.remove(row.volume)
        self.edited()

    def action_undo(self) -> None:
        """Forget the edit under the cursor."""
        row = self.row()
        if self.phase is not Phase.EDITING:
            return
        if row.edit is not None:
            self._staging.undo(row.edit)
        elif row.kind is RowKind.STORAGE:
            self._staging.storage = None
        self.edited()

    def action_storage(self) -> None:
        """Choose a storage tier, or delete it."""
        if not self.ready():
            return

        def chosen(edit: StorageEdit | None) -> None:
            if edit is not None:
                self._staging.storage = edit
                self.edited()

        there = self._staging.result_at(STORAGE_PATH)
        form = StorageForm(self._staging.mounted.storage, source_words(there) if there else "")
        self.app.push_screen(form, chosen)

    def _open(self, row: MountRow) -> None:
        """Open the form of one volume, or of a new one."""
        staging = self._staging
        shown: Volume | None = (row.edit.after if row.edit else None) or row.volume
        form = VolumeForm(
            shown, self._shelf, taken=staging.taken(shown), storage=staging.mounted.storage
        )

        def filled(volume: Volume | None) -> None:
            self._form = None
            if volume is not None:
                staging.put(row.volume, volume, row.edit)
                self.edited()
                self.go_to(lambda one: (one.edit.after if one.edit else one.volume) == volume)

        self._form = form
        self.app.push_screen(form, filled)
        self.run_worker(self._shelf.read(self._sources_came), group="sources")

    def _sources_came(self) -> None:
        if self._form is not None:
            self._form.sources_changed()

    def _hidden(self) -> str:
        hidden = next((one for one in self._staging.mounted.volumes if one.masked), None)
        return hidden_words(hidden) if hidden else ""
