"""The field that `/` opens: filters the list or searches the log while one types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class Prompt(Input):
    """One line of input in place of a dialog. It is hidden between uses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Clear"),
        Binding("tab,down", "submit", "Keep"),
    ]

    @dataclass
    class Left(Message):
        """The person is done with it; the text was kept or dropped."""

        kept: bool

    def __init__(self) -> None:
        super().__init__(id="prompt", compact=True)
        self.cursor_blink = False
        self.target = "sidebar"
        """What it filters or searches: `sidebar` or `logs`."""

    def action_give_up(self) -> None:
        """Leave without a text."""
        self.value = ""
        self.post_message(self.Left(kept=False))

    async def action_submit(self) -> None:
        """Leave and keep the text."""
        self.post_message(self.Left(kept=True))
