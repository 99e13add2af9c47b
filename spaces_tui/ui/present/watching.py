"""The Watch tab: state and reason, what waits, and how long each save took to go live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_name
from spaces_tui.ui.present.plan import plan_lines, skipped_line
from spaces_tui.ui.present.spans import (
    BLANK,
    Line,
    Role,
    Span,
    clip,
    joined,
    rule,
    width_of,
    wrapped,
)
from spaces_tui.ui.present.spark import size
from spaces_tui.ui.present.times import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.space import Space
    from spaces_tui.model.sync import Batch, SyncStatus

_ROLES = {
    SyncState.IN_SYNC: Role.GOOD,
    SyncState.PAUSED: Role.REST,
    SyncState.STOPPED: Role.DIM,
    SyncState.HELD: Role.BAD,
    SyncState.CONFLICT: Role.BAD,
    SyncState.AUTH: Role.BAD,
    SyncState.FORBIDDEN: Role.BAD,
    SyncState.GONE: Role.BAD,
    SyncState.HALTED: Role.BAD,
    SyncState.OFFLINE: Role.BAD,
}
_GLYPHS = {Role.GOOD: "●", Role.REST: "‖", Role.DIM: "○", Role.BAD: "!", Role.BUSY: "◐"}
_WORDS = {
    SyncState.IN_SYNC: "in sync",
    SyncState.PLAN: "the plan waits for your yes (w)",
    SyncState.HELD: "held: waits for your yes",
}


def watch_lines(space: Space, status: SyncStatus | None, width: int) -> list[Line]:
    """Return the whole tab."""
    if status is None:
        return _invitation(space, width)
    lines: list[Line] = [BLANK, state_line(status), _where(status)]
    if status.reason:
        lines += wrapped(status.reason, width, Role.TEXT, "   ")
    if status.degraded:
        lines += wrapped(f"Scanning on a timer: {status.degraded}", width, Role.BUSY, "   ")
    lines += _waiting(status, width)
    lines += [BLANK, rule("Saves", "newest first", width)]
    lines += [one for batch in status.batches for one in batch_lines(batch, width)]
    if not status.batches:
        lines += wrapped(
            f"Save a file in {clean_name(status.folder)} and it is on its way.",
            width,
            Role.DIM,
            " ",
        )
    return [clip(one, width) for one in lines]


def state_line(status: SyncStatus) -> Line:
    """Return the state in a word, and how many paths wait."""
    role = _ROLES.get(status.state, Role.BUSY)
    word = _WORDS.get(status.state, status.state.value)
    if status.state is SyncState.IN_SYNC and status.refused:
        role, word = Role.BUSY, f"in sync, but for {len(status.refused)} refused"
    parts: list[Line] = [(Span(f" {_GLYPHS[role]} {word}", role),)]
    if status.pending:
        files = "1 file waits" if status.pending == 1 else f"{status.pending} files wait"
        parts.append((Span(files, Role.BUSY),))
    return joined(parts)


def batch_lines(batch: Batch, width: int) -> list[Line]:
    """Return `saved 12:04:10 → committed +0.2 s → building +1.1 s → live +9.8 s · app.py`.

    The paths go on a line of their own where one is not wide enough.
    """
    spans: list[Span] = [Span(f" saved {clock(batch.saved_at)}", Role.TEXT)]
    for word, seconds, role in (
        ("committed", batch.committed, Role.TEXT),
        ("building", batch.building, Role.BUSY),
        ("live", batch.live, Role.GOOD),
    ):
        if seconds is not None:
            spans += [Span(" → ", Role.DIM), Span(f"{word} +{seconds:.1f} s", role)]
    if batch.live is None and not batch.note:
        spans += [Span(" → ", Role.DIM), Span("…", Role.BUSY)]
    what = (Span(_paths(batch)), *_size(batch))
    lines: list[Line] = [(*spans, Span(" · ", Role.DIM), *what)]
    if width_of(lines[0]) > width:
        lines = [tuple(spans), (Span("   "), *what)]
    if batch.note:
        lines.append((Span("   ✖ ", Role.BAD), Span(batch.note, Role.BAD)))
    return lines


def _paths(batch: Batch) -> str:
    names = [clean_name(path) for path in batch.uploaded]
    names += [f"-{clean_name(path)}" for path in batch.deleted]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _size(batch: Batch) -> list[Span]:
    if not batch.bytes:
        return []
    commit = f" {batch.oid[:7]}" if batch.oid else ""
    return [Span(f" · {size(batch.bytes)}{commit}", Role.DIM)]


def _where(status: SyncStatus) -> Line:
    target = f"{status.space}/{status.into}" if status.into else status.space
    spans = (
        Span(f"   {clean_name(status.folder)} ", Role.STRONG),
        Span("⇄ ", Role.DIM),
        Span(target, Role.STRONG),
    )
    return (*spans, Span(f" at {status.head[:7]}", Role.DIM)) if status.head else spans


def _waiting(status: SyncStatus, width: int) -> list[Line]:
    lines: list[Line] = []
    if status.held:
        note = "A sends it · X drops it"
        held = tuple(one.path for one in status.held)
        lines += _block("Held", note, held, "waits for your yes", width)
    if status.conflicts:
        lines += _block("In conflict", "", status.conflicts, "changed here and on the Space", width)
    if status.refused:
        lines += [BLANK, rule("Never sent as they are", "", width)]
        lines += [skipped_line(one) for one in status.refused]
    if status.plan is not None and status.state in (SyncState.HELD, SyncState.PLAN):
        lines += [BLANK, rule("Plan", "", width), *plan_lines(status.plan, width)]
    return lines


def _block(title: str, note: str, paths: Sequence[str], why: str, width: int) -> list[Line]:
    rows: list[Line] = [
        (Span(" ! ", Role.BAD), Span(clean_name(path)), Span(f"  {why}", Role.DIM))
        for path in paths
    ]
    return [BLANK, rule(title, note, width), *rows]


def _invitation(space: Space, width: int) -> list[Line]:
    text = (
        "No folder is watched for this Space.\n\n"
        "Press w, choose a folder, look at the plan: from then on every file you save there "
        f"is committed to {space.id} and running seconds later."
    )
    return [BLANK, *wrapped(text, width, Role.DIM, " ")]
