"""Deleting from the keyboard: the loss first, a typed name, and what failed stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.actions import Many
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.deletion import Delete
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.screens.deletion import DeleteScreen
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts, until
from tests.ui.fake_session import FakeSession

SPACE = "ada/whisper-live"


def done(space: str = SPACE) -> Outcome:
    return Outcome(space, (Step("delete", "delete", done=True),))


def failed(space: str = SPACE) -> Outcome:
    step = Step("delete", "delete", error="Not an admin.", request_id="req-9")
    return Outcome(space, (step,))


async def typed(pilot: Pilot[None], app: ConsoleApp, text: str) -> None:
    """Fill in what has to be typed, and press enter."""
    await see(pilot, app, "press enter")
    app.screen.query_one("#typed", Input).value = text
    await pilot.press("enter")


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_only_the_typed_name_deletes(size: tuple[int, int]) -> None:
    async with console(size=size, target=SPACE) as (pilot, session, app):
        await pilot.press("D")
        await see(pilot, app, "Delete this Space")
        await see(pilot, app, "delete it")
        if size != TINY:
            assert "Saves $0.40/h." in screen_text(app)
            assert "There is no way back." in screen_text(app)
        await pilot.press("enter", "y", "enter", "backspace")
        await until(pilot, lambda: len(toasts(app)) == 2)
        assert toasts(app)[-1] == f"Type {SPACE} exactly; nothing was sent."
        assert session.asked == []
        await pilot.press(*SPACE, "enter")
        await see(pilot, app, "Sending")
        assert session.asked == [Delete(SPACE)]
        session.reply(done())
        await gone(pilot, app, "Sending")
        assert not isinstance(app.screen, DeleteScreen)
        assert toasts(app)[-1] == f"{SPACE}: delete — done."


async def test_escape_leaves_without_a_question() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("D", *"ada", "escape")
        await gone(pilot, app, "Delete this Space")
        assert session.asked == []


async def test_what_failed_is_told_and_can_be_tried_again() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("D")
        await typed(pilot, app, SPACE)
        await see(pilot, app, "Sending")
        session.reply(failed())
        await see(pilot, app, "request req-9")
        await see(pilot, app, f"Not deleted: {SPACE}")
        await pilot.press("ctrl+s")
        await typed(pilot, app, SPACE)
        await see(pilot, app, "Sending")
        session.reply(CommandError("The session has ended."))
        await see(pilot, app, f"Not deleted: {SPACE}")
        assert session.asked == [Delete(SPACE)] * 2


async def test_all_marked_need_their_number_and_failed_ones_stay_marked() -> None:
    async with console(target=SPACE) as (pilot, session, app):
        app.main.sidebar.marked = {SPACE, "ada/blog", "lab/reader"}
        await pilot.press("D")
        await see(pilot, app, "Delete 2 Spaces")
        await see(pilot, app, "1 marked Space stays: not yours to delete.")
        await typed(pilot, app, SPACE)
        await see(pilot, app, "Type delete 2 exactly")
        assert session.asked == []
        await typed(pilot, app, "delete 2")
        await see(pilot, app, "Sending")
        (many,) = session.asked
        assert isinstance(many, Many)
        assert set(many.changes) == {Delete(SPACE), Delete("ada/blog")}
        session.reply((done("ada/blog"), failed()))
        await see(pilot, app, "Not an admin.")
        await see(pilot, app, f"Not deleted: {SPACE}")
        assert app.main.sidebar.marked == {SPACE}


async def test_the_cursor_goes_to_the_next_one() -> None:
    async with console(target="ada/rag-demo") as (pilot, session, app):
        left = [one for one in session.snapshot.spaces if one.id != "ada/rag-demo"]
        before = app.main.sidebar.shown
        after = before[before.index("ada/rag-demo") + 1]
        session.publish(replace(session.snapshot, spaces=tuple(left)))
        await until(pilot, lambda: app.main.sidebar.cursor == after)
        assert app.main.sidebar.cursor in app.main.sidebar.shown


async def test_somebody_elses_says_why_not() -> None:
    session = FakeSession()
    async with console(session, size=USUAL, target="lab/reader") as (pilot, _, app):
        await pilot.press("D")
        await see(pilot, app, "Its role in lab is read.")
        session.update(read_only=True)
        await pilot.press("D")
        await see(pilot, app, "--read-only")
        assert not isinstance(app.screen, DeleteScreen)
