"""The field that `/` opens: filters the list or searches the log while one types."""

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
        """What it filters or searches: `sidebar` or `logs`."""
        self.called = False
        """Whether it was opened and the focus has not reached it yet."""
        self._left = False

    def call(self) -> None:
        """Show it and take the focus."""
        self._left = False
        self.called = True
        self.display = True
        self.focus()

    def on_focus(self) -> None:
        """Take the keys from here on, and act on those that came before."""
        if self.called:
            self.called = False
            self.post_message(self.Changed(self, self.value))

    def on_key(self, event: Key) -> None:
        """Pass on what was typed after enter, before the focus had gone: it is for others."""
        if self._left:
            event.prevent_default()

    def action_give_up(self) -> None:
        """Leave without a text."""
        self.value = ""
        self._leave()

    async def action_submit(self) -> None:
        """Leave and keep the text."""
        self._leave()

    def _leave(self) -> None:
        self.called = False
        self._left = True
        self.post_message(self.Left())
