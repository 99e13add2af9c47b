"""Lines of the Settings tab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.ui.actions import BY_ID, key_name, keys_for
from spaces_tui.ui.present.spans import Line, Role, Span, padded, spread

if TYPE_CHECKING:
    from spaces_tui.ui.present.settingsrows import SettingsRow

_LABEL: Final = (14, 18)
"""Fewest and most cells of the column of names."""
_WITH_ASIDE: Final = 60
"""Columns from which there is room for an age."""


def row_line(row: SettingsRow, why_not: str, width: int, *, allowed: bool) -> Line:
    """Return one row: name, value, what is to be said of it, and at the right its key.

    `why_not` is what stands against a change of this row; where it is empty and the row still not
    `allowed`, something stands against all of them.
    """
    key = f"{key_name(keys_for(BY_ID[row.action])[0])} " if row.action else ""
    end: Line = (Span(f" {key}", Role.KEY if allowed else Role.DIM),)
    note = why_not or row.note
    if row.heading:
        title = (Span(f" {row.label}", Role.TITLE),)
        said = (Span(f" · {note}", Role.DIM),) if note else ()
        return spread((*title, *said, *row.value), end, width)
    if row.bad:
        again = (Span(" enter", Role.KEY), Span(" tries again "))
        return spread((Span("  ✖ ", Role.BAD), *row.value), again, width)
    fewest, most = _LABEL
    label = padded(row.label, max(fewest, min(most, width // 4))) if row.label else ""
    if row.aside and width >= _WITH_ASIDE:
        end = (Span(f" {row.aside} ", Role.DIM), *end)
    said = (Span(f"  {note}", Role.DIM),) if note else ()
    return spread((Span(f"   {label}", Role.DIM), *row.value, *said), end, width)
