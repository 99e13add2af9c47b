"""The footer: keys that matter here, dim where they cannot work now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.ui.actions import ACTIONS, Action, key_name
from spaces_tui.ui.present.spans import Line, Role, Span, width_of

if TYPE_CHECKING:
    from spaces_tui.ui.rules import Context

_SHORT = {
    "logs.container": "logs",
    "logs.build": "build",
    "space.hardware": "hardware",
    "find": "filter",
    "space.watch": "watch",
    "space.pause": "pause",
    "space.restart": "restart",
    "space.open": "open",
    "help": "keys",
    "quit": "quit",
}


def footer_line(context: Context, width: int) -> Line:
    """Return as many keys as there is room for, the most needed ones first to stay."""
    chosen = [action for action in ACTIONS if action.footer]
    while chosen:
        spans = tuple(span for action in chosen for span in _entry(action, context))
        if width_of(spans) <= width:
            return spans
        chosen.remove(max(chosen, key=lambda action: action.footer))
    return ()


def _entry(action: Action, context: Context) -> Line:
    possible = not action.when(context)
    return (
        Span(f" {key_name(action.keys[0])} ", Role.KEY if possible else Role.DIM, action.id),
        Span(f"{_SHORT[action.id]} ", Role.TEXT if possible else Role.DIM, action.id),
    )
