"""Writes a support bundle: one text file that was never there before."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from spaces_tui import __version__
from spaces_tui.hub.errors import HubError
from spaces_tui.model.log_stream import LogStream
from spaces_tui.session.logtail import read_tail
from spaces_tui.session.operations.environment import read_both
from spaces_tui.session.operations.newfile import free_path, write_new
from spaces_tui.session.requests.base import Request
from spaces_tui.session.requests.diagnosis import WriteBundle
from spaces_tui.session.trouble import sentence
from spaces_tui.store import journal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.diagnose.bundle import Bundle
    from spaces_tui.model.environment import Environment
    from spaces_tui.model.logs import LogLine
    from spaces_tui.session.operations.tools import Tools

_LINES: Final = 500
"""Lines of each log."""
_RECORDS: Final = 50
_PATIENCE: Final = 10.0
"""Seconds anything may take to be read; the bundle is written without it."""
_SILENCE: Final = 5.0
"""Seconds after which a log that is open and says nothing counts as empty."""
_TITLES: Final = {LogStream.BUILD: "Build log, its end", LogStream.RUN: "Container log, its end"}


async def write_bundle(tools: Tools, request: WriteBundle) -> str:
    """Collect, mask and write; return where it is."""
    path = await asyncio.to_thread(free_path, request.path)
    collected = await _collected(tools, request)

    def write() -> None:
        from spaces_tui.diagnose.bundle import bundle_text  # noqa: PLC0415 - on demand

        write_new(path, [bundle_text(collected())])

    await asyncio.to_thread(write)
    return str(path)


async def _collected(tools: Tools, request: WriteBundle) -> Callable[[], Bundle]:
    space = request.diagnosis.space
    known = await _environment(tools, space)
    logs: list[tuple[str, Sequence[str]]]
    names: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    if isinstance(known, str):  # what a log says may be what has to be masked
        left_out = f"(left out, since nobody knows which values to mask: {known})"
        logs = [(title, [left_out]) for title in _TITLES.values()]
    else:
        read = await asyncio.gather(*(_log(tools, space, stream) for stream in _TITLES))
        logs = list(zip(_TITLES.values(), read, strict=True))
        names = (*known.variables, *(known.secrets or ()))
        values = tuple(one.value for one in known.variables.values())
    records = await asyncio.to_thread(journal.read, tools.state)
    about_it = [record for record in records if record.space == space][:_RECORDS]
    detail = tools.board.snapshot.detail
    stages = detail.stages if detail is not None and detail.space == space else ()

    def made() -> Bundle:
        from spaces_tui.diagnose.bundle import Bundle  # noqa: PLC0415 - on demand

        return Bundle(
            request.diagnosis,
            datetime.now(UTC),
            (
                f"spaces-tui {__version__}",
                f"Python {platform.python_version()}",
                platform.platform(terse=True),
            ),
            tools.board.snapshot.endpoint,
            stages,
            tuple(about_it),
            tuple(logs),
            names,
            values,
        )

    return made


async def _environment(tools: Tools, space: str) -> Environment | str:
    """Return what is set, to mask it; or why it cannot be read, in one sentence."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await read_both(tools.space(space), space)
    except TimeoutError:
        return "The Hub took too long to answer."
    except HubError as error:
        return sentence(error)


async def _log(tools: Tools, space: str, stream: LogStream) -> Sequence[str]:
    ring = tools.rings.known(space, stream)
    if ring is not None and len(ring):
        end = ring.end
        return [line.text for line in ring.lines(end - _LINES, end)]
    lines: list[LogLine] = []
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_SILENCE):
                await read_tail(tools.hub(space), space, stream, lines, _LINES)
    except HubError as error:
        return [f"(not read: {sentence(error)})"]
    return [line.text for line in lines]


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    WriteBundle: write_bundle,
}
