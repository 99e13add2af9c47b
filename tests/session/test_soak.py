"""A time in which everything goes wrong, after which the session knows what the Hub knows.

`SPACES_TUI_SOAK_SECONDS` is how long it is, simulated: 1800 take some fifteen seconds.
`SPACES_TUI_SOAK_SEEDS` is how many are tried, each with other accidents.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from spaces_tui.localhub.control import Control
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.seed import plant
from spaces_tui.localhub.server import Server
from spaces_tui.localhub.timing import Timing
from spaces_tui.model.identity import Secret
from spaces_tui.model.log_stream import LogStream
from spaces_tui.session.board import Board
from spaces_tui.session.config import Origin, SessionConfig
from spaces_tui.session.first import first_snapshot
from spaces_tui.session.loads import Loads
from spaces_tui.session.merge import DirectReads
from spaces_tui.session.rings import Rings
from spaces_tui.session.sleeping import wake_up
from spaces_tui.session.works import Works
from spaces_tui.store.paths import Paths
from tests.session.simulated import SimulatedLoop

SECONDS: Final = float(os.environ.get("SPACES_TUI_SOAK_SECONDS", "200"))
SEEDS: Final = range(int(os.environ.get("SPACES_TUI_SOAK_SEEDS", "1")))
IN_VIEW: Final = "ada/in-view"
OWNERS: Final = ("ada", "acme", "northwind")
STAGES: Final = (
    "RUNNING", "BUILDING", "APP_STARTING", "RUNNING_BUILDING", "BUILD_ERROR", "RUNTIME_ERROR",
    "SLEEPING", "PAUSED", "STOPPED", "SOMETHING_NEW",
)  # fmt: skip
SETTLED: Final = 300.0
"""Seconds that the session gets once nothing goes wrong any more."""
BANNER: Final = "===== Application Startup at {} =====\n"


class Trouble:
    """A Hub at which things happen by chance, and go wrong."""

    def __init__(self, hub: LocalHubState, chance: random.Random) -> None:
        self._hub = hub
        self._control = Control(hub)
        self._chance = chance
        self._number = 0
        self.asleep = 0.0
        """Seconds the machine slept so far."""
        self.lines: list[str] = []
        """What the present container of the Space in view has written."""

    def begin(self) -> None:
        """Have a Space to look at and some others."""
        self._control.create(IN_VIEW)
        for owner in OWNERS:
            for _ in range(4):
                self._create(owner)
        self.restart()

    def happen(self) -> None:
        """Let one thing happen."""
        ways: dict[Callable[[], object], int] = {
            self.write: 40,
            self._stage: 12,
            self._cut: 4,
            self._refuse: 5,
            self._break: 5,
            self._slow: 2,
            self._forget: 2,
            self.restart: 1,
            self._sleep: 1,
            partial(self._create, self._chance.choice(OWNERS)): 1,
            self._rename: 1,
            self._delete: 1,
        }
        (way,) = self._chance.choices(list(ways), list(ways.values()))
        way()

    def end(self) -> None:
        """Let nothing go wrong any more; what had happened stays."""
        self._control.clear_faults()
        self._control.set_stage(IN_VIEW, "RUNNING")

    def write(self) -> None:
        """Write a line in one of the ways the Hub sends them."""
        self._number += 1
        line = f"{self._number} Zeile → a\u2028b\u0085c 🙂"
        cut = self._chance.randrange(1, len(line))
        whole = [f"{line}\n"]
        parts = self._chance.choice(
            [whole, whole, [line[:cut], f"{line[cut:]}\n"], [f"0%\r{line}\r\n"]]
        )
        for part in parts:
            self._control.write_log(IN_VIEW, part)
        self.lines.append(line.replace("\u0085", ""))

    def restart(self) -> None:
        """Begin with another container: another log."""
        self._number += 1
        banner = BANNER.format(self._number)
        self._control.reset_log(IN_VIEW)
        self._control.write_log(IN_VIEW, banner)
        self.lines = [banner.rstrip()]

    def known(self) -> dict[str, tuple[str, str | None]]:
        """Return the stage and the hardware of every Space that is to be seen."""
        return {
            space.id: (space.runtime.stage, space.runtime.requested)
            for space in self._hub.spaces.values()
            if space.namespace in OWNERS
        }

    def _others(self) -> list[str]:
        return [name for name in self.known() if name != IN_VIEW]

    def _stage(self) -> None:
        name = self._chance.choice([IN_VIEW, *self._others()])
        self._control.set_stage(name, self._chance.choice(STAGES))

    def _cut(self) -> None:
        self._control.drop_streams()

    def _refuse(self) -> None:
        status = self._chance.choice([429, 500, 502, 503, 504])
        headers = {"Retry-After": "3"} if status in {429, 503} else {}
        self._control.fault(
            self._path(), status=status, headers=headers, count=self._chance.randint(1, 6)
        )

    def _break(self) -> None:
        how = self._chance.randrange(3)
        count = self._chance.randint(1, 3)
        if how == 0:
            self._control.fault(self._path(), drop="before", count=count)
        elif how == 1:
            self._control.fault(self._path(), drop="after", cut="reset", count=count)
        else:
            self._control.fault("/runtime|/api/spaces[?]", mangle="truncated", count=count)

    def _slow(self) -> None:
        self._control.fault(self._path(), delay=self._chance.choice([5.0, 200.0]))

    def _path(self) -> str:
        return self._chance.choice(["/api/", "/logs/", "/events", "/runtime", "/api/spaces[?]"])

    def _forget(self) -> None:
        self._control.clear_faults()

    def _sleep(self) -> None:
        self.asleep += self._chance.uniform(30, 4000)
        self._control.drop_streams()

    def _create(self, owner: str) -> None:
        self._number += 1
        self._control.create(f"{owner}/made-{self._number}", stage=self._chance.choice(STAGES))

    def _rename(self) -> None:
        self._number += 1
        name = self._chance.choice(self._others())
        self._control.rename(name, f"{name.partition('/')[0]}/renamed-{self._number}")

    def _delete(self) -> None:
        if len(others := self._others()) > len(OWNERS):
            self._control.delete(self._chance.choice(others))


@asynccontextmanager
async def served(loop: SimulatedLoop, chance: random.Random) -> AsyncIterator[LocalHubState]:
    """Serve a Hub on this loop, whose clock goes with it."""
    hub = LocalHubState(Timing(chatter=0, metrics=60))
    plant(hub, "empty", None)
    hub.rng = chance
    hub.rates.quota = 10**6
    server = Server(hub)
    await server.start()

    def passing(seconds: float) -> None:
        hub.clock.ahead += seconds

    loop.passing = passing
    try:
        yield hub
    finally:
        await server.stop()


async def soak(
    loop: SimulatedLoop, seed: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let things happen for so long, and wait until the session knows what is so."""
    chance = random.Random(seed)
    async with served(loop, chance) as hub:
        trouble = Trouble(hub, chance)
        trouble.begin()
        # The session's clocks go with the loop; the wall's goes on while the machine sleeps.
        monkeypatch.setattr("spaces_tui.session.works.DirectReads", partial(DirectReads, loop.time))
        monkeypatch.setattr(
            "spaces_tui.session.works.wake_up",
            partial(wake_up, clock=lambda: loop.time() + trouble.asleep),
        )
        origin = Origin.of_token(hub.origin, Secret(hub.accounts.of("ada", "write").value), "test")
        paths = Paths(state=folder / "state", cache=folder / "cache")
        config = SessionConfig(connect=lambda: origin, paths=paths)
        board, rings = Board(first_snapshot(config, hub.origin)), Rings()
        async with Works(config, origin, board, rings, Loads()) as works:
            running = asyncio.create_task(works.run())
            works.attention.look(IN_VIEW, frozenset({LogStream.RUN}))

            def stands() -> tuple[object, object]:
                shown = {
                    space.id: (space.stage.name, space.runtime and space.runtime.requested_hardware)
                    for space in board.snapshot.spaces
                }
                ring = rings.of(IN_VIEW, LogStream.RUN)
                logged = ring.lines(ring.newest_begin(), ring.end)
                return shown, [line.text for line in logged if line.mark is None]

            while loop.time() < SECONDS:
                await asyncio.sleep(chance.expovariate(1 / 2))
                trouble.happen()
            trouble.end()
            end = loop.time() + SETTLED
            while loop.time() < end and stands() != (trouble.known(), trouble.lines):  # noqa: ASYNC110 - the Hub's side of it tells nobody
                await asyncio.sleep(1)
            assert not running.done()
            shown, logged = stands()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await works.end(1)
        assert shown == trouble.known()
        assert logged == trouble.lines


@pytest.mark.parametrize("seed", SEEDS)
def test_after_much_trouble_the_session_knows_what_the_hub_knows(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = SimulatedLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(soak(loop, seed, tmp_path, monkeypatch))
    assert loop.time() >= SECONDS
