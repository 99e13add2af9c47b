"""What the session counts, against the Hub's own account, on a clock that both go by.

`SPACES_TUI_COSTS_INTERVALS` is how many times a Space is started and stopped, and
`SPACES_TUI_COSTS_SEED` which ones and for how long.
"""

from __future__ import annotations

import asyncio
import os
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from spaces_tui.localhub.control import Control
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.model.identity import Secret
from spaces_tui.session.board import Board
from spaces_tui.session.config import Origin, SessionConfig
from spaces_tui.session.first import first_snapshot
from spaces_tui.session.loads import Loads
from spaces_tui.session.merge import DirectReads
from spaces_tui.session.rings import Rings
from spaces_tui.session.works import Works
from spaces_tui.store.paths import Paths
from tests.session.simulated import SimulatedLoop
from tests.session.test_soak import served

INTERVALS: Final = int(os.environ.get("SPACES_TUI_COSTS_INTERVALS", "6"))
SEED: Final = int(os.environ.get("SPACES_TUI_COSTS_SEED", "0"))
BEGIN: Final = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
NAMES: Final = ("ada/paid-one", "ada/paid-two", "acme/paid-three")
FLAVOURS: Final = ("t4-small", "a10g-small", "cpu-upgrade")
UNTIL_SEEN: Final = 65.0
"""Seconds after which a list has come."""


def counted(board: Board, uid: str) -> tuple[float, float]:
    """Return the seconds and micro-dollars of a Space, over all days."""
    record = board.snapshot.spending
    kept = record.days.values() if record else ()
    days = [day.spent[uid] for day in kept if uid in day.spent]
    return sum(one.seconds for one in days), sum(one.micro_usd for one in days)


async def intervals(
    hub: LocalHubState, board: Board, loop: SimulatedLoop, chance: random.Random
) -> None:
    """Start and stop Spaces by chance, and check each interval by itself."""
    control = Control(hub)
    for _ in range(INTERVALS):
        name = chance.choice(NAMES)
        space = hub.spaces[name]
        before, _ = counted(board, space.hub_id)
        control.set_stage(name, "RUNNING")
        await asyncio.sleep(chance.choice([chance.uniform(1, 180), chance.uniform(180, 1_800)]))
        control.set_stage(name, chance.choice(["PAUSED", "SLEEPING", "RUNTIME_ERROR", "BUILDING"]))
        billed = space.meter.stretches[-1].seconds(hub.clock.now())
        await asyncio.sleep(chance.uniform(UNTIL_SEEN, 3 * UNTIL_SEEN))
        after, _ = counted(board, space.hub_id)
        assert abs(after - before - billed) <= 60


async def account(
    loop: SimulatedLoop, seed: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let Spaces cost money, and compare the books."""
    chance = random.Random(seed)
    async with served(loop, chance) as hub:
        control = Control(hub)
        for name, flavour in zip(NAMES, FLAVOURS, strict=True):
            control.create(name, stage="PAUSED")
            hub.spaces[name].runtime.requested = flavour
        monkeypatch.setattr("spaces_tui.session.works.DirectReads", partial(DirectReads, loop.time))
        origin = Origin.of_token(hub.origin, Secret(hub.accounts.of("ada", "write").value), "test")
        paths = Paths(state=folder / "state", cache=folder / "cache")
        config = SessionConfig(
            connect=lambda: origin,
            paths=paths,
            clock=lambda: BEGIN + timedelta(seconds=loop.time()),
        )
        board = Board(first_snapshot(config, hub.origin))
        async with Works(config, origin, board, Rings(), Loads()) as works:
            running = asyncio.create_task(works.run())
            await asyncio.sleep(2 * UNTIL_SEEN)
            assert {one.id for one in board.snapshot.spaces} >= set(NAMES)
            await intervals(hub, board, loop, chance)
            for name in NAMES:
                space, now = hub.spaces[name], hub.clock.now()
                stretches = space.meter.stretches
                price = board.snapshot.hardware[str(space.runtime.requested)].micro_usd_per_minute
                bill = sum(one.minutes(now) for one in stretches) * price
                _, spent = counted(board, space.hub_id)
                assert abs(spent - bill) <= len(stretches) * price
            assert not running.done()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await works.end(1)


def test_each_interval_is_counted_to_the_minute_and_the_sum_as_the_hub_bills_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = SimulatedLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(account(loop, SEED, tmp_path, monkeypatch))
    assert loop.time() > INTERVALS * UNTIL_SEEN
