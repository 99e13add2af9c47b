"""The hardware editor: the table, the price before the second key, one request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.actions import Many
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.machine import SetHardware, SetSleepTime
from spaces_tui.ui.screens.hardware import HardwareEditor
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see
from tests.ui.fake_session import PRICES, FakeSession, space

SPACE = "ada/whisper-live"


def asked_for(flavor: str) -> Outcome:
    return Outcome(SPACE, (Step("hardware", f"ask for {flavor}", done=True),))


@pytest.mark.parametrize("size", [WIDE, USUAL])
async def test_the_table_shows_prices_and_what_is_there(size: tuple[int, int]) -> None:
    async with console(size=size, target=SPACE) as (pilot, _, app):
        await pilot.press("h")
        await see(pilot, app, "t4-small · sleeps after 1h")
        await see(pilot, app, "✓ t4-small")
        await see(pilot, app, "9.60")
        await see(pilot, app, "a100-large")
        (present,) = [one for one in screen_text(app).splitlines() if "✓ t4-small" in one]
        assert ("now" in present) == (size == WIDE)
        assert "…" not in present


async def test_the_price_comes_before_the_key_that_spends() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("h", "G", "enter", "ctrl+s")
        await see(pilot, app, "t4-small ($0.40/h) → a100-large ($2.50/h)")
        await see(pilot, app, "Costs $2.10/h more from its start: $50.40 a day.")
        await see(pilot, app, "disk content outside volumes is wiped")
        await pilot.press("enter", "space")
        await pilot.pause()
        assert session.asked == []
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert session.asked == [SetHardware(SPACE, "a100-large")]
        session.reply(asked_for("a100-large"))
        await gone(pilot, app, "Sending")


async def test_hardware_of_what_does_not_run_counts_from_its_start() -> None:
    async with console(size=USUAL, target="ada/old-chat") as (pilot, _, app):
        await pilot.press("h", "G", "enter", "ctrl+s")
        await see(pilot, app, "It does not run now")
        assert "restarts" not in screen_text(app)
        await pilot.press("escape", "escape", "Y")
        app.main.sidebar.marked = {SPACE, "ada/old-chat"}
        await pilot.press("h", "G", "enter", "ctrl+s")
        await see(pilot, app, "1 of them does not run now")
        await see(pilot, app, "The app restarts once")


async def test_the_sleep_time_goes_in_the_same_request() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("h", "j", "enter", "tab", *"45m", "ctrl+s")
        await see(pilot, app, "sleeps after 45m and costs nothing then")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert session.asked == [SetHardware(SPACE, "a10g-small", 2700)]


async def test_a_sleep_time_alone_is_no_change_of_hardware() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("h", "tab", *"never", "ctrl+s")
        await see(pilot, app, "$0.40/h, $9.60 a day")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert session.asked == [SetSleepTime(SPACE, -1)]


async def test_on_cpu_basic_no_sleep_time_is_taken() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("h", "g", "enter", "tab", *"2h")
        await see(pilot, app, "always sleeps after 48 h")
        await pilot.press("ctrl+s", "y")
        await pilot.pause()
        assert session.asked == []
        await pilot.press(*["backspace"] * 3, "ctrl+s")
        await see(pilot, app, "Saves $0.40/h")


async def test_no_payment_method_keeps_the_choice() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("h", "G", "enter", "ctrl+s", "y")
        await see(pilot, app, "Sending")
        why = "You must add a payment method to your account to upgrade your space's hardware."
        step = Step("hardware", "ask for a100-large", error=why, request_id="r-1")
        session.reply(Outcome(SPACE, (step,)))
        await see(pilot, app, "You must add a payment method")
        await see(pilot, app, "● a100-large")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        session.reply(CommandError("The Hub cannot be reached."))
        await see(pilot, app, "● a100-large")


async def test_hardware_that_is_not_granted_says_since_when() -> None:
    waiting = space(SPACE, "RUNNING", "t4-small")
    assert waiting.runtime is not None
    runtime = replace(waiting.runtime, requested_hardware="a100-large")
    session = FakeSession()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("h")
        session.put_space(replace(waiting, runtime=runtime))
        since = datetime.now(UTC) - timedelta(minutes=4, seconds=5)
        session.update(hardware_asked={SPACE: since})
        session.put_space(replace(waiting, runtime=replace(runtime)))
        await see(pilot, app, "a100-large asked for 4 min ago, not granted yet")
        await see(pilot, app, "… a100-large")


async def test_marked_spaces_change_together() -> None:
    async with console(target=SPACE) as (pilot, session, app):
        app.main.sidebar.marked = {SPACE, "acme/leaderboard", "ada/blog"}
        await pilot.press("h", "G", "enter", "ctrl+s")
        await see(pilot, app, "Costs $3.60/h more")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        changes = tuple(SetHardware(name, "a100-large") for name in (SPACE, "acme/leaderboard"))
        assert session.asked == [Many(changes)]


async def test_without_a_price_list_it_says_so() -> None:
    session = FakeSession()
    async with console(session, size=TINY, target=SPACE) as (pilot, _, app):
        session.update(hardware={})
        await pilot.press("h")
        await see(pilot, app, "price list is not known")
        session.update(hardware=PRICES)
        await see(pilot, app, "cpu-basic")
        assert isinstance(app.screen, HardwareEditor)
