"""Variables and secrets of one Space: two lists, staged edits, one apply."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from spaces_tui.model.envfile import write_envfile
from spaces_tui.model.environment import EntryKind, Environment, UsedNames, Variable
from spaces_tui.model.identity import Secret
from spaces_tui.model.incoming import from_space
from spaces_tui.model.staging import Staging
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.environment import (
    ApplyEnvironment,
    FindUsedNames,
    LoadEnvironment,
)
from spaces_tui.ui.present.environment import (
    EnvRow,
    RowKind,
    count_words,
    detail_lines,
    env_line,
    env_rows,
    publishes,
    summary_lines,
    unset_names,
    warnings,
)
from spaces_tui.ui.present.spans import Line, Role, Span, clip
from spaces_tui.ui.screens.editor import Phase, Summary
from spaces_tui.ui.screens.elsewhere import ExportForm, OtherSpaceForm
from spaces_tui.ui.screens.names import NamesEditor
from spaces_tui.ui.screens.spacerows import SpaceRowsEditor

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from textual.widget import Widget

    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change

_READS: Final = "reading the code for names …"


class EnvironmentEditor(NamesEditor[Environment, EnvRow], SpaceRowsEditor[Environment, EnvRow]):
    """Edits variables and secrets; what is secret is forgotten when it closes."""

    WIDTH = 140
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "move_over", "Make it a secret"),
        Binding("c", "copy", "Copy from a Space"),
        Binding("x", "export", "Export"),
        Binding("ctrl+e", "external", "In your editor"),
    ]

    def __init__(
        self,
        session: SessionPort,
        space: Space,
        others: Sequence[str],
        *,
        at: tuple[EntryKind, str] | None = None,
    ) -> None:
        """`others` are the Spaces that are proposed to copy from.

        `at` is the name the cursor begins on; the form of one that is not set opens at once.
        """
        super().__init__(session)
        self._at = at
        self._space = space
        self._others = [one for one in others if one != space.id]
        self._staging = Staging(Environment(space.id, {}, {}))
        self._used: UsedNames | None = None
        self._code = _READS

    def title_text(self) -> str:
        """Return the title."""
        return f"Variables and secrets · {self._space.id}"

    def load(self) -> LoadEnvironment | None:
        """Read both maps."""
        return LoadEnvironment(self._space.id)

    def loaded(self, value: Environment | None) -> list[Widget]:
        """Take both maps; the code is read for names once."""
        widgets = super().loaded(value)
        if self._used is None:
            request = FindUsedNames(self._space.id)
            self.run_worker(self._look_at_code(request), group="code", exclusive=True)
        self.call_after_refresh(self._begin_at)
        return widgets

    def rebase(self, value: Environment) -> None:
        """Take both maps; edits stay, and are told from what others changed meanwhile."""
        self._staging.rebase(value)

    def settle(self, done: Collection[str]) -> None:
        """Forget edits whose steps were done."""
        self._staging.settle(done)

    def rows(self) -> list[EnvRow]:
        """Return both lists, then names of the code that nobody set."""
        return env_rows(self._staging, self._used)

    def row_line(self, row: EnvRow, width: int) -> Line:
        """Return one row."""
        return env_line(row, self._staging, datetime.now(UTC), width)

    def named(self, row: EnvRow) -> tuple[EntryKind, str]:
        """Return the name of a row; a heading has none."""
        return row.entry, row.key if row.kind is RowKind.ENTRY else ""

    def opened(self, row: EnvRow) -> None:
        """Edit a name; on a heading, add one."""
        self._open(row.entry, row.key)

    def head(self, width: int) -> list[Line]:
        """Return what is wrong, and what the row under the cursor has no room for."""
        lines = warnings(self._staging, width)
        row = self.row()
        detail = detail_lines(row, self._staging, width) if row.kind is not RowKind.HEADING else []
        return [*lines, *(detail or [clip((Span(self._code_words(), Role.DIM),), width)])]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys; those of the row under the cursor first."""
        row = self.row()
        keys: list[tuple[str, str]] = []
        if row.kind is RowKind.ENTRY:
            keys += [("enter", "edit"), ("d", "delete")]
            if self._staging.edit(row.entry, row.key):
                keys.append(("u", "undo"))
            elif row.entry is EntryKind.VARIABLE:
                keys.append(("m", "make secret"))
        else:
            keys.append(("enter", "new"))
        return (*keys, ("n", "variable"), ("N", "secret"), ("i", "import"), ("c", "copy"),
                ("x", "export"))  # fmt: skip

    def summary(self, width: int) -> Summary:
        """Return every change, and how often the Space restarts."""
        edits = self._staging.edits
        contested = any(one.contested or one.delete for one in edits)
        published = publishes(self._space, self._staging)
        return Summary(
            tuple(summary_lines(self._space, self._staging, width)),
            f"apply {count_words(edits)}",
            danger=contested or published,
            typed=self._space.id if published else "",
        )

    def changes(self) -> tuple[Change, ...]:
        """Return one request with all edits."""
        return (ApplyEnvironment(self._space.id, self._staging.edits),)

    def action_delete(self) -> None:
        """Stage the deletion of the row under the cursor; once more takes it back."""
        row = self._editable()
        if row is None:
            return
        edit = self._staging.edit(row.entry, row.key)
        if edit is not None and edit.delete:
            self._staging.undo(row.entry, row.key)
        else:
            self._staging.delete(row.entry, row.key)
        self.edited()

    def action_undo(self) -> None:
        """Forget the edit of the row under the cursor."""
        row = self._editable()
        if row is not None:
            self._staging.undo(row.entry, row.key)
            self.edited()

    def action_move_over(self) -> None:
        """Make a variable a secret with the same value."""
        row = self._editable()
        if row is None or row.entry is EntryKind.SECRET:
            return
        edit = self._staging.edit(row.entry, row.key)
        known = self._staging.environment.variables.get(row.key)
        value = edit.value if edit else known.value if known else None
        described = edit.description if edit else known.description if known else ""
        if isinstance(value, str):
            self._staging.delete(row.entry, row.key)
            self._staging.put(EntryKind.SECRET, row.key, Secret(value), described)
            self.edited()

    def action_copy(self) -> None:
        """Take what another Space has."""
        if not self.ready():
            return

        def named(other: str | None) -> None:
            if other is not None:
                self._code = f"reading {other} …"
                self.lay_out()
                self.run_worker(self._copy_from(other), group="copy", exclusive=True)

        self.app.push_screen(OtherSpaceForm(self._others), named)

    def action_export(self) -> None:
        """Write the variables to a file."""
        if self.phase is not Phase.EDITING:
            return
        environment = self._staging.environment
        if not environment.variables:
            self.console.say("There are no variables to export.", "warning")
            return
        text = write_envfile(environment.variables.values(), environment.secrets or ())

        def written(path: str | None) -> None:
            if path is not None:
                self.console.say(f"Written to {path}.")

        self.app.push_screen(ExportForm(text, len(environment.variables)), written)

    def action_external(self) -> None:
        """Open a variable's value in the person's own editor."""
        row = self._editable()
        if row is None:
            return
        if row.entry is EntryKind.SECRET:
            self.console.say("A secret is never handed to an editor.", "warning")
            return
        self._open(row.entry, row.key, at_once=True)

    def _open(self, kind: EntryKind, key: str, *, at_once: bool = False) -> None:
        """Open the form of one name; an empty one is to be chosen."""
        edit = self._staging.edit(kind, key)
        known = self._staging.environment.entry(kind, key)
        described = (
            edit.description if edit and not edit.delete else getattr(known, "description", "")
        )
        value = edit.value if edit else known.value if isinstance(known, Variable) else ""
        text = value if isinstance(value, str) else ""
        self.open_form(kind, key, text, described, fixed=bool(edit or known), at_once=at_once)

    def _begin_at(self) -> None:
        """Go to the name that was asked for, once; one that is not set is to be filled in."""
        wanted, self._at = self._at, None
        if wanted is None:
            return
        kind, key = wanted
        if key in self._staging.names(kind):
            self.go_to(lambda row: self.named(row) == wanted)
        elif key not in self._staging.names(kind.other):
            self._open(kind, key)

    async def _copy_from(self, other: str) -> None:
        try:
            found = await asyncio.wrap_future(self.session.ask(LoadEnvironment(other)))
        except CommandError as error:
            self.console.say(error.message, "error")
        else:
            rows = from_space(found, self._staging)
            if rows:
                self.look_through(f"Copy from {other}", rows)
            else:
                self.console.say(f"{other} has neither variables nor secrets.", "warning")
        self._code = ""
        self.lay_out()

    async def _look_at_code(self, request: FindUsedNames) -> None:
        try:
            self._used = await asyncio.wrap_future(self.session.ask(request))
        except CommandError as error:
            self._code = f"The code could not be read for names: {error.message}"
        else:
            self._code = ""
        self.edited()

    def _code_words(self) -> str:
        if self._code or self._used is None:
            return self._code
        if not self._used.files and self._used.whole:
            return "There is no code yet that could ask for names."
        count = len(unset_names(self._staging, self._used))
        read = "1 file" if self._used.files == 1 else f"{self._used.files} files"
        more = "" if self._used.whole else ", not all of the code"
        if not count:
            return f"Every name the code asks for is set ({read} read{more})."
        names = "1 name" if count == 1 else f"{count} names"
        return f"The code asks for {names} that nobody set ({read} read{more})."

    def _editable(self) -> EnvRow | None:
        row = self.row()
        return row if self.phase is Phase.EDITING and row.kind is RowKind.ENTRY else None
