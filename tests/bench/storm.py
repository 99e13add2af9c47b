"""A console that watches a folder in which a program rewrites thousands of files."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from tests.bench.cost import processor, resident
from tests.bench.table import Row
from tests.bench.watches import filled
from tests.e2e.programs import HubProcess, console, wait_until
from tests.e2e.terminal import Terminal

_SPACE: Final = "ada/stormy"
_FILES: Final = 1_000
_REWRITTEN: Final = 2_000
_SECONDS: Final = 30.0
_BETWEEN_KEYS: Final = 0.2
_TIMEOUT: Final = 300.0
_WRITER: Final = """
import sys, threading, time
from pathlib import Path
folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
end = time.monotonic() + seconds
def rewrite(part):
    turn = 0
    while time.monotonic() < end:
        turn += 1
        for number in range(part, 2000, 8):
            (folder / f"f{number}.py").write_text(f"F = {number}, {turn}\\n")
            time.sleep(0.001)
    for number in range(part, 2000, 8):
        (folder / f"f{number}.py").write_text(f"F = {number}, 'last'\\n")
threads = [threading.Thread(target=rewrite, args=(part,)) for part in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def storm(home: Path) -> Iterator[Row]:
    """Write as fast as eight threads can with a breath between, and use the console meanwhile.

    The writers take more than a core of their own, so the peer of every key is the same console
    under the same writers, which watches nothing.
    """
    work = filled(home / "stormy", _FILES)
    for number in range(_REWRITTEN):
        out = work / "out" / f"f{number}.py"
        out.parent.mkdir(exist_ok=True)
        out.write_text(f"F = {number}\n")
    with HubProcess(home) as hub:
        hub.ask("timing", speed=1000, chatter=0, metrics=3600)
        hub.ask("rate_quota", quota=None)
        hub.ask("create", space=_SPACE)
        with _opened(hub, home / "idle", work) as terminal:
            peer = _stormy(terminal, work).keys
        with _opened(hub, home / "watching", work) as terminal:
            _watch(terminal)
            ours = _stormy(terminal, work)
            wait_until(
                lambda: hub.text(_SPACE, "out/f1999.py") == "F = 1999, 'last'\n",
                "the last state of the last file",
                _TIMEOUT,
            )
            terminal.expect("in sync", _TIMEOUT)
    yield Row("storm of writes: processor time of the console", "% of a core", ours.load, most=60)
    yield Row("storm of writes: memory grown", "MiB", ours.grown, most=64)
    yield Row(
        "storm of writes: letter to screen, median; peer: watches nothing",
        "ms",
        median(ours.keys),
        median(peer),
        most=100,
    )
    yield Row(
        "storm of writes: letter to screen, 95 of 100; peer: watches nothing",
        "ms",
        quantiles(ours.keys, n=20)[-1],
        quantiles(peer, n=20)[-1],
        most=100,
    )


@dataclass(frozen=True, slots=True)
class _Storm:
    """What a console did while the writers wrote."""

    keys: list[float]
    """Milliseconds from a letter to the screen that shows it."""
    load: float
    """Processor time, in hundredths of a core."""
    grown: float
    """Resident memory, MiB."""


def _opened(hub: HubProcess, home: Path, work: Path) -> Terminal:
    home.mkdir()
    return console(_SPACE, home=home, cwd=work, given=hub.variables(), size=(160, 45))


def _watch(terminal: Terminal) -> None:
    terminal.expect("Running")
    terminal.press("w")
    terminal.expect("enter shows the plan")
    terminal.press("enter")
    terminal.expect("files to upload", _TIMEOUT)
    terminal.press("enter")
    terminal.expect("in sync", _TIMEOUT)


def _stormy(terminal: Terminal, work: Path) -> _Storm:
    """Type and take back letters of the filter while the writers write."""
    terminal.expect("stormy")
    terminal.press("/", "s")
    terminal.expect("/s 1/1")
    began, before, memory = time.monotonic(), processor(terminal.pid), _memory(terminal)
    keys: list[float] = []
    with subprocess.Popen([sys.executable, "-c", _WRITER, work / "out", str(_SECONDS)]):
        while time.monotonic() < began + _SECONDS:
            pressed = time.monotonic()
            terminal.press("t")
            terminal.expect("/st 1/1")
            keys.append(1000 * (time.monotonic() - pressed))
            terminal.press("backspace")
            terminal.expect("/s 1/1")
            time.sleep(_BETWEEN_KEYS)
    took = time.monotonic() - began
    load = 100 * (processor(terminal.pid) - before) / took
    grown = (_memory(terminal) - memory) / 2**20
    terminal.press("esc")
    terminal.expect_gone("/s 1/1")
    return _Storm(keys, load, grown)


def _memory(terminal: Terminal) -> int:
    return resident(terminal.pid, "VmRSS")
