"""What several Spaces are and have, read at the pace the Hub's rate limit allows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import HubError, RateLimited
from spaces_tui.model.sharedenvironment import SpaceNow
from spaces_tui.session.operations.environment import read_both
from spaces_tui.session.operations.many import AT_ONCE, REFUSALS, UNSAID, Pace
from spaces_tui.session.requests.base import Request
from spaces_tui.session.requests.environment import LoadEnvironments
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from spaces_tui.session.operations.tools import Tools

_REQUESTS: Final = 3
"""Requests it takes to read one Space."""


async def load(tools: Tools, request: LoadEnvironments) -> tuple[SpaceNow, ...]:
    """Read all of them; return what was found, in order."""
    slots = asyncio.Semaphore(AT_ONCE)
    pace = Pace(tools)

    async def one(name: str) -> SpaceNow:
        async with slots:
            return await _read(tools, pace, name)

    return tuple(await asyncio.gather(*(one(name) for name in request.spaces)))


async def _read(tools: Tools, pace: Pace, name: str) -> SpaceNow:
    resource = tools.space(name)
    why = ""
    for _ in range(REFUSALS):
        for _ in range(_REQUESTS):
            await pace.allowed()
        try:
            about = await resource.info()
            return SpaceNow(name, about, await read_both(resource, name))
        except RateLimited as error:
            pace.refused(UNSAID if error.retry_after is None else error.retry_after)
            why = sentence(error)
        except HubError as error:
            return SpaceNow(name, error=sentence(error))
    return SpaceNow(name, error=why)


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    LoadEnvironments: load,
}
