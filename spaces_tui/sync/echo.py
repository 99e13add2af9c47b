"""Learns how long a tool takes to answer a save by writing the file again.

A formatter answers each save after nearly the same time; a person who saves twice in a row does
not, and does not do so at every save. So a habit is believed when two saves in a row, of files of
one suffix, were answered alike: as many times, and each time after about as long. It is forgotten
when the answers stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

_SAME_WRITE: Final = 0.03
"""Seconds within which two events tell of one write."""
_SLOWEST: Final = 0.5
"""Seconds after which another write is not a tool's answer any more."""
_ANSWERS: Final = 3
"""A save is answered so often at most: formatting, sorting imports, fixing."""
_ALIKE: Final = (0.02, 0.15)
"""Two answers took as long if they differ by less than so many seconds, or this share."""
_MISSES: Final = 4
"""Saves in a row without an answer after which there is no tool any more."""
_MARGIN: Final = 1.2

Answers = tuple[float, ...]


@dataclass(slots=True)
class _Save:
    """A write, and what followed it."""

    suffix: str
    last: float
    gaps: Answers = ()


@dataclass(slots=True)
class _Habit:
    candidate: Answers = ()
    """How the last save was answered."""
    believed: Answers = ()
    misses: int = 0


class Echoes:
    """What is known of tools, by suffix."""

    def __init__(self) -> None:
        self._open: dict[str, _Save] = {}
        """Saves that may still be answered; the one written last comes last."""
        self._habits: dict[str, _Habit] = {}

    def heard(self, path: str, now: float) -> None:
        """Take in a write of a file."""
        self._close(now)
        save = self._open.pop(path, None)
        if save is None:
            save = _Save(PurePosixPath(path).suffix, now)
        elif now - save.last > _SAME_WRITE and len(save.gaps) <= _ANSWERS:
            save.gaps += (now - save.last,)
        save.last = now
        self._open[path] = save

    def forget(self) -> None:
        """Forget saves that are still open: a storm is nobody's habit."""
        self._open.clear()

    def window(self, suffix: str) -> float:
        """Return the seconds to wait for a tool's answer to a save; 0 if there is none."""
        habit = self._habits.get(suffix)
        return _MARGIN * max(habit.believed, default=0.0) if habit else 0.0

    def _close(self, now: float) -> None:
        """Judge saves that nothing answers any more; what ended together counts as one save."""
        ended: dict[str, set[Answers]] = {}
        while self._open:
            path, save = next(iter(self._open.items()))
            if now - save.last <= _SLOWEST:
                break
            del self._open[path]
            ended.setdefault(save.suffix, set()).add(save.gaps)
        for suffix, all_gaps in ended.items():
            answers = [gaps for gaps in all_gaps if gaps]
            self._judge(self._habits.setdefault(suffix, _Habit()), max(answers, default=()))

    @staticmethod
    def _judge(habit: _Habit, gaps: Answers) -> None:
        if len(gaps) > _ANSWERS:  # a file that is written all the time
            return
        if gaps and _alike(gaps, habit.candidate):
            habit.believed = tuple(map(max, gaps, habit.candidate))
        if gaps and _alike(gaps, habit.believed):
            habit.misses = 0
        else:
            habit.misses += 1
            if habit.misses >= _MISSES:
                habit.believed = ()
        habit.candidate = gaps


def _alike(one: Answers, other: Answers) -> bool:
    seconds, share = _ALIKE
    return len(one) == len(other) and all(
        abs(a - b) <= max(seconds, share * max(a, b)) for a, b in zip(one, other, strict=True)
    )
