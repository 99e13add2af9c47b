"""Where variables come from or go to: another Space, a file."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import on
from textual.widgets import Input

from spaces_tui.model.text import clean_name
from spaces_tui.store.files import write_private
from spaces_tui.ui.present.questions import Question
from spaces_tui.ui.present.spans import Line, Role, Span, clip, wrapped
from spaces_tui.ui.screens.confirm import ConfirmScreen
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

_ID: Final = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_SHOWN: Final = 8


class OtherSpaceForm(Form[str]):
    """Asks for another Space: one of the list, or any other by its name."""

    def __init__(self, spaces: Sequence[str]) -> None:
        super().__init__()
        self._spaces = list(spaces)
        self._wanted = Field(placeholder="owner/name, or a part of one of yours", id="name")
        self._list = Choices(self._lines, id="spaces", empty="None of yours: give its whole name.")

    def title_text(self) -> str:
        """Return the title."""
        return "Copy from another Space"

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the field and the Spaces that fit."""
        return [("", self._wanted), ("", self._list)]

    def tall(self) -> tuple[str, int]:
        """Give the list some room."""
        return "spaces", min(_SHOWN, max(1, len(self._spaces)))

    def lines(self, width: int) -> list[Line]:
        """Say what is copied."""
        said = "Variables come with their values; secrets by name alone, their values are needed."
        return wrapped(said, width, Role.DIM)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "shows it"), ("tab", "list"), ("esc", "back"))

    def problem(self) -> str:
        """Nothing is wrong before one tries."""
        return ""

    def action_done(self) -> None:
        """Take what is named in full, else what the cursor of the list is on."""
        typed = self._wanted.value.strip()
        fitting = self._fitting()
        if _ID.fullmatch(typed):
            self.dismiss(typed)
        elif fitting:
            self.dismiss(fitting[min(self._list.cursor, len(fitting) - 1)])
        else:
            self.failed("Write the Space as owner/name.")

    def _fitting(self) -> list[str]:
        words = self._wanted.value.lower().split()
        return [one for one in self._spaces if all(word in one.lower() for word in words)]

    def _lines(self, width: int) -> list[Line]:
        return [clip((Span(one),), width) for one in self._fitting()]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._list.changed()
        self.edited()

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self.dismiss(self._fitting()[event.row])


class ExportForm(Form[str]):
    """Writes a text to a file, readable by its owner alone; asks before it replaces one."""

    def __init__(self, text: str, count: int) -> None:
        super().__init__()
        self._text = text
        self._count = count
        self._path = Field(placeholder="path of the file to write", id="path")

    def title_text(self) -> str:
        """Return the title."""
        return "Export variables"

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the path."""
        return [("", self._path)]

    def lines(self, width: int) -> list[Line]:
        """Say what is written."""
        what = "1 variable" if self._count == 1 else f"{self._count} variables"
        said = f"Writes {what} as they are on the Space now, as NAME=value lines. No secrets."
        return wrapped(said, width, Role.DIM)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "writes"), ("esc", "back"))

    def problem(self) -> str:
        """Nothing is wrong before one tries."""
        return ""

    def action_done(self) -> None:
        """Look whether there is such a file, then write."""
        path = self._path.value.strip()
        if not path:
            self.failed("Name the file to write.")
            return
        self.run_worker(self._look(Path(path).expanduser()), group="file", exclusive=True)

    async def _look(self, path: Path) -> None:
        try:
            exists = await asyncio.to_thread(path.exists)
        except OSError as error:
            self.failed(f"{clean_name(str(path))}: {error.strerror}.")
            return
        if not exists:
            await self._write(path)
            return
        name = clean_name(str(path))
        question = Question(
            "Replace this file?", (name,), ("What is in it now is lost.",), "Replace"
        )

        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(self._write(path), group="file", exclusive=True)

        self.app.push_screen(ConfirmScreen(question), answered)

    async def _write(self, path: Path) -> None:
        try:
            await asyncio.to_thread(_write_text, path, self._text)
        except OSError as error:
            self.failed(f"{clean_name(str(path))} cannot be written: {error.strerror}.")
        else:
            self.dismiss(str(path))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()


def _write_text(path: Path, text: str) -> None:
    """Write through a link, and into no folder that is not there."""
    place = path.resolve()
    if not place.parent.is_dir():
        raise FileNotFoundError(2, "there is no such folder")
    write_private(place, text.encode("utf-8", "surrogatepass"))
