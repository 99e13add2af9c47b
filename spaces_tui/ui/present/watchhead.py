"""The top of the Watch tab: the state, what is wrong, what to press, and what is on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.saves import pulse_line
from spaces_tui.ui.present.spans import Line, Role, Span, clip, joined, wrapped
from spaces_tui.ui.present.transfers import duration, transfer_line
from spaces_tui.ui.present.watchlook import files_wait, look_of_watch, ways_out

if TYPE_CHECKING:
    from spaces_tui.model.sync import CommitBudget, SyncStatus

_LOW: Final = 10
"""Commits left in this hour from which on the number is a warning."""
_SHOWN: Final = 4
"""Large files shown at once."""
_INDENT: Final = "   "


def head_of_watch(status: SyncStatus, width: int) -> list[Line]:
    """Return everything above the files and the history."""
    lines: list[Line] = [state_line(status), _where(status)]
    if status.reason and status.state is not SyncState.IN_SYNC:
        lines += wrapped(clean_line(status.reason), width, Role.TEXT, _INDENT)
    out = ways_out(status)
    if out:
        lines.append((Span(_INDENT), *out))
    if status.degraded:
        words = f"Scanning on a timer: {clean_line(status.degraded)}"
        lines += wrapped(words, width, Role.BUSY, _INDENT)
    if status.budget is not None:
        lines.append(budget_line(status.budget))
    lines += [transfer_line(one, width) for one in status.transfers[:_SHOWN]]
    more = len(status.transfers) - _SHOWN
    if more > 0:
        lines.append((Span(f"{_INDENT}and {more} more on their way", Role.DIM),))
    pulse = pulse_line(status.batches)
    if pulse:
        lines.append(pulse)
    return [clip(one, width) for one in lines]


def state_line(status: SyncStatus) -> Line:
    """Return the state by glyph and word, and how many paths wait."""
    look = look_of_watch(status)
    parts: list[Line] = [(Span(f" {look.glyph} {look.word}", look.role),)]
    if status.pending:
        parts.append((Span(files_wait(status.pending), Role.BUSY),))
    return joined(parts)


def budget_line(budget: CommitBudget) -> Line:
    """Return `commits left this hour: 113 of 120`, and when the next goes where few are left."""
    low = budget.left <= _LOW
    role = Role.BAD if budget.left <= 0 else Role.BUSY if low else Role.TEXT
    spans: list[Span] = [
        Span(f"{_INDENT}commits left this hour: ", Role.DIM),
        Span(f"{budget.left} of {budget.limit}", role),
    ]
    if low:
        spans.append(Span(" (few)" if budget.left > 0 else " (none)", role))
    if budget.next_in > 0:
        spans.append(Span(f" · the next goes in {duration(budget.next_in)}", role))
    return tuple(spans)


def _where(status: SyncStatus) -> Line:
    target = f"{status.space}/{clean_name(status.into)}" if status.into else status.space
    spans = (
        Span(f"{_INDENT}{short_folder(status.folder)} ", Role.STRONG),
        Span("⇄ ", Role.DIM),
        Span(target, Role.STRONG),
    )
    return (*spans, Span(f" @ {status.head[:7]}", Role.DIM)) if status.head else spans
