"""How large files come along, for people: one line that is rewritten, or a line now and then."""

from __future__ import annotations

import unicodedata
from typing import Final

from spaces_tui.model.sizes import size_of
from spaces_tui.model.sync_events import Progressed
from spaces_tui.model.text import clean_name

_EVERY: Final = 5.0
"""Seconds between two lines about one file where nothing can be rewritten."""
_STALE: Final = 5.0
"""Seconds after which a file nobody tells of is not under way any more."""
_MINUTE: Final = 60
_HOUR: Final = 3600
_WIDE: Final = frozenset({"W", "F"})


class Progress:
    """Decides what is worth a line. Times are seconds on a clock that never jumps."""

    def __init__(self) -> None:
        self._under_way: dict[str, tuple[Progressed, float]] = {}
        self._said: dict[str, float] = {}

    def now_and_then(self, event: Progressed, now: float) -> str | None:
        """Return a line about this file, if it is time for one."""
        done = event.sent >= event.size
        if not done and now - self._said.get(event.path, float("-inf")) < _EVERY:
            return None
        self._said[event.path] = now
        if done:
            del self._said[event.path]
        return progress_words(event)

    def rewritten(self, event: Progressed, now: float) -> tuple[str, bool]:
        """Return the line that replaces the last one, and whether it stands from now on."""
        if event.sent >= event.size:
            self._under_way.pop(event.path, None)
            return progress_words(event), True
        self._under_way[event.path] = event, now
        fresh = {p: each for p, each in self._under_way.items() if now - each[1] < _STALE}
        self._under_way = fresh
        events = [each for each, _ in fresh.values()]
        if len(events) == 1:
            return progress_words(event), False
        together = Progressed(
            "",
            sum(each.sent for each in events),
            sum(each.size for each in events),
            sum(each.rate for each in events),
            fetching=event.fetching,
        )
        return f"{len(events)} files  {progress_words(together)}", False


def progress_words(event: Progressed) -> str:
    """Say how far a file is: `model.bin  37 %  120.0 MB of 324.0 MB · 12.3 MB/s · 17 s left`."""
    share = 100 * event.sent // event.size if event.size else 100
    left = event.size - event.sent
    words = [f"{size_of(event.sent)} of {size_of(event.size)}"]
    if event.rate > 0 and left > 0:
        words.append(f"{size_of(round(event.rate))}/s")
        words.append(f"{duration(left / event.rate)} left")
    name = " ".join(filter(None, ["fetching" * event.fetching, clean_name(event.path)]))
    return "  ".join(filter(None, [name, f"{share} %", " · ".join(words)]))


def duration(seconds: float) -> str:
    """Return seconds as people say them: `17 s`, `4 min 5 s`, `2 h 10 min`."""
    whole = max(1, round(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR:,} h {whole % _HOUR // _MINUTE} min"


def clipped(line: str, columns: int) -> str:
    """Return as much of a line as fits into so many columns of a terminal."""
    used = 0
    for at, character in enumerate(line):
        used += 2 if unicodedata.east_asian_width(character) in _WIDE else 1
        if used > columns:
            return line[:at]
    return line
