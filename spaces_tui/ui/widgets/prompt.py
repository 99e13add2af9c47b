"""The field that `/` and `&` open: filters the list, searches or filters the log as one types."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.widgets import Input


class Prompt(Input):
    """One line of input in place of a dialog. It is hidden between uses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Clear"),
        Binding("tab,down", "submit", "Keep"),
    ]

    class Left(Message):
        """The person is done with it; what is to be filtered or searched is in the field."""

    def __init__(self) -> None:
        super().__init__(id="prompt", compact=True, select_on_focus=False)
        self.cursor_blink = False
        self.target = "sidebar"
        """What it filters or searches: `sidebar`, `logs`, or the `filter` of the log."""
        self.open = False

    def call(self) -> None:
        """Show it and take the focus, at once: the next keys may be on their way already."""
        self.open = True
        self.display = True
        self.screen.set_focus(self)

    def on_focus(self) -> None:
        """Act on what was typed before there was a field to type it in."""
        self.post_message(self.Changed(self, self.value))

    def on_key(self, event: Key) -> None:
        """Pass on what was typed after enter, before the focus had gone: it is for others."""
        if not self.open:
            event.prevent_default()

    def action_give_up(self) -> None:
        """Leave without a text."""
        self.value = ""
        self._leave()

    async def action_submit(self) -> None:
        """Leave and keep the text."""
        self._leave()

    def _leave(self) -> None:
        self.open = False
        self.post_message(self.Left())
