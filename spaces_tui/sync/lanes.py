"""Files that are written all the time go now and then, so that all others go at once.

A file is noisy when it does not come to rest, or when programs have it committed again and again.
It then has a lane of its own: sent every 30 s, later every 5 min, and soon after it falls quiet.
What people write is not counted by its commits, since they may save every few seconds and want
to see it; the budget of an hour is what limits them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from statistics import median
from typing import Final

from spaces_tui.model.sync import Skipped
from spaces_tui.model.text import clean_name

LANES: Final = (30.0, 300.0)
"""Seconds between two commits of a noisy file, at first and when it goes on."""
_COMMITS: Final = 5
_WITHIN: Final = 120.0
"""So many commits in so many seconds are those of a program."""
_RESTLESS: Final = 10.0
"""Seconds without rest after which a file is noisy."""
_LASTING: Final = 150.0
"""Seconds in the first lane after which a file gets the second."""
_FORGIVEN: Final = 3
"""So many times its lane without a write, and a file is like any other."""
_FAST: Final = 0.2
"""Seconds between two writes of a file that does not come to rest, about."""
_CALM: Final = (1.0, 3.0)
"""A file is quiet again after at least so many seconds, and so many of its own gaps."""
_BY_PEOPLE: Final = frozenset(
    {
        ".bat", ".c", ".cfg", ".conf", ".cpp", ".css", ".go", ".h", ".html", ".ini", ".ipynb",
        ".java", ".js", ".jsx", ".md", ".mjs", ".py", ".pyi", ".rs", ".rst", ".scss", ".sh", ".sql",
        ".svelte", ".svg", ".toml", ".ts", ".tsx", ".txt", ".vue", ".xml", ".yaml", ".yml",
    }
)  # fmt: skip


@dataclass(slots=True)
class _Track:
    commits: deque[float] = field(default_factory=lambda: deque(maxlen=_COMMITS))
    gaps: deque[float] = field(default_factory=lambda: deque(maxlen=5))
    written: float = float("-inf")
    restless: float | None = None
    """Since when it does not come to rest."""
    lane: int | None = None
    entered: float = 0.0
    size: int = 0
    growing: bool = True

    @property
    def every(self) -> float:
        return LANES[self.lane or 0]

    @property
    def turn(self) -> float:
        return (self.commits[-1] if self.commits else self.entered) + self.every

    def ready(self, now: float) -> float:
        """Return when it goes: in its turn, or once it is quiet."""
        least, gaps = _CALM
        calm = min(self.every, max(least, gaps * median(self.gaps or [now - self.written])))
        return min(self.turn, self.written + calm)


class Lanes:
    """The lane of every noisy path, on a clock that never jumps."""

    def __init__(self) -> None:
        self._tracks: dict[str, _Track] = {}
        self.wake = float("inf")
        """When the next path that waits may go."""

    @property
    def noisy(self) -> frozenset[str]:
        """The paths that have a lane."""
        return frozenset(path for path, track in self._tracks.items() if track.lane is not None)

    def slowed(self) -> tuple[Skipped, ...]:
        """Return the noisy paths, and for each why it goes slowly and what can be done."""
        return tuple(Skipped(path, _why(path, self._tracks[path])) for path in sorted(self.noisy))

    def drop(self, wanted: Callable[[str], bool]) -> None:
        """Forget the paths a person spoke of."""
        self._tracks = {path: track for path, track in self._tracks.items() if not wanted(path)}

    def sent(self, paths: Iterable[str], now: float) -> None:
        """Record a commit."""
        for path in paths:
            track = self._tracks.setdefault(path, _Track())
            track.commits.append(now)
            count = len(track.commits) == _COMMITS and now - track.commits[0] <= _WITHIN
            if track.lane is None and count and not _by_people(path):
                self._enter(track, 0, now)
            elif track.lane == 0 and now - track.entered >= _LASTING:
                self._enter(track, 1, now)

    def seen(
        self,
        pending: Mapping[str, float],
        restless: Collection[str],
        sizes: Mapping[str, int],
        now: float,
    ) -> tuple[set[str], set[str]]:
        """Take what a look found; return the paths whose turn has not come, and those it has.

        What has its turn goes although it is still being written: it may never rest.

        Args:
            pending: paths that are not sent yet, with the moment of their last write.
            restless: those of them that are still being written.
            sizes: bytes of the pending files.
            now: the moment of the look.
        """
        self._forget(pending, now)
        for path in restless:
            self._unrest(self._tracks.setdefault(path, _Track()), sizes.get(path, 0), now)
        later: set[str] = set()
        turn: set[str] = set()
        self.wake = float("inf")
        for path, written in pending.items():
            track = self._tracks.get(path)
            if track is None:
                continue
            if path not in restless:
                track.restless = None
            self._note(track, written, restless=path in restless)
            if track.lane is None:
                continue
            if track.turn <= now:
                turn.add(path)
            elif track.ready(now) > now:
                later.add(path)
                self.wake = min(self.wake, track.ready(now))
        return later, turn

    @staticmethod
    def _note(track: _Track, written: float, *, restless: bool) -> None:
        if written <= track.written:
            return
        if restless:
            track.gaps.append(_FAST)
        elif track.written > float("-inf"):
            track.gaps.append(written - track.written)
        track.written = written

    def _unrest(self, track: _Track, size: int, now: float) -> None:
        if track.restless is None:
            track.restless, track.growing = now, True
        track.growing &= size >= track.size
        track.size = size
        if track.lane is None and now - track.restless >= _RESTLESS:
            self._enter(track, 0, track.restless)

    @staticmethod
    def _enter(track: _Track, lane: int, now: float) -> None:
        track.lane, track.entered = lane, now

    def _forget(self, pending: Collection[str], now: float) -> None:
        """Let go of what has been quiet for long."""
        for path, track in list(self._tracks.items()):
            newest = max([track.written, track.restless or 0.0, *track.commits])
            if path not in pending and now - newest > _FORGIVEN * track.every:
                del self._tracks[path]


def _by_people(path: str) -> bool:
    name = PurePosixPath(path)
    return name.suffix in _BY_PEOPLE or name.name == "Dockerfile"


def _why(path: str, track: _Track) -> str:
    does = "it is written all the time"
    if track.growing and track.size:
        does = "it grows all the time"
    often = f"{LANES[0]:.0f} s" if track.lane == 0 else f"{LANES[1] / 60:.0f} min"
    way_out = f"say `ignore {clean_name(path)}` to leave it alone"
    return f"{does}, so it is sent every {often} and when it is quiet; {way_out}."
