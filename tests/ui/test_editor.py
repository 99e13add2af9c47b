"""The frame every editor has, seen through the one for sleep times."""

from __future__ import annotations

import pytest

from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.actions import Many
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.machine import SetSleepTime
from spaces_tui.ui.screens.editor import Editor
from spaces_tui.ui.screens.sleep import SleepEditor
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts
from tests.ui.fake_session import FakeSession

SPACE = "ada/whisper-live"


def done(space: str = SPACE) -> Outcome:
    return Outcome(space, (Step("sleep", "sleep after 5m", done=True),))


def failed(space: str = SPACE) -> Outcome:
    step = Step("sleep", "sleep after 5m", error="No payment method.", request_id="req-7")
    return Outcome(space, (step,))


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_a_preset_is_summed_up_and_sent_with_a_key_of_its_own(size: tuple[int, int]) -> None:
    async with console(size=size, target=SPACE) as (pilot, session, app):
        await pilot.press("z")
        await see(pilot, app, "Sleep time")
        await pilot.press("enter", "ctrl+s")
        await see(pilot, app, "5m")
        await pilot.press("enter")
        await pilot.pause()
        assert session.asked == []
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert session.asked == [SetSleepTime(SPACE, 300)]
        session.reply(done())
        await gone(pilot, app, "Sending")
        assert not isinstance(app.screen, Editor)
        assert toasts(app) == [f"{SPACE}: sleep after 5m — done."]


async def test_free_input_says_what_is_wrong_while_typing() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("z", "tab", *"2 x")
        await see(pilot, app, "Write a time such as 45m, 2h or 1d")
        await pilot.press("ctrl+s")
        await pilot.pause()
        await see(pilot, app, "2 x")
        await pilot.press("backspace", "h", "ctrl+s")
        await see(pilot, app, "after 2h")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert session.asked == [SetSleepTime(SPACE, 7200)]


async def test_what_failed_stays_and_can_be_sent_again() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("z", "enter", "ctrl+s", "y")
        await see(pilot, app, "Sending")
        session.reply(failed())
        await see(pilot, app, "request req-7")
        await see(pilot, app, "1 staged")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        session.reply(CommandError("The session has ended."))
        await see(pilot, app, "✖ The session has ended.")
        await see(pilot, app, "1 staged")
        assert toasts(app) == []
        assert session.asked == [SetSleepTime(SPACE, 300)] * 2
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        session.reply(failed())
        await gone(pilot, app, "The session has ended.")


async def test_a_failure_is_shown_no_more_once_it_went_well() -> None:
    async with console(size=WIDE, target=SPACE) as (pilot, session, app):
        await pilot.press("z", "tab", *"20m", "enter", "y")
        await see(pilot, app, "Sending")
        session.reply(failed())
        await see(pilot, app, "request req-7")
        assert app.main.detail.failures == {SPACE: "No payment method."}
        await pilot.press("backspace", "h", "enter")  # what was typed is edited, not replaced
        await see(pilot, app, "after 20h")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert session.asked[-1] == SetSleepTime(SPACE, 20 * 3600)
        session.reply(done())
        await gone(pilot, app, "Sending")
        assert app.main.detail.failures == {}
        await gone(pilot, app, "No payment method.")


async def test_a_long_failure_is_read_with_page_keys_before_the_list_takes_them() -> None:
    number = "Root=1-6b04c88d-67852eff1e86b29f2de24368;7d1df034-0e2a-45ca-a91f-f6d6b55e955c"
    why = "The Hub failed with status 503. " * 40
    step = Step("sleep", "sleep after 5m", error=why, request_id=number)
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("z", "enter", "ctrl+s", "y")
        await see(pilot, app, "Sending")
        session.reply(Outcome(SPACE, (step, Step("last", "the last of it"))))
        await see(pilot, app, "✖ sleep after 5m")
        await gone(pilot, app, "Without visitors")
        await pilot.press("pagedown")
        await see(pilot, app, "the last of it: not tried")
        (line,) = [one for one in screen_text(app).splitlines() if "request Root=" in one]
        assert "request Root=1-6b04c88d-67852eff1e86b29f2de24368" in line
        await pilot.press("pagedown", "enter")
        await gone(pilot, app, "● 5m")
        await pilot.press("pageup", "pageup")
        await see(pilot, app, "✖ sleep after 5m")


async def test_what_is_so_already_is_said_and_not_sent() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("z", "tab", *"1h")
        await see(pilot, app, "It is so already.")
        await pilot.press("ctrl+s")
        await pilot.pause()
        await see(pilot, app, "nothing staged")
        assert session.asked == []


async def test_staged_edits_are_thrown_away_only_after_a_question() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("z", "enter", "escape")
        await see(pilot, app, "Throw 1 staged edit away?")
        await pilot.press("escape")
        await see(pilot, app, "1 staged")
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert isinstance(app.screen, SleepEditor)
        await pilot.press("Y")
        await gone(pilot, app, "Throw")
        assert not isinstance(app.screen, SleepEditor)


async def test_closed_while_sending_the_outcome_is_told() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("z", "enter", "ctrl+s", "y")
        await see(pilot, app, "Sending")
        await pilot.press("escape")
        await gone(pilot, app, "Sending")
        session.reply(failed())
        await see(pilot, app, "No payment method.")


async def test_all_marked_at_once_and_the_failed_ones_stay_marked() -> None:
    async with console(target=SPACE) as (pilot, session, app):
        app.main.sidebar.marked = {SPACE, "ada/old-chat", "ada/blog"}
        await pilot.press("z")
        await see(pilot, app, "ada/old-chat")
        assert "ada/blog" not in screen_text(app).split("Sleep time")[1].split("Without")[0]
        await pilot.press("G", "enter", "ctrl+s")
        await see(pilot, app, "$1.40/h")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        (many,) = session.asked
        assert isinstance(many, Many)
        assert {change.space for change in many.changes} == {SPACE, "ada/old-chat"}
        session.reply((done(), failed("ada/old-chat")))
        await see(pilot, app, "✖ sleep after 5m")
        assert app.main.sidebar.marked == {"ada/old-chat"}


async def test_on_cpu_basic_the_key_says_why_not() -> None:
    session = FakeSession()
    async with console(session, size=USUAL, target="ada/sd-playground") as (pilot, _, app):
        await pilot.press("z")
        await see(pilot, app, "always sleeps after 48 h")
        assert not isinstance(app.screen, SleepEditor)
