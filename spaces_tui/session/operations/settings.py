"""Visibility, card, replicas, Dev Mode, name: one step each, proven by reading back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    HubError,
    Moved,
    NotFound,
    PaymentRequired,
)
from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.settings import SettingsNow, SpaceSettings
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations.cardcommit import CardCommit, read_readme
from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.settings import ApplySettings, CheckCard, LoadSettings
from spaces_tui.session.trouble import about

if TYPE_CHECKING:
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.model.space import Space
    from spaces_tui.session.operations.tools import Tools

_THIS_STEP_ALONE: Final = (
    BadRequest, CommandError, Conflict, Forbidden, Moved, PaymentRequired
)  # fmt: skip
"""Refusals that say nothing about the next step."""


async def load(tools: Tools, request: LoadSettings) -> SettingsNow:
    """Read the Space, and its README at the same commit."""
    resource = tools.space(request.space)
    space = await resource.info()
    try:
        return SettingsNow(space, await read_readme(resource, space.sha or "main"))
    except CommandError as error:
        return SettingsNow(space, "", error.message)


async def check_card(tools: Tools, request: CheckCard) -> CardCheck:
    """Ask the Hub."""
    return await tools.hub_of(None).validate_yaml(request.readme)


async def apply(tools: Tools, request: ApplySettings) -> Outcome:
    """Do the steps; one that fails for a reason of its own does not stop the others."""
    with tools.shown(request.space, "changing"):
        return await _applied(tools, request)


async def _applied(tools: Tools, request: ApplySettings) -> Outcome:
    work = _Work(tools, request)
    wanted = work.wanted()
    going = await work.meant(wanted)
    for key, what, call, check in wanted if going else ():
        if going:
            done = await work.steps.do(key, what, call, check=check)
            going = done or isinstance(work.steps.error, _THIS_STEP_ALONE)
        else:
            work.steps.skip(key, what)
    if work.steps.outcome.done:
        await work.told()
    return work.steps.outcome


_Step = tuple[str, str, Callable[[], Awaitable[object]], Callable[[], Awaitable[bool]]]


class _Work:
    """The steps of one request."""

    def __init__(self, tools: Tools, request: ApplySettings) -> None:
        self.steps = Steps(request.space)
        self._tools = tools
        self._request = request
        self._space: SpaceResource = tools.space(request.space)
        self._name = request.space

    def wanted(self) -> list[_Step]:
        """Return the steps in their order; the name comes last, as everything else needs it."""
        request = self._request
        steps: list[_Step] = []
        if (visibility := request.visibility) is not None:
            steps.append(self._visibility(visibility))
        if request.card:
            commit = CardCommit(self._tools.hub(self._name), self._space, request.card)
            steps.append(("card", commit.what, commit.send, commit.sent))
        if (count := request.replicas) is not None:
            steps.append(self._replicas(count))
        if (enabled := request.dev_mode) is not None:
            steps.append(self._dev_mode(enabled=enabled))
        if (new_id := request.new_id) is not None:
            steps.append(self._rename(new_id))
        return steps

    async def meant(self, wanted: list[_Step]) -> bool:
        """Whether the name still stands for the Space that was meant; says so where not."""
        error: HubError | None = None
        try:
            found = await self._space.info()
        except HubError as caught:
            error, why = caught, f"Nothing was done: {about(self._name, caught)}"
        else:
            why = self._another(found)
        if why and wanted:
            self.steps.refuse(*wanted[0][:2], why, error)
            for key, what, *_ in wanted[1:]:
                self.steps.skip(key, what)
        return not why

    def _another(self, found: Space) -> str:
        if found.id.lower() != self._name.lower():
            return f"It is called {found.id} now: nothing was done."
        if self._request.uid and found.uid and found.uid != self._request.uid:
            return "Another Space has this name by now: nothing was done."
        return ""

    async def told(self) -> None:
        """Let everybody know what the Space is like now."""
        try:
            space = await self._tools.space(self._name).info()
        except HubError:
            return  # the list tells it soon
        self._tools.learned(space, self._request.space)
        self._tools.commands.follow(space.id)

    def _visibility(self, wanted: str) -> _Step:
        async def ask() -> None:
            after = await self._space.settings.update(SpaceSettings(visibility=wanted))
            if after.visibility not in (None, wanted):
                raise CommandError(f"The Hub took it, but the Space is {after.visibility}.")

        async def asked() -> bool:
            return visibility_of(await self._space.info()) == wanted

        return "visibility", f"make it {wanted}", ask, asked

    def _replicas(self, count: int) -> _Step:
        async def asked() -> bool:
            runtime = await self._space.runtime()
            self._tools.seen(self._request.space, runtime)
            return runtime.requested_replicas == count and not runtime.autoscaled

        async def ask() -> None:
            await self._space.set_replicas(count)
            if not await asked():
                raise CommandError("The Hub took it, but the number of replicas is another one.")

        what = "run 1 replica" if count == 1 else f"run {count} replicas"
        return "replicas", what, ask, asked

    def _dev_mode(self, *, enabled: bool) -> _Step:
        async def ask() -> None:
            runtime = await self._space.set_dev_mode(enabled=enabled)
            self._tools.seen(self._request.space, runtime)
            if runtime.dev_mode != enabled:
                raise CommandError("The Hub took it, but Dev Mode is as it was.")

        async def asked() -> bool:
            runtime = await self._space.runtime()
            self._tools.seen(self._request.space, runtime)
            return runtime.dev_mode == enabled

        return "dev_mode", f"switch Dev Mode {'on' if enabled else 'off'}", ask, asked

    def _rename(self, new_id: str) -> _Step:
        async def asked() -> bool:
            try:
                found = await self._tools.space(new_id).info()
            except NotFound:
                return False
            same = not self._request.uid or found.uid == self._request.uid
            if found.id == new_id and same:
                self._name = new_id
            return self._name == new_id

        async def ask() -> None:
            if self._tools.board.watched_folder(self._request.space) is not None:
                raise CommandError("A folder is watched for it: stop that before you rename it.")
            await self._tools.hub(self._request.space).repos.move(self._request.space, new_id)
            if not await asked():
                raise CommandError("The Hub took it, but the Space does not have the new name.")

        return "name", f"rename it to {new_id}", ask, asked


def visibility_of(space: Space) -> str | None:
    """Return who sees a Space, in the Hub's word; None when it did not say."""
    if space.visibility is not None:
        return space.visibility
    return {True: "private", False: "public", None: None}[space.private]


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    LoadSettings: load,
    CheckCard: check_card,
    ApplySettings: apply,
}
