"""The Space's page: up first, it keeps a worker running beside it and shows the queue."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import Any, Final

from huggingface_hub import HfApi

from . import worker
from .config import ConfigError, from_environment
from .scopes import CARRIED_IN, scopes_needed
from .taskqueue import TaskQueue
from .tasks import Task, dataset_of
from .trouble import TROUBLE

AGAIN: Final = 5.0
"""Seconds before a worker that died is started again."""
EVERY: Final = 10.0
"""Seconds between two looks at the queue, however many people watch."""
HEADERS: Final = ("task", "title", "hardware", "state", "how it ended", "cost", "what to know")


class Shown:
    """What the page says. It changes nothing."""

    def __init__(self) -> None:
        self.worker = "The worker is being started."
        self._until = 0.0
        self._rows: list[list[str]] = []
        self._status = ""
        self._lock = threading.Lock()
        try:
            config = from_environment()
        except ConfigError as error:
            self._queue, self._trouble = None, str(error)
        else:
            api = HfApi(token=config.token)
            self._queue, self._trouble = TaskQueue(api, dataset_of(config.space)), ""
            needs = "\n".join(f"- {need.text}" for need in scopes_needed(config.space))
            self._needs = f"\n\nThe secret `{CARRIED_IN}` needs, and no more:\n{needs}"

    def now(self) -> tuple[str, list[list[str]]]:
        """Return a text about the worker, and the rows of the queue, newest first."""
        if self._queue is None:
            return self._trouble, []
        with self._lock:
            if time.monotonic() >= self._until:
                self._until = time.monotonic() + EVERY
                self._look(self._queue)
        return "\n\n".join(filter(None, (self.worker, self._status))) + self._needs, self._rows

    def _look(self, queue: TaskQueue) -> None:
        try:
            look = queue.look()
        except TROUBLE as error:
            self._status = f"The queue cannot be read: {type(error).__name__}."
            return
        self._rows = [_row(task) for task in reversed(look.tasks)]
        self._status = "\n\n".join((*look.broken, "" if look.tasks else "No task yet."))


def keep_working(shown: Shown) -> None:
    """Run workers, one after the other, until one says that a person has to look."""
    while True:
        code = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-m", worker.__name__], check=False
        ).returncode
        if code == worker.REFUSED:
            shown.worker = "The worker cannot work: the log of the Space says why."
            return
        if code == worker.PAUSED:
            shown.worker = "The Space is being paused."
            return
        shown.worker = f"The worker ended with {code} and is started again."
        time.sleep(AGAIN)


def main() -> None:
    """Put the page up, then start the worker."""
    import gradio  # noqa: PLC0415 - only the Space has it

    shown = Shown()

    def table() -> tuple[str, Any]:
        return shown.now()

    with gradio.Blocks(title="Tasks") as page:
        gradio.Markdown("# Tasks of this Space")
        status = gradio.Markdown()
        rows = gradio.Dataframe(headers=list(HEADERS), interactive=False, wrap=True)
        page.load(table, None, [status, rows])
        gradio.Timer(EVERY).tick(table, None, [status, rows])
    page.launch(prevent_thread_lock=True)
    shown.worker = "The worker runs."
    threading.Thread(target=keep_working, args=(shown,), daemon=True).start()
    page.block_thread()


def _row(task: Task) -> list[str]:
    ended = task.outcome.value if task.outcome else ""
    known = "; ".join(filter(None, (task.begun_twice, task.note)))
    dollars = f"${task.cost / 1_000_000:.2f}"
    return [task.id, task.title, task.flavor, task.state.value, ended, dollars, known]
