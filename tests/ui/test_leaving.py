"""Leaving the console: nothing is left behind without a word."""

from __future__ import annotations

from dataclasses import replace

from spaces_tui.model.sync_state import SyncState
from tests.ui.driving import TINY, USUAL, console, gone, screen_text, see, until
from tests.ui.watched import CONFLICT, IN_SYNC, NAME, SENDING, watching


async def test_finishing_sends_at_once_shows_how_far_it_is_and_leaves() -> None:
    async with console(watching(SENDING), USUAL) as (pilot, session, app):
        await until(pilot, lambda: bool(app.main.snapshot.watches))
        await pilot.press("q")
        await see(pilot, app, "2 files in ./src → ada/whisper-live  sending")
        assert "71 % · 12.3 MB/s" in screen_text(app)
        assert session.calls == []
        await pilot.press("f")
        await until(pilot, lambda: session.calls == [("tell", NAME, "sync")])
        (transfer,) = SENDING.transfers
        session.put_watch(replace(SENDING, transfers=(replace(transfer, sent=90_000_000),)))
        await see(pilot, app, "90 %")
        session.put_watch(IN_SYNC)
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


async def test_what_is_sent_by_itself_needs_no_answer() -> None:
    async with console(watching(SENDING), USUAL) as (pilot, session, app):
        await until(pilot, lambda: bool(app.main.snapshot.watches))
        await pilot.press("q")
        await see(pilot, app, "Files are not on the Hub yet")
        session.put_watch(IN_SYNC)
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


async def test_finishing_can_be_called_off() -> None:
    async with console(watching(SENDING), USUAL) as (pilot, session, app):
        await until(pilot, lambda: bool(app.main.snapshot.watches))
        await pilot.press("q", "f")
        await see(pilot, app, "leaves by itself")
        await pilot.press("escape")
        await gone(pilot, app, "leaves by itself")
        session.put_watch(IN_SYNC)
        await until(pilot, lambda: app.main.snapshot.watches[NAME] == IN_SYNC)
        assert app.is_running


async def test_leaving_now_says_it_is_told_again() -> None:
    async with console(watching(SENDING), TINY) as (pilot, session, app):
        await until(pilot, lambda: bool(app.main.snapshot.watches))
        await pilot.press("ctrl+q")
        await see(pilot, app, "leave now; you are told again")
        await pilot.press("L")
        await until(pilot, lambda: not app.is_running)
    assert session.calls == []
    assert app.return_code == 0


async def test_a_folder_that_needs_a_person_says_so() -> None:
    async with console(watching(CONFLICT), USUAL) as (pilot, session, app):
        await until(pilot, lambda: bool(app.main.snapshot.watches))
        await pilot.press("q", "f")
        await see(pilot, app, "This one needs you first: esc, then 6.")
        session.put_watch(IN_SYNC)
        await until(pilot, lambda: not app.is_running)


async def test_a_paused_folder_goes_on_to_finish() -> None:
    paused = replace(SENDING, state=SyncState.PAUSED, transfers=())
    async with console(watching(paused), USUAL) as (pilot, session, app):
        await until(pilot, lambda: bool(app.main.snapshot.watches))
        await pilot.press("q")
        await see(pilot, app, "f resumes it")
        await pilot.press("f")
        await until(pilot, lambda: [call[2] for call in session.calls] == ["resume", "sync"])


async def test_the_palette_asks_as_well() -> None:
    async with console(watching(SENDING), USUAL) as (pilot, _, app):
        await until(pilot, lambda: bool(app.main.snapshot.watches))
        await pilot.press("colon")
        await pilot.press(*"leave the", "escape", "colon", *"quit")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await see(pilot, app, "Files are not on the Hub yet")
        await pilot.press("escape")
        await app.action_quit()
        await see(pilot, app, "Files are not on the Hub yet")


async def test_a_plan_nobody_accepted_keeps_nobody() -> None:
    planned = replace(IN_SYNC, state=SyncState.PLAN, pending=4)
    async with console(watching(planned), USUAL) as (pilot, _, app):
        await until(pilot, lambda: bool(app.main.snapshot.watches))
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
