"""Uploading much: one large file, and many small ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.cost import Cost, Costs, cost_of, processor
from tests.bench.sides import SIDES, both_environment
from tests.bench.table import Row
from tests.e2e.programs import HubProcess

_SPACE: Final = "ada/measured"
_SIZE: Final = "SPACES_TUI_BENCH_MB"
"""Names the size of the large file in megabytes."""
_MEGABYTE: Final = 10**6
_SHARE: Final = 4
"""At most a quarter of the free memory: the local Hub keeps files there, for a while twice."""
_PART: Final = 16_000_000
_MOST_MEMORY: Final = 64.0
"""MiB above idle, whatever the size of the file."""
_FILES: Final = 1000
_FOLDERS: Final = 20
_ROUNDS: Final = 5


def large(folder: Path) -> Iterator[Row]:
    """Upload one large file, in parts and in one piece, in turns.

    It is sparse, so it takes no disk, and there is a new Hub for each upload, since a Hub keeps
    what it got in memory. One upload goes before and does not count: the first one pays for filling
    the machine's cache with the file, and for memory that nobody has used yet.
    """
    size = _size()
    file = folder / "large.bin"
    with file.open("wb") as opened:
        opened.truncate(size)
    _large(SIDES[-1], folder, file, _PART)
    for name, over in (("in parts", _PART), ("in one piece", size)):
        what = f"upload {size // _MEGABYTE} MB {name}"
        (ours, hub), (peer, peers_hub) = (_large(side, folder, file, over) for side in SIDES)
        yield Row(what, "ms", 1000 * ours.seconds, 1000 * peer.seconds)
        yield Row(f"{what}: processor time", "ms", 1000 * ours.cpu, 1000 * peer.cpu)
        yield Row(f"{what}: the local Hub's", "ms", 1000 * hub, 1000 * peers_hub)
        ours_memory, peers_memory = Costs([ours]).mebibytes, Costs([peer]).mebibytes
        yield Row(f"{what}: peak memory", "MiB", ours_memory, peers_memory, most=_MOST_MEMORY)


def many(folder: Path) -> Iterator[Row]:
    """Upload a folder of small files to a new Space, in turns."""
    work = folder / "work"
    for number in range(_FILES):
        path = work / f"package_{number % _FOLDERS}" / f"module_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"NAME = 'module {number}'\n" + f"# filler of {number}\n" * 80)
    costs = {side: Costs([]) for side in SIDES}
    requests: dict[str, list[int]] = {side: [] for side in SIDES}
    sent: dict[str, list[int]] = {side: [] for side in SIDES}
    with HubProcess(folder) as hub:
        hub.ask("timing", speed=1000, chatter=0, metrics=3600)
        env = both_environment(folder, hub)
        for turn in range(_ROUNDS):
            for side in SIDES:
                space = f"{_SPACE}-{side}-{turn}"
                hub.ask("create", space=space)
                hub.ask("reset_rate")
                hub.ask("clear_requests")
                costs[side].each.append(cost_of(side, "many", env, space, work))
                seen = [one for one in hub.ask("requests") if "whoami" not in one["path"]]
                requests[side].append(len(seen))
                sent[side].append(sum(one["body_size"] for one in seen))
    ours, peer = (costs[side] for side in SIDES)
    what = "upload 1,000 small files"
    yield Row(what, "ms", 1000 * ours.seconds, 1000 * peer.seconds)
    yield Row(f"{what}: processor time", "ms", 1000 * ours.cpu, 1000 * peer.cpu)
    yield Row(f"{what}: peak memory", "MiB", ours.mebibytes, peer.mebibytes)
    yield Row(f"{what}: requests", "requests", *(median(requests[side]) for side in SIDES))
    yield Row(f"{what}: sent", "kB", *(median(sent[side]) / 1000 for side in SIDES))


def _size() -> int:
    """Return the wanted size in bytes, or what this machine has memory for."""
    wanted = int(os.environ.get(_SIZE, "1000"))
    free = 0
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            free = int(line.split()[1]) * 1024
    return min(wanted, free // _SHARE // _MEGABYTE) * _MEGABYTE


def _large(side: str, home: Path, file: Path, over: int) -> tuple[Cost, float]:
    """Return what one upload took, and the processor seconds of the Hub."""
    with HubProcess(home) as hub:
        hub.ask("timing", speed=1000, chatter=0, metrics=3600)
        hub.ask("multipart", over=over, chunk=_PART)
        hub.ask("create", space=_SPACE)
        pid = hub._process.pid
        before = processor(pid)
        cost = cost_of(side, "large", both_environment(home, hub), _SPACE, file)
        return cost, processor(pid) - before
