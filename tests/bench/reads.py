"""Reading much: a list of 10,000 Spaces, a log of 50,000 lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench.cost import Costs, cost_of, processor
from tests.bench.filled import FIRST, OWNER, FilledHub
from tests.bench.sides import SIDES, both_environment
from tests.bench.table import Row

_SPACES: Final = 10_000
_LINES: Final = 50_000
_PAGES: Final = {1000: 3, 100: 1}
"""Rounds by size of a page: small ones keep the local Hub busy for a quarter of a minute."""
_LOG_ROUNDS: Final = 5


def paging(folder: Path) -> Iterator[Row]:
    """List all Spaces in turns."""
    with FilledHub(folder, spaces=_SPACES) as hub:
        for size, rounds in _PAGES.items():
            ours, peer, busy = _turns(hub, folder, "paging", rounds, (OWNER, size), _SPACES)
            requests = -(-_SPACES // size)
            what = f"list 10,000 Spaces, {size} a page"
            yield Row(what, "ms", 1000 * ours.seconds, 1000 * peer.seconds)
            yield Row(f"{what}: requests", "1/s", requests / ours.seconds, requests / peer.seconds)
            yield Row(f"{what}: processor time", "ms", 1000 * ours.cpu, 1000 * peer.cpu)
            yield Row(f"{what}: the local Hub's", "ms", 1000 * busy[0], 1000 * busy[1])
            yield Row(f"{what}: peak memory", "MiB", ours.mebibytes, peer.mebibytes)


def logs(folder: Path) -> Iterator[Row]:
    """Follow a log in turns."""
    with FilledHub(folder, lines=_LINES) as hub:
        ours, peer, _ = _turns(hub, folder, "logs", _LOG_ROUNDS, (FIRST, _LINES), _LINES)
    what = "log of 50,000 lines"
    yield Row(what, "ms", 1000 * ours.seconds, 1000 * peer.seconds)
    yield Row(f"{what}: speed", "lines/s", _LINES / ours.seconds, _LINES / peer.seconds)
    yield Row(f"{what}: processor time", "ms", 1000 * ours.cpu, 1000 * peer.cpu)
    yield Row(f"{what}: peak memory", "MiB", ours.mebibytes, peer.mebibytes)


def _turns(
    hub: FilledHub, home: Path, way: str, rounds: int, arguments: tuple[object, ...], count: int
) -> tuple[Costs, Costs, list[float]]:
    """Return what both sides took, and the processor seconds of the Hub in the last round."""
    env = both_environment(home, hub)
    costs = {side: Costs([]) for side in SIDES}
    busy: list[float] = []
    for _ in range(rounds):
        busy = []
        for side in SIDES:
            before = processor(hub.pid)
            cost = cost_of(side, way, env, *arguments)
            busy.append(processor(hub.pid) - before)
            if cost.count != count:
                raise AssertionError(f"{side} saw {cost.count} of {count}")
            costs[side].each.append(cost)
    ours, peer = (costs[side] for side in SIDES)
    return ours, peer, busy
