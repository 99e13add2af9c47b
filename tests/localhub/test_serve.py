"""The server as a program."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.patience import PATIENCE

PROGRAM = "import sys; from spaces_tui.localhub.serve import run; sys.exit(run({}))"


def start(arguments: str) -> subprocess.Popen[str]:
    """Start a server program."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def program() -> Iterator[subprocess.Popen[str]]:
    """A server with the empty seed that watches its standard input."""
    with start("seed='empty', quit_with_parent=True") as process:
        yield process
        if process.poll() is None:
            process.kill()


def announced(process: subprocess.Popen[str]) -> dict[str, list[dict[str, str]]]:
    """Return the line printed at start."""
    assert process.stdout is not None
    found: dict[str, list[dict[str, str]]] = json.loads(process.stdout.readline())
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_with_streams_open(
    program: subprocess.Popen[str], number: signal.Signals
) -> None:
    said = announced(program)
    accounts = said["accounts"]
    assert [(item["name"], item["role"]) for item in accounts[:4]] == [
        ("ada", "write"),
        ("ada", "read"),
        ("ada", "fineGrained"),
        ("bob", "write"),
    ]
    headers = {"Authorization": f"Bearer {accounts[3]['token']}"}
    address = f"{said['url']}/api/spaces/bob/quiet-pond/logs/run"
    with httpx.stream("GET", address, headers=headers, verify=False) as response:
        chunks = response.iter_raw()
        assert b"Application Startup" in next(chunks)
        program.send_signal(number)
        assert program.wait(PATIENCE) == 0
    assert program.stderr is not None
    assert program.stderr.read() == ""


def test_the_end_of_its_input_ends_it(program: subprocess.Popen[str]) -> None:
    announced(program)
    assert program.stdin is not None
    program.stdin.close()
    assert program.wait(PATIENCE) == 0
