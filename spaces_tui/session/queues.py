"""The queue of a Space's tasks: its private dataset, read as it is and changed by one commit each.

Every commit names the revision it was decided on. When the dataset moved on meanwhile, the task is
read anew and decided on again; when an answer is lost, what became of it is read before anything is
sent again. On one parent the Hub takes one commit alone, so what is sent twice is done once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import (
    AnswerLost,
    EntryNotFound,
    HubError,
    Moved,
    NotFound,
    ServerError,
)
from spaces_tui.model.repo import AddFile
from spaces_tui.model.text import clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.session.snapshot import TaskQueue
from spaces_tui.trainer.taskfile import parsed, written
from spaces_tui.trainer.tasks import (
    TaskFileError,
    TransitionError,
    dataset_of,
    log_path_of,
    path_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.hub.client import Hub
    from spaces_tui.hub.dataset import DatasetResource
    from spaces_tui.trainer.tasks import Task

_LIMIT: Final = 64 * 1024
"""Bytes of a task's file that are read."""
_LOG_LIMIT: Final = 1024 * 1024
_TRIES: Final = 8
_MOST: Final = 200
"""Tasks that are read, the newest; older ones stay in the dataset."""


class SpaceQueue:
    """The tasks of one Space."""

    def __init__(self, hub: Hub, space: str) -> None:
        self._dataset: DatasetResource = hub.dataset(dataset_of(space))
        self._known: dict[str, tuple[str, Task | None]] = {}

    async def read(self, before: TaskQueue | None) -> TaskQueue:
        """Return the queue as it is now; one request where nothing has changed.

        Raises:
            HubError: it cannot be read now.
        """
        try:
            head = await self._dataset.info()
        except NotFound:
            return TaskQueue(missing=True, read_at=datetime.now(UTC))
        if before is not None and before.revision == head.sha and not before.error:
            return replace(before, read_at=datetime.now(UTC))
        tasks, broken = [], []
        for path, oid in await self._files(head.sha):
            task = await self._task(path, oid, head.sha)
            if task is None:
                broken.append(clean_name(path))
            else:
                tasks.append(task)
        return TaskQueue(tuple(tasks), head.sha, datetime.now(UTC), broken=tuple(broken))

    async def change(
        self,
        key: str,
        decide: Callable[[Task | None], Task],
        is_done: Callable[[Task], bool],
        summary: str,
    ) -> Task:
        """Change one task and return it as it is then.

        Args:
            key: the task's id.
            decide: returns the next version of what is there; may raise `TransitionError`.
            is_done: whether a version shows what was asked for; asked after a lost answer.
            summary: of the commit.

        Raises:
            CommandError: it may not be changed so, or nobody knows whether it was.
            HubError: the Hub refused; nothing was done.
        """
        lost: HubError | None = None
        for _ in range(_TRIES):
            try:
                revision = (await self._dataset.info()).sha
                task = await self._at(key, revision)
            except HubError as error:
                if lost is None:
                    raise
                raise _unknown(key, lost) from error
            if lost is not None and task is not None and is_done(task):
                return task
            try:
                after = decide(task)
            except TransitionError as error:
                raise CommandError(f"{error}.") from error
            if after == task:
                return after
            added = [AddFile(path_of(key), written(after))]
            try:
                await self._dataset.commit(added, summary=summary, parent=revision)
            except Moved:
                continue
            except (AnswerLost, ServerError) as error:
                lost = error
                continue
            return after
        if lost is not None:
            raise _unknown(key, lost)
        raise CommandError("The queue changes all the time: try again in a moment.")

    async def log(self, key: str) -> str:
        """Return the end of a task's output as the Space sent it; empty before it did.

        Raises:
            HubError: it cannot be read now.
        """
        try:
            data = await self._dataset.download(log_path_of(key), limit=_LOG_LIMIT)
        except EntryNotFound:
            return ""
        return data.decode("utf-8", "replace")

    async def _files(self, revision: str) -> list[tuple[str, str]]:
        try:
            found = [
                (one.path, one.oid)
                async for one in self._dataset.tree(revision, "tasks")
                if one.path.endswith(".json")
            ]
        except EntryNotFound:
            return []
        return sorted(found)[-_MOST:]

    async def _task(self, path: str, oid: str, revision: str) -> Task | None:
        known = self._known.get(path)
        if known is not None and known[0] == oid:
            return known[1]
        try:
            task = parsed(await self._dataset.download(path, revision, limit=_LIMIT))
        except TaskFileError:
            task = None
        if task is not None and path != path_of(task.id):
            task = None
        self._known[path] = oid, task
        return task

    async def _at(self, key: str, revision: str) -> Task | None:
        try:
            return parsed(await self._dataset.download(path_of(key), revision, limit=_LIMIT))
        except EntryNotFound:
            return None
        except TaskFileError as error:
            raise CommandError(f"The file of this task cannot be read: {error}.") from error


def _unknown(key: str, error: HubError) -> CommandError:
    said = f"The answer was lost: {key} may have been changed all the same. Look before you repeat."
    return CommandError(said, request_id=error.request_id)
