"""The command of a task as a process group of its own, and what it leaves behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .scopes import CARRIED_IN

TAIL: Final = 64 * 1024
"""Bytes of a log that are kept in the dataset."""
GRACE: Final = 10.0
"""Seconds a command has to write a last checkpoint when it is told to end."""


class Job:
    """The command of one task in its folder: `log.txt`, `checkpoints/` and who runs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkpoints = folder / "checkpoints"
        self._log = folder / "log.txt"
        self._owner = folder / "process.json"
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, command: Sequence[str], task_id: str) -> None:
        """Begin the command, after ending what a former worker left running. Raises OSError.

        It gets `CHECKPOINT_DIR` and `TASK_ID`, and not the worker's token.
        """
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        self.end_leftover()
        environment = {name: value for name, value in os.environ.items() if name != CARRIED_IN}
        environment |= {"CHECKPOINT_DIR": str(self.checkpoints), "TASK_ID": task_id}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the owner's own command, no shell
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
        pid = self._process.pid
        self._owner.write_text(json.dumps({"pid": pid, "born": _born(pid)}))

    def exit_code(self) -> int | None:
        """Return how it ended, None while it runs."""
        return None if self._process is None else self._process.poll()

    def end(self) -> int | None:
        """Ask the whole group to end, then make it; return the exit code."""
        if self._process is None:
            return None
        _signal(self._process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE)
        _signal(self._process.pid, signal.SIGKILL)
        return self._process.wait()

    def end_leftover(self) -> None:
        """End the group that a worker which died left running in this container."""
        try:
            owner = json.loads(self._owner.read_text())
        except (OSError, ValueError):
            return
        if owner["born"] is not None and _born(owner["pid"]) == owner["born"]:
            _signal(owner["pid"], signal.SIGKILL)
        self._owner.unlink(missing_ok=True)

    def tail(self, token: str) -> bytes:
        """Return the end of what it wrote, without the token."""
        try:
            with self._log.open("rb") as log:
                log.seek(max(0, self._log.stat().st_size - TAIL - len(token)))
                text = log.read()
        except OSError:
            return b""
        return text.replace(token.encode(), b"[token]")[-TAIL:]


def _born(pid: int) -> str | None:
    """When a process began, in ticks of this machine: a pid alone may be another's by now."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def _signal(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return
