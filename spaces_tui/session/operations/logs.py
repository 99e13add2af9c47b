"""Saves a log that was looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.model.redaction import redacted
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations.newfile import free_path, write_new
from spaces_tui.session.requests.base import Request
from spaces_tui.session.requests.logs import SavedLog, SaveLog

if TYPE_CHECKING:
    from spaces_tui.model.logs import LogLine
    from spaces_tui.model.ring import LineRing
    from spaces_tui.session.operations.tools import Tools

_AT_ONCE: Final = 2_000
"""Lines taken from the ring in one go, so that whoever fills it hardly waits."""


async def save_log(tools: Tools, request: SaveLog) -> SavedLog:
    """Write every line that is kept now; return where, and how many."""
    path = await asyncio.to_thread(free_path, request.path)
    ring = tools.rings.known(request.space, request.stream)
    if ring is None or not len(ring):
        raise CommandError("Nothing of this log is here yet: no file was written.")
    lines = _Lines(ring)
    await asyncio.to_thread(write_new, path, lines)
    return SavedLog(str(path), lines.count)


class _Lines:
    """The lines of a ring up to its end now, as text; `count` says how many there were."""

    def __init__(self, ring: LineRing) -> None:
        self._ring = ring
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        first, end = self._ring.first, self._ring.end
        for start in range(first, end, _AT_ONCE):
            for line in self._ring.lines(start, min(end, start + _AT_ONCE)):
                self.count += 1
                yield _text(line)


def _text(line: LogLine) -> str:
    stamp = ""
    if line.time is not None:
        utc = line.time.astimezone(UTC)
        stamp = f"{utc.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z "
    return f"{stamp}{redacted(line.text)}\n"


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    SaveLog: save_log,
}
