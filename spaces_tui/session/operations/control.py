"""Pause and restart, as changes that can be journaled and done to many."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.requests.actions import Pause, Restart
from spaces_tui.session.requests.base import Outcome, Request

if TYPE_CHECKING:
    from spaces_tui.session.operations.tools import Tools


async def pause(tools: Tools, request: Pause) -> Outcome:
    """Pause a Space."""
    steps = Steps(request.space)
    await steps.do("pause", "pause", lambda: tools.commands.pause(request.space))
    return steps.outcome


async def restart(tools: Tools, request: Restart) -> Outcome:
    """Restart a Space."""
    steps = Steps(request.space)
    what = "factory rebuild" if request.factory else "restart"
    await steps.do(
        "restart",
        what,
        lambda: tools.commands.restart(request.space, factory=request.factory),
    )
    return steps.outcome


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    Pause: pause,
    Restart: restart,
}
