"""Reads what a cause may show in, and runs the rules over it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import EntryNotFound, HubError
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.repo import EntryType
from spaces_tui.model.text import clean
from spaces_tui.session.evidence import evidence_at_hand
from spaces_tui.session.facade import CommandError
from spaces_tui.session.logtail import read_tail
from spaces_tui.session.operations.environment import read_both
from spaces_tui.session.requests.base import Request
from spaces_tui.session.requests.diagnosis import Diagnose
from spaces_tui.session.trouble import about, sentence

if TYPE_CHECKING:
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.model.diagnosis import Diagnosis
    from spaces_tui.model.logs import LogLine
    from spaces_tui.model.space import Space
    from spaces_tui.session.operations.tools import Tools

_LINES: Final = 4_000
_PATIENCE: Final = 15.0
"""Seconds any one thing may take to be read; the rest is judged without it."""
_FILES: Final = 2_000
_LARGEST: Final = 256 * 1024
"""Bytes of a card or of requirements that are read."""
_SILENCE: Final = 8.0
"""Seconds in which a log that is open has to say something."""
_WITHOUT_LOG: Final = frozenset({"NO_APP_FILE", "CONFIG_ERROR", "PAUSED", "SLEEPING", "RUNNING"})
_SLOW: Final = "The Hub took too long to answer."


async def diagnose(tools: Tools, request: Diagnose) -> Diagnosis:
    """Read everything at once, as far as it can be read, and say the cause."""
    resource = tools.space(request.space)
    try:
        space = await resource.info()
    except HubError as error:
        raise CommandError(about(request.space, error), request_id=error.request_id) from error
    if space.runtime is not None:
        tools.seen(request.space, space.runtime)
    reading = _Reading(tools, resource, space)
    more = await reading.everything()
    detail = tools.board.snapshot.detail
    history = detail.stages if detail is not None and detail.space == request.space else ()

    def examine() -> Diagnosis:
        from spaces_tui.diagnose.examine import diagnose as run_rules  # noqa: PLC0415 - on demand

        return run_rules(evidence_at_hand(space, history, tools.rings, _LINES, more))

    found = await asyncio.to_thread(examine)
    shown = found if found.verdict is not None or found.trouble else None
    tools.board.detail(request.space, diagnosis=shown)
    return found


class _Reading:
    """Reads each thing by itself, and keeps why one could not be read."""

    def __init__(self, tools: Tools, resource: SpaceResource, space: Space) -> None:
        self._tools = tools
        self._resource = resource
        self._space = space
        self._unread: list[tuple[str, str]] = []

    async def everything(self) -> dict[str, Any]:
        """Return fields of the evidence; what could not be read is missing."""
        parts = await asyncio.gather(
            self._kept("the card", self._card),
            self._kept("the files", self._files),
            self._kept("requirements.txt", self._requirements),
            self._kept("variables and secrets", self._names),
            self._kept("the log", self._log),
        )
        merged: dict[str, Any] = {}
        for part in parts:
            merged |= part
        return merged | {"unread": tuple(self._unread)}

    async def _kept(
        self, what: str, read: Callable[[], Awaitable[dict[str, Any]]]
    ) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await read()
        except HubError as error:
            self._unread.append((what, sentence(error)))
        except TimeoutError:
            self._unread.append((what, _SLOW))
        return {}

    async def _card(self) -> dict[str, Any]:
        return {"readme": await self._text("README.md")}

    async def _requirements(self) -> dict[str, Any]:
        return {"requirements": await self._text("requirements.txt")}

    async def _text(self, path: str) -> str:
        """Return a text file; empty when there is none."""
        try:
            content = await self._resource.download(path, limit=_LARGEST)
        except EntryNotFound:
            return ""
        return clean(content.decode("utf-8", "replace"))

    async def _files(self) -> dict[str, Any]:
        paths: list[str] = []
        async with aclosing(self._resource.tree()) as entries:
            async for entry in entries:
                if entry.type is EntryType.FILE:
                    paths.append(entry.path)
                if len(paths) >= _FILES:
                    return {}  # whatever is missing may be among the others
        return {"files": tuple(paths)}

    async def _names(self) -> dict[str, Any]:
        both = await read_both(self._resource, self._space.id)
        named: dict[str, Any] = {"variables": frozenset(both.variables)}
        if both.secrets is None:
            self._unread.append(("names of secrets", both.unlisted))
        else:
            named["secrets"] = frozenset(both.secrets)
        return named

    async def _log(self) -> dict[str, Any]:
        """Read the end of the log that tells of this stage, unless it is here already."""
        stream = _log_of(self._space)
        if stream is None:
            return {}
        ring = self._tools.rings.known(self._space.id, stream)
        if ring is not None and len(ring):
            return {}
        lines: list[LogLine] = []
        hub = self._tools.hub(self._space.id)
        with suppress(TimeoutError):  # a log without a line stays open and says nothing
            async with asyncio.timeout(_SILENCE):
                await read_tail(hub, self._space.id, stream, lines, _LINES)
        if not lines:
            self._unread.append((f"the {stream} log", "No line of it came."))
            return {}
        return {stream.value: tuple(line.text for line in lines), f"{stream.value}_first": None}


def _log_of(space: Space) -> LogStream | None:
    """Return the log that rules look through in this stage; None where no log tells why."""
    name = space.stage.name
    if space.static or name in _WITHOUT_LOG:
        return None
    return LogStream.BUILD if "BUILD" in name else LogStream.RUN


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    Diagnose: diagnose,
}
