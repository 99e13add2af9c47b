"""What a piece of work costs the process that does it, measured in a process of its own.

`peak memory above idle` is the kernel's high-water mark of resident memory, set back just before
the work begins, less what was resident then: after imports, after a first small request. It needs
Linux.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Final, Self

_RESET_PEAK: Final = "5"
"""What `/proc/self/clear_refs` takes to forget the high-water mark."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    count: int
    """How many Spaces, lines or files it dealt with."""
    seconds: float
    cpu: float
    """Seconds of processor time, of all threads."""
    memory: int
    """Peak above idle, bytes."""


class Meter:
    """Measures what happens inside its block."""

    def __enter__(self) -> Self:
        gc.collect()
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK)
        self._resident = resident(os.getpid(), "VmRSS")
        self._cpu = time.process_time()
        self._began = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._seconds = time.perf_counter() - self._began
        self._used = time.process_time() - self._cpu
        self._peak = resident(os.getpid(), "VmHWM")

    def cost(self, count: int) -> Cost:
        """Return what the block took, after it."""
        return Cost(count, self._seconds, self._used, self._peak - self._resident)


def resident(pid: int, field: str) -> int:
    """Return a process' resident memory now (`VmRSS`) or at most (`VmHWM`), in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) * 1024
    raise KeyError(field)


def processor(pid: int) -> float:
    """Return the seconds of processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost_of(side: str, way: str, env: Mapping[str, str], *arguments: object) -> Cost:
    """Let `tests.bench.{side}` do something once, in a new process; return what it took."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{side}", way, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=dict(env),
        check=True,
        text=True,
    )
    return Cost(**json.loads(done.stdout))


def told(cost: Cost) -> None:
    """Tell a cost to the process that started this one."""
    print(json.dumps(asdict(cost)))


@dataclass(frozen=True, slots=True)
class Costs:
    """The same work several times."""

    each: list[Cost]

    @property
    def seconds(self) -> float:
        """Median."""
        return median(one.seconds for one in self.each)

    @property
    def cpu(self) -> float:
        """Median seconds of processor time."""
        return median(one.cpu for one in self.each)

    @property
    def mebibytes(self) -> float:
        """Median of the peaks above idle."""
        return median(one.memory for one in self.each) / 2**20
