"""A real Secret Service for tests: gnome-keyring on a session bus of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest
import secretstorage
from jeepney.io.blocking import (  # type: ignore[import-untyped]  # it has no types
    open_dbus_connection,
)

from tests.e2e.programs import wait_until
from tests.patience import PATIENCE

_NEEDED: Final = ("dbus-run-session", "gnome-keyring-daemon")
_PASSWORD: Final = b"the keyring's own password"
_BUS: Final = "DBUS_SESSION_BUS_ADDRESS"


_BUS_RULES: Final = """\
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""A bus that starts nothing by itself: no second daemon that nobody ends, and no dialog."""


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
        rules = self._run / "bus.conf"
        rules.write_text(_BUS_RULES)
        say = f'echo "${_BUS}"; exec cat'
        self._bus = subprocess.Popen(
            ["dbus-run-session", f"--config-file={rules}", "--", "sh", "-c", say],
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
        self._daemon.stdout.readline()  # it says where its socket is, and goes on the bus
        self._daemon.stdout.close()
        wait_until(self._is_open, "an open keyring on the bus")

    def lock(self) -> None:
        """Lock the keyring, as a screen saver does."""
        with closing(secretstorage.dbus_init()) as bus:
            secretstorage.Collection(bus).lock()

    def empty(self) -> None:
        """Take the keyring itself away: what a machine is like where none was ever made."""
        with closing(secretstorage.dbus_init()) as bus:
            secretstorage.Collection(bus).delete()

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

    def _is_open(self) -> bool:
        with closing(open_dbus_connection(self._env[_BUS])) as bus:
            try:
                return not secretstorage.Collection(bus).is_locked()
            except secretstorage.SecretStorageException:
                return False  # it is not on the bus yet, or has not read its keyring

    def _signal(self, number: signal.Signals) -> None:
        assert self._daemon is not None
        if self._daemon.poll() is None:
            self._daemon.send_signal(number)
