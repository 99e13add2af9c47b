"""A console that watches a folder in which a program rewrites thousands of files."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
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
_BETWEEN_KEYS: Final = 0.4
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
    """Write as fast as eight threads can with a breath between, and use the console meanwhile."""
    work = filled(home / "stormy", _FILES)
    for number in range(_REWRITTEN):
        out = work / "out" / f"f{number}.py"
        out.parent.mkdir(exist_ok=True)
        out.write_text(f"F = {number}\n")
    with HubProcess(home) as hub:
        hub.ask("timing", speed=1000, chatter=0, metrics=3600)
        hub.ask("rate_quota", quota=None)
        hub.ask("create", space=_SPACE)
        with console(_SPACE, home=home, cwd=work, given=hub.variables()) as terminal:
            _watch(terminal)
            calm = _key_times(terminal, 5.0)
            before, memory = processor(terminal.pid), resident(terminal.pid, "VmRSS")
            began = time.monotonic()
            with subprocess.Popen([sys.executable, "-c", _WRITER, work / "out", str(_SECONDS)]):
                stormy = _key_times(terminal, _SECONDS)
            took = time.monotonic() - began
            used = processor(terminal.pid) - before
            grown = resident(terminal.pid, "VmRSS") - memory
            wait_until(
                lambda: hub.text(_SPACE, "out/f1999.py") == "F = 1999, 'last'\n",
                "the last state of the last file",
                _TIMEOUT,
            )
            terminal.expect("in sync", _TIMEOUT)
    yield Row(
        "storm of writes: processor time of the console", "% of a core", 100 * used / took, most=60
    )
    yield Row("storm of writes: memory grown", "MiB", grown / 2**20, most=64)
    yield Row(
        "storm of writes: key to screen, median; peer: calm", "ms", median(stormy), median(calm)
    )
    yield Row(
        "storm of writes: key to screen, 95 of 100", "ms", quantiles(stormy, n=20)[-1], most=100
    )


def _watch(terminal: Terminal) -> None:
    terminal.expect("Running")
    terminal.press("w")
    terminal.expect("enter shows the plan")
    terminal.press("enter")
    terminal.expect("files to upload", _TIMEOUT)
    terminal.press("enter")
    terminal.expect("in sync", _TIMEOUT)


def _key_times(terminal: Terminal, seconds: float) -> list[float]:
    """Open and close the list of keys for so long; return the milliseconds each took to show."""
    times: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pressed = time.monotonic()
        terminal.press("?")
        terminal.expect("One row down")
        times.append(1000 * (time.monotonic() - pressed))
        terminal.press("esc")
        terminal.expect_gone("One row down")
        time.sleep(_BETWEEN_KEYS)
    return times
