"""Editors of a Space that is not there yet: they stage on a draft, and apply nothing."""

from __future__ import annotations

from typing import TypeVar

from spaces_tui.ui.present.spans import Line, Role, Span, flowed
from spaces_tui.ui.screens.editor import Editor, Phase

Loaded = TypeVar("Loaded")


class OnDraft(Editor[Loaded]):
    """Whatever ends it, what is staged stays with the draft. Goes before the editor it changes."""

    def load(self) -> None:
        """Nothing is set yet."""
        return

    def foot(self, width: int) -> list[Line]:
        """Return the keys; nothing is applied from here."""
        if self.phase is not Phase.EDITING:
            return super().foot(width)
        keys = [*self.keys(), ("ctrl+s", "done"), ("esc", "back")]
        return flowed([(Span(key, Role.KEY), Span(f" {what}   ")) for key, what in keys], width)

    def action_back(self) -> None:
        """Go back to the draft."""
        self.dismiss(True)

    def action_apply(self) -> None:
        """Go back to the draft."""
        self.dismiss(True)

    def action_reload(self) -> None:
        """Nothing is set yet that could be read again."""
