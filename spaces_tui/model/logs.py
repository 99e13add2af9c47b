"""Log lines and metrics of a Space."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from spaces_tui.model.cleaned import clean_lines_of, clean_texts_of

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class LogChunk:
    """One event of a log stream, exactly as it came: `text` may be half a line or several.

    It is not cleaned, since an escape sequence may be cut in two by a chunk's end; lines made of
    chunks are.
    """

    time: datetime | None
    text: str
    stamp: str = ""
    """The Hub's own time stamp text, with its own precision; part of the chunk's identity."""


class LineMark(StrEnum):
    """What a line is that we put among those of a log ourselves."""

    EVENT = "event"
    """Something happened here: another stage or commit, or lines may be missing."""
    BEGIN = "begin"
    """What follows is another log than what stands before: that of a newer container."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log, cleaned, without its line break; or a mark between its lines."""

    time: datetime | None
    text: str
    mark: LineMark | None = None
    """None for what the log itself says."""

    def __post_init__(self) -> None:
        clean_texts_of(self, "text")


@dataclass(frozen=True, slots=True)
class GpuMetric:
    """One accelerator at one moment."""

    utilization: float | None
    """Percent."""
    memory_used: int | None
    """Bytes."""
    memory_total: int | None
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One replica at one moment; about one comes each second. Every field may be missing."""

    replica: str = ""
    cpu_percent: float | None = None
    """Percent of the allotted CPU; may exceed 100 on bursts."""
    cpu_millicores: float | None = None
    """Allotted CPU, 1000 = one core."""
    memory_used: int | None = None
    """Bytes."""
    memory_total: int | None = None
    """Bytes."""
    received: float | None = None
    """Network per second; the Hub does not say whether bytes or bits."""
    sent: float | None = None
    gpus: tuple[GpuMetric, ...] = ()

    def __post_init__(self) -> None:
        clean_lines_of(self, "replica")
