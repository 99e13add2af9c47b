"""Where the news begin in a log that is replayed from its start.

Events have no ids, and every connection sends the buffered history again. So the last delivered
events are remembered, as pairs of time stamp and text, and looked for in the replay:

- The memory reaches back far enough to hold every event of the last time stamp and at least one
  before. As stamps grow, such a sequence occurs once, and what follows it is new.
- An event later than everything delivered is new without any search.
- A history that does not hold the memory is another one: the container restarted (it opens with
  its banner), or the Hub has dropped what came between. The first is a reset, the second a gap.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from spaces_tui.model.logs import LogChunk, LogLines

if TYPE_CHECKING:
    from collections.abc import Sequence

MEMORY: Final = 64
"""Events remembered at least."""
_MEMORY_LIMIT: Final = 10_000
_HELD_LIMIT: Final = 50_000
_BANNER: Final = "====="
"""Run logs open with `===== Application Startup at …`, build logs with `===== Build Queued at …`"""


@dataclass(frozen=True, slots=True)
class LogGap:
    """Here lines may be missing, or a few may be repeated."""


@dataclass(frozen=True, slots=True)
class LogReset:
    """Here a new history begins: another container, another build."""


Delivery = LogChunk | LogLines | LogGap | LogReset
_Key = tuple[str, int]


def _key(chunk: LogChunk) -> _Key:
    return chunk.stamp, hash(chunk.text)


def _needed(chunks: list[LogChunk]) -> list[LogChunk]:
    """Return the last of many events, as many as have to be remembered; all of few."""
    count = MEMORY + 1
    while count < len(chunks) and chunks[-count].stamp == chunks[-1].stamp:
        count *= 2
    return chunks[-count:]


def _reach(lines: LogLines) -> int:
    """Return how many of the last lines have to be remembered."""
    count = MEMORY + 1
    while count < len(lines) and lines.stamps[-count] == lines.stamps[-1]:
        count *= 2
    return count


class Memory:
    """What was delivered last. `whole`: it began at the start of the history."""

    def __init__(self, *, whole: bool) -> None:
        self._keys: deque[_Key] = deque(maxlen=_MEMORY_LIMIT)
        self._late: LogLines | None = None
        """What came last, if it is all that has to be remembered: keys are made when needed."""
        self.whole = whole
        self.first: _Key | None = None
        self.newest: datetime | None = None

    @property
    def keys(self) -> deque[_Key]:
        """What was delivered last, as pairs of time stamp and text."""
        if self._late is not None:
            self._keys.clear()
            for chunk in self._late.chunks(-_reach(self._late)):
                self._remember(_key(chunk))
            self._late = None
        return self._keys

    def add(self, chunks: list[LogChunk]) -> None:
        """Remember delivered events, and forget what is not needed any more."""
        if not chunks:
            return
        self.first = self.first or _key(chunks[0])
        times = [chunk.time for chunk in chunks if chunk.time]
        self.newest = max([self.newest, *times] if self.newest else times, default=None)
        needed = _needed(chunks)
        keys = self.keys
        if len(needed) < len(chunks):
            keys.clear()
            self.whole = False
        for chunk in needed:
            self._remember(_key(chunk))

    def add_lines(self, lines: LogLines) -> None:
        """Remember many lines at once."""
        self.first = self.first or _key(lines.chunks(0, 1)[0])
        if _reach(lines) >= len(lines):
            self.add(lines.chunks())
            return
        self.newest = max(self.newest, lines.newest) if self.newest else lines.newest
        self._late = lines
        self.whole = False

    def _remember(self, key: _Key) -> None:
        if len(self._keys) == _MEMORY_LIMIT:
            self.whole = False
        self._keys.append(key)
        while len(self._keys) > MEMORY and self._keys[1][0] != key[0]:
            self._keys.popleft()
            self.whole = False

    def forget(self, *, whole: bool) -> None:
        """Begin anew."""
        self._late = None
        self._keys.clear()
        self.whole = whole
        self.first = None
        self.newest = None

    @property
    def unique(self) -> bool:
        """Whether the remembered sequence can occur only once in a history."""
        return self.keys[0][0] != self.keys[-1][0]


class Replay:
    """One connection's events, of which only the new ones are delivered."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._held: deque[LogChunk] = deque(maxlen=_HELD_LIMIT)
        self._keys: deque[_Key] = deque(maxlen=_HELD_LIMIT)
        self._opening: LogChunk | None = None
        self.settled = not memory.keys
        """Whether the news have begun."""

    def feed(self, arrived: Sequence[LogChunk | LogLines]) -> list[Delivery]:
        """Take events; return what can be delivered now."""
        deliveries: list[Delivery] = []
        for part in arrived:
            if not isinstance(part, LogLines):
                deliveries += self._take([part])
            elif self.settled:
                self._memory.add_lines(part)
                deliveries.append(part)
            else:
                deliveries += self._take(part.chunks())
        return deliveries

    def _take(self, chunks: list[LogChunk]) -> list[Delivery]:
        deliveries: list[Delivery] = []
        for index, chunk in enumerate(chunks):
            if self.settled:
                return deliveries + self._deliver(chunks[index:])
            deliveries += self._sift(chunk)
        return deliveries

    def _sift(self, chunk: LogChunk) -> list[Delivery]:
        self._opening = self._opening or chunk
        newest = self._memory.newest
        if chunk.time and newest and chunk.time > newest:
            return [*self._decide(), *self._deliver([chunk])]
        self._held.append(chunk)
        self._keys.append(_key(chunk))
        if self._found():
            self._settle()
        return []

    def drained(self) -> list[Delivery]:
        """The history is complete, as far as one can tell: decide with what is there."""
        if self.settled or not self._held:
            return []
        return self._decide()

    def _found(self) -> bool:
        """Whether the replay has just reached the end of what was delivered."""
        known = self._memory.keys
        if self._keys[-1] != known[-1] or len(self._keys) < len(known):
            return False
        if not self._memory.unique and not (self._memory.whole and len(self._keys) == len(known)):
            return False
        return self._matches(len(self._keys), list(self._keys), list(known))

    def _decide(self) -> list[Delivery]:
        held, keys, known = list(self._held), list(self._keys), list(self._memory.keys)
        opening = self._opening
        self._settle()
        for end in range(len(keys), 0, -1):
            if keys[end - 1] == known[-1] and self._matches(end, keys, known):
                return self._deliver(held[end:])
        return self._start_over(opening, held)

    @staticmethod
    def _matches(end: int, keys: list[_Key], known: list[_Key]) -> bool:
        """Whether the first `end` events end with what is known, as far back as they reach."""
        length = min(end, len(known))
        return keys[end - length : end] == known[-length:]

    def _start_over(self, opening: LogChunk | None, held: list[LogChunk]) -> list[Delivery]:
        memory = self._memory
        fresh = opening is not None and _key(opening) != memory.first
        if fresh and opening and opening.text.startswith(_BANNER):
            memory.forget(whole=True)
            return [LogReset(), *self._deliver(held)]
        newest, known = memory.newest, set(memory.keys)
        news = [
            chunk
            for chunk in held
            if not (chunk.time and newest and chunk.time < newest) and _key(chunk) not in known
        ]
        memory.forget(whole=False)
        return [LogGap(), *self._deliver(news)]

    def _settle(self) -> None:
        self.settled = True
        self._held.clear()
        self._keys.clear()

    def _deliver(self, chunks: list[LogChunk]) -> list[Delivery]:
        self._memory.add(chunks)
        return list(chunks)
