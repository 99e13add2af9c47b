"""The journal of actions, row by row, and one action in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.ui.present.outcomes import bare
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, padded, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spaces_tui.model.journal import Record

_WIDE: Final = 90
_NAME: Final = 28


def matching(records: Iterable[Record], wanted: str) -> list[Record]:
    """Return the records in which every word of `wanted` occurs, whatever its case."""
    words = wanted.lower().split()
    return [
        record
        for record in records
        if all(word in f"{_searched(record)}".lower() for word in words)
    ]


def record_line(record: Record, width: int) -> Line:
    """Return one action: when, where, what, and whether it was done."""
    local = record.at.astimezone()
    stamp = local.strftime("%d %b %H:%M:%S " if width >= _WIDE else "%d %b %H:%M ")
    mark = Span("✔ ", Role.GOOD) if record.ok else Span("✖ ", Role.BAD)
    name = padded(record.space, _NAME) if width >= _WIDE else f"{record.space}: "
    spans: Line = (Span(stamp, Role.DIM), mark, Span(name, Role.STRONG), Span(record.what))
    if record.error:
        spans = (*spans, Span(f" — {bare(record.error, record.space)}", Role.BAD))
    return clip(spans, width)


def record_lines(record: Record, width: int) -> list[Line]:
    """Return everything about one action."""
    state = Span("done", Role.GOOD) if record.ok else Span("not done", Role.BAD)
    lines: list[Line] = [
        (Span(f"{record.at.astimezone():%Y-%m-%d %H:%M:%S %Z}  ", Role.DIM), state),
        (Span(record.space, Role.STRONG),),
        *wrapped(record.what, width),
    ]
    if record.error:
        lines += [BLANK, *wrapped(bare(record.error, record.space), width, Role.BAD)]
    facts = (("by", record.account), ("request", record.request_id))
    lines.append(BLANK)
    for name, value in facts:
        if value:
            lines += _fact(name, value, width)
    return lines


def _fact(name: str, value: str, width: int) -> list[Line]:
    """Return a name and its value, whole: a request's id is longer than many terminals are wide."""
    (first,), *rest = wrapped(value, width, Role.TEXT, " " * (len(name) + 1))
    return [(Span(f"{name} ", Role.DIM), Span(first.text.lstrip())), *rest]


def _searched(record: Record) -> str:
    parts = (record.space, record.what, record.error, record.request_id or "", record.account)
    outcome = "done" if record.ok else "failed"
    return " ".join((*parts, outcome))
