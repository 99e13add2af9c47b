"""Asks for the name of a variable or a secret that is to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from spaces_tui.ui.present.spans import Line, Role, wrapped
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.widget import Widget


class RemovalForm(Form[str]):
    """Ends with the name."""

    def __init__(self, staged: Collection[str]) -> None:
        """`staged` are names that are to be set, which a removal forgets."""
        super().__init__()
        self._staged = staged
        self._wanted = Field(placeholder="NAME", id="name")

    def title_text(self) -> str:
        """Return the title."""
        return "Remove a name"

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the field."""
        return [("Name", self._wanted)]

    def lines(self, width: int) -> list[Line]:
        """Say where it goes from."""
        said = "Variable or secret: it goes from whichever list a Space has it in."
        return wrapped(said, width, Role.DIM)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "stage"), ("esc", "back"))

    def problem(self) -> str:
        """Say what would be forgotten."""
        name = self._wanted.value.strip()
        if name in self._staged:
            return f"{name} is staged to be set: removing it instead forgets that value."
        return ""

    def action_done(self) -> None:
        """Hand the name over."""
        name = self._wanted.value.strip()
        if name:
            self.dismiss(name)
        else:
            self.failed("It needs a name.")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()
