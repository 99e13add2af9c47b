"""The stages a Space was in: when, how long, with which commit and hardware."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.stagehistory import usual_build
from spaces_tui.ui.present.spans import Line, Role, Span, clip, padded, width_of
from spaces_tui.ui.present.stages import look_of_stage
from spaces_tui.ui.present.times import as_of, minutes_and_seconds, span

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.stagehistory import History, StageSpan

_MINUTE: Final = 60
_HOUR: Final = 3600
_SHORT: Final = 24
_MOST: Final = 10


def stage_rows(history: History, now: datetime, height: int) -> list[Line]:
    """Return the newest stages, newest first: as many as a pane of this height has room for."""
    count = 2 if height < _SHORT else min(_MOST, height // 6)
    newest = list(reversed(history))[:count]
    cells = [_cells(one, history, now) for one in newest]
    widths = [
        max((width_of((cell[column],)) for cell in cells), default=0) + 2 for column in range(3)
    ]
    return [
        tuple(
            span._replace(text=padded(span.text, width))
            for span, width in zip(row, [*widths, width_of(row[3:]) + 1], strict=True)
        )
        for row in cells
    ]


def _cells(one: StageSpan, history: History, now: datetime) -> tuple[Span, Span, Span, Span]:
    look = look_of_stage(one.stage)
    facts = "  ".join(fact for fact in ((one.sha or "")[:7], one.hardware or "") if fact)
    return (
        Span(_since(one, now)),
        Span(f"{look.glyph} {look.word}", look.role),
        Span(_length(one, history, now)),
        Span(facts, Role.DIM),
    )


def _since(one: StageSpan, now: datetime) -> str:
    """Return when it began; where that was not seen, before when."""
    moment = as_of(one.begin, now)
    return moment if one.begin_seen else f"before {moment}"


def _length(one: StageSpan, history: History, now: datetime) -> str:
    """Return how long it lasted, and what of that was not seen."""
    seconds = one.seconds(now)
    if one.after is None and one.building:
        return _building(one, seconds, usual_build(history))
    words = _words(one, seconds)
    if one.after is not None and not one.end_seen:
        return f"{words} or more, end not seen"
    if one.unseen:
        return f"{words}, {span(one.unseen.total_seconds())} of it not watched"
    if one.begin_seen:
        return words or "under 1m"
    return f"{words} or more" if words else ""


def _words(one: StageSpan, seconds: float) -> str:
    """Return a length: to the second where it is over, in whole minutes while it lasts."""
    if one.after is not None and seconds < _HOUR:
        return minutes_and_seconds(seconds)
    return span(seconds) if seconds >= _MINUTE else ""


def _building(one: StageSpan, seconds: float, usual: float | None) -> str:
    least = "" if one.begin_seen else " or more"
    known = f", usually {minutes_and_seconds(usual)}" if usual is not None else ""
    return f"for {minutes_and_seconds(seconds)}{least}{known}"


def stage_facts(rows: list[Line], label: int, width: int) -> list[Line]:
    """Return rows as facts of the Overview: the first one has the label."""
    return [
        clip((Span(f" {'Stages' if number == 0 else '':<{label}}", Role.DIM), *row), width)
        for number, row in enumerate(rows)
    ]
