"""Heartbeats and checkpoints while a command runs, in threads: the command is watched all along."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from .tasks import Task


class Pulse:
    """Calls `beat`, which returns the newest version of the task, and `keep` now and then.

    When the Hub cannot be reached both take as long as it lasts; nobody waits for them.
    """

    def __init__(
        self,
        task: Task,
        beat: Callable[[], Task],
        keep: Callable[[], None],
        *,
        every: float,
        keep_every: float,
    ) -> None:
        self.task = task
        self.error: BaseException | None = None
        """Why there are no heartbeats any more: somebody else has the task, or it is gone."""
        self._beat = beat
        self._keep = keep
        self._every = every
        self._keep_every = keep_every
        self._over = threading.Event()
        self._beating = threading.Thread(target=self._go_on, daemon=True)
        self._keeping: threading.Thread | None = None
        self._kept = time.monotonic()
        self._beating.start()

    def stop(self) -> None:
        """Begin no more of either."""
        self._over.set()

    def _go_on(self) -> None:
        while not self._over.wait(self._every):
            try:
                self.task = self._beat()
            except Exception as error:  # noqa: BLE001 - a thread's boundary: the watcher raises it
                self.error = error
                return
            free = self._keeping is None or not self._keeping.is_alive()
            if free and time.monotonic() >= self._kept + self._keep_every:
                self._kept = time.monotonic()
                self._keeping = threading.Thread(target=self._keep, daemon=True)
                self._keeping.start()
