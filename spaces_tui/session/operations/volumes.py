"""Volumes and storage: read again before the one request, nothing of others lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import BadRequest, NotFound, NotFoundOrPrivate
from spaces_tui.model.mounting import Mounted, differences, hidden_words
from spaces_tui.model.storage import refusal
from spaces_tui.model.volume import Source, Sources
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.volumes import ApplyMounts, ListSources, LoadMounts

if TYPE_CHECKING:
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.model.volume import Volume
    from spaces_tui.session.operations.tools import Tools

_MOST: Final = 500
"""Names of one kind that are read for completion; more can be typed."""
_GONE: Final = (404, 405, 410)
"""What a Hub says to a call it does not have."""
_NO_TIERS: Final = "This Hub has no storage tiers any more: mount a bucket instead."


async def load(tools: Tools, request: LoadMounts) -> Mounted:
    """Read volumes and storage."""
    return await _read(tools, tools.space(request.space), request.space)


async def list_sources(tools: Tools, request: ListSources) -> Sources:
    """Read what one owner has of one kind."""
    found: list[Source] = []
    async with aclosing(
        tools.hub_of(request.owner).mountable.list(request.kind, request.owner)
    ) as sources:
        async for one in sources:
            if len(found) == _MOST:
                return Sources(tuple(found), more=True)
            found.append(one)
    return Sources(tuple(found))


async def apply(tools: Tools, request: ApplyMounts) -> Outcome:
    """Read again, replace the list, then the storage."""
    space = tools.space(request.space)
    now = await _read(tools, space, request.space)
    desk = _Writer(tools, space, request, now)
    going = True
    if request.volumes is not None:
        going = await desk.put_volumes(request.volumes)
    if request.storage is not None:
        if going:
            await desk.set_storage(request.storage.wanted)
        else:
            desk.steps.skip("storage", _storage_words(request.storage.wanted))
    if desk.steps.outcome.done:
        tools.commands.follow(request.space)
    return desk.steps.outcome


class _Writer:
    """Carries out one request, knowing what was there just before."""

    def __init__(
        self, tools: Tools, space: SpaceResource, request: ApplyMounts, now: Mounted
    ) -> None:
        self.steps = Steps(request.space)
        self._tools = tools
        self._space = space
        self._seen = request.seen
        self._now = now

    async def put_volumes(self, volumes: Sequence[Volume]) -> bool:
        """Replace the list; return whether it is done."""
        what = _volumes_words(volumes)
        already = not differences(volumes, self._now.volumes)
        why = self._not_as_seen() or _hidden([*self._now.volumes, *volumes])
        if why and not already:
            self.steps.refuse("volumes", what, why)
            return False

        async def send() -> None:
            if already:
                return  # such as by an earlier try whose answer was lost
            if volumes:
                await self._space.volumes.put(volumes)
            elif self._now.volumes:
                await self._space.volumes.delete()

        async def there() -> bool:
            now = await _read(self._tools, self._space, self._now.space)
            return not differences(volumes, now.volumes)

        return await self.steps.do("volumes", what, send, check=there)

    async def set_storage(self, wanted: str | None) -> None:
        """Ask for a tier, or delete the one there is."""
        what = _storage_words(wanted)
        already = self._now.storage == wanted
        if not already and self._now.storage != self._seen.storage:
            has = self._now.storage or "none"
            why = f"Somebody else changed the storage tier meanwhile: it is {has} now."
            self.steps.refuse("storage", what, why)
            return
        if not already and wanted is not None and (why := refusal(self._now.storage, wanted)):
            self.steps.refuse("storage", what, why)
            return

        async def send() -> None:
            if already:
                return
            try:
                runtime = await (
                    self._space.delete_storage()
                    if wanted is None
                    else self._space.request_storage(wanted)
                )
            except NotFoundOrPrivate:
                raise
            except (NotFound, BadRequest) as error:
                if error.status in _GONE:
                    raise CommandError(_NO_TIERS, request_id=error.request_id) from error
                raise
            self._tools.seen(self._now.space, runtime)

        async def there() -> bool:
            now = await _read(self._tools, self._space, self._now.space)
            return now.storage == wanted

        await self.steps.do("storage", what, send, check=there)

    def _not_as_seen(self) -> str:
        changed = differences(self._seen.volumes, self._now.volumes)
        if not changed:
            return ""
        return f"Somebody else changed the volumes meanwhile ({', '.join(changed)}): nothing sent."


async def _read(tools: Tools, space: SpaceResource, name: str) -> Mounted:
    runtime = await space.runtime()
    tools.seen(name, runtime)
    return Mounted(name, runtime.volumes, runtime.storage)


def _hidden(volumes: Sequence[Volume]) -> str:
    return next((hidden_words(one) for one in volumes if one.masked), "")


def _volumes_words(volumes: Sequence[Volume]) -> str:
    if not volumes:
        return "unmount all volumes"
    return "set the volumes: " + ", ".join(one.mount_path for one in volumes)


def _storage_words(wanted: str | None) -> str:
    return "delete the storage" if wanted is None else f"ask for {wanted} storage"


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    LoadMounts: load,
    ListSources: list_sources,
    ApplyMounts: apply,
}
