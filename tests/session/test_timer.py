"""Installing what runs the guard, asked of a session."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from spaces_tui.session.board import Board
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations import timer
from spaces_tui.session.requests.timer import InstallTimer, RemoveTimer, SeeTimers, TimerWay
from spaces_tui.session.snapshot import Snapshot
from tests.timers import TOKEN, here

if TYPE_CHECKING:
    from spaces_tui.session.operations.tools import Tools

__all__ = ["here"]


def tools(*, demo: bool = False, read_only: bool = False) -> Tools:
    """Return what the operations look at: the board, and whether anything may be changed."""
    board = Board(Snapshot(demo=demo))
    return cast("Tools", SimpleNamespace(board=board, read_only=read_only))


def written_in(home: Path) -> str:
    """Return everything that was written."""
    places = [*home.rglob("*guard.*"), *home.glob("crontab")]
    return "".join(place.read_text() for place in places)


async def seen() -> dict[str, TimerWay]:
    return {way.name: way for way in await timer.see(tools(), SeeTimers())}


@pytest.mark.parametrize("way", ["systemd", "cron"])
async def test_what_is_shown_is_what_is_written_and_taken_away_again(here: Path, way: str) -> None:
    before = (await seen())[way]
    assert not before.installed
    assert not before.why_not
    await timer.install(tools(), InstallTimer(way))
    assert (await seen())[way].installed
    written = written_in(here)
    texts = [step.text for step in before.install if step.text]
    assert texts
    assert all(text.strip() in written for text in texts)
    assert TOKEN not in written
    await timer.remove(tools(), RemoveTimer(way))
    assert not (await seen())[way].installed


async def test_a_demo_and_a_console_that_only_reads_install_nothing(here: Path) -> None:
    for refusing in (tools(demo=True), tools(read_only=True)):
        with pytest.raises(CommandError):
            await timer.install(refusing, InstallTimer("cron"))
    assert not written_in(here)


async def test_a_machine_with_neither_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    ways = await seen()
    assert ways["cron"].why_not == "There is no crontab on this machine."
    assert ways["systemd"].why_not == "There is no systemctl on this machine."
    with pytest.raises(CommandError, match="no crontab"):
        await timer.install(tools(), InstallTimer("cron"))
