"""Random operations under random faults end with both sides equal, and nothing lost on the way.

SYNC_SCHEDULES=10000 pytest tests/sync/test_schedule.py     more of them
SYNC_FROM=3000 pytest tests/sync/test_schedule.py           from another seed on
SYNC_SEED=123 pytest tests/sync/test_schedule.py            one again, made smaller if it fails
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from traceback import format_exception
from typing import Final

import pytest

from tests.sync.schedule import Schedule

SCHEDULES: Final = int(os.environ.get("SYNC_SCHEDULES", "192"))
FROM: Final = int(os.environ.get("SYNC_FROM", "0"))
AT_ONCE: Final = 24
_ONE: Final = os.environ.get("SYNC_SEED")
_BATCHES: Final = (
    [range(int(_ONE), int(_ONE) + 1)]
    if _ONE
    else [
        range(at, min(at + AT_ONCE, FROM + SCHEDULES))
        for at in range(FROM, FROM + SCHEDULES, AT_ONCE)
    ]
)
_READS_ALL: Final = (1 << 1) | (1 << 2)
"""What lets root read what is closed to everybody: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH."""
_VERSION: Final = 0x20080522


@pytest.fixture(autouse=True)
def no_more_rights_than_others() -> Iterator[None]:
    """Take from root, while a schedule runs, what nobody else has."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None)
    head = (ctypes.c_uint32 * 2)(_VERSION, 0)
    before = (ctypes.c_uint32 * 6)()
    assert libc.capget(head, before) == 0
    fewer = (ctypes.c_uint32 * 6)(before[0] & ~_READS_ALL, *before[1:])
    assert libc.capset(head, fewer) == 0
    yield
    assert libc.capset(head, before) == 0


async def failure_of(base: Path, seed: int, left_out: frozenset[int] = frozenset()) -> str:
    """Run one schedule in a folder of its own; return how it failed, or nothing."""
    place = Path(mkdtemp(prefix=f"{seed}-", dir=base))
    schedule = Schedule(place, seed, left_out)
    try:
        await schedule.run()
    except AssertionError as error:
        steps = "\n  ".join(schedule.log)
        return f"seed {seed}: {error}\n  {steps}"
    shutil.rmtree(place, ignore_errors=True)
    return ""


async def smaller(base: Path, seed: int) -> str:
    """Leave out steps of a failing schedule as long as it fails; return the last failure."""
    steps = Schedule(base, seed).steps
    left_out: frozenset[int] = frozenset()
    failure = ""
    for step in range(steps):
        tried = await failure_of(base, seed, left_out | {step})
        if tried:
            left_out, failure = left_out | {step}, tried
    return failure


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seeds", _BATCHES, ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
async def test_both_sides_end_equal(tmp_path: Path, seeds: range) -> None:
    """T167."""
    running = (failure_of(tmp_path, seed) for seed in seeds)
    outcomes = await asyncio.gather(*running, return_exceptions=True)
    failures = [
        each if isinstance(each, str) else f"seed {seed}: {''.join(format_exception(each))}"
        for seed, each in zip(seeds, outcomes, strict=True)
        if each
    ]
    if failures and _ONE:
        (tmp_path / "smaller").mkdir()
        failures.append("smaller: " + await smaller(tmp_path / "smaller", int(_ONE)))
    assert not failures, "\n".join(failures)
