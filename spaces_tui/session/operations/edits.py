"""One edited text as one commit: never over somebody else's change, and never lost."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import HubError, Moved
from spaces_tui.hub.sources import LargeFile
from spaces_tui.model.changes import CommitOperation
from spaces_tui.model.repo import AddFile, FileSample, UploadMode
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations.files import entry_at, head_of, unsent
from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.files import EditFile
from spaces_tui.sync.kept import Kept
from spaces_tui.sync.oid import blob_oid, large_oid
from spaces_tui.sync.secrets import find_secret

if TYPE_CHECKING:
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.session.operations.tools import Tools

STEP: Final = "commit"
_TRIES: Final = 3
_SAMPLE: Final = 512


async def edit_file(tools: Tools, request: EditFile) -> Outcome:
    """Commit the text on the newest commit, if the file still is what was edited."""
    steps = Steps(request.space)
    what = f"{clean_line(request.title)} ({clean_name(request.path)})"
    content = request.text.encode("utf-8", "surrogateescape")
    finding = find_secret(content, tools.secrets)
    if finding is not None:
        why = (
            f"Line {finding.line} holds {finding.what}: everybody who sees the Space would see it. "
            "Nothing was sent. Put it into a secret of the Space (e) and edit the text again."
        )
        steps.refuse(STEP, what, why)
        return steps.outcome
    editing = _Editing(tools.space(request.space), request, content)
    if await steps.do(STEP, what, editing.commit, check=editing.there):
        tools.commands.follow(request.space)
        return steps.outcome
    return await _kept(tools, request, content, steps.outcome)


class _Editing:
    """One try after the other, each on the newest commit."""

    def __init__(self, space: SpaceResource, request: EditFile, content: bytes) -> None:
        self._space = space
        self._request = request
        self._content = content
        self._ids = {blob_oid(content), large_oid(hashlib.sha256(content).hexdigest())}

    async def commit(self) -> None:
        """Commit, unless the text is there already.

        Raises:
            CommandError: somebody else changed the file.
            HubError: the Hub refused it, or nobody knows.
        """
        for number in range(_TRIES):
            try:
                head = await head_of(self._space)
                if await self._is_there(head):
                    return
                operations = await self._operations()
            except HubError as error:
                raise unsent(error) from error
            try:
                done = await self._space.commit(
                    operations, summary=self._request.title, parent=head
                )
            except Moved:
                if number == _TRIES - 1:
                    raise
                continue
            await self._read_back(done.result.oid)
            return

    async def there(self) -> bool:
        """Whether the newest commit has the text."""
        found = await entry_at(self._space, self._request.path, await head_of(self._space))
        return found is not None and found.content_id in self._ids

    async def _is_there(self, head: str) -> bool:
        path = self._request.path
        found = await entry_at(self._space, path, head)
        if found is not None and found.content_id in self._ids:
            return True
        if found is not None and found.content_id == self._request.before:
            return False
        done = "deleted" if found is None else "changed"
        raise CommandError(
            f"Somebody else {done} {clean_name(path)} meanwhile (at {head[:7]}): "
            "theirs stays on the Space, nothing was sent. Compare anew (ctrl+r) before you send it."
        )

    async def _operations(self) -> Sequence[CommitOperation]:
        path = self._request.path
        sample = FileSample(path, len(self._content), self._content[:_SAMPLE])
        plan = await self._space.preupload([sample])
        if any(mode.path == path and mode.mode is UploadMode.LFS for mode in plan.files):
            return await self._space.lfs.upload([LargeFile(path, self._content)])
        return [AddFile(path, self._content)]

    async def _read_back(self, oid: str) -> None:
        try:
            found = await entry_at(self._space, self._request.path, oid)
        except HubError:
            return  # the Hub took the commit; that it cannot be asked now says nothing else
        if found is None or found.content_id not in self._ids:
            raise CommandError(
                f"The Hub made the commit {oid[:7]}, but what it holds is not this text: look at "
                "the file before you repeat it."
            )


async def _kept(tools: Tools, request: EditFile, content: bytes, outcome: Outcome) -> Outcome:
    """Keep a text that was not sent; the error says where it is."""
    name = request.path.rpartition("/")[2].replace("\0", "")
    keep = Kept(tools.state / "edits").keep
    try:
        place = await asyncio.to_thread(keep, name, BytesIO(content))
        said = f"Your text is kept in {clean_name(str(place))}."
    except OSError as error:
        said = f"Your text could not be kept on this disk ({error.strerror}); it is still here."
    steps = tuple(
        replace(step, error=f"{step.error} {said}") if step.failed else step
        for step in outcome.steps
    )
    return replace(outcome, steps=steps)


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    EditFile: edit_file,
}
