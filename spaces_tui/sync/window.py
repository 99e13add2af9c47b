"""How long to wait for quiet: a batch is sent when nobody writes any more.

The window is 0.15 s, and longer for files that a tool writes again shortly after each save. All
times come from a clock that never jumps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath
from typing import Final

from spaces_tui.sync.echo import Echoes

QUIET: Final = 0.15
"""Seconds of quiet before anything is known."""
LONGEST: Final = 0.6
STORM: Final = 0.4
STORM_PATHS: Final = 50
PATIENCE: Final = 2.0
"""Seconds after which quiet files go although others are still being written."""
PATIENCE_MANY: Final = 10.0
RESTLESS: Final = 30.0
"""Seconds a file may keep changing before a state of it is sent all the same."""
_FEW: Final = 20
_MOVES: Final = 4
"""After so many moves the quiet to wait for does not grow any more."""


class Window:
    """The writes since the last batch."""

    def __init__(self, settle: float | None = None) -> None:
        self._settle = settle
        self._touched: dict[str, float] = {}
        self._begun: dict[str, float] = {}
        self._moved: dict[str, int] = {}
        """How often paths were written again when they were about to be sent, until they are."""
        self._echoes = Echoes()
        self._looked = float("-inf")
        self.apart: frozenset[str] = frozenset()
        """Paths that are written all the time: no others wait for them."""

    @property
    def paths(self) -> frozenset[str]:
        """Paths that were written and not sent yet."""
        return frozenset(self._touched)

    def heard(self, path: str, now: float) -> None:
        """Record a write at the moment it was told."""
        if len(self._touched) < STORM_PATHS:
            self._echoes.heard(path, now)
        else:
            self._echoes.forget()
        self.touch(path, now)

    def touch(self, path: str, now: float) -> None:
        """Record a write that was found, some time after it happened."""
        self._touched[path] = now
        self._begun.setdefault(path, now)

    def moved(self, path: str, now: float) -> None:
        """Record that a path was written while it was read to be sent.

        Quiet came too early for it: from now on it has to rest twice as long each time, so that
        what is written in a slow rhythm does not hold up again and again all that goes with it.
        """
        self._moved[path] = min(self._moved.get(path, 0) + 1, _MOVES)
        self.touch(path, now)

    def sent(self, paths: Iterable[str]) -> None:
        """Forget how often these paths moved."""
        for path in paths:
            self._moved.pop(path, None)

    def touched(self, path: str) -> float | None:
        """Return when the path was last written, if it was not sent since."""
        return self._touched.get(path)

    def quiet(self, path: str = "") -> float:
        """Return the seconds of quiet to wait for, for one path or for the whole batch."""
        return self._quiet([path] if path else self._touched)

    def due(self, now: float) -> float | None:
        """Return the seconds until the batch should be looked at; None without a write.

        What has been written for long without a rest is looked at when it rests: nothing else
        waits for it, and it is not looked at all the time.
        """
        if not self._touched:
            return None
        group, others = self._grouped(now)
        moments = [self._end_of(group)] if group else []
        if others:
            rested = min(self._touched[path] + self._quiet([path]) for path in others)
            unresting = min(self._begun[path] for path in others) + RESTLESS
            pause = PATIENCE if len(others) > _FEW else 0.0
            moments.append(max(min(rested, unresting), self._looked + pause))
        again = self._looked + PATIENCE
        return max(0.0, min(at if at > self._looked else again for at in moments) - now)

    def settling(self, now: float) -> bool:
        """Whether writes that belong together may still be coming."""
        group, _ = self._grouped(now)
        return bool(group) and self._end_of(group) > now

    def restless(self, path: str, now: float) -> bool:
        """Whether a path was written too recently to be sent."""
        touched = self._touched.get(path)
        if touched is None or now - touched >= self.quiet(path) - 0.001:
            return False
        return now - self._begun[path] < RESTLESS

    def done(self, paths: Iterable[str] | None = None, *, before: float | None = None) -> None:
        """Forget writes up to the moment `before`: of these paths, or of all."""
        for path in list(self._touched) if paths is None else list(paths):
            touched = self._touched.get(path)
            if touched is not None and (before is None or touched <= before):
                del self._touched[path]
                del self._begun[path]

    def looked(self, now: float) -> None:
        """Note a look: what it leaves here is looked at again in a while, not at once."""
        self._looked = now

    def again(self, paths: Iterable[str], now: float) -> None:
        """Restart the patience of paths that are still being written."""
        for path in paths:
            if path not in self._touched:
                self._touched[path] = now
                self._begun[path] = now

    def _grouped(self, now: float) -> tuple[list[str], list[str]]:
        """Return the paths whose writes belong together, and those that never come to rest."""
        patience = self._patience
        group: list[str] = []
        others: list[str] = []
        for path, begun in self._begun.items():
            old = now - begun >= patience and begun + patience <= self._looked
            (others if old or path in self.apart else group).append(path)
        return group, others

    def _end_of(self, group: list[str]) -> float:
        """Return when a group of writes is taken as complete."""
        calm = max(self._touched[path] for path in group) + self._quiet(group)
        return min(calm, min(self._begun[path] for path in group) + self._patience)

    @property
    def _patience(self) -> float:
        return PATIENCE if len(self._touched) <= _FEW else PATIENCE_MANY

    def _quiet(self, paths: Collection[str]) -> float:
        quiet = self._usual(paths)
        moved = max((self._moved.get(path, 0) for path in paths), default=0)
        return max(quiet, min(PATIENCE, quiet * 2.0**moved))

    def _usual(self, paths: Iterable[str]) -> float:
        if self._settle is not None:
            return self._settle
        if len(self._touched) >= STORM_PATHS:
            return STORM
        suffixes = {PurePosixPath(name).suffix for name in paths}
        return max((self._learned(suffix) for suffix in suffixes), default=QUIET)

    def _learned(self, suffix: str) -> float:
        return min(LONGEST, max(QUIET, self._echoes.window(suffix)))
