"""Reading large files once, for their ids and for secrets, one of the really large at a time.

What is large is not read by the looks. It is read here when it is sent, or when it may be what the
Space holds already, which only its content tells; the index learns what it is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Final

from spaces_tui.model.identity import Secret
from spaces_tui.sync.cargo import Cargo
from spaces_tui.sync.courier import OnDisk
from spaces_tui.sync.figures import Stat
from spaces_tui.sync.folder import Folder
from spaces_tui.sync.index import RACY_NS
from spaces_tui.sync.measure import Measured, measure
from spaces_tui.sync.plan import MAX_FILE
from spaces_tui.sync.protocols import Clock
from spaces_tui.sync.read import Content, MovingError

_REST: Final = RACY_NS / 1e9 + 0.1
"""Seconds a large file must have been left alone before it is read."""


@dataclass(slots=True, kw_only=True)
class Measuring:
    """Reads in threads of its own, and remembers what was read."""

    folder: Folder
    forbidden: Sequence[Secret]
    patterns: bool
    """Whether to look for what is shaped like a secret, too."""
    on_disk: OnDisk
    clock: Clock
    ended: Callable[[], object] = bool
    """Called when a comparison came to its end."""
    unread: dict[str, tuple[Stat, str]] = field(default_factory=dict)
    """Files that could not be read, and why."""
    _checked: dict[str, tuple[Stat, Measured]] = field(default_factory=dict)
    _comparing: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _threads: ThreadPoolExecutor = field(
        default_factory=partial(ThreadPoolExecutor, 2, thread_name_prefix="sync-large")
    )

    async def measure(self, cargo: Cargo, stop: Event, *, regular: bool) -> Measured:
        """Return what a file holds, as it is with the figures it was seen with.

        Args:
            cargo: the file.
            stop: ends the reading.
            regular: its git id is wanted, too.

        Raises:
            MovingError: it changed, or `stop` was set.
            OSError: it cannot be read.
        """
        known = self._checked.get(cargo.path)
        if known and known[0] == cargo.figures and (known[1].content.oid or not regular):
            return known[1]
        path, figures = cargo.path, cargo.figures
        read = partial(
            measure,
            self.folder.root / path,
            figures,
            self.forbidden,
            stop,
            patterns=self.patterns,
            regular=regular,
        )
        loop = asyncio.get_running_loop()
        if figures.size > MAX_FILE:
            if max(figures.mtime_ns, figures.ctime_ns) > time.time_ns() - RACY_NS:
                await self.clock.sleep(_REST)
            async with self._reading:
                started = time.time_ns()
                measured = await loop.run_in_executor(self._threads, read)
        else:
            started = time.time_ns()
            measured = await loop.run_in_executor(self._threads, read)
        index = self.folder.index
        await self.on_disk(index.learn_large, path, figures, measured.content, started)
        self._checked[path] = (figures, measured)
        return measured

    def compare(self, path: str, figures: Stat, *, regular: bool) -> None:
        """Read a file so that it can be compared with the Space's; the index learns what it is."""
        if path not in self._comparing and self.unread.get(path, ("",))[0] != figures:
            content = Content(figures.size, "")
            task = asyncio.create_task(self._compare(Cargo(path, figures, content), regular))
            self._comparing[path] = task

    def keep(self, paths: Collection[str]) -> None:
        """Forget what was read of all other files."""
        for path in [path for path in self._checked if path not in paths]:
            del self._checked[path]

    def forget(self, path: str) -> None:
        """Forget what was read of a file: it is another one."""
        self._checked.pop(path, None)

    def cancel(self) -> list[asyncio.Task[None]]:
        """End all comparisons; return their tasks, which end in a moment."""
        tasks = list(self._comparing.values())
        for task in tasks:
            task.cancel()
        return tasks

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _compare(self, cargo: Cargo, regular: bool) -> None:
        stop = Event()
        try:
            await self.measure(cargo, stop, regular=regular)
        except (MovingError, FileNotFoundError):
            return  # the next look finds it again
        except OSError as error:
            self.unread[cargo.path] = (cargo.figures, f"cannot be read: {error.strerror}")
        finally:
            stop.set()
            self._comparing.pop(cargo.path, None)
        self.ended()
