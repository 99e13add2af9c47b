"""Keeps the end of the log and the checkpoints of a task in the dataset, and brings them back."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from huggingface_hub import CommitOperationAdd, HfApi, snapshot_download
from huggingface_hub.errors import EntryNotFoundError

from .job import Job
from .tasks import checkpoints_of, log_path_of
from .trouble import LOCAL_TOO


class Keeper:
    """Uploads what changed since it last did. Trouble is a sentence, not an error."""

    def __init__(self, api: HfApi, dataset: str, token: str) -> None:
        self._api = api
        self._dataset = dataset
        self._token = token
        self._kept: dict[str, object] = {}
        self._one = threading.Lock()

    def keep(self, job: Job, task_id: str) -> str:
        """Upload the log's end and new checkpoints; return what went wrong, or nothing."""
        with self._one:
            return self._keep(job, task_id)

    def _keep(self, job: Job, task_id: str) -> str:
        fresh: dict[str, object] = {}
        operations = []
        if (tail := job.tail(self._token)) and self._kept.get(log_path_of(task_id)) != tail:
            fresh[log_path_of(task_id)] = tail
            operations.append(CommitOperationAdd(log_path_of(task_id), tail))
        for path in sorted(job.checkpoints.rglob("*")):
            name = f"{checkpoints_of(task_id)}/{path.relative_to(job.checkpoints).as_posix()}"
            stamp = path.stat() if path.is_file() and not path.is_symlink() else None
            if stamp and self._kept.get(name) != (seen := (stamp.st_mtime_ns, stamp.st_size)):
                fresh[name] = seen
                operations.append(CommitOperationAdd(name, str(path)))
        if not operations:
            return ""
        try:
            self._api.create_commit(
                self._dataset,
                operations,
                commit_message=f"{task_id}: log and checkpoints",
                repo_type="dataset",
            )
        except LOCAL_TOO as error:
            return f"its log and checkpoints were not kept: {type(error).__name__}"
        self._kept |= fresh
        return ""

    def bring_back(self, job: Job, task_id: str) -> None:
        """Download the checkpoints there are, unless this container has them already."""
        if job.checkpoints.exists() and any(job.checkpoints.iterdir()):
            return
        folder = checkpoints_of(task_id)
        try:
            next(iter(self._api.list_repo_tree(self._dataset, folder, repo_type="dataset")), None)
        except EntryNotFoundError:
            return
        root = Path(
            snapshot_download(
                self._dataset,
                repo_type="dataset",
                allow_patterns=[f"{folder}/**"],
                endpoint=self._api.endpoint,
                token=self._token,
            )
        )
        if (root / folder).is_dir():
            shutil.copytree(root / folder, job.checkpoints, dirs_exist_ok=True)
