"""Who looked away is told that a Space runs or broke: once, in the way that was chosen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from textual.events import AppBlur, AppFocus
from textual.pilot import Pilot

from spaces_tui.model.sync import SyncStatus
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.snapshot import Snapshot
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.news import Newsroom
from spaces_tui.ui.ringing import Ringing
from spaces_tui.ui.terminal import BELL, notification
from tests.ui.driving import console, until
from tests.ui.fake_session import NOW, FakeSession, live_snapshot, space

HERE = "ada/x"


def at(stage: str, **changes: object) -> Snapshot:
    """Return a console in which two Spaces are in a stage; one of them was changed from here."""
    spaces = [space(HERE, stage), space("ada/y", stage)]
    fields = {"changed": {HERE: NOW}, **changes}
    return replace(live_snapshot(spaces), **fields)  # type: ignore[arg-type]  # tests name real fields


def told(*snapshots: Snapshot) -> list[str]:
    room = Newsroom()
    return [news.sentence for snapshot in snapshots for news in room.look(snapshot)]


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("RUNNING", [f"{HERE} is running"]),
        ("BUILD_ERROR", [f"{HERE}: build error"]),
        ("PAUSED", []),
    ],
)
def test_a_space_changed_from_here_is_told_once_and_no_other(stage: str, said: list[str]) -> None:
    again = (at("BUILDING"), at(stage))
    assert told(at("RUNNING"), at("BUILDING"), at("APP_STARTING"), at(stage), *again) == said


def test_each_change_from_here_is_told() -> None:
    later = {HERE: NOW + timedelta(minutes=5)}
    told_again = told(
        at("BUILDING"), at("RUNNING"), at("BUILDING", changed=later), at("RUNNING", changed=later)
    )
    assert told_again == [f"{HERE} is running"] * 2


def test_a_watched_space_is_told_each_time_while_it_is_watched() -> None:
    watched = {"ada/y": SyncStatus("ada/y", "/src", state=SyncState.IN_SYNC)}
    ended = {"ada/y": SyncStatus("ada/y", "/src", state=SyncState.STOPPED)}
    looks = [
        at(stage, changed={}, watches=watches)
        for watches in (watched, watched, ended)
        for stage in ("RUNNING_BUILDING", "RUNNING")
    ]
    assert told(*looks) == ["ada/y is running"] * 2


def test_what_the_last_run_knew_and_what_was_so_at_first_is_no_news() -> None:
    assert told(at("BUILDING", cached=True), at("RUNNING")) == []


def test_desktop_notifications_for_each_terminal() -> None:
    kitty = notification("spaces-tui", "ada/x is running", {"TERM": "xterm-kitty"})
    assert kitty == "\x1b]9;spaces-tui: ada/x is running\a"
    foot = notification("spaces-tui", "ada/x is running", {"TERM": "foot"})
    assert foot == "\x1b]777;notify;spaces-tui;ada/x is running\a"
    unknown = notification("spaces-tui", "ada/x is running", {"TERM": "xterm-256color"})
    assert unknown == kitty + BELL
    inside = {"TERM": "tmux-256color", "TMUX": "/tmp/x", "TERM_PROGRAM": "tmux"}
    tmux = notification("spaces-tui", "ada/x is running", inside)
    assert tmux == "\x1bPtmux;\x1b\x1b]9;spaces-tui: ada/x is running\a\x1b\\" + BELL
    assert notification("spaces-tui", "ada/x is running", {"TERM": "linux"}) == BELL


def test_a_name_that_is_no_name_ends_no_sequence() -> None:
    text = "a\x1b]52;c;eA==\a;\x9d9;b\x07" + "c" * 5000
    shown = notification("t", text, {"TERM": "foot"})
    assert shown.count("\x1b") == 1
    assert shown.count(BELL) == 1
    assert shown.count(";") == 3
    assert "\x9d" not in shown
    assert len(shown) < 300


@dataclass
class Ear:
    """A console whose terminal is heard, on a clock of its own."""

    pilot: Pilot[None]
    session: FakeSession
    app: ConsoleApp
    heard: list[str] = field(default_factory=list)
    now: float = 0.0
    later: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    async def arrives(self, stage: str = "RUNNING") -> None:
        """Let the Space that was changed from here come to a stage, by another one."""
        self.session.update(spaces=(space(HERE, "BUILDING"),))
        await self.pilot.pause()
        await until(self.pilot, lambda: self.app.main.snapshot is self.session.snapshot)
        changed = {HERE: NOW + timedelta(seconds=self.session.snapshot.version)}
        self.session.update(spaces=(space(HERE, stage),), changed=changed)
        await until(self.pilot, lambda: self.app.main.snapshot is self.session.snapshot)

    async def focus(self, on: bool) -> None:
        self.app.post_message(AppFocus() if on else AppBlur())
        await until(self.pilot, lambda: self.app.app_focus is on)


@asynccontextmanager
async def ear(way: str | None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ear]:
    session = FakeSession(at("RUNNING"))
    async with console(session) as (pilot, _, app):
        one = Ear(pilot, session, app)
        app._ringing = Ringing(app, way, lambda: one.now, lambda *due: one.later.append(due))
        monkeypatch.setattr(app._driver, "write", one.heard.append)
        yield one


async def test_by_itself_it_rings_only_where_the_focus_is_known_to_be_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with ear(None, monkeypatch) as one:
        await one.arrives()
        assert one.heard == []
        await one.focus(False)
        await one.arrives()
        assert one.heard == [BELL]
        one.now += 60
        await one.focus(True)
        await one.arrives()
        assert one.heard == [BELL]


async def test_asked_for_it_rings_where_nothing_is_known_of_the_focus(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "foot")
    monkeypatch.delenv("TMUX", raising=False)
    async with ear("desktop", monkeypatch) as one:
        await one.arrives("RUNTIME_ERROR")
        assert one.heard == ["\x1b]777;notify;spaces-tui;ada/x: runtime error\a"]


async def test_it_never_rings_while_the_terminal_is_somebody_elses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with ear("bell", monkeypatch) as one:
        one.app._suspend_signal()
        await one.arrives()
        assert one.heard == []
        one.app._resume_signal()
        await one.arrives()
        assert one.heard == [BELL]


async def test_what_comes_soon_after_is_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ear("bell", monkeypatch) as one:
        await one.arrives()
        one.now = 4
        await one.arrives()
        await one.arrives()
        assert one.heard == [BELL]
        ((seconds, ring),) = one.later
        assert seconds == 6
        one.now = 10
        ring()
        assert one.heard == [BELL] * 2
        one.now = 21
        await one.arrives()
        assert one.heard == [BELL] * 3


async def test_off_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ear("off", monkeypatch) as one:
        await one.focus(False)
        await one.arrives()
        assert one.heard == []
