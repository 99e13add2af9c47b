"""The end of the log of what just failed, for whoever has no log on the screen."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import HubError
from spaces_tui.hub.lines import LineAssembler
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.sync_events import LogTail, Stranded

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.hub.client import Hub
    from spaces_tui.model.logs import LogLine
    from spaces_tui.model.sync_events import SyncEvent

LINES: Final = 10
_CHUNKS: Final = 40
"""Chunks to ask for: some lines are empty, some come in pieces."""
_DRAINED: Final = 1.0
"""Seconds without anything after which what was there has come."""
_PATIENCE: Final = 10.0
_STREAMS: Final = {"BUILD_ERROR": LogStream.BUILD, "RUNTIME_ERROR": LogStream.RUN}


def log_of(event: Stranded) -> LogStream | None:
    """Return the log that says why a commit is not live; None when none does."""
    return _STREAMS.get(event.stage.name)


async def tell_tail(
    hub: Hub, space: str, event: Stranded, stream: LogStream, tell: Callable[[SyncEvent], None]
) -> None:
    """Read the end of a log and tell of it; without a word when there is none to be had."""
    lines: list[LogLine] = []
    with suppress(HubError, TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await read_tail(hub, space, stream, lines, _CHUNKS)
    texts = tuple(line.text for line in lines if line.text.strip())[-LINES:]
    if texts:
        tell(LogTail(event.oid, str(stream), texts))


async def read_tail(
    hub: Hub, space: str, stream: LogStream, lines: list[LogLine], chunks: int
) -> None:
    """Add the end of what the log holds by now to `lines`; the stream itself may stay open.

    Raises:
        HubError: there is no log, or it cannot be read.
    """
    assembler = LineAssembler()
    log = hub.space(space).logs(stream, tail=chunks)
    async with aclosing(log):
        try:
            while True:
                async with asyncio.timeout(_DRAINED if lines else None):
                    chunk = await anext(log, None)
                if chunk is None:
                    break
                lines.extend(assembler.feed(chunk))
        except TimeoutError:
            return
        finally:
            lines.extend(assembler.flush())
