"""The folder that the first commit of a new Space is made of."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.text import clean_name
from spaces_tui.ui.completion import complete
from spaces_tui.ui.present.spans import Line, Role, wrapped
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from textual.widget import Widget

_CHOICES: Final = 8
"""Folders named when a path can go on in several ways."""


class NewFolderForm(Form[str]):
    """Ends with a path; an empty one means no commit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "after_typing('complete')", "Complete", priority=True)
    ]

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._path = Field(folder, placeholder="a folder; empty for none", id="folder")
        self._names: tuple[str, ...] = ()

    def title_text(self) -> str:
        """Return the title."""
        return "First commit from a folder"

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the path."""
        return [("", self._path)]

    def on_mount(self) -> None:
        """Go on where the path ends."""
        super().on_mount()
        self._path.cursor_position = len(self._path.value)

    def lines(self, width: int) -> list[Line]:
        """Say what is sent, and the folders the path may go on with."""
        said = (
            "It is committed as u does it: keys, .env files and what is ignored stay out. You "
            "see how much it is before anything is created."
        )
        names = [f"{clean_name(name)}/" for name in self._names[:_CHOICES]]
        more = len(self._names) - _CHOICES
        names += [f"and {more} more"] if more > 0 else []
        choices = wrapped("  ".join(names), width, Role.DIM) if names else []
        return [*wrapped(said, width, Role.DIM), *choices]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "takes it"), ("tab", "completes"), ("esc", "back"))

    def problem(self) -> str:
        """Nothing is wrong before it was looked at."""
        return ""

    def action_done(self) -> None:
        """Take the path."""
        self.dismiss(self._path.value.strip())

    def action_complete(self) -> None:
        """Complete the path, beside the screen's own loop: a disk may be slow."""
        self.run_worker(self._complete(), group="complete", exclusive=True, exit_on_error=False)

    async def _complete(self) -> None:
        typed = self._path.value
        found = await asyncio.to_thread(complete, typed)
        if self._path.value == typed:
            if found.text.isprintable():  # the field paints what it holds as it is
                self._path.value = found.text
                self._path.cursor_position = len(found.text)
            self._names = found.choices
            self.lay_out()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._names = ()
        self.edited()
