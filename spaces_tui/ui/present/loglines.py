"""Log lines as they are painted: time, level, matches, and a hard cut of very long lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, chop_cells

from spaces_tui.ui.present.spans import Line, Role, Span
from spaces_tui.ui.present.times import clock

if TYPE_CHECKING:
    from spaces_tui.model.logs import LogLine

TIME_WIDTH: Final = 9
LONGEST: Final = 20_000
"""Characters of one line that are painted; the rest is counted, so that no line stalls a paint."""

_BAD: Final = re.compile(
    r"\b(?:ERROR|CRITICAL|FATAL|PANIC|panic:|Traceback|[A-Z]\w*(?:Error|Exception)\b)|^E\s*:"
    r"|\berror(?:\[\w+\])?:",
    re.ASCII,
)
_WARN: Final = re.compile(r"\b(?:WARN(?:ING)?|Warning|warning:|[A-Z]\w*Warning)\b", re.ASCII)
_QUIET: Final = re.compile(r"\b(?:DEBUG|TRACE)\b", re.ASCII)
_SCANNED: Final = 400
"""Characters of a line that are looked at for its level."""


def level_role(text: str) -> Role:
    """Return the role of a log line by the level words in its beginning."""
    head = text[:_SCANNED]
    if _BAD.search(head):
        return Role.BAD
    if _WARN.search(head):
        return Role.BUSY
    return Role.DIM if _QUIET.search(head) else Role.TEXT


def role_of(log: LogLine) -> Role:
    """Return the role of a line; marks that are not the log's own stand apart from it."""
    return Role.TITLE if log.mark else level_role(log.text)


def pattern_of(query: str) -> re.Pattern[str] | None:
    """Compile a search: a plain substring, case-insensitive unless it holds a capital."""
    if not query:
        return None
    return re.compile(re.escape(query), 0 if query != query.lower() else re.IGNORECASE)


def body_of(log: LogLine) -> str:
    """Return the text to paint: tabs expanded, and cut when it is very long."""
    text = log.text
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} … {len(text) - LONGEST:,} more characters"
    return text.expandtabs(4) if "\t" in text else text


def pieces_of(text: str, width: int) -> list[str]:
    """Break a text into pieces of at most `width` cells, for wrapping."""
    if not text or width < 2:
        return [text]
    if text.isascii():
        return [text[start : start + width] for start in range(0, len(text), width)]
    return chop_cells(text, width)


def shifted(text: str, offset: int, width: int) -> str:
    """Return the part of a line that is in view, marked where it goes on to the right."""
    part = text[offset : offset + width + 1]
    if cell_len(part) <= width:
        return part
    while cell_len(part) > width - 1:
        part = part[: max(0, len(part) - max(1, (cell_len(part) - width) // 2))]
    return part + "…"


def time_span(log: LogLine, first_piece: bool = True) -> Span:
    """Return the time column."""
    stamp = clock(log.time) if log.time and first_piece else ""
    return Span(stamp.ljust(TIME_WIDTH), Role.DIM)


def text_spans(
    text: str, role: Role, pattern: re.Pattern[str] | None, current: bool = False
) -> Line:
    """Return a line's text with what was searched for highlighted."""
    if pattern is None:
        return (Span(text, role),)
    spans: list[Span] = []
    end = 0
    for found in pattern.finditer(text):
        if found.start() > end:
            spans.append(Span(text[end : found.start()], role))
        spans.append(Span(found.group(), Role.CURRENT if current else Role.MATCH))
        end = found.end()
    if end < len(text):
        spans.append(Span(text[end:], role))
    return tuple(spans)
