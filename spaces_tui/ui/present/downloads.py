"""What a download would write, how far it is, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.sizes import files_of, size_of
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spaces_tui.model.files import DownloadPlan, DownloadResult

_NAMED: Final = 50
_BAR: Final = 24


def plan_lines(plan: DownloadPlan, watcher: str, width: int) -> list[Line]:
    """Return what would be written; `watcher` is the Space the folder is watched for, if any."""
    where = short_folder(plan.folder)
    said = f"{files_of(len(plan.items))}, {size_of(plan.bytes)}, to {where}"
    lines = wrapped(said if plan.items else "There is nothing that can be downloaded.", width)
    if watcher:
        watched = f"This folder is watched: what is written there is sent to {watcher}."
        lines += wrapped(watched, width, Role.BUSY)
    if plan.there:
        count = len(plan.there)
        verb = "is there already" if count == 1 else "are there already"
        lines += [BLANK, *wrapped(f"{files_of(count)} {verb}:", width, Role.BUSY)]
        lines += _named((clean_name(path) for path in plan.there), width)
        kept = "What is replaced is kept in the state folder of this program."
        lines += wrapped(kept, width, Role.DIM)
    if plan.refused:
        lines += [BLANK, *wrapped(f"{files_of(len(plan.refused))} left out:", width, Role.BAD)]
        lines += _named((f"{clean_name(path)}: {why}" for path, why in plan.refused), width)
    return lines


def progress_line(plan: DownloadPlan, files: int, came: int, width: int) -> Line:
    """Return how far it is."""
    total = plan.bytes
    done = _BAR if not total else min(_BAR, came * _BAR // total)
    bar = "█" * done + "░" * (_BAR - done)
    said = f" {files:,} of {files_of(len(plan.items))}, {size_of(came)} of {size_of(total)}"
    return clip((Span(bar, Role.BUSY), Span(said)), width)


def result_lines(plan: DownloadPlan, result: DownloadResult, width: int) -> list[Line]:
    """Return what became of it."""
    where = short_folder(plan.folder)
    said = f"✔ {files_of(len(result.written))}, {size_of(result.bytes)}, in {where}"
    lines = wrapped(said, width, Role.GOOD if result.written else Role.DIM)
    if result.skipped:
        were = "it was" if len(result.skipped) == 1 else "they were"
        lines += wrapped(f"{files_of(len(result.skipped))} left as {were}.", width, Role.DIM)
    if result.failed:
        lines += [BLANK, *wrapped(f"{files_of(len(result.failed))} not written:", width, Role.BAD)]
        lines += _named(
            (f"{clean_name(path)}: {clean_line(why)}" for path, why in result.failed), width
        )
    if result.kept:
        lines += [BLANK, *wrapped("What was replaced is kept:", width)]
        lines += _named((clean_name(place) for _, place in result.kept), width)
    return lines


def _named(texts: Iterable[str], width: int) -> list[Line]:
    found = list(texts)
    lines = [line for text in found[:_NAMED] for line in wrapped(text, width, indent="  ")]
    more = len(found) - _NAMED
    return [*lines, (Span(f"  and {more:,} more", Role.DIM),)] if more > 0 else lines
