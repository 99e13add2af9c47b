"""A Space in a folder: the template's own files, its worker as a process, the local Hub."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from huggingface_hub import CommitOperationAdd, HfApi

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.trainer.taskfile import parsed, written
from spaces_tui.trainer.tasks import Task, path_of
from spaces_tui.trainer.template import files
from tests.patience import PATIENCE

SPACE = "ada/trainer"
QUEUE = "ada/trainer-tasks"
RIGHTS = ["repo.content.read", "repo.write"]


class Workshop:
    """One Space with its queue, and the processes that work for it."""

    def __init__(self, hub: LocalHub, folder: Path) -> None:
        self.hub = hub
        self.api = HfApi(hub.url, hub.token())
        self._home = folder
        self.folder = folder / "space"
        for name, data in files().items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        hub.create(SPACE, private=True)
        self.api.create_repo(QUEUE, repo_type="dataset", private=True)
        self.token = hub.issue_token("ada", "fineGrained", scoped={SPACE: RIGHTS, QUEUE: RIGHTS})
        self.running: list[subprocess.Popen[bytes]] = []
        self.output = folder / "output.txt"

    def environment(self, **changes: str) -> dict[str, str]:
        """What a container has, with all waits short."""
        times = {"POLL": "0.05", "BEAT": "0.3", "TICK": "0.02", "PATIENCE": "0", "LEASE": "60"}
        plain = {
            name: value
            for name, value in os.environ.items()
            if name in {"PATH", "HOME"} or name.startswith("HF_HUB_DISABLE")
        }
        space = {
            "SPACE_ID": SPACE,
            "HF_TOKEN": self.token,
            "HF_ENDPOINT": self.hub.url,
            "HF_HOME": str(self._home / "hf"),
            "TRAINER_FOLDER": str(self._home / "work"),
        }
        return plain | space | {f"TRAINER_{key}": value for key, value in times.items()} | changes

    def start(self, **changes: str) -> subprocess.Popen[bytes]:
        """Start a worker as the page does."""
        with self.output.open("ab") as output:
            worker = subprocess.Popen(
                [sys.executable, "-m", "trainer.worker"],
                cwd=self.folder,
                env=self.environment(**changes),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.running.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """End a worker as the machine does."""
        worker.kill()
        worker.wait()

    def submit(self, *tasks: Task) -> None:
        """Put tasks into the queue by the official client."""
        self.api.create_commit(
            QUEUE,
            [CommitOperationAdd(path_of(task.id), written(task)) for task in tasks],
            commit_message="tasks",
            repo_type="dataset",
        )

    def files(self) -> Mapping[str, bytes]:
        """Every small file of the dataset."""
        return self.hub.call(
            lambda state: {
                path: blob.data for path, blob in state.datasets[QUEUE].head.tree.files()
            }
        )

    def task(self, task_id: str) -> Task:
        """A task as it is in the queue."""
        return parsed(self.files()[path_of(task_id)])

    def wait(self, task_id: str, met: Callable[[Task], bool]) -> Task:
        """Wait until a task is as wanted and return it."""
        end = time.monotonic() + PATIENCE
        while not met(task := self.task(task_id)):
            assert time.monotonic() < end, f"{task}\n{self.said()}"
            time.sleep(0.02)
        return task

    def wait_hardware(self, flavor: str) -> None:
        """Wait until the Space runs on a flavour."""
        end = time.monotonic() + PATIENCE
        while (now := self.api.get_space_runtime(SPACE)).stage != "RUNNING" or (
            now.hardware != flavor
        ):
            assert time.monotonic() < end, f"{now}\n{self.said()}"
            time.sleep(0.02)

    def said(self) -> str:
        """What the workers printed."""
        return self.output.read_text()

    def hardware(self) -> str | None:
        """What the Space was asked to run on."""
        return self.hub.call(lambda state: state.spaces[SPACE].runtime.requested)


@pytest.fixture
def workshop(local_hub: LocalHub, tmp_path: Path) -> Iterator[Workshop]:
    """A Space on cpu-basic with an empty queue and no worker yet."""
    local_hub.commit_quota(None)
    shop = Workshop(local_hub, tmp_path)
    yield shop
    for worker in shop.running:
        with suppress(ProcessLookupError):
            worker.kill()
        worker.wait()


def new_task(name: str, *command: str, flavor: str = "t4-small", seconds: int = 600) -> Task:
    """A task that is valid as it is."""
    return Task(
        id=name,
        title=name,
        command=command or ("python", "train.py", "--steps", "3"),
        flavor=flavor,
        seconds=seconds,
        submitted_by="ada",
        submitted_at=datetime.now(UTC),
        price=6667,
    )
