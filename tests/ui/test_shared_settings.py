"""Settings of all marked Spaces: one summary, one request each, failed ones stay."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input

from spaces_tui.session.requests.actions import Many
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.settings import ApplySettings
from spaces_tui.ui.present.outcomes import told
from tests.ui.driving import TINY, USUAL, console, gone, see
from tests.ui.fake_session import SPACES, FakeSession, live_snapshot

LIVE = "ada/whisper-live"
DOCS = "acme/docs"
READER = "lab/reader"


async def test_marked_spaces_change_together_and_failed_ones_stay() -> None:
    async with console(FakeSession(live_snapshot()), size=USUAL, target=LIVE) as (
        pilot,
        session,
        app,
    ):
        app.main.sidebar.marked = {LIVE, DOCS, READER}
        await pilot.press("s")
        await see(pilot, app, "Settings of 2 Spaces")
        await pilot.press("enter")
        await see(pilot, app, "only people with access")
        await pilot.press("G", "enter")
        await see(pilot, app, "2 staged")
        await pilot.press("j", "enter")
        await see(pilot, app, "○ on")
        await pilot.press("enter", "ctrl+s")
        await see(pilot, app, "becomes private, Dev Mode on")
        await see(pilot, app, "Visitors are shut out")
        await pilot.press("enter", "y")
        await see(pilot, app, "Sending")
        (many,) = session.asked
        assert isinstance(many, Many)
        assert set(many.changes) == {
            ApplySettings(LIVE, visibility="private", dev_mode=True),
            ApplySettings(DOCS, visibility="private"),
        }
        session.reply(
            (
                Outcome(DOCS, (Step("visibility", "make it private", done=True),)),
                Outcome(LIVE, (Step("visibility", "make it private", error="Not yours."),)),
            )
        )
        await see(pilot, app, "Not yours.")
        await see(pilot, app, "1 staged")
        assert app.main.sidebar.marked == {LIVE}


async def test_publishing_several_needs_their_number() -> None:
    hidden = [replace(one, private=one.id in (LIVE, DOCS)) for one in SPACES]
    session = FakeSession(live_snapshot(hidden))
    async with console(session, size=TINY, target=LIVE) as (pilot, _, app):
        app.main.sidebar.marked = {LIVE, DOCS, "ada/blog"}
        await pilot.press("s", "enter")
        await see(pilot, app, "protected")
        await pilot.press("enter")
        await see(pilot, app, "2 staged")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Type publish 2")
        app.screen.query_one("#typed", Input).value = "publish 2"
        await pilot.press("enter")
        await see(pilot, app, "Sending")
        (many,) = session.asked
        assert isinstance(many, Many)
        assert {one.space for one in many.changes} == {LIVE, DOCS}


async def test_what_is_so_already_is_not_sent() -> None:
    async with console(size=USUAL, target=LIVE) as (pilot, session, app):
        app.main.sidebar.marked = {LIVE, DOCS}
        await pilot.press("s", "enter")
        await see(pilot, app, "protected")
        await pilot.press("g", "enter")
        await see(pilot, app, "All of them are so already, or cannot be.")
        await pilot.press("u")
        await see(pilot, app, "leave it as it is")
        await pilot.press("escape")
        await gone(pilot, app, "Settings of 2 Spaces")
        assert session.asked == []


async def test_replicas_of_several_say_their_price_and_leave_out_who_takes_none() -> None:
    big = "acme/leaderboard"
    async with console(FakeSession(live_snapshot()), size=USUAL, target=LIVE) as (
        pilot,
        session,
        app,
    ):
        app.main.sidebar.marked = {DOCS, "ada/rag-demo"}
        await pilot.press("s")
        await see(pilot, app, "Settings of 2 Spaces")
        await pilot.press("G", "enter")
        app.screen.query_one(Input).value = "2"
        await pilot.press("enter")
        await see(pilot, app, "Replicas are for paid hardware")
        await pilot.press("escape")
        app.main.sidebar.marked = {LIVE, big, DOCS}
        await pilot.press("s")
        await see(pilot, app, "Settings of 3 Spaces")
        await pilot.press("G", "enter")
        await see(pilot, app, "A number from 1 to 100.")
        app.screen.query_one(Input).value = "03"
        await pilot.press("enter")
        await see(pilot, app, "2 staged")
        await pilot.press("ctrl+s")
        await see(pilot, app, "1 → 3 replicas")
        await see(pilot, app, "Costs $2.80/h more, $67.20 a day; $4.20/h in all while they run.")
        await see(pilot, app, "1 is so already, or cannot be.")
        await pilot.press("enter", "y")
        await see(pilot, app, "Sending")
        (many,) = session.asked
        assert isinstance(many, Many)
        assert set(many.changes) == {
            ApplySettings(LIVE, replicas=3),
            ApplySettings(big, replicas=3),
        }


def test_a_bulk_failure_names_its_space_once() -> None:
    failed = Step("pause", "pause", error=f"{LIVE}: pausing failed. Not yours.")
    outcomes = (Outcome(DOCS, (Step("pause", "pause", done=True),)), Outcome(LIVE, (failed,)))
    said = f"1 done, 1 failed and stays marked. {LIVE}: pausing failed. Not yours."
    assert told(outcomes) == (said, "error")


def test_a_bulk_failure_for_several_reasons_says_where_the_others_are() -> None:
    outcomes = tuple(
        Outcome(space, (Step("pause", "pause", error=why),))
        for space, why in ((DOCS, "Not yours."), (LIVE, "The Hub failed."))
    )
    said = f"All 2 failed and stay marked. {DOCS}: Not yours. J tells why the others failed."
    assert told(outcomes) == (said, "error")
