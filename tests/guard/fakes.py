"""A Hub in memory that fails as it is told to, programs that are killed, and a clock to turn."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

from spaces_tui.guard.journal import Journal
from spaces_tui.guard.keeper import Keeper
from spaces_tui.guard.lending import Wish
from spaces_tui.guard.protocols import GuardError, Lost, Trouble
from spaces_tui.model.loan import AtEnd, Loan
from spaces_tui.model.sleep import NEVER
from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.stage import Stage

P = ParamSpec("P")
T = TypeVar("T")

SPACE = "ada/demo"
UID = "5f0000000000000000000001"
BEFORE, BORROWED, OTHER = "cpu-upgrade", "a10g-small", "t4-small"
PRICE = 16_667
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOTHING_DONE = {
    "offline": Trouble.OFFLINE,
    "busy": Trouble.BUSY,
    "auth": Trouble.AUTH,
    "refused": Trouble.REFUSED,
    "lost before": Trouble.UNCLEAR,
}
FAULTS = (*NOTHING_DONE, "lost after")


class Killed(BaseException):
    """The program ends here, as with `kill -9`: nothing of it runs on."""


@dataclass
class FakeClock:
    """Turned by hand. `sleep` lets time pass, unless it stands still until told."""

    passed: float = 0.0
    ahead: timedelta = timedelta()
    """How far the time of day is off."""

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.passed) + self.ahead

    def steady(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        await asyncio.sleep(0)


@dataclass
class Request:
    """Something that reached the Hub."""

    what: str
    flavor: str = ""
    was: str = ""
    """The hardware that was asked for by then."""
    sleep_time: int | None = None


@dataclass
class FakeHub:
    """One Space, and what is done to it."""

    clock: FakeClock
    name: str = SPACE
    there: bool = True
    requested: str = BEFORE
    current: str = BEFORE
    stage: str = "RUNNING"
    sleep_time: int | None = None
    replicas: int = 1
    chosen: str = ""
    """The hardware that a person chose last."""
    slow: float = 0.0
    """Seconds until hardware that was asked for is there."""
    faults: dict[str, deque[str]] = field(default_factory=dict)
    """What becomes of the next calls, by call."""
    always: dict[str, str] = field(default_factory=dict)
    """What becomes of all calls, by call."""
    sent: list[Request] = field(default_factory=list)
    kill: Callable[[], None] = lambda: None
    """Called where a program may be killed."""
    later: list[tuple[float, str]] = field(default_factory=list)
    """Requests that the Hub carries out only then."""
    asked_at: float = 0.0
    full: bool = False
    """Whether the disk beside it takes nothing."""

    def settle(self) -> None:
        """Let what is due by now happen."""
        for at, flavor in [one for one in self.later if one[0] <= self.clock.passed]:
            self.later.remove((at, flavor))
            self._apply(flavor, None)
        if self.current != self.requested and self.clock.passed >= self.asked_at + self.slow:
            self.current = self.requested

    def choose(self, flavor: str) -> None:
        """Be the person who chooses hardware on the web."""
        self.settle()
        self.chosen = flavor
        self._apply(flavor, None)

    def _apply(self, flavor: str, sleep_time: int | None) -> None:
        if sleep_time is not None:
            self.sleep_time = None if sleep_time == NEVER else sleep_time
        if flavor != self.requested:
            self.requested, self.asked_at = flavor, self.clock.passed

    def look(self) -> Runtime:
        self.settle()
        allocated = self.stage == "RUNNING"
        return Runtime(
            Stage(self.stage),
            self.current if allocated else None,
            self.requested,
            self.sleep_time,
            self.replicas if allocated else None,
            self.replicas,
        )

    async def _call(self, name: str, work: Callable[[], T]) -> T:
        self.kill()
        await asyncio.sleep(0)
        waiting = self.faults.get(name)
        fault = waiting.popleft() if waiting else self.always.get(name, "")
        if fault in NOTHING_DONE:
            raise GuardError(NOTHING_DONE[fault], f"{name}: {fault}.")
        if fault == "late":
            self.later.append((self.clock.passed + 200, BORROWED))
            raise GuardError(Trouble.UNCLEAR, f"{name}: {fault}.")
        done = work()
        self.kill()
        if fault:
            raise GuardError(Trouble.UNCLEAR, f"{name}: {fault}.")
        return done

    async def info(self, space: str) -> Space:
        self._named(space)
        return await self._call("info", lambda: Space(self.name, UID, runtime=self.look()))

    async def runtime(self, space: str) -> Runtime:
        self._named(space)
        return await self._call("runtime", self.look)

    def _named(self, space: str) -> None:
        if not self.there or space != self.name:
            raise GuardError(Trouble.GONE, f"There is no {space}.")

    async def find(self, space: str, uid: str) -> str | Lost:
        assert uid == UID
        found: str | Lost = self.name if self.there else Lost(surely=True)
        return await self._call("find", lambda: found)

    async def set_hardware(self, space: str, flavor: str, sleep_time: int | None) -> Runtime:
        self._named(space)

        def apply() -> Runtime:
            self.settle()
            self.sent.append(Request("hardware", flavor, self.requested, sleep_time))
            self._apply(flavor, sleep_time)
            return self.look()

        return await self._call("upgrade" if flavor == BORROWED else "downgrade", apply)

    async def set_sleep_time(self, space: str, seconds: int) -> Runtime:
        self._named(space)

        def apply() -> Runtime:
            self.sleep_time = seconds
            return self.look()

        return await self._call("sleep", apply)

    async def pause(self, space: str) -> Runtime:
        self._named(space)

        def apply() -> Runtime:
            self.settle()
            self.sent.append(Request("pause", was=self.requested))
            self.stage = "PAUSED"
            return self.look()

        return await self._call("pause", apply)

    def requests(self, flavor: str) -> list[Request]:
        """Return those for one kind of hardware."""
        return [one for one in self.sent if one.flavor == flavor]


class FragileJournal(Journal):
    """A journal whose program may be killed before, within and after each line."""

    def __init__(self, folder: Path, hub: FakeHub, kill: Callable[[], None]) -> None:
        super().__init__(folder)
        self.kill = kill
        self.hub = hub

    def write(self, loan: Loan) -> None:
        if self.hub.full:
            raise OSError(28, "No space left on device")
        self.kill()
        super().write(loan)
        self.kill()

    def _append(self, data: bytes) -> int:
        try:
            self.kill()
        except Killed:
            with (self.folder / "guards.ndjson").open("ab") as file:
                file.write(data[: len(data) // 2])
            raise
        return super()._append(data)

    def _flush(self, descriptor: int) -> None:
        """A killed process loses nothing that it wrote: only the system's end needs a flush."""


async def at_once(call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what blocks here and now."""
    return call(*args, **kwargs)


def program(hub: FakeHub, folder: Path, kill: Callable[[], None] = lambda: None) -> Keeper:
    """Start a program that sees to the loans in a folder."""

    async def remote_of(_loan: Loan) -> FakeHub:
        return hub

    return Keeper(FragileJournal(folder, hub, kill), remote_of, hub.clock, on_disk=at_once)


def wish(
    *, seconds: int | None = 3600, budget: int | None = None, at_end: AtEnd = AtEnd.BACK
) -> Wish:
    """Return a wish for the borrowed hardware."""
    return replace(
        Wish("http://hub", SPACE, "ada", BORROWED, PRICE),
        seconds=seconds,
        budget=budget,
        at_end=at_end,
    )


Step = Callable[[], Awaitable[object]]
