"""Keeps the last lines of the logs that are followed, for when their container is gone."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from spaces_tui.model.logs import LineMark
from spaces_tui.session.logmarks import KEPT
from spaces_tui.store.lastwords import (
    file_of,
    forget_last_words,
    prune_last_words,
    read_last_words,
    write_last_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from spaces_tui.model.log_stream import LogStream
    from spaces_tui.model.logs import LogLine
    from spaces_tui.model.ring import LineRing

_BATCH: Final = 10.0
"""Seconds of new lines that become one write."""
_AT_ONCE: Final = 200

_log = logging.getLogger(__name__)


class LastWords:
    """What is kept on the disk of each log. Everything here runs on the session's loop.

    Without a folder nothing is kept, and nothing is recalled.
    """

    def __init__(self, folder: Path | None, endpoint: str) -> None:
        self._folder = folder
        self._endpoint = endpoint
        self._changed: dict[Path, LineRing] = {}
        self._turn = asyncio.Event()

    async def recall(self, space: str, stream: LogStream, ring: LineRing) -> None:
        """Fill an empty ring with what was kept; `space` is the Hub's own id of the Space."""
        if self._folder is None or len(ring):
            return
        path = file_of(self._folder, self._endpoint, space, stream)
        lines = await asyncio.to_thread(read_last_words, path)
        if lines and not len(ring):
            if lines[-1].mark is not LineMark.BEGIN:
                lines.append(KEPT)
            ring.extend(lines)

    def keeping(self, space: str, stream: LogStream, ring: LineRing) -> Callable[[], None]:
        """Return what to call when a log has new lines."""
        if self._folder is None:
            return lambda: None
        path = file_of(self._folder, self._endpoint, space, stream)

        def changed() -> None:
            self._changed[path] = ring
            self._turn.set()

        return changed

    async def run(self) -> None:
        """Write what has changed, some seconds at a time, until cancelled."""
        if self._folder is None:
            return
        await asyncio.to_thread(prune_last_words, self._folder)
        while True:
            await self._turn.wait()
            await asyncio.sleep(_BATCH)
            await self.flush()

    async def flush(self) -> None:
        """Write what has changed now."""
        self._turn.clear()
        changed, self._changed = self._changed, {}
        for path, ring in changed.items():
            try:
                await asyncio.to_thread(write_last_words, path, _newest_first(ring))
            except OSError as error:
                # What is kept is a convenience; a full disk must not end what is followed.
                _log.warning("the end of a log could not be kept: %s", error.strerror)


async def forget(folder: Path) -> None:
    """Remove everything that was kept: it is not wanted any more."""
    await asyncio.to_thread(forget_last_words, folder)


def _newest_first(ring: LineRing) -> Iterator[LogLine]:
    stop = ring.end
    while stop > ring.first:
        start = max(ring.first, stop - _AT_ONCE)
        yield from reversed(ring.lines(start, stop))
        stop = start
