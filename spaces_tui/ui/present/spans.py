"""Lines of spans: text with a role instead of a colour, so that presentation stays pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterable

ELLIPSIS: Final = "…"


class Role(StrEnum):
    """What a piece of text is; the palette gives each role its style."""

    TEXT = "text"
    DIM = "dim"
    STRONG = "strong"
    TITLE = "title"
    GOOD = "good"
    BUSY = "busy"
    BAD = "bad"
    REST = "rest"
    """Asleep or paused: at rest on purpose."""
    MONEY = "money"
    KEY = "key"
    ACTIVE = "active"
    """The chosen one of several, such as the open tab."""
    MARK = "mark"
    MATCH = "match"
    CURRENT = "current"
    """The match the cursor is on."""
    KEYWORD = "keyword"
    """Of a programming language; the next two are of its literals."""
    STRING = "string"
    NUMBER = "number"


class Span(NamedTuple):
    """A piece of a line. `action` is what a click on it does: the id of an action, or empty."""

    text: str
    role: Role = Role.TEXT
    action: str = ""


Line = tuple[Span, ...]
BLANK: Final[Line] = ()


def line(*parts: Span | str) -> Line:
    """Make a line; plain strings become plain spans."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


def width_of(spans: Iterable[Span]) -> int:
    """Return how many cells a line takes."""
    return sum(cell_len(span.text) for span in spans)


def text_of(spans: Iterable[Span]) -> str:
    """Return a line's text without roles."""
    return "".join(span.text for span in spans)


def shorten(text: str, width: int) -> str:
    """Cut a text to `width` cells, with an ellipsis where something was cut."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return ELLIPSIS[:width]
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def padded(text: str, width: int) -> str:
    """Make a text exactly `width` cells, of which the last stays empty when it was cut."""
    if width < 1:
        return ""
    short = shorten(text, max(1, width - 1))
    return short + " " * (width - cell_len(short))


def clip(spans: Line, width: int) -> Line:
    """Cut a line to `width` cells, with an ellipsis where something was cut."""
    if width_of(spans) <= width:
        return spans
    left = width
    kept: list[Span] = []
    for span in spans:
        size = cell_len(span.text)
        if size < left:
            kept.append(span)
            left -= size
            continue
        short = shorten(span.text + " ", left) if size == left else shorten(span.text, left)
        kept.append(Span(short, span.role, span.action))
        break
    return tuple(kept)


def spread(left: Line, right: Line, width: int) -> Line:
    """Put one line at the left edge and one at the right; the left one gives way."""
    room = width - width_of(right)
    if room < 1:
        return clip(right, width)
    left = clip(left, room - 1)
    return (*left, Span(" " * (room - width_of(left))), *right)


def joined(parts: Iterable[Line], separator: str = " · ") -> Line:
    """Join the lines that are not empty."""
    spans: list[Span] = []
    for part in parts:
        if not part:
            continue
        if spans:
            spans.append(Span(separator, Role.DIM))
        spans.extend(part)
    return tuple(spans)


def flowed(parts: Iterable[Line], width: int) -> list[Line]:
    """Put pieces beside each other, and into the next line what has no room; none is broken."""
    lines: list[Line] = [()]
    for part in parts:
        room = width_of(lines[-1]) + cell_len(text_of(part).rstrip())
        if lines[-1] and room > width:
            lines.append(())
        lines[-1] = (*lines[-1], *part)
    return [clip(_without_end(one), width) for one in lines]


def _without_end(spans: Line) -> Line:
    """Return a line without the blanks at its end."""
    if not spans:
        return spans
    *before, last = spans
    return (*before, last._replace(text=last.text.rstrip()))


def rule(title: str, note: str, width: int) -> Line:
    """Return a heading drawn as a rule: `── title ───── note ─`."""
    head = f"── {title} "
    tail = f" {note} ─" if note else ""
    room = width - cell_len(head) - cell_len(tail)
    if room < 1:
        return clip((Span(head, Role.DIM),), width)
    return (
        Span("── ", Role.DIM),
        Span(title, Role.TITLE),
        Span(" ", Role.DIM),
        Span("─" * room, Role.DIM),
        Span(tail, Role.DIM),
    )


def wrapped(text: str, width: int, role: Role = Role.TEXT, indent: str = "") -> list[Line]:
    """Break a text between words into lines of at most `width` cells."""
    room = max(8, width - cell_len(indent))
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if cell_len(paragraph) <= room:
            lines.append(paragraph)
            continue
        current = ""
        for word in paragraph.split(" "):
            candidate = f"{current} {word}" if current else word
            if cell_len(candidate) <= room:
                current = candidate
                continue
            if current:
                lines.append(current)
            current = word
            while cell_len(current) > room:
                head = set_cell_size(current, room)
                head = head if current.startswith(head) else set_cell_size(current, room - 1)
                lines.append(head.rstrip())
                current = current[len(head) :]
        lines.append(current)
    return [(Span(indent + one, role),) for one in lines]
