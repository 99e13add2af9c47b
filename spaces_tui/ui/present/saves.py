"""The history of a watched folder: how long each save took to be committed, built and live."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, width_of, wrapped
from spaces_tui.ui.present.spark import size, spark
from spaces_tui.ui.present.times import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.sync import Batch

_NAMED: Final = 3
_DRAWN: Final = 20
"""Batches in the row of bars."""
_ENOUGH: Final = 2


def batch_lines(batch: Batch, width: int) -> list[Line]:
    """Return `saved 12:04:10 → committed +0.2 s → building +1.1 s → live +9.8 s · app.py`.

    The paths go on a line of their own where one is not wide enough, and so does a note.
    """
    spans: list[Span] = [Span(f" saved {clock(batch.saved_at)}")]
    for word, seconds, role in _steps(batch):
        if seconds is not None:
            spans += [Span(" → ", Role.DIM), Span(f"{word} +{seconds:.1f} s", role)]
    if batch.hot and batch.live is not None and batch.replaced:
        what = ", ".join(clean_line(name) for name in batch.replaced)
        spans.append(Span(f" ({what})", Role.DIM))
    if batch.live is None and not batch.note:
        spans += [Span(" → ", Role.DIM), Span("…", Role.BUSY)]
    what_line = (Span(paths_in_short(batch)), *_size(batch))
    lines: list[Line] = [(*spans, Span(" · ", Role.DIM), *what_line)]
    if width_of(lines[0]) > width:
        lines = [tuple(spans), (Span("   "), *what_line)]
    if batch.note:
        live = batch.live is not None
        glyph, role = ("!", Role.BUSY) if live else ("✖", Role.BAD)
        lines += _noted(glyph, role, clean_line(batch.note), width)
    return [clip(one, width) for one in lines]


def _noted(glyph: str, role: Role, note: str, width: int) -> list[Line]:
    rows = wrapped(note, max(8, width - 5), role)[:3]
    return [
        (Span(f"   {glyph} " if number == 0 else "     ", role), *row)
        for number, row in enumerate(rows)
    ]


def _steps(batch: Batch) -> tuple[tuple[str, float | None, Role], ...]:
    last = "reloaded" if batch.hot else "live"
    return (
        ("committed", batch.committed, Role.TEXT),
        ("building", batch.building, Role.BUSY),
        (last, batch.live, Role.GOOD),
    )


def paths_in_short(batch: Batch) -> str:
    """Return the first paths of a batch; a deleted one has a minus before it."""
    names = [clean_name(path) for path in batch.uploaded]
    names += [f"-{clean_name(path)}" for path in batch.deleted]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def pulse_line(batches: Sequence[Batch]) -> Line:
    """Return `save → live ▂▃▂▅▂ median 9.6 s · last 9.8 s`; empty before there are two.

    Where nothing went live yet, the time to the commit is drawn instead.
    """
    for word, values in (
        ("live", [batch.live for batch in batches if batch.live is not None]),
        ("committed", [batch.committed for batch in batches if batch.committed is not None]),
    ):
        if len(values) >= _ENOUGH:
            oldest_first = values[:_DRAWN][::-1]
            bars = spark(oldest_first, max(oldest_first), len(oldest_first))
            return (
                Span(f"   save → {word} ", Role.DIM),
                Span(bars, Role.GOOD),
                Span(f" median {median(values):.1f} s", Role.TEXT),
                Span(f" · last {values[0]:.1f} s", Role.DIM),
            )
    return ()


def commit_url(space: str, oid: str, endpoint: str) -> str:
    """Return the address of a commit's page."""
    return f"{endpoint.rstrip('/')}/spaces/{space}/commit/{oid}"


def batch_details(batch: Batch, space: str, endpoint: str, width: int) -> list[Line]:
    """Return everything that is known of one batch."""
    facts = [
        ("Saved", clock(batch.saved_at)),
        ("Commit", batch.oid or "not there yet"),
        ("Parent", batch.parent),
        ("Page", commit_url(space, batch.oid, endpoint) if batch.oid else ""),
        ("Sent", f"{size(batch.bytes)} in {_requests(batch.requests)}"),
    ]
    facts += [(word.capitalize(), f"+{s:.2f} s") for word, s, _ in _steps(batch) if s is not None]
    if batch.stage is not None:
        facts.append(("Stage", batch.stage.word))
    if batch.replaced:
        facts.append(("Replaced", ", ".join(clean_line(name) for name in batch.replaced)))
    lines: list[Line] = []
    for name, value in facts:
        if value:
            rows = wrapped(value, max(8, width - 11))
            lines += [
                (Span(f" {name if number == 0 else '':<10}", Role.DIM), *row)
                for number, row in enumerate(rows)
            ]
    if batch.note:
        lines += [BLANK, *wrapped(clean_line(batch.note), width, Role.BAD, " ")]
    lines.append(BLANK)
    lines += [_row("+", Role.GOOD, path) for path in batch.uploaded]
    lines += [_row("-", Role.BAD, path) for path in batch.deleted]
    return [clip(line, width) for line in lines]


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"


def _row(sign: str, role: Role, path: str) -> Line:
    return (Span(f" {sign} ", role), Span(clean_name(path)))


def _size(batch: Batch) -> list[Span]:
    if not batch.bytes:
        return []
    commit = f" {clean_line(batch.oid[:7])}" if batch.oid else ""
    return [Span(f" · {size(batch.bytes)}{commit}", Role.DIM)]
