"""File events from the system: straight from Linux, elsewhere through watchfiles' notifier.

Each folder that is not ignored is watched by itself, so that a large ignored tree costs nothing
and events below it never come. Every way to lose an event is covered by the engine's timed scan;
what can be noticed here (a limit, a name that breaks the notifier, a thread that died) is.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

# The class is documented by watchfiles; its package exports it under this name alone.
from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

from spaces_tui.sync import inotify
from spaces_tui.sync.protocols import Watcher, WatcherLostError
from spaces_tui.sync.scan import is_folder

_DEBOUNCE_MS: Final = 1600
_STEP_MS: Final = 10
_TIMEOUT_MS: Final = 0
"""Never: a timeout in the notifier can lose the events that arrive with it."""
_REBUILDS: Final = 20
"""Failures in a row after which the notifier is given up."""
_ARMING: Final = threading.Lock()


def system_watcher(folders: Sequence[str]) -> Watcher:
    """Watch folders in the way that is best on this system. Blocks for some ms.

    Raises:
        WatcherLostError: file events cannot be had, or not of all folders.
    """
    return inotify.InotifyWatcher(folders) if inotify.available() else NotifyWatcher(folders)


class NotifyWatcher:
    """Watches folders, each without what is below it. Creating one blocks for some ms."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = folders
        self._stop = threading.Event()
        self._notify = _arm(folders)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="file-events")

    async def batches(self) -> AsyncIterator[frozenset[str]]:
        """Yield absolute paths; an empty batch when events may have been lost."""
        loop = asyncio.get_running_loop()
        failures = 0
        while not self._stop.is_set():
            try:
                changes = await loop.run_in_executor(self._thread, self._watch)
            except WatchfilesRustInternalError as error:  # such as a name that is not UTF-8
                failures += 1
                if failures > _REBUILDS:
                    raise WatcherLostError(f"file events fail: {error}") from error
                self._notify = await loop.run_in_executor(self._thread, _arm, self._folders)
                yield frozenset()
                continue
            except RuntimeError as error:
                raise WatcherLostError(f"file events ended: {error}") from error
            failures = 0
            if changes:
                yield changes

    async def close(self) -> None:
        """Stop the notifier's thread, within one step of it."""
        self._stop.set()
        self._thread.shutdown(wait=False)

    def _watch(self) -> frozenset[str]:
        found = self._notify.watch(_DEBOUNCE_MS, _STEP_MS, _TIMEOUT_MS, self._stop)
        if isinstance(found, str):
            if found == "stop":
                self._notify.close()
            return frozenset()
        return frozenset(path for _, path in found)


def _arm(folders: Sequence[str]) -> RustNotify:
    """Start a notifier and make sure that it watches every folder.

    Raises:
        WatcherLostError: it cannot, or the system's limit left some folders out.
    """
    there = [folder for folder in folders if is_folder(Path(folder))]
    with _ARMING:
        before = _watches()
        try:
            notify = RustNotify(
                there,
                debug=False,
                force_polling=False,
                poll_delay_ms=300,
                recursive=False,
                ignore_permission_denied=True,
            )
        except (OSError, WatchfilesRustInternalError) as error:
            raise WatcherLostError(f"file events are not available: {error}") from error
        after = _watches()
    armed = sum(count for descriptor, count in after.items() if descriptor not in before)
    if after and armed < sum(is_folder(Path(folder)) for folder in there):
        notify.close()
        raise WatcherLostError(
            f"the system's limit on watched folders left {len(there) - armed} of "
            f"{len(there)} without file events"
        )
    return notify


def _watches() -> dict[str, int]:
    """Return the number of watches of each inotify descriptor; empty where there is no /proc."""
    found: dict[str, int] = {}
    try:
        for link in Path("/proc/self/fd").iterdir():
            try:
                if "inotify" not in str(link.readlink()):
                    continue
                lines = Path("/proc/self/fdinfo", link.name).read_text().splitlines()
            except OSError:  # closed meanwhile
                continue
            found[link.name] = sum(line.startswith("inotify ") for line in lines)
    except OSError:
        return {}
    return found
