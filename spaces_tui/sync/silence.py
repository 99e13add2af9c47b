"""Notices when files change and no event tells of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from spaces_tui.sync.deny import prefixes

LATE: Final = 2.0
"""Seconds an event may come after the scan that found its change; a burst is told in 1.6 s."""
_MEMORY: Final = 10.0


class Silence:
    """Compares what scans found with what events told."""

    def __init__(self) -> None:
        self._heard: dict[str, float] = {}
        self._found: dict[str, float] = {}
        self._unsure = False
        """The next look may find what was written before the watcher listened."""

    def heard(self, path: str, now: float) -> None:
        """Record an event."""
        self._heard[path] = now

    def found(self, paths: Iterable[str], now: float) -> None:
        """Record changes that a scan came upon."""
        if self._unsure:
            self._unsure = False
            return
        for path in paths:
            self._found.setdefault(path, now)

    def broken(self, now: float) -> bool:
        """Whether a change was found and nothing told of it, or of a folder it lies in."""
        due = [path for path, at in self._found.items() if now - at >= LATE]
        silent = any(not any(part in self._heard for part in prefixes(path)) for path in due)
        for path in due:
            del self._found[path]
        self._heard = {path: at for path, at in self._heard.items() if now - at < _MEMORY}
        return silent

    def forget(self) -> None:
        """Start anew, with another watcher. It is not to blame for what came before it."""
        self._heard.clear()
        self._found.clear()
        self._unsure = True
