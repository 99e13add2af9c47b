"""A plan as it is shown before it is accepted: counts first, then every path and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, joined, line
from spaces_tui.ui.present.spark import size

if TYPE_CHECKING:
    from spaces_tui.model.sync import Skipped, SyncPlan


def plan_lines(plan: SyncPlan, width: int) -> list[Line]:
    """Return the whole plan; the caller scrolls it."""
    lines: list[Line] = [_summary(plan), BLANK]
    lines += [
        _row("↓", Role.GOOD, one.path, f"from the Space · {size(one.size)}") for one in plan.fetch
    ]
    for upload in plan.upload:
        note = "changed" if upload.reason == "changed" else upload.reason
        large = " · large file" if upload.mode == "lfs" else ""
        lines.append(_row("+", Role.GOOD, upload.path, f"{note} · {size(upload.size)}{large}"))
    lines += [_row("-", Role.BAD, path, "deleted on the Space") for path in plan.delete]
    if plan.skipped:
        lines += [BLANK, (Span(" Not sent", Role.TITLE),)]
        lines += [skipped_line(one) for one in plan.skipped]
    if plan.remote_only and not plan.fetch:
        lines += [BLANK, (Span(" Only on the Space: they stay", Role.TITLE),)]
        lines += [_row(" ", Role.DIM, path, "") for path in plan.remote_only]
    return [clip(one, width) for one in lines]


def starts_from_space(plan: SyncPlan) -> bool:
    """Whether the folder is empty and can be filled with what the Space has."""
    return bool(plan.fetch)


def skipped_line(skipped: Skipped) -> Line:
    """Return one file that is not sent, with the reason and the line it was found on."""
    where = f", line {skipped.line}" if skipped.line else ""
    return _row("·", Role.DIM, skipped.path, f"{skipped.reason}{where}")


def _summary(plan: SyncPlan) -> Line:
    if plan.fetch:
        count, total = len(plan.fetch), sum(one.size for one in plan.fetch)
        return line(f" {_files(count)} on the Space, {size(total)}")
    total = sum(upload.size for upload in plan.upload)
    parts: list[Line] = [line(f" {_files(len(plan.upload))} to upload, {size(total)}")]
    large = [upload for upload in plan.upload if upload.mode == "lfs"]
    if large:
        noun = "1 large file" if len(large) == 1 else f"{len(large)} large files"
        parts.append((Span(noun, Role.BUSY),))
    if plan.delete:
        parts.append((Span(f"{_files(len(plan.delete))} to delete", Role.BAD),))
    if plan.unchanged:
        parts.append((Span(f"{plan.unchanged} unchanged", Role.DIM),))
    if plan.skipped:
        parts.append((Span(f"{len(plan.skipped)} not sent", Role.DIM),))
    return joined(parts)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _row(sign: str, role: Role, path: str, note: str) -> Line:
    return (
        Span(f" {sign} ", role),
        Span(clean_name(path)),
        Span(f"  {clean_line(note)}", Role.DIM),
    )
