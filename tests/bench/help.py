"""What the smallest thing costs."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.table import Row
from tests.e2e.programs import PROGRAM, environment

_ROUNDS: Final = 21


def help_time(folder: Path) -> Iterator[Row]:
    """Ask for help, and start an empty Python, in turns."""
    env = environment(folder)
    ours: list[float] = []
    peer: list[float] = []
    for _ in range(_ROUNDS):
        ours.append(_seconds([*PROGRAM, "--help"], env))
        peer.append(_seconds([sys.executable, "-c", "pass"], env))
    figure = "--help; peer: python -c pass"
    yield Row(figure, "ms", 1000 * median(ours), 1000 * median(peer), most_ratio=4)


def _seconds(argv: Sequence[str], env: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start
