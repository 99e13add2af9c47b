"""Whatever happens, the Space ends on its old hardware or paused, or an alarm stands.

Programs are killed at any point, requests fail in every way, machines sleep, clocks are set, and
people change the same Space at the same time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from spaces_tui.guard.keeper import Keeper
from spaces_tui.guard.lending import LoanError, borrow, end, extend
from spaces_tui.guard.protocols import GuardError
from spaces_tui.model.loan import LoanState
from tests.guard.fakes import (
    BEFORE,
    BORROWED,
    FAULTS,
    OTHER,
    FakeClock,
    FakeHub,
    Killed,
    program,
    wish,
)

CALLS = ("info", "runtime", "find", "upgrade", "downgrade", "pause")
EVENTS = (
    "step", "step", "step", "both", "borrow", "end", "extend", "other", "before", "again", "pause",
    "restart", "scale", "rename", "delete", "clock back", "clock ahead", "reboot", "full", "room",
)  # fmt: skip

events = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.sampled_from((1, 10, 60, 400, 1800, 7200, 90_000))),
    max_size=14,
)
faults = st.dictionaries(
    st.sampled_from(CALLS), st.lists(st.sampled_from(("", *FAULTS)), max_size=5), max_size=4
)


@dataclass
class Life:
    """One Space, two programs that see to it, and what happens to them."""

    hub: FakeHub
    folder: Path
    kills: deque[int]
    """After how many points each life of a program ends."""
    left: int = -1
    programs: list[Keeper] = field(default_factory=list)
    borrowed: int = 0

    def kill(self) -> None:
        """Be at a point where a program may be killed."""
        if self.left == 0:
            raise Killed
        self.left -= 1

    def start(self) -> None:
        """Start both programs, as after a boot."""
        self.left = self.kills.popleft() if self.kills else -1
        self.programs = [program(self.hub, self.folder, self.kill) for _ in range(2)]

    async def happen(self, event: str) -> None:
        """Let something happen; a program that is killed is started again."""
        try:
            with suppress(GuardError, LoanError, OSError):
                await self._event(event)
        except Killed:
            self.start()
        self.check()

    async def _event(self, event: str) -> None:
        first, second = self.programs
        hub = self.hub
        loans = await first.loans()
        match event:
            case "borrow":
                self.borrowed += 1
                await borrow(first, hub, wish(budget=2_000_000 if self.borrowed % 2 else None))
            case "end" | "extend" if loans:
                await (
                    end(second, loans[-1].id)
                    if event == "end"
                    else extend(second, hub, loans[-1].id, seconds=900)
                )
            case "other" | "before" | "again":
                hub.choose({"other": OTHER, "before": BEFORE, "again": BORROWED}[event])
            case "pause":
                hub.stage = "PAUSED"
            case "restart":
                hub.stage = "RUNNING"
            case "scale":
                hub.replicas = 3
            case "rename":
                hub.name = "ada/renamed"
            case "delete":
                hub.there = False
            case "clock back" | "clock ahead":
                hub.clock.ahead += timedelta(hours=5) * (1 if event == "clock ahead" else -1)
            case "reboot":
                self.start()
            case "full" | "room":
                self.hub.full = event == "full"
            case "both":
                await asyncio.gather(*(self.steps(one) for one in self.programs))
            case "step":
                await self.steps(first)

    async def steps(self, keeper: Keeper) -> None:
        """Take a step with every loan."""
        for loan in await keeper.loans():
            await keeper.step(loan.id)

    def check(self) -> None:
        """Look for what must never be."""
        loans = program(self.hub, self.folder).journal.open_loans()
        assert len(loans) <= 1, "two guards on one Space"
        ours = self.hub.requests(BORROWED)
        assert len(ours) <= self.borrowed, "asked for the hardware a second time"
        for one in self.hub.sent:
            if one.flavor != BORROWED:
                assert one.was in {BORROWED, BEFORE}, "took back what a person chose"


async def live(life: Life, happenings: list[tuple[str, int]], *, heal: bool) -> None:
    """Borrow, let things happen, and wait for what comes of it."""
    hub = life.hub
    life.start()
    await life.happen("borrow")
    for event, seconds in happenings:
        hub.clock.passed += seconds
        await life.happen(event)
    await life.happen("room")
    if heal:
        hub.faults.clear()
    life.kills.clear()
    life.left = -1
    for seconds in [60] * 40 + [1800] * 120:
        hub.clock.passed += seconds
        await life.happen("step")
        if not life.programs[0].journal.open_loans() and not hub.later:
            break
    loans = life.programs[0].journal.loans()
    alarm = any(loan.state is LoanState.ALARM for loan in loans)
    safe = not hub.there or hub.stage == "PAUSED" or hub.requested != BORROWED
    assert safe or alarm or hub.chosen == BORROWED, (hub, loans)
    assert alarm or not any(loan.open for loan in loans), loans
    assert not (heal and alarm)


@settings(max_examples=60)
@given(
    happenings=events,
    troubles=faults,
    kills=st.lists(st.integers(0, 25), max_size=5),
    slow=st.sampled_from((0.0, 30.0, 900.0)),
    late=st.booleans(),
    heal=st.booleans(),
)
def test_it_ends_on_the_old_hardware_or_paused_or_an_alarm_stands(
    happenings: list[tuple[str, int]],
    troubles: dict[str, list[str]],
    kills: list[int],
    slow: float,
    late: bool,
    heal: bool,
) -> None:
    hub = FakeHub(FakeClock(), slow=slow)
    hub.faults = {call: deque(found) for call, found in troubles.items()}
    if late:
        hub.faults["upgrade"] = deque(["late"])
    with TemporaryDirectory() as folder:
        life = Life(hub, Path(folder), deque(kills))
        asyncio.run(live(life, happenings, heal=heal))
