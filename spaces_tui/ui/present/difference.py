"""Two versions of a text, compared line by line: unified or side by side, signs beside colours."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len

from spaces_tui.model.text import clean, clean_line
from spaces_tui.ui.present.loglines import LONGEST, pieces_of, shifted
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, padded, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spaces_tui.model.sync import Comparison

SIDE_BY_SIDE: Final = 120
"""Columns from which both versions have room beside each other."""
MOST_LINES: Final = 20_000
"""Lines of both versions together that are compared."""
_CONTEXT: Final = 3
_NO_BREAK: Final = " (no line break at the end)"


class Row(NamedTuple):
    """One row of a comparison: the Space's line, this folder's line, or both."""

    theirs: str | None
    mine: str | None
    number_theirs: int
    number_mine: int
    first: bool = False
    """Whether a change begins here."""

    @property
    def same(self) -> bool:
        """Whether both sides have this line."""
        return self.theirs is not None and self.mine is not None


class Skip(NamedTuple):
    """Lines that are the same and are left out."""

    lines: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two versions, ready to be laid out."""

    rows: tuple[Row | Skip, ...] = ()
    notes: tuple[str, ...] = ()
    """What stands in place of a text, or of the comparison."""
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """A comparison as it is painted."""

    lines: list[Line]
    starts: list[int]
    """The line each change begins on."""


def difference(sides: Comparison) -> Difference:
    """Compare both sides. Takes a while for long texts: not for the screen's own loop."""
    notes = [
        f"{name}: {clean_line(note)}"
        for name, text, note in (
            ("Mine", sides.here, sides.here_note),
            ("Theirs", sides.there, sides.there_note),
        )
        if text is None
    ]
    if sides.here is None and sides.there is None:
        return Difference(notes=tuple(notes))
    mine, theirs = _lines(sides.here), _lines(sides.there)
    if len(mine) + len(theirs) > MOST_LINES:
        notes.append(f"Too long to compare: {len(mine):,} lines here, {len(theirs):,} there.")
        return Difference(notes=tuple(notes))
    rows = tuple(_rows(theirs, mine))
    changes = sum(1 for row in rows if isinstance(row, Row) and row.first)
    if not changes and not notes:
        notes.append("Both sides have the same text.")
    return Difference(rows, tuple(notes), changes)


def layout(found: Difference, width: int, *, wrap: bool = False, offset: int = 0) -> Layout:
    """Lay a comparison out, unified or side by side by the width."""
    lines: list[Line] = []
    starts: list[int] = []
    for note in found.notes:
        lines += wrapped(note, width, Role.BUSY)
    if found.notes and found.rows:
        lines.append(BLANK)
    digits = _digits(found.rows)
    beside = width >= SIDE_BY_SIDE
    rows = list(_paired(found.rows)) if beside else list(found.rows)
    for row in rows:
        if isinstance(row, Skip):
            lines.append((Span(f"  ⋯ {_count(row.lines)} the same", Role.DIM),))
            continue
        if row.first:
            starts.append(len(lines))
        if beside:
            lines += _beside(row, width, digits, wrap=wrap, offset=offset)
        else:
            lines += _unified(row, width, digits, wrap=wrap, offset=offset)
    return Layout([clip(line, width) for line in lines], starts)


def _lines(text: str | None) -> list[str]:
    """Return the lines as they are shown; the last tells when it has no line break."""
    if not text:
        return []
    lines = text.split("\n")
    if lines[-1]:
        lines[-1] += _NO_BREAK
    else:
        lines.pop()
    return [_shown(line) for line in lines]


def _shown(line: str) -> str:
    return clean(line.replace("\r", "␍")).expandtabs(4)[:LONGEST]


def _rows(theirs: Sequence[str], mine: Sequence[str]) -> Iterator[Row | Skip]:
    matcher = SequenceMatcher(None, theirs, mine, autojunk=len(theirs) + len(mine) > 2000)
    blocks = matcher.get_opcodes()
    for number, (tag, i, i_end, j, j_end) in enumerate(blocks):
        if tag == "equal":
            yield from _equal(theirs, i, j, i_end - i, number > 0, number < len(blocks) - 1)
            continue
        first = True
        for at in range(i, i_end):
            yield Row(theirs[at], None, at + 1, 0, first)
            first = False
        for at in range(j, j_end):
            yield Row(None, mine[at], 0, at + 1, first)
            first = False


def _equal(
    text: Sequence[str], i: int, j: int, count: int, before: bool, after: bool
) -> Iterator[Row | Skip]:
    """Return the lines around changes, and how many others there are between them."""
    head = _CONTEXT if before else 0
    tail = _CONTEXT if after else 0
    if count <= head + tail + 1:
        head, tail = count, 0
    for at in range(head):
        yield Row(text[i + at], text[i + at], i + at + 1, j + at + 1)
    left = count - head - tail
    if left:
        yield Skip(left)
    for at in range(count - tail, count):
        yield Row(text[i + at], text[i + at], i + at + 1, j + at + 1)


def _paired(rows: Sequence[Row | Skip]) -> Iterator[Row | Skip]:
    """Put the removed and the added lines of one change beside each other."""
    gone: list[Row] = []
    come: list[Row] = []

    def flush() -> Iterator[Row]:
        for at in range(max(len(gone), len(come))):
            left = gone[at] if at < len(gone) else Row(None, None, 0, 0)
            right = come[at] if at < len(come) else Row(None, None, 0, 0)
            yield Row(left.theirs, right.mine, left.number_theirs, right.number_mine, at == 0)
        gone.clear()
        come.clear()

    for row in rows:
        if isinstance(row, Skip) or row.same:
            yield from flush()
            yield row
            continue
        if row.first:
            yield from flush()
        (gone if row.mine is None else come).append(row)
    yield from flush()


def _unified(row: Row, width: int, digits: int, *, wrap: bool, offset: int) -> list[Line]:
    if row.same:
        sign, role, text, number = " ", Role.TEXT, row.mine or "", row.number_mine
    elif row.mine is None:
        sign, role, text, number = "-", Role.BAD, row.theirs or "", row.number_theirs
    else:
        sign, role, text, number = "+", Role.GOOD, row.mine, row.number_mine
    room = max(4, width - digits - 3)
    pieces = pieces_of(text, room) if wrap else [shifted(text, offset, room)]
    return [
        (
            Span(f"{number if at == 0 else '':>{digits}} ", Role.DIM),
            Span(f"{sign} ", role),
            Span(piece, role),
        )
        for at, piece in enumerate(pieces)
    ]


def _beside(row: Row, width: int, digits: int, *, wrap: bool, offset: int) -> list[Line]:
    half = (width - 3) // 2
    room = max(4, half - digits - 3)
    changed = _differs(row)
    left = _cells(row.theirs, row.number_theirs, ("-", Role.BAD) if changed else (" ", Role.TEXT))
    right = _cells(row.mine, row.number_mine, ("+", Role.GOOD) if changed else (" ", Role.TEXT))
    texts = [
        (pieces_of(side.text, room) if wrap else [shifted(side.text, offset, room)])
        for side in (left, right)
    ]
    lines: list[Line] = []
    for at in range(max(len(one) for one in texts)):
        spans: list[Span] = []
        for side, pieces in zip((left, right), texts, strict=True):
            piece = pieces[at] if at < len(pieces) else ""
            number = str(side.number) if at == 0 and side.number else ""
            spans += [
                Span(f"{number:>{digits}} ", Role.DIM),
                Span(f"{side.sign if at < len(pieces) else ' '} ", side.role),
                Span(piece + " " * (room - cell_len(piece)), side.role),
            ]
            spans.append(Span(" │ ", Role.DIM))
        lines.append(tuple(spans[:-1]))
    return lines


class _Side(NamedTuple):
    text: str
    number: int
    sign: str
    role: Role


def _cells(text: str | None, number: int, look: tuple[str, Role]) -> _Side:
    if text is None:
        return _Side("", 0, " ", Role.DIM)
    return _Side(text, number, *look)


def _differs(row: Row) -> bool:
    return row.theirs != row.mine


def _digits(rows: Sequence[Row | Skip]) -> int:
    numbers = [max(row.number_mine, row.number_theirs) for row in rows if isinstance(row, Row)]
    return len(str(max(numbers, default=0)))


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines:,} lines"


def legend(width: int, head: str, folder: str) -> Line:
    """Return which side is which."""
    if width >= SIDE_BY_SIDE:
        half = (width - 3) // 2
        return (
            Span(padded(f"- theirs, on the Space @ {clean_line(head[:7])}", half), Role.BAD),
            Span(" │ ", Role.DIM),
            Span(padded(f"+ mine, in {folder}", half), Role.GOOD),
        )
    return clip(
        (
            Span(f"- theirs @ {clean_line(head[:7])}", Role.BAD),
            Span(" · ", Role.DIM),
            Span(f"+ mine, in {folder}", Role.GOOD),
        ),
        width,
    )
