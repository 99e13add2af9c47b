"""Logs that come fast, and logs that are long, in a console in a pseudo-terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from tests.bench.cost import processor, resident
from tests.bench.outpour import SPACE, OutpourHub, text_of
from tests.bench.table import Row
from tests.e2e.programs import console
from tests.e2e.terminal import Terminal

_RATE: Final = 2000
_MILLION: Final = 1_000_000
_SIZE: Final = (160, 45)
_SECONDS: Final = 30.0
_BETWEEN_KEYS: Final = 0.1
_SETTLED: Final = 0.3
"""Seconds until a prompt has left, and what it covered is painted again."""
_TIMEOUT: Final = 300.0


def flood(folder: Path) -> Iterator[Row]:
    """Search and scroll while two thousand lines come each second, and while none comes."""
    still = _flooded(folder / "still", 0)
    ours = _flooded(folder / "flood", _RATE)
    for kind, keys in ours.keys.items():
        what, peer = f"{_RATE:,} lines a second: {kind}", still.keys[kind]
        yield Row(f"{what}, median; peer: none comes", "ms", median(keys), median(peer), most=50)
        yield Row(
            f"{what}, 95 of 100",
            "ms",
            quantiles(keys, n=20)[-1],
            quantiles(peer, n=20)[-1],
            most=50,
        )
    yield Row(f"{_RATE:,} lines a second: processor time", "% of a core", ours.load, still.load)
    yield Row(f"{_RATE:,} lines a second: written", "KiB/s", ours.written, still.written)


class _Pressed:
    """What a console did while keys were pressed."""

    def __init__(self) -> None:
        self.keys: dict[str, list[float]] = {}
        """Milliseconds from a key until what shows it was written to the terminal."""
        self.load = 0.0
        """Processor time, in hundredths of a core."""
        self.written = 0.0
        """To the terminal, KiB a second."""

    def press(self, terminal: Terminal, kind: str, key: str, shown: bytes) -> None:
        """Press a key and wait for what it writes."""
        before, pressed = terminal.bytes_out, time.monotonic()
        terminal.press(key)
        came = terminal.wait_written(shown, before)
        self.keys.setdefault(kind, []).append(1000 * (came - pressed))
        time.sleep(_BETWEEN_KEYS)


def _flooded(home: Path, rate: int) -> _Pressed:
    home.mkdir()
    pressed = _Pressed()
    with (
        OutpourHub(home, lines=1000, rate=rate) as hub,
        console(SPACE, home=home, size=_SIZE, given=hub.variables()) as terminal,
    ):
        terminal.expect("Running")
        terminal.press("l")
        terminal.expect("INFO:")
        began, used, written = time.monotonic(), processor(terminal.pid), terminal.bytes_out
        while time.monotonic() < began + _SECONDS:
            pressed.press(terminal, "a line up", "k", b"G follows")
            pressed.press(terminal, "to the end", "G", b"following")
            pressed.press(terminal, "the search prompt", "/", b"earch the log")
            pressed.press(terminal, "a letter of a search", "r", b"/r ")
            # Not measured: a terminal's escape waits for what may follow it.
            terminal.press("esc")
            terminal.wait_written(b"following", terminal.bytes_out)
            time.sleep(_SETTLED)
        took = time.monotonic() - began
        pressed.load = 100 * (processor(terminal.pid) - used) / took
        pressed.written = (terminal.bytes_out - written) / took / 1024
    return pressed


def million(folder: Path) -> Iterator[Row]:
    """Look at a log that gets a million lines, until the last is on the screen.

    All of the console is in the figures: HTTP, events, JSON, lines, ring and every repaint. Each
    line is an event of its own.
    """
    last = f"request {_MILLION - 1:07}".encode()
    with (
        OutpourHub(folder, lines=1) as hub,
        console(SPACE, home=folder, size=_SIZE, given=hub.variables()) as terminal,
    ):
        terminal.expect("Running")
        terminal.press("l")
        terminal.expect(text_of(0)[:60])
        terminal.quiet_for(2)
        Path(f"/proc/{terminal.pid}/clear_refs").write_text("5")
        memory, used = resident(terminal.pid, "VmRSS"), processor(terminal.pid)
        before, began = terminal.bytes_out, time.monotonic()
        hub.ask("write_log", space=SPACE, data=str(_MILLION - 1))
        came = terminal.wait_written(last, before, _TIMEOUT)
        spent = processor(terminal.pid) - used
        peak = resident(terminal.pid, "VmHWM") - memory
        terminal.expect(text_of(_MILLION - 1)[:60])
    yield Row("1,000,000 lines: processor time of the console", "ms", 1000 * spent, most=1500)
    yield Row("1,000,000 lines: peak memory above start", "MiB", peak / 2**20, most=64)
    yield Row("1,000,000 lines: until the last is on the screen", "ms", 1000 * (came - began))
