"""Deleting: only the Space that was meant, once, and proven by reading."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import HubError, NotFound
from spaces_tui.model.stage import Stage
from spaces_tui.model.text import clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.deletion import Delete
from spaces_tui.session.snapshot import Pending
from spaces_tui.session.trouble import about

if TYPE_CHECKING:
    from spaces_tui.session.operations.tools import Tools

_DELETING: Final = Stage("DELETING")
_LOOKS: Final = (0.0, 1.0, 2.0, 3.0)
"""Seconds before each look whether it is gone: the Hub may take a moment."""


async def delete(tools: Tools, request: Delete) -> Outcome:
    """Stop a watch, delete, look whether it is gone, and forget it."""
    steps = Steps(request.space)
    if request.space in tools.board.snapshot.pending:
        steps.refuse("delete", "delete", "It is busy: an earlier command is still on its way.")
        return steps.outcome
    tools.board.pending(request.space, Pending("deleting", _DELETING))
    try:
        await _deleted(tools, request, steps)
    finally:
        tools.board.pending(request.space, None)
    return steps.outcome


async def _deleted(tools: Tools, request: Delete, steps: Steps) -> None:
    space = request.space

    async def gone() -> bool:
        return await _gone(tools, request)

    async def ask() -> None:
        await tools.hub(space).repos.delete(space)
        for wait in _LOOKS:
            await asyncio.sleep(wait)
            if await gone():
                return
        raise CommandError("The Hub took the request, but the Space is still there.")

    try:
        other = await _another(tools, request)
    except HubError as error:
        why = f"Nothing was deleted: {about(space, error)}"
        steps.refuse("delete", "delete", why, error)
        return
    if other:
        steps.refuse("delete", "delete", other)
        return
    folder = tools.board.watched_folder(space)
    if folder is not None and not await steps.do(
        "watch", f"stop watching {clean_name(folder)}", lambda: tools.stop_watch(space)
    ):
        return
    if await steps.do("delete", "delete", ask, check=gone):
        await tools.forget(space)


async def _another(tools: Tools, request: Delete) -> str:
    """Say how the name does not stand for the Space that was meant any more; empty when it does."""
    found = await tools.space(request.space).info()
    if found.id.lower() != request.space.lower():
        return f"It is called {found.id} now: nothing was deleted."
    if request.uid and found.uid and found.uid != request.uid:
        return "Another Space has this name by now: nothing was deleted."
    return ""


async def _gone(tools: Tools, request: Delete) -> bool:
    try:
        found = await tools.space(request.space).info()
    except NotFound:
        return True
    other = found.id.lower() != request.space.lower() or (
        bool(request.uid) and found.uid != request.uid
    )
    return other or found.stage == _DELETING


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    Delete: delete,
}
