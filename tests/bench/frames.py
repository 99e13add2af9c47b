"""How long until there is something to see, and how much is written when nothing changes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.table import Row
from tests.e2e.emulator import Emulator
from tests.e2e.programs import PROGRAM, HubProcess, console, environment
from tests.e2e.terminal import Terminal

ROUNDS: Final = 11
_SIZE: Final = (80, 24)
_BARE: Final = (sys.executable, "-m", "tests.bench.bare")
_IDLE: Final = 10.0


def first_frames(folder: Path) -> Iterator[Row]:
    """Start the console and bare apps in turns."""
    endpoint = remember_a_listing(folder)
    ours = environment(folder, HF_ENDPOINT=endpoint, HF_TOKEN="hf_" + "x" * 34)
    bare = environment(folder)
    starts: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {
        "cached": (PROGRAM, ours),
        "demo": ([*PROGRAM, "--demo"], environment(folder / "demo")),
        "line": ([*_BARE, "line"], bare),
        "app": ([*_BARE, "app"], bare),
    }
    times: dict[str, list[float]] = {name: [] for name in starts}
    for turn in range(ROUNDS + 1):
        for name, (argv, env) in starts.items():
            took = first_frame(argv, env)
            if turn:  # the first round only warms the machine's caches
                times[name].append(took)
    middle = {name: 1000 * median(values) for name, values in times.items()}
    for peer, limit in (("line", 1.25), ("app", None)):
        for name, words in (("cached", "list of the last run, no Hub"), ("demo", "--demo")):
            figure = f"first frame, {words}; peer: Textual {peer}"
            yield Row(figure, "ms", middle[name], middle[peer], most_ratio=limit)


def idle(folder: Path) -> Iterator[Row]:
    """Leave the console alone."""
    with HubProcess(folder) as hub:
        hub.ask("timing", chatter=0, metrics=3600)
        hub.ask("create", space="ada/lab")
        with console(home=folder, size=(160, 45), given=hub.variables()) as terminal:
            terminal.expect("Running")
            terminal.quiet_for(2)
            before = terminal.bytes_out
            left = _IDLE
            while terminal.writes_within(left) and left > 0:
                left -= 1
            yield Row("idle, ten seconds", "bytes", terminal.bytes_out - before, most=0)


def remember_a_listing(folder: Path) -> str:
    """Show the demo's Spaces once, then end that Hub; return the address it had."""
    with HubProcess(folder, seed="demo") as hub:
        with console(home=folder, size=_SIZE, given=hub.variables()) as terminal:
            terminal.expect("northwind 2")
            terminal.press("q")
            terminal.wait_exit()
        return hub.url


def first_frame(argv: Sequence[str], env: Mapping[str, str]) -> float:
    """Return the seconds from the start to the first chunk that makes text visible."""
    with Terminal(argv, size=_SIZE, env=env) as terminal:
        terminal.wait_for(lambda rows: any(map(str.strip, rows)), "anything", 30)
        started, output = terminal.started, terminal.output
        emulator = Emulator(*_SIZE)
        at = 0
        for came, upto in terminal.arrivals:
            emulator.feed(output[at:upto])
            at = upto
            if any(emulator.rows()):
                return came - started
    raise AssertionError("what was seen is not in the output")
