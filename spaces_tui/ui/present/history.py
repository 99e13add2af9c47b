"""The history of a Space's files: a line for each commit, and what one of them changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.text import clean, clean_line, clean_name
from spaces_tui.ui.present.loglines import LONGEST
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, padded, wrapped
from spaces_tui.ui.present.times import ago, day_and_time

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.files import CommitChanges
    from spaces_tui.model.patch import FilePatch
    from spaces_tui.model.repo import CommitInfo

_AGE: Final = 13
_AUTHOR: Final = 14
_WITH_AUTHOR: Final = 60
_WITH_AGE: Final = 34
_SIGNS: Final = {
    "added": ("+", Role.GOOD),
    "changed": ("~", Role.BUSY),
    "deleted": ("-", Role.BAD),
    "renamed": ("→", Role.BUSY),
}


def commit_line(commit: CommitInfo, now: datetime, width: int) -> Line:
    """Return one commit."""
    spans = [Span(f" {clean_line(commit.oid[:7])} ", Role.KEY)]
    if width >= _WITH_AGE:
        spans.append(Span(padded(ago(commit.date, now), _AGE), Role.DIM))
    if width >= _WITH_AUTHOR:
        authors = clean_line(", ".join(commit.authors))
        spans.append(Span(padded(authors, _AUTHOR), Role.DIM))
    return clip((*spans, Span(commit.title)), width)


def commit_head(changes: CommitChanges, now: datetime, width: int) -> list[Line]:
    """Return who made a commit and when, its message, and what is left out."""
    commit = changes.commit
    authors = clean_line(", ".join(commit.authors)) or "unknown"
    when = day_and_time(commit.date, now) if commit.date else ""
    lines: list[Line] = [
        clip((Span(commit.title, Role.STRONG),), width),
        clip((Span(f"{commit.oid[:7]} · {authors} · {when}", Role.DIM),), width),
    ]
    if commit.message.strip():
        lines += wrapped(commit.message.strip(), width)[:3]
    if changes.note:
        lines += wrapped(changes.note, width, Role.BUSY)
    return lines


def commit_lines(changes: CommitChanges) -> tuple[list[Line], list[int]]:
    """Return the list of files and their differences, and the line each file begins on."""
    lines: list[Line] = [_file_line(file) for file in changes.files]
    if not lines:
        lines.append((Span("No file differs.", Role.DIM),))
    starts: list[int] = []
    for file in changes.files:
        if not file.lines and not file.note:
            continue
        lines.append(BLANK)
        starts.append(len(lines))
        lines.append((Span(f"── {clean_name(file.path)} ──", Role.TITLE),))
        if file.note:
            lines.append((Span(f"   {clean_line(file.note)}", Role.DIM),))
        lines += [_diff_line(line) for line in file.lines]
    return lines, starts


def _file_line(file: FilePatch) -> Line:
    sign, role = _SIGNS.get(file.kind, ("~", Role.BUSY))
    name = clean_name(file.path)
    if file.before:
        name = f"{clean_name(file.before)} → {name}"
    spans = [Span(f" {sign} ", role), Span(name)]
    if file.lines:
        spans += [Span(f"  +{file.added}", Role.GOOD), Span(f" -{file.removed}", Role.BAD)]
    elif file.note:
        spans.append(Span(f"  {clean_line(file.note)}", Role.DIM))
    return tuple(spans)


def _diff_line(line: str) -> Line:
    text = clean(line).expandtabs(4)[:LONGEST]
    match text[:1]:
        case "+":
            return (Span(text, Role.GOOD),)
        case "-":
            return (Span(text, Role.BAD),)
        case "@":
            return (Span(text, Role.KEYWORD),)
        case "\\":
            return (Span(text, Role.DIM),)
    return (Span(text),)
