"""Names and values from elsewhere: a file, a pasted text, another Space; looked at, then staged."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.envfile import EnvFile, read_envfile
from spaces_tui.model.incoming import Fate, Incoming, fate
from spaces_tui.ui.present.environment import incoming_line, incoming_note
from spaces_tui.ui.present.spans import Line, Role, Span, clip, wrapped
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.textfiles import UnreadableError, read_text
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import Field, SecretField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from spaces_tui.model.identity import Secret
    from spaces_tui.model.staging import Staging

_LARGEST: Final = 1024 * 1024
"""Bytes of a file that is imported."""
_USUAL: Final = ".env"
_PROBLEMS: Final = 4
"""Lines that could not be read and are named."""


class ImportForm(Form[EnvFile]):
    """Takes the path of a `.env` file, or its text."""

    def __init__(self) -> None:
        super().__init__()
        self._path = Field(placeholder="path of a .env file", id="path")
        self._paste = SecretField(placeholder="or paste its text", id="paste", shown=_pasted)

    def title_text(self) -> str:
        """Return the title."""
        return "Import from a .env file"

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the path and the place to paste."""
        return [("", self._path), ("", self._paste)]

    def on_mount(self) -> None:
        """Propose the file that is usual where we were started."""
        super().on_mount()
        self.run_worker(self._propose(), group="file", exclusive=True)

    def lines(self, width: int) -> list[Line]:
        """Say what will happen."""
        said = "Nothing is staged before you have seen it. Nothing is interpolated."
        return wrapped(said, width, Role.DIM)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "shows it"), ("tab", "next field"), ("esc", "back"))

    def problem(self) -> str:
        """Nothing is wrong before one tries."""
        return ""

    def action_done(self) -> None:
        """Read what is given."""
        pasted = self._paste.secret
        path = self._path.value.strip()
        if pasted:
            self._take(read_envfile(pasted.reveal()))
        elif path:
            self.run_worker(self._read(path), group="file", exclusive=True)
        else:
            self.failed("Name a file, or paste its text.")

    async def _propose(self) -> None:
        if await asyncio.to_thread(Path(_USUAL).is_file) and not self._path.value:
            self._path.value = _USUAL

    async def _read(self, path: str) -> None:
        try:
            found = await asyncio.to_thread(_read_file, path)
        except UnreadableError as error:
            self.failed(str(error))
        else:
            self._take(found)

    def _take(self, found: EnvFile) -> None:
        if found.entries:
            self._paste.clear()
            self.dismiss(found)
        else:
            first = found.problems[0] if found.problems else ""
            self.failed(f"There is no NAME=value in it. {first}".strip())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()

    @on(SecretField.Changed)
    def _was_pasted(self, event: SecretField.Changed) -> None:
        event.stop()
        self.edited()


class IncomingForm(Form["list[Incoming]"]):
    """The table of what would be staged; each row can be left out or go to the other list."""

    WIDTH = 120
    AUTO_FOCUS = "#incoming"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "take", "Take or leave"),
        Binding("s", "flip", "Secret or variable"),
    ]

    def __init__(
        self, title: str, rows: Sequence[Incoming], staging: Staging, problems: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._title = title
        self._rows = list(rows)
        self._staging = staging
        self._problems = list(problems)
        self._table = Choices(self._lines, id="incoming")

    def title_text(self) -> str:
        """Return where it comes from."""
        return self._title

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the table."""
        return [("", self._table)]

    def tall(self) -> tuple[str, int]:
        """Give the table what room there is."""
        return "incoming", len(self._rows)

    def lines(self, width: int) -> list[Line]:
        """Return what could not be read, and how many rows would be staged."""
        lines = [clip((Span(problem, Role.BUSY),), width) for problem in self._problems[:_PROBLEMS]]
        more = len(self._problems) - _PROBLEMS
        if more > 0:
            lines.append((Span(f"and {more} more lines that say nothing", Role.BUSY),))
        count = sum(self._usable(row) for row in self._rows)
        said = "1 of them" if count == 1 else f"{count} of them"
        return [*lines, (Span(f"{len(self._rows)} names, {said} to be staged", Role.STRONG),)]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (
            ("space", "take or leave"),
            ("s", "secret or variable"),
            ("ctrl+s", "stage"),
            ("esc", "back"),
        )

    def problem(self) -> str:
        """Nothing that would hold it back: what cannot be taken is left out."""
        return ""

    def foot(self, width: int) -> list[Line]:
        """Return what there is to know of the row under the cursor, and the keys."""
        row = self._rows[self._table.cursor]
        note = incoming_note(row, fate(row, self._staging)[1])
        return [*wrapped(note or " ", width, Role.DIM), *super().foot(width)]

    def action_done(self) -> None:
        """Hand over what is wanted."""
        self.dismiss(self._rows)

    def action_take(self) -> None:
        """Take this row, or leave it."""
        self._replace(self._rows[self._table.cursor].toggled())

    def action_flip(self) -> None:
        """Make it a secret, or a variable."""
        self._replace(self._rows[self._table.cursor].flipped())

    def _replace(self, row: Incoming) -> None:
        self._rows[self._table.cursor] = row
        self._table.changed()
        self.lay_out()

    def _usable(self, row: Incoming) -> bool:
        what, _ = fate(row, self._staging)
        return row.wanted and what not in (Fate.SAME, Fate.COLLISION, Fate.REFUSED)

    def _lines(self, width: int) -> list[Line]:
        return [incoming_line(row, fate(row, self._staging)[0], width) for row in self._rows]

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self.action_take()

    @on(Choices.Moved)
    def _moved(self, event: Choices.Moved) -> None:
        event.stop()
        self.lay_out()


def _read_file(path: str) -> EnvFile:
    return read_envfile(read_text(Path(path).expanduser(), _LARGEST))


def _pasted(text: Secret) -> str:
    lines = len(text.reveal().splitlines())
    return "1 line pasted" if lines == 1 else f"{lines} lines pasted"
