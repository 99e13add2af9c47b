"""Log lines and metrics of a Space."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from spaces_tui.model.cleaned import clean_lines_of, clean_texts_of


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


@dataclass(frozen=True, slots=True)
class LogLines:
    """Events that came together, each of them one whole line with nothing in it to clean.

    That is what nearly all of a busy log is. They are kept as they came, since an object for each
    of a million lines costs more than everything else that is done with it. `chunks` gives the
    same as single events.
    """

    texts: tuple[bytes, ...]
    """UTF-8, without line breaks; never empty."""
    stamps: tuple[bytes, ...]
    times: tuple[float, ...]
    """Unix seconds of the stamps."""

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def begin(self) -> datetime:
        """When the first line was written."""
        return datetime.fromtimestamp(self.times[0], UTC)

    @property
    def newest(self) -> datetime:
        """When the latest line was written."""
        return datetime.fromtimestamp(max(self.times), UTC)

    def chunks(self, begin: int = 0, end: int | None = None) -> list[LogChunk]:
        """Return some of them as single events; numbers count as in a slice."""
        some = slice(begin, end)
        parts = zip(self.texts[some], self.stamps[some], self.times[some], strict=True)
        return [
            LogChunk(datetime.fromtimestamp(time, UTC), f"{line.decode()}\n", stamp.decode())
            for line, stamp, time in parts
        ]


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
