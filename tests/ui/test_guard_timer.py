"""The screen that installs what runs the guard while no console does."""

from __future__ import annotations

from dataclasses import replace

from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.timer import InstallTimer, SeeTimers, TimerStep, TimerWay
from spaces_tui.ui.screens.confirm import ConfirmScreen
from spaces_tui.ui.screens.guardtimer import GuardTimerScreen
from tests.ui.driving import TINY, USUAL, console, screen_text, see, until
from tests.ui.fake_session import FakeSession, live_snapshot

LINE = "*/2 * * * * python -m spaces_tui guard >/dev/null # spaces-tui-guard"
CRON = TimerWay(
    "cron",
    installed=False,
    why_not="",
    install=(TimerStep("add to your crontab", LINE),),
    remove=(TimerStep("take the line out of your crontab"),),
)
SYSTEMD = TimerWay("systemd", False, "There is no systemctl on this machine.", (), ())


def session() -> FakeSession:
    """Return one on a machine with a crontab alone."""
    made = FakeSession(live_snapshot())
    made.answers = {SeeTimers: (CRON, SYSTEMD), InstallTimer: None}
    return made


async def test_it_shows_what_is_written_and_asks_before_it_is() -> None:
    made = session()
    async with console(made, USUAL) as (pilot, _, app):
        await pilot.press("ctrl+t")
        await see(pilot, app, "*/2 * * * * python -m spaces_tui guard")
        assert "not possible here" in screen_text(app)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await see(pilot, app, "Install the line of your crontab?")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, GuardTimerScreen))
        assert not any(isinstance(one, InstallTimer) for one in made.asked)
        made.answers[SeeTimers] = (replace(CRON, installed=True), SYSTEMD)
        await pilot.press("i")
        await see(pilot, app, "Install the line of your crontab?")
        await pilot.press("y")
        await see(pilot, app, "take the line out of your crontab")
        assert made.asked.count(InstallTimer("cron")) == 1


async def test_what_cannot_be_installed_says_why_and_offers_nothing() -> None:
    async with console(session(), USUAL) as (pilot, _, app):
        await pilot.press("ctrl+t")
        await see(pilot, app, "add to your crontab")
        await pilot.press("down")
        await see(pilot, app, "There is no systemctl on this machine.")
        await pilot.press("i", "r")
        assert isinstance(app.screen, GuardTimerScreen)


async def test_a_failure_stays_in_sight() -> None:
    made = session()
    made.answers[InstallTimer] = CommandError("crontab - failed: disk full.")
    async with console(made, TINY) as (pilot, _, app):
        await pilot.press("ctrl+t")
        await see(pilot, app, "crontab")
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await see(pilot, app, "Install the line")
        await pilot.press("y")
        await see(pilot, app, "disk full")
