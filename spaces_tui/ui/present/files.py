"""Rows of the Files tab: name, size, and who touched it last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from spaces_tui.model.sizes import size_of
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.present.overview import space_url
from spaces_tui.ui.present.spans import Line, Role, Span, clip, padded, shorten, wrapped
from spaces_tui.ui.present.times import ago

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.repo import LastCommit
    from spaces_tui.model.space import Space
    from spaces_tui.ui.filetree import FileRow

_SIZE: Final = 9
_AGE: Final = 13
_LEAST_NAME: Final = 32
_LEAST_TITLE: Final = 16
_WITH_AGE: Final = 46
"""Columns from which there is room for an age."""


def file_line(
    row: FileRow, last: LastCommit | None, now: datetime, width: int, *, opened: bool
) -> Line:
    """Return one entry; columns go, from the right, where there is no room for them."""
    indent = "  " * row.depth
    if row.note:
        return clip(
            (Span(f" {indent}{clean_line(row.note)}", Role.BAD if row.bad else Role.DIM),), width
        )
    assert row.entry is not None
    age = _AGE if width >= _WITH_AGE else 0
    spare = width - _LEAST_NAME - _SIZE - age - 1
    title = min(spare, width // 2) if age and spare >= _LEAST_TITLE else 0
    name_width = width - _SIZE - age - title - 1
    name = clean_name(row.entry.name)
    glyph = ("▾ " if opened else "▸ ") if row.folder else "  "
    label = padded(f" {indent}{glyph}{name}{'/' if row.folder else ''}", name_width)
    size = "" if row.folder else size_of(row.entry.size)
    large = " ⇪" if row.entry.lfs else "  "
    spans = [
        Span(label, Role.STRONG if row.folder else Role.TEXT),
        Span(f"{size:>{_SIZE - 2}}", Role.DIM),
        Span(large, Role.DIM),
    ]
    if age:
        spans.append(Span(f" {ago(last.date, now) if last else '':<{age}}", Role.DIM))
    if title and last:
        spans.append(Span(shorten(last.title, title), Role.DIM))
    return clip(tuple(spans), width)


def file_url(space: Space, row: FileRow, endpoint: str) -> str:
    """Return the page of a file or a folder."""
    kind = "tree" if row.folder else "blob"
    path = quote(row.path, errors="surrogateescape")
    return f"{space_url(space, endpoint)}/{kind}/main/{path}"


def failure_lines(why: str, width: int) -> list[Line]:
    """Return why there is nothing to see, and what to do."""
    return [
        *wrapped(why, width - 1, Role.BAD, " "),
        (Span(" ctrl+r", Role.KEY, "refresh"), Span(" tries again")),
    ]


def root_line(space: str, revision: str, stale: str, width: int) -> Line:
    """Return the row of the repository itself."""
    at = f"  main at {revision[:7]}" if revision else ""
    note = f"  {stale}" if stale else ""
    return clip(
        (
            Span(" ▾ ", Role.STRONG),
            Span(space, Role.STRONG),
            Span(at, Role.DIM),
            Span(note, Role.BUSY),
        ),
        width,
    )
