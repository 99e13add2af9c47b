"""The queue: a private dataset with one file per task, changed by compare-and-swap commits."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from huggingface_hub import CommitOperationAdd, HfApi, hf_hub_url
from huggingface_hub.errors import EntryNotFoundError
from huggingface_hub.hf_api import RepoFile
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # exported at run time
    build_hf_headers,
    get_session,
    hf_raise_for_status,
)

from .taskfile import parsed, written
from .tasks import Task, TaskFileError, path_of
from .trouble import TROUBLE, passing


@dataclass(frozen=True, slots=True)
class Look:
    """The whole queue at one commit, oldest task first."""

    head: str
    tasks: tuple[Task, ...]
    broken: tuple[str, ...] = ()
    """A sentence for each file that is no task."""

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""
        return next((task for task in self.tasks if task.id == task_id), None)


class TaskGoneError(Exception):
    """Somebody removed the task's file."""


class TaskQueue:
    """The tasks of one dataset. Files already read are not read again."""

    def __init__(self, api: HfApi, dataset: str, *, pause: float = 1.0) -> None:
        self._api = api
        self._dataset = dataset
        self._pause = pause
        self._last: Look | None = None
        self._files: dict[str, bytes] = {}

    def look(self) -> Look:
        """Return the queue as it is. Raises what the official client raises."""
        head = self._api.dataset_info(self._dataset).sha
        if head is None:
            raise TaskGoneError(f"{self._dataset} has no commit")
        if self._last is None or self._last.head != head:
            self._last = self._read(head)
        return self._last

    def change(self, task_id: str, decide: Callable[[Task], Task]) -> Task:
        """Replace a task by what `decide` makes of it, and return what is there then.

        When somebody else was faster it is read and decided anew. When an answer is lost it is
        read back before anything is sent again. `decide` may raise, which ends it.
        """
        pause = self._pause
        while True:
            look = self._patient_look()
            task = look.task(task_id)
            if task is None:
                raise TaskGoneError(f"{task_id} is not in {self._dataset} any more")
            wanted = decide(task)
            if wanted == task or self._sent(wanted, look.head):
                return wanted
            after = self._patient_look().task(task_id)
            if after == wanted:
                return wanted
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 30 * self._pause)

    def _sent(self, task: Task, head: str) -> bool:
        """Send one version. False: it was refused as stale, or nobody knows."""
        operation = CommitOperationAdd(path_of(task.id), written(task))
        try:
            self._api.create_commit(
                self._dataset,
                [operation],
                commit_message=f"{task.id}: {task.state.value}",
                repo_type="dataset",
                parent_commit=head,
            )
        except TROUBLE as error:
            if not passing(error):
                raise
            return False
        return True

    def _patient_look(self) -> Look:
        pause = self._pause
        while True:
            try:
                return self.look()
            except TROUBLE as error:
                if not passing(error):
                    raise
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 30 * self._pause)

    def _read(self, head: str) -> Look:
        try:
            entries = list(
                self._api.list_repo_tree(self._dataset, "tasks", repo_type="dataset", revision=head)
            )
        except EntryNotFoundError:
            entries = []
        files = {
            one.path: one.blob_id
            for one in entries
            if isinstance(one, RepoFile) and one.path.endswith(".json")
        }
        self._files = {
            oid: self._files[oid] if oid in self._files else self._content(path, head)
            for path, oid in files.items()
        }
        tasks, broken = [], []
        for path, oid in sorted(files.items()):
            try:
                task = parsed(self._files[oid])
                if path != path_of(task.id):
                    raise TaskFileError(f"it says that it is {task.id}")
                tasks.append(task)
            except TaskFileError as error:
                broken.append(f"{path} is no task: {error}")
        return Look(head, tuple(tasks), tuple(broken))

    def _content(self, path: str, head: str) -> bytes:
        url = hf_hub_url(
            self._dataset, path, repo_type="dataset", revision=head, endpoint=self._api.endpoint
        )
        answer = get_session().get(url, headers=build_hf_headers(token=self._api.token))
        hf_raise_for_status(answer)
        return bytes(answer.content)
