"""A real Secret Service for tests: gnome-keyring on a session bus of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest
import secretstorage

from tests.patience import PATIENCE

_NEEDED: Final = ("dbus-run-session", "gnome-keyring-daemon")
_PASSWORD: Final = b"the keyring's own password"
_BUS: Final = "DBUS_SESSION_BUS_ADDRESS"


def need_secret_service() -> None:
    """Skip a test where this machine has nothing to start; in CI it fails instead."""
    missing = [name for name in _NEEDED if shutil.which(name) is None]
    if missing:
        why = f"needs {' and '.join(missing)} (Debian: apt-get install gnome-keyring dbus)"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)


class SecretService:
    """One bus and one daemon, both ours; what is kept lies in `home`."""

    def __init__(self, home: Path) -> None:
        # Sockets have short names: the folders of pytest can be too deep for them.
        self._run = Path(tempfile.mkdtemp(prefix="run-"))
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_RUNTIME_DIR": str(self._run),
        }
        self._bus = subprocess.Popen(
            ["dbus-run-session", "--", "sh", "-c", f'echo "${_BUS}"; exec cat'],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._env,
        )
        assert self._bus.stdout is not None
        self._env[_BUS] = self._bus.stdout.readline().decode().strip()
        self._daemon: subprocess.Popen[bytes] | None = None
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        assert self._bus.stdin is not None
        assert self._bus.stdout is not None
        self._bus.stdin.close()
        self._bus.wait(PATIENCE)
        self._bus.stdout.close()
        shutil.rmtree(self._run, ignore_errors=True)

    @property
    def variables(self) -> Mapping[str, str]:
        """What makes a program use it."""
        return {_BUS: self._env[_BUS]}

    def start(self) -> None:
        """Start the daemon with its keyring unlocked, and wait until it answers."""
        self._daemon = subprocess.Popen(
            [
                "gnome-keyring-daemon",
                "--foreground",
                "--replace",
                "--unlock",
                "--components=secrets",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._env,
        )
        assert self._daemon.stdin is not None
        assert self._daemon.stdout is not None
        self._daemon.stdin.write(_PASSWORD)
        self._daemon.stdin.close()
        self._daemon.stdout.readline()  # it says where its socket is once it is on the bus
        self._daemon.stdout.close()

    def lock(self) -> None:
        """Lock the keyring, as a screen saver does."""
        bus = secretstorage.dbus_init()
        try:
            secretstorage.Collection(bus).lock()
        finally:
            bus.close()

    def stop(self) -> None:
        """Let the daemon answer nothing from now on, though it lives."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the daemon as a crash does."""
        self._signal(signal.SIGKILL)
        assert self._daemon is not None
        self._daemon.wait(PATIENCE)

    def _signal(self, number: signal.Signals) -> None:
        assert self._daemon is not None
        if self._daemon.poll() is None:
            self._daemon.send_signal(number)
