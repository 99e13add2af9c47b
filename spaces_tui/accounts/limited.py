"""Calls that may hang, with a limit: each runs in a thread that never keeps the program alive."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class Limited:
    """Runs one call after another in threads of their own.

    While a call that was given up still hangs, the next ones are given up at once: whoever hangs
    now would hang again, and threads would pile up.
    """

    def __init__(self) -> None:
        self._stuck: Thread | None = None

    def call(self, work: Callable[[], Result], limit: float) -> Result:
        """Return what `work` returns, which must not raise.

        Args:
            work: called in a daemon thread.
            limit: seconds.

        Raises:
            TimeoutError: there is no answer yet; it goes on by itself.
        """
        if self._stuck is not None and self._stuck.is_alive():
            raise TimeoutError
        answer: SimpleQueue[Result] = SimpleQueue()
        thread = Thread(target=lambda: answer.put(work()), name="keyring", daemon=True)
        thread.start()
        try:
            return answer.get(timeout=limit)
        except Empty:
            self._stuck = thread
            raise TimeoutError from None
