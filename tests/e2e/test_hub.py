"""`spaces-tui hub` as a process."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.programs import PROGRAM, HubProcess, environment, run
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e


def test_it_serves_until_it_is_told_to_end(home: Path) -> None:
    hub = HubProcess(home)
    assert hub.token("ada", "write").startswith("hf_")
    assert hub.token("ada", "read") != hub.token("ada", "write")
    assert hub.token("bob", "write")
    assert hub.close() == 0


def test_it_takes_the_port_it_is_given(home: Path) -> None:
    with HubProcess(home) as first:
        port = first.url.rpartition(":")[2]
        done = run(["hub", "--port", port], environment(home))
        assert done.returncode == 1
        assert "in use" in done.stderr
        assert done.stderr.count("\n") == 1
    with HubProcess(home, port=int(port)) as second:
        assert second.url == first.url


def test_it_ends_with_its_parent(home: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "hub", "--seed", "empty", "--with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(home),
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline()
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


def test_ctrl_c_ends_it(home: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "hub", "--seed", "empty"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == b""
