"""Looks at what paid Spaces do."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from spaces_tui.hub.errors import Unreachable
from spaces_tui.model.logs import GpuMetric, Metric
from spaces_tui.session.board import Board
from spaces_tui.session.identities import Identities
from spaces_tui.session.idling import Idling
from spaces_tui.session.snapshot import Snapshot
from tests.ui.fake_session import PRICES, space

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAID = "ada/paid"


class Load:
    """A Hub whose only Space works as much as it is told: a real one would work by chance."""

    def __init__(self) -> None:
        self.gpu: float | None = 0.0
        self.asked: list[str] = []
        self.usable = True
        self.gauge = None

    def of(self, _owner: str) -> Load:
        return self

    def space(self, name: str) -> Load:
        self.asked.append(name)
        return self

    async def metrics(self) -> AsyncGenerator[Metric, None]:
        if self.gpu is None:
            raise Unreachable("The Hub does not answer.")
        while True:
            yield Metric("r1", cpu_percent=0.4, gpus=(GpuMetric(self.gpu, 0, 1),))


class Time:
    """The wall clock; what passes between looks is simulated."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def looking(load: Load, state: Path | None, time: Time) -> tuple[Board, Idling]:
    """Return a board with one paid and one free Space, and what looks at them."""
    spaces = (space(PAID, "RUNNING", "t4-small"), space("ada/free"))
    board = Board(Snapshot(spaces=spaces, hardware=PRICES, as_of=NOON))
    identities = cast("Identities", load)
    return board, Idling(identities, board, state, "https://huggingface.co", time)


async def test_only_what_costs_is_looked_at_and_not_again_at_once() -> None:
    load = Load()
    board, idling = looking(load, None, Time())
    for _ in range(3):
        await idling.look()
    assert load.asked == [PAID]
    assert board.snapshot.idle[PAID].looks == 1


async def test_an_idle_run_outlives_the_console_and_ends_with_work(tmp_path: Path) -> None:
    load, time = Load(), Time()
    for number in range(3):
        time.now = NOON + timedelta(minutes=40 * number)
        board, idling = looking(load, tmp_path, time)
        await idling.load()
        await idling.look()
    assert board.snapshot.idle[PAID].lasted == timedelta(minutes=80)
    load.gpu = 70.0
    board, idling = looking(load, tmp_path, time)
    await idling.load()
    await idling.look()
    assert not board.snapshot.idle


async def test_a_look_that_fails_claims_nothing() -> None:
    load = Load()
    load.gpu = None
    board, idling = looking(load, None, Time())
    await idling.look()
    assert load.asked == [PAID]
    assert not board.snapshot.idle
