"""The form that a new Space is thought up in: its name, and a row for everything else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.draft import Draft, Part
from spaces_tui.model.newspace import NameCheck, NameState, Rest, Source, Template
from spaces_tui.model.spacename import space_name_problem
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.creation import (
    CheckName,
    LoadSource,
    LoadTemplates,
    PreviewFolder,
)
from spaces_tui.ui.present.creating import (
    Folder,
    part_line,
)
from spaces_tui.ui.present.spans import Line
from spaces_tui.ui.screens.editor import Editor, Phase
from spaces_tui.ui.screens.elsewhere import OtherSpaceForm
from spaces_tui.ui.screens.newenvironment import NewEnvironment
from spaces_tui.ui.screens.newfolder import NewFolderForm
from spaces_tui.ui.screens.newparts import few_values, part_form
from spaces_tui.ui.screens.newvolumes import NewVolumes
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Request
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.shelf import Shelf

_PAUSE: Final = 0.3
"""Seconds without a key before a name is looked up."""


class NewSpaceForm(Editor[Source]):
    """Holds the draft, looks names up, and opens a form for each part."""

    WIDTH = 104
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Other field"),
        Binding("shift+tab", "app.focus_previous", "Other field"),
        Binding("right", "turn(1)", "Next"),
        Binding("left", "turn(-1)", "Previous"),
    ]

    def __init__(
        self,
        session: SessionPort,
        snapshot: Snapshot,
        owners: Sequence[str],
        shelf: Shelf,
        *,
        source: str | None = None,
    ) -> None:
        """`owners` are the namespaces one may create in, `shelf` is what can be mounted, and
        `source` is what to duplicate."""
        super().__init__(session)
        self._snapshot = snapshot
        self._owners = list(owners)
        self._shelf = shelf
        self._source = source
        self._draft = Draft(self._owners[0])
        self._begun = Draft(self._owners[0])
        """As it was when nothing had been chosen yet."""
        self._field = Field(placeholder="name of the Space", id="name")
        self._list = Choices(self._lines, id="parts")
        self._proposed = ""
        """The name a source suggests; one that was typed is left alone."""
        self._check: NameCheck | None = None
        self._checking = False
        self._unchecked = ""
        self._templates: tuple[Template, ...] | None = None
        self._folder = Folder()
        self._left: Rest | None = None
        """What is left to do once the Space is there; None before."""

    def load(self) -> Request[Source] | None:
        """Read what is duplicated; a new Space needs nothing."""
        return None if self._source is None else LoadSource(self._source)

    def loaded(self, value: Source | None) -> list[Widget]:
        """Return the field for the name, and the rows."""
        if value is not None:
            self._take_source(value)
        elif self._templates is None:
            self.run_worker(self._read_templates(), group="templates", exclusive=True)
        self._list.changed()
        return [self._field, self._list]

    def content_rows(self) -> int:
        """Return a row for the name and one for each part."""
        return 1 + len(self._parts())

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        if self._left is not None:
            return (("enter", "another folder"),) if self._left.folder else ()
        if self.focused is self._list:
            return (("enter", "choose"), ("←→", "turn"), ("tab", "name"))
        return (("tab", "everything else"),)

    def edited(self) -> None:
        """Show the rows anew."""
        self._list.changed()
        super().edited()

    def on_unmount(self) -> None:
        """Forget values of secrets."""
        self._draft.staging.clear()

    def action_scroll(self, rows: int) -> None:
        """Go from the name to the rows, or scroll what is said."""
        if rows > 0 and self.focused is self._field:
            self._list.focus()
        else:
            super().action_scroll(rows)

    def action_turn(self, step: int) -> None:
        """Take the next or the previous of a few, without a list."""
        if self.phase is not Phase.EDITING or self.focused is not self._list or self._left:
            return
        part = self._part()
        if self._draft.blocked(part, self._snapshot.hardware):
            return
        if part is Part.DEV_MODE:
            self._draft.dev_mode = not self._draft.dev_mode
            self.edited()
        elif (few := few_values(part, self._owners)) is not None:
            index = few.index(self._draft.value(part))
            self._take(part, few[(index + step) % len(few)])

    @on(Input.Changed, "#name")
    def _typed_name(self, event: Input.Changed) -> None:
        event.stop()
        self._draft.name = event.value.strip()
        self._look_up()

    @on(Input.Submitted, "#name")
    def _entered_name(self, event: Input.Submitted) -> None:
        event.stop()
        self._list.focus()

    @on(Choices.Moved)
    def _moved(self, event: Choices.Moved) -> None:
        event.stop()
        self.lay_out()

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        if self.app.screen is not self:
            return  # a form is opening already
        part = self._parts()[event.row]
        why = self._draft.blocked(part, self._snapshot.hardware)
        if why:
            self.console.say(why, "warning")
        else:
            self._open(part)

    def on_descendant_focus(self) -> None:
        """Say the keys of what has the focus now."""
        if self.phase is Phase.EDITING:
            self.lay_out()

    def _parts(self) -> list[Part]:
        if self._left is not None:
            left = {
                Part.TEMPLATE: self._left.tasks,
                Part.FOLDER: self._left.folder,
                Part.DEV_MODE: self._left.dev_mode,
                Part.STORAGE: self._left.storage,
            }
            return [part for part, value in left.items() if value]
        hidden = {Part.FOLDER, Part.TEMPLATE} if self._source else {Part.SOURCE}
        return [part for part in Part if part not in hidden and part is not Part.STORAGE]

    def _part(self) -> Part:
        parts = self._parts()
        return parts[max(0, min(self._list.cursor, len(parts) - 1))]

    def _lines(self, width: int) -> list[Line]:
        prices = self._snapshot.hardware
        return [part_line(part, self._draft, prices, width) for part in self._parts()]

    def _open(self, part: Part) -> None:
        """Open the form of one part."""
        match part:
            case Part.SOURCE:
                others = [one.id for one in self._snapshot.spaces]
                self.app.push_screen(OtherSpaceForm(others), self._take_other_source)
            case Part.ENVIRONMENT:
                others = [one.id for one in self._snapshot.spaces]
                screen = NewEnvironment(self.session, self._draft, others)
                self.app.push_screen(screen, lambda _: self.edited())
            case Part.TEMPLATE if self._left is not None:
                pass  # the dataset of its tasks is made by applying
            case Part.FOLDER:
                self.app.push_screen(NewFolderForm(self._draft.folder), self._take_folder)
            case Part.VOLUMES:
                volumes = NewVolumes(self.session, self._draft, self._shelf)
                self.app.push_screen(volumes, lambda _: self.edited())
            case Part.DEV_MODE | Part.STORAGE:
                self.action_turn(1)
            case _:
                form = part_form(
                    part, self._draft, self._snapshot.hardware, self._owners, self._templates
                )

                def taken(value: str | None) -> None:
                    if value is not None:
                        self._take(part, value)

                self.app.push_screen(form, taken)

    def _take(self, part: Part, value: str) -> None:
        """Take what was chosen."""
        if part is Part.TEMPLATE:
            known = (one for one in self._templates or () if one.repo == value)
            self._draft.take_template(next(known, None))
        else:
            self._draft.take(part, value)
        if part is Part.OWNER:
            self._look_up()
        self.edited()

    def _take_folder(self, folder: str | None) -> None:
        if folder is None:
            return
        self._draft.folder = folder
        self._folder = Folder()
        if folder:
            self._look_at_folder()
        self.edited()

    def _take_other_source(self, source: str | None) -> None:
        if source is not None:
            self._source = source
            self.action_reload()

    def _take_source(self, source: Source) -> None:
        self._draft.take_source(source)
        if self._field.value == self._proposed:
            space = source.space
            own = space.owner in self._owners
            if own:
                self._draft.owner = space.owner
            if not self._content and self.console.typeahead.begins_with_letter:
                return  # a name was typed already, before there was a field
            self._proposed = f"{space.name}-copy" if own else space.name
            self._field.value = self._proposed
            self._field.cursor_position = len(self._proposed)

    def _taken(self) -> bool:
        wanted = self._draft.id.lower()
        if any(one.id.lower() == wanted for one in self._snapshot.spaces):
            return True
        check = self._check
        return check is not None and check.id == self._draft.id and check.state is NameState.TAKEN

    def _look_up(self) -> None:
        """Find out whether the name is free, once nobody types any more."""
        self._check, self._unchecked = None, ""
        name = self._draft.name
        self._checking = bool(name) and not space_name_problem(name) and not self._taken()
        if self._checking:
            self._look_up_soon()
        else:
            self.workers.cancel_group(self, "name")
        self.edited()

    @work(group="name", exclusive=True)
    async def _look_up_soon(self) -> None:
        await asyncio.sleep(_PAUSE)
        wanted = self._draft.id
        try:
            found = await asyncio.wrap_future(self.session.ask(CheckName(wanted)))
        except CommandError as error:
            self._unchecked = error.message
        else:
            self._check = found
        self._checking = False
        self.edited()

    @work(group="folder", exclusive=True)
    async def _look_at_folder(self) -> None:
        request = PreviewFolder(self._draft.id, self._draft.sdk, self._draft.folder)
        try:
            plan = await asyncio.wrap_future(self.session.ask(request))
        except CommandError as error:
            self._folder = Folder(failure=error.message)
        else:
            empty = "There is nothing to send in this folder."
            self._folder = Folder(plan, "" if plan.upload else empty)
        self.edited()

    async def _read_templates(self) -> None:
        try:
            self._templates = await asyncio.wrap_future(self.session.ask(LoadTemplates()))
        except CommandError as error:
            self.console.say(f"Templates could not be read: {error.message}", "warning")
