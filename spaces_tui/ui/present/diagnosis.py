"""Why a Space is down: the cause, its evidence, what to do, and the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from spaces_tui.model.diagnosis import Diagnosis, Fix, Remedy, Trace, Where
from spaces_tui.model.log_stream import LogStream
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, padded, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTIONS: Final = {
    Remedy.VARIABLE: "space.environment",
    Remedy.SECRET: "space.environment",
    Remedy.CARD: "space.settings",
    Remedy.FILE: "tab.4",
    Remedy.HARDWARE: "space.hardware",
    Remedy.STORAGE: "space.volumes",
    Remedy.RESTART: "space.restart",
    Remedy.REBUILD: "space.rebuild",
    Remedy.BUILD_LOG: "logs.build",
    Remedy.RUN_LOG: "logs.container",
    Remedy.BROWSE: "space.open",
}
"""The action of the registry that each remedy is, with its rule about when it can work."""
LOGS: Final = {Where.BUILD: LogStream.BUILD, Where.RUN: LogStream.RUN}
_NAME: Final = 16
_INDENT: Final = "   "


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One row under the cause; what `enter` does with it is in `fix` or `trace`."""

    line: Line
    fix: Fix | None = None
    trace: Trace | None = None
    number: int = 0
    """The digit that chooses it; 0 for none."""


def cause_lines(diagnosis: Diagnosis, width: int) -> list[Line]:
    """Return the cause, or that there is none to be found."""
    if diagnosis.verdict is not None:
        return wrapped(diagnosis.verdict.cause, width, Role.STRONG)
    if diagnosis.trouble:
        said = "Not sure: nothing that is known explains it. The facts are below."
        return wrapped(said, width, Role.BUSY)
    return wrapped("Nothing is wrong with it, as far as can be seen from here.", width, Role.GOOD)


def cause_rows(diagnosis: Diagnosis, width: int) -> list[CauseRow]:
    """Return evidence, fixes, what else was found, and the facts."""
    rows = list(_rows(diagnosis))
    return [
        CauseRow(clip(row.line, width), row.fix, row.trace, row.number)
        for row in (rows[1:] if rows and row_is_blank(rows[0]) else rows)
    ]


def row_is_blank(row: CauseRow) -> bool:
    """Whether a row only keeps others apart."""
    return row.line == BLANK


def _rows(diagnosis: Diagnosis) -> Iterator[CauseRow]:
    verdict = diagnosis.verdict
    if verdict is not None:
        yield from _heading("Evidence")
        yield from (_trace_row(trace) for trace in verdict.evidence)
        if verdict.fixes:
            yield from _heading("What to do")
        for number, fix in enumerate(verdict.fixes, 1):
            line = (Span(f" {number} ", Role.KEY), Span(fix.what))
            yield CauseRow(line, fix=fix, number=number)
    if diagnosis.others:
        yield from _heading("Also found")
    for other in diagnosis.others:
        yield CauseRow((Span(_INDENT), Span(other.cause, Role.DIM)), trace=other.evidence[0])
    if diagnosis.facts:
        yield from _heading("Facts")
    for fact in diagnosis.facts:
        role = Role.BUSY if fact.what.startswith("Not read") else Role.TEXT
        name = padded(fact.what, max(_NAME, len(fact.what) + 1))
        yield CauseRow((Span(_INDENT), Span(name, Role.DIM), Span(fact.value, role)))


def _heading(text: str) -> Iterator[CauseRow]:
    yield CauseRow(BLANK)
    yield CauseRow((Span(text, Role.TITLE),))


def _trace_row(trace: Trace) -> CauseRow:
    place = Span(f"{trace.place}  ", Role.KEY if trace.where in LOGS else Role.DIM)
    return CauseRow((Span(_INDENT), place, Span(trace.text)), trace=trace)


def overview_lines(diagnosis: Diagnosis | None, width: int) -> list[Line]:
    """Return the cause for the Overview: one sentence, and the key that tells more."""
    if diagnosis is None or (diagnosis.verdict is None and not diagnosis.trouble):
        return []
    key = (Span(" x ", Role.KEY, "space.diagnose"),)
    if diagnosis.verdict is None:
        return [clip((*key, Span("looks for the cause", Role.DIM)), width), BLANK]
    lines = wrapped(diagnosis.verdict.cause, width, Role.STRONG, " ▸ ")
    return [*lines, clip((*key, Span("shows evidence and what to do", Role.DIM)), width), BLANK]
