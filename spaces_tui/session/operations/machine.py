"""Hardware and sleep time: sent once, a lost answer settled by reading back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.model.sleep import NEVER, sleep_words
from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.machine import SetHardware, SetSleepTime
from spaces_tui.store.asked import Asked, write_asked

if TYPE_CHECKING:
    from spaces_tui.session.operations.tools import Tools

_log = logging.getLogger(__name__)


async def set_hardware(tools: Tools, request: SetHardware) -> Outcome:
    """Ask for hardware, with the sleep time in the same request."""
    space = tools.space(request.space)
    what = f"ask for {request.flavor}"
    if request.sleep_time is not None:
        what += f", {_sleeps(request.sleep_time)}"

    async def ask() -> None:
        tools.seen(request.space, await space.set_hardware(request.flavor, request.sleep_time))

    async def asked() -> bool:
        runtime = await space.runtime()
        tools.seen(request.space, runtime)
        return runtime.requested_hardware == request.flavor

    steps = Steps(request.space)
    if await steps.do("hardware", what, ask, check=asked):
        await _remember(tools, request)
        tools.commands.follow(request.space)
    return steps.outcome


async def set_sleep_time(tools: Tools, request: SetSleepTime) -> Outcome:
    """Set the sleep time."""
    space = tools.space(request.space)
    seconds = None if request.seconds == NEVER else request.seconds

    async def ask() -> None:
        tools.seen(request.space, await space.set_sleep_time(seconds))

    async def asked() -> bool:
        runtime = await space.runtime()
        tools.seen(request.space, runtime)
        return runtime.sleep_time == seconds

    steps = Steps(request.space)
    await steps.do("sleep", _sleeps(request.seconds), ask, check=asked)
    return steps.outcome


async def _remember(tools: Tools, request: SetHardware) -> None:
    """Keep since when the Space waits: it may take long, and a restart of ours between."""
    tools.board.wished({request.space: Asked(request.flavor, datetime.now(UTC))})
    try:
        endpoint = tools.hub(request.space).endpoint
        await asyncio.to_thread(write_asked, tools.state, endpoint, tools.board.wishes)
    except OSError as error:
        # It was asked for all the same; only the age of the wait is lost with this run.
        _log.warning("the request for hardware could not be noted: %s", error.strerror)


def _sleeps(seconds: int) -> str:
    return "never sleep" if seconds == NEVER else f"sleep after {sleep_words(seconds)}"


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    SetHardware: set_hardware,
    SetSleepTime: set_sleep_time,
}
