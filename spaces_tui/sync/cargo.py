"""Large files that are to be sent, alone or several small ones in one job, and what arrived."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from threading import Event
from typing import Final

from spaces_tui.model.text import clean_name
from spaces_tui.sync.figures import Stat
from spaces_tui.sync.folder import Folder
from spaces_tui.sync.gauge import Gauge
from spaces_tui.sync.protocols import RemoteError
from spaces_tui.sync.read import Content

_GUESSED: Final = 10e6
"""Bytes per second while nothing is known."""


@dataclass(frozen=True, slots=True)
class Cargo:
    """A file that is to be sent."""

    path: str
    figures: Stat
    content: Content

    def now(self, folder: Folder) -> str:
        """Return the content id the next look will give this file."""
        known = folder.index.entries.get(self.path)
        return known.content.id if known and known.figures == self.figures else self.content.id


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file whose content is in the storage, as it was with these figures."""

    figures: Stat
    sha256: str


@dataclass(slots=True)
class Job:
    """Files that travel together."""

    cargo: tuple[Cargo, ...]
    stop: Event = field(default_factory=Event)
    """Ends the reading of its files."""
    gauges: dict[str, Gauge] = field(default_factory=dict)
    trouble: RemoteError | None = None
    """Why it waits before it tries again."""
    task: asyncio.Task[None] | None = None

    def holds(self, path: str) -> bool:
        """Whether a file is in it."""
        return any(each.path == path for each in self.cargo)

    def left(self, now: float) -> float:
        """Return the seconds it will take, as far as that can be told."""
        readings = [gauge.read(now) for gauge in self.gauges.values()]
        bytes_left = sum(each.size - each.sent for each in readings)
        if not readings:
            bytes_left = sum(each.content.size for each in self.cargo)
        return bytes_left / (sum(each.rate for each in readings) or _GUESSED)

    def note(self, path: str, sent: int) -> None:
        """Take in how many bytes of a file are there."""
        if path in self.gauges:
            self.gauges[path].sent = sent

    def words(self, failure: RemoteError) -> str:
        """Return what failed, by the name of its first file."""
        more = len(self.cargo) - 1
        others = f" and {more:,} more" if more else ""
        return f"{clean_name(self.cargo[0].path)}{others}: {failure.message}"

    def cancel(self) -> None:
        """End it."""
        self.stop.set()
        if self.task is not None:
            self.task.cancel()
