"""Creating and duplicating: a name must be free, the request goes once, the rest comes after."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import (
    AnswerLost,
    Conflict,
    HubError,
    NotFoundOrPrivate,
    PaymentRequired,
    ServerError,
)
from spaces_tui.model.newspace import (
    TRAINS,
    CreatedSpace,
    FirstFile,
    NameCheck,
    NameState,
    Rest,
    Source,
    Template,
)
from spaces_tui.model.text import clean_name
from spaces_tui.session import uploads
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations import environment
from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.operations.usednames import find_used_names
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.creation import (
    CREATE,
    DEV_MODE,
    FOLDER,
    STORAGE,
    TASKS,
    CheckName,
    CreateSpace,
    DuplicateSpace,
    FinishSpace,
    LoadSource,
    LoadTemplates,
    PreviewFolder,
)
from spaces_tui.session.requests.environment import FindUsedNames, LoadEnvironment
from spaces_tui.session.trouble import about, sentence
from spaces_tui.trainer import template
from spaces_tui.trainer.tasks import dataset_of

if TYPE_CHECKING:
    from spaces_tui.model.newspace import NewSpace
    from spaces_tui.model.space import Space
    from spaces_tui.model.sync import SyncPlan
    from spaces_tui.session.operations.tools import Tools

_LOOKS: Final = (0.0, 1.0, 2.0)
"""Seconds before each look for a Space whose create was not answered."""
_FREE: Final = "cpu-basic"
_STATIC: Final = "static"


async def load_templates(tools: Tools, request: LoadTemplates) -> tuple[Template, ...]:
    """Read what a new Space can begin as; ours comes first."""
    del request
    ours = Template("Train on demand", "gradio", TRAINS, prefer_private=True)
    return (ours, *await tools.hub_of(None).spaces.templates())


async def load_source(tools: Tools, request: LoadSource) -> Source:
    """Read a Space, its environment and its code, as far as this identity may."""
    try:
        space = await tools.space(request.space).info()
    except HubError as error:
        raise CommandError(about(request.space, error), request_id=error.request_id) from error
    found, used = await asyncio.gather(
        environment.load(tools, LoadEnvironment(space.id)),
        find_used_names(tools, FindUsedNames(space.id)),
        return_exceptions=True,
    )
    for result in (found, used):
        if isinstance(result, BaseException) and not isinstance(result, HubError):
            raise result
    return Source(
        space,
        None if isinstance(found, BaseException) else found,
        sentence(found) if isinstance(found, HubError) else "",
        None if isinstance(used, BaseException) else used,
    )


async def check_name(tools: Tools, request: CheckName) -> NameCheck:
    """Ask who has a name."""
    try:
        found = await tools.space(request.space).info()
    except NotFoundOrPrivate:
        return NameCheck(request.space, NameState.FREE)
    if found.id.lower() == request.space.lower():
        return NameCheck(request.space, NameState.TAKEN)
    return NameCheck(request.space, NameState.LEADS_ON, found.id)


async def preview_folder(tools: Tools, request: PreviewFolder) -> SyncPlan:
    """Look at a folder with the rules of watched ones."""
    options = tools.watching.with_defaults(uploads.PREVIEW)
    space = uploads.not_yet(request.space, request.sdk)
    return await uploads.preview(space, request.folder, options)


async def create(tools: Tools, request: CreateSpace) -> Outcome:
    """Create a Space."""
    wish = request.wish
    kind = f"from {wish.template}" if wish.template else f"as {wish.sdk}"
    steps = Steps(request.space)

    async def make() -> CreatedSpace:
        return await tools.hub(wish.id).repos.create(_with_files(wish))

    maker = _Maker(tools, request.space, make, partial(_is_as_wished, wish))
    way = _way_out(wish.sdk, wish.hardware)
    await _carry_out(tools, steps, f"create it {kind}", partial(maker.run, way), request.rest)
    return steps.outcome


async def duplicate(tools: Tools, request: DuplicateSpace) -> Outcome:
    """Copy a Space."""
    source = tools.space(request.source)
    steps = Steps(request.space)

    async def make() -> CreatedSpace:
        return await tools.hub(request.copy.id).repos.duplicate(request.source, request.copy)

    async def copied() -> None:
        sdk = (await source.info()).sdk
        maker = _Maker(tools, request.space, make, lambda found: found.sdk == sdk)
        await maker.run(_way_out(sdk or "", request.copy.hardware))

    await _carry_out(tools, steps, f"duplicate {request.source}", copied, request.rest)
    return steps.outcome


async def finish(tools: Tools, request: FinishSpace) -> Outcome:
    """Do what is left of an earlier request."""
    steps = Steps(request.space)
    await _rest(tools, steps, request.rest)
    return steps.outcome


class _Maker:
    """Makes one Space: never touches one that is there, and settles a lost answer by looking."""

    def __init__(
        self,
        tools: Tools,
        space: str,
        make: Callable[[], Awaitable[CreatedSpace]],
        is_ours: Callable[[Space], bool],
    ) -> None:
        self._tools = tools
        self._space = space
        self._make = make
        self._is_ours = is_ours

    async def run(self, way_out: str) -> None:
        """Make it. `way_out` says what is possible where the plan does not allow it.

        Raises:
            HubError, CommandError: it was not made, or nobody knows.
        """
        check = await check_name(self._tools, CheckName(self._space))
        if check.state is NameState.TAKEN:
            raise CommandError(_taken(self._space))
        try:
            created = await self._make()
        except (AnswerLost, ServerError):
            if not await self._is_there_now():
                raise
            self._tell(
                "the answer was lost. It was not there before and is there now, as asked for: "
                "it is taken to be the one from here."
            )
            return
        except Conflict as error:
            if error.url is None:
                raise
            raise CommandError(_taken(self._space), request_id=error.request_id) from error
        except PaymentRequired as error:
            said = f"{error.message.rstrip('.')}. {way_out}"
            raise CommandError(said, request_id=error.request_id) from error
        if created.files_pending:
            self._tell("large files are still being copied; the app may miss them until then.")

    async def _is_there_now(self) -> bool:
        for wait in _LOOKS:
            await asyncio.sleep(wait)
            try:
                found = await self._tools.space(self._space).info()
            except HubError:
                continue
            return found.id.lower() == self._space.lower() and self._is_ours(found)
        return False

    def _tell(self, what: str) -> None:
        said = f"{self._space}: {what}"
        self._tools.board.notify(said, severity="warning", space=self._space)


async def _carry_out(
    tools: Tools, steps: Steps, what: str, make: Callable[[], Awaitable[None]], rest: Rest
) -> None:
    if not await steps.do(CREATE, what, make):
        for key, left in _left(rest).items():
            steps.skip(key, left)
        return
    try:
        await tools.find(steps.space)
    except CommandError as error:
        # It is there all the same, and the next list brings it.
        tools.board.notify(f"{steps.space} is not shown yet: {error.message}", severity="warning")
    tools.commands.follow(steps.space)
    await _rest(tools, steps, rest)


async def _rest(tools: Tools, steps: Steps, rest: Rest) -> None:
    """Do what does not go with the creation; a failure stops none of the others."""
    space = tools.space(steps.space)
    left = _left(rest)

    async def grant() -> None:
        tools.seen(steps.space, await space.request_storage(rest.storage))

    async def granted() -> bool:
        return (await space.runtime()).storage == rest.storage

    async def develop() -> None:
        tools.seen(steps.space, await space.set_dev_mode(enabled=True))

    async def develops() -> bool:
        return (await space.runtime()).dev_mode

    async def fill() -> None:
        folder = str(uploads.expanded(rest.folder))
        refused = await uploads.upload_once(tools.watching, steps.space, folder)
        if refused:
            count = "1 file was" if len(refused) == 1 else f"{len(refused)} files were"
            said = f"{steps.space}: {count} not sent. {refused[0]}"
            tools.board.notify(said, severity="warning", space=steps.space)

    if rest.storage:
        await steps.do(STORAGE, left[STORAGE], grant, check=granted)
    if rest.dev_mode:
        await steps.do(DEV_MODE, left[DEV_MODE], develop, check=develops)

    async def queue() -> None:
        await tools.hub(steps.space).repos.create_dataset(dataset_of(steps.space), private=True)

    if rest.tasks:
        await steps.do(TASKS, left[TASKS], queue)
    if rest.folder:
        await steps.do(FOLDER, left[FOLDER], fill)
    tools.commands.follow(steps.space)


def _left(rest: Rest) -> dict[str, str]:
    """Return the steps of the rest, in words."""
    words = {
        STORAGE: f"ask for {rest.storage} storage" if rest.storage else "",
        DEV_MODE: "turn Dev Mode on" if rest.dev_mode else "",
        TASKS: "make the private dataset of its tasks" if rest.tasks else "",
        FOLDER: f"commit the folder {clean_name(rest.folder)}" if rest.folder else "",
    }
    return {key: what for key, what in words.items() if what}


def _with_files(wish: NewSpace) -> NewSpace:
    """Return what the Hub is asked for: of our own template it knows nothing but the files."""
    if wish.template != TRAINS:
        return wish
    ours = tuple(FirstFile(path, content) for path, content in template.files().items())
    return replace(wish, template=None, files=(*wish.files, *ours))


def _is_as_wished(wish: NewSpace, found: Space) -> bool:
    if found.sdk is not None and found.sdk != wish.sdk:
        return False
    if found.visibility is not None or found.private is None:
        return found.visibility in (None, wish.visibility)
    return found.private is (wish.visibility != "public")


def _taken(space: str) -> str:
    return f"{space} is there already: choose another name. It was not touched."


def _way_out(sdk: str, hardware: str | None) -> str:
    """Return what is possible on a plan that does not cover a request."""
    if sdk == _STATIC or hardware not in (None, "", _FREE):
        return "This account's plan does not cover it: leave that out, or see your plan's page."
    zero = ", ZeroGPU" if sdk == "gradio" else ""
    return (
        f"Without a plan, {_FREE} is for static Spaces only: choose static{zero} or hardware that "
        "is paid by the hour, or subscribe. Nothing was created."
    )


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    LoadTemplates: load_templates,
    LoadSource: load_source,
    CheckName: check_name,
    PreviewFolder: preview_folder,
    CreateSpace: create,
    DuplicateSpace: duplicate,
    FinishSpace: finish,
}
