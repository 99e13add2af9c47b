"""The frame of editors of variables and secrets: forms that stage a name, and files of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from spaces_tui.model.environment import EntryKind
from spaces_tui.model.incoming import Incoming, from_file, taken
from spaces_tui.ui.screens.editor import Loaded
from spaces_tui.ui.screens.entry import Entry, SecretForm, VariableForm
from spaces_tui.ui.screens.importing import ImportForm, IncomingForm
from spaces_tui.ui.screens.rows import Row, RowsEditor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.envfile import EnvFile
    from spaces_tui.model.staging import Staging


class NamesEditor(RowsEditor[Loaded, Row]):
    """What is secret is forgotten when it closes."""

    LIST_ID = "environment"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new('variable')", "New variable"),
        Binding("N", "new('secret')", "New secret"),
        Binding("d,delete", "delete", "Delete"),
        Binding("u", "undo", "Undo"),
        Binding("i", "import_file", "Import"),
    ]
    _staging: Staging

    def named(self, row: Row) -> tuple[EntryKind, str]:
        """Return the name a row is about; an empty one for no name."""
        raise NotImplementedError

    def staged(self) -> int:
        """Return how many names would be changed."""
        return len(self._staging.edits)

    def problem(self) -> str:
        """Say what holds everything back."""
        return self._staging.problem()

    def on_unmount(self) -> None:
        """Forget values of secrets."""
        self.forget()

    def forget(self) -> None:
        """Forget what is staged, values of secrets too."""
        self._staging.clear()

    def action_new(self, kind: str) -> None:
        """Add a variable or a secret."""
        if self.ready():
            self.open_form(EntryKind(kind), "")

    def action_import_file(self) -> None:
        """Take names and values from a file."""
        if not self.ready():
            return

        def read(found: EnvFile | None) -> None:
            if found is not None:
                self.look_through("Import from a .env file", from_file(found), found.problems)

        self.app.push_screen(ImportForm(), read)

    def look_through(self, title: str, rows: list[Incoming], problems: Sequence[str] = ()) -> None:
        """Ask which of these names are wanted, and stage them."""

        def decided(chosen: list[Incoming] | None) -> None:
            if chosen is not None:
                count = taken(chosen, self._staging)
                self.console.say("1 name staged." if count == 1 else f"{count} names staged.")
                self.edited()

        self.app.push_screen(IncomingForm(title, rows, self._staging, problems), decided)

    def open_form(
        self,
        kind: EntryKind,
        key: str,
        value: str = "",
        description: str = "",
        *,
        fixed: bool = False,
        at_once: bool = False,
    ) -> None:
        """Open the form of one name; one that is not `fixed` is still to be chosen.

        `at_once` opens the value in the person's own editor.
        """

        def naming(name: str) -> str:
            if not fixed and name in self._staging.names(kind):
                return f"{name} is there already: edit that one."
            return self._staging.problem_of_name(kind, name)

        def filled(entry: Entry | None) -> None:
            if entry is not None:
                self._staging.put(kind, entry.key, entry.value, entry.description)
                self.edited()
                self.go_to(lambda row: self.named(row) == (kind, entry.key))

        form: SecretForm | VariableForm
        if kind is EntryKind.SECRET:
            form = SecretForm(key, description, fixed=fixed, naming=naming)
        else:
            form = VariableForm(
                key, value, description, fixed=fixed, naming=naming, at_once=at_once
            )
        self.app.push_screen(form, filled)
