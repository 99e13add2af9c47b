"""Watch: the dialog, the plan, the tab, and what its keys tell the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.widgets import Input

from spaces_tui.model.sync import (
    Batch,
    PlannedFetch,
    PlannedUpload,
    Skipped,
    SyncPlan,
    SyncStatus,
    Transfer,
)
from spaces_tui.model.sync_state import SyncState
from spaces_tui.ui.completion import complete
from spaces_tui.ui.rules import READ_ONLY
from tests.ui.driving import TINY, USUAL, console, gone, screen_text, see, toasts, until
from tests.ui.fake_session import FakeSession

NAME = "ada/whisper-live"
PLAN = SyncPlan(
    upload=(
        PlannedUpload("app.py", 1234, "changed", "regular"),
        PlannedUpload("model.bin", 50_000_000, "new", "lfs"),
    ),
    unchanged=12,
    skipped=(Skipped("notes.txt", "looks like a token", 3),),
    remote_only=("data/old.csv",),
)
WATCHED = SyncStatus(
    NAME,
    "./src",
    state=SyncState.IN_SYNC,
    reason="Everything is on the Space.",
    head="4f1c2d3e5a6b",
    refused=(Skipped("notes.txt", "looks like a token", 3),),
    batches=(
        Batch(
            datetime(2026, 5, 4, 12, 4, 10, tzinfo=UTC),
            ("app.py",),
            (),
            900,
            1,
            oid="abc1234",
            committed=0.2,
            building=1.1,
            live=9.8,
        ),
    ),
)


def watching(status: SyncStatus = WATCHED) -> FakeSession:
    """Return a session that watches a folder for its first Space."""
    session = FakeSession()
    session.put_watch(status)
    return session


async def test_choose_a_folder_see_the_plan_accept_it() -> None:
    async with console(size=USUAL) as (pilot, session, app):
        await pilot.press("w")
        await see(pilot, app, f"committed to {NAME}")
        await pilot.press("ctrl+u", *"./app", "enter")
        await until(pilot, lambda: bool(session.calls))
        assert session.calls[0] == ("watch", NAME, "./app")
        await see(pilot, app, "Comparing the folder")
        session.put_watch(SyncStatus(NAME, "./app", state=SyncState.PLAN, plan=PLAN))
        await see(
            pilot, app, "2 files to upload, 50.0 MB · 1 large file · 12 unchanged · 1 not sent"
        )
        text = screen_text(app)
        assert "+ app.py  changed" in text
        assert "large file" in text
        assert "looks like a token, line 3" in text
        assert "they stay" in text
        await pilot.press("enter")
        await until(pilot, lambda: ("tell", NAME, "accept") in session.calls)
        session.put_watch(replace(WATCHED, folder="./app"))
        await see(pilot, app, "live +9.8 s")
        assert len(app.screen_stack) == 1


async def test_a_plan_that_deletes_takes_its_own_key() -> None:
    plan = replace(PLAN, delete=("old.py",))
    async with console(watching(SyncStatus(NAME, "./src", state=SyncState.PLAN, plan=plan))) as (
        pilot,
        session,
        app,
    ):
        await pilot.press("w")
        await see(pilot, app, "This plan deletes 1 file on the Space.")
        await pilot.press("enter", "y")
        assert session.calls == []
        await pilot.press("Y")
        await until(pilot, lambda: session.calls == [("tell", NAME, "accept")])


async def test_escape_calls_it_off() -> None:
    async with console(watching(SyncStatus(NAME, "./src", state=SyncState.PLAN, plan=PLAN))) as (
        pilot,
        session,
        app,
    ):
        await pilot.press("w", "escape")
        await until(pilot, lambda: session.calls == [("tell", NAME, "stop")])
        assert len(app.screen_stack) == 1


async def test_a_folder_that_cannot_be_watched_is_asked_for_again() -> None:
    async with console() as (pilot, session, app):
        await pilot.press("w", "enter")
        await until(pilot, lambda: bool(session.open))
        session.update(watches={})
        session.fail("./src is not a folder.")
        await see(pilot, app, "Folder:")
        assert "./src is not a folder." in screen_text(app)
        await pilot.press("ctrl+u", *"x", "enter")
        await until(pilot, lambda: session.calls[-1] == ("watch", NAME, "x"))


async def test_what_an_earlier_watch_left_behind_is_not_the_new_one() -> None:
    async with console(watching(replace(WATCHED, state=SyncState.STOPPED))) as (
        pilot,
        session,
        app,
    ):
        await pilot.press("w", "enter")
        await until(pilot, lambda: bool(session.calls))
        session.put_watch(SyncStatus(NAME, ".", state=SyncState.PLAN, plan=PLAN))
        await see(pilot, app, "2 files to upload")


async def test_the_tab_shows_state_history_and_refusals() -> None:
    async with console(watching()) as (pilot, _, app):
        await pilot.press("6")
        await see(pilot, app, "◐ in sync, but for 1 refused")
        text = screen_text(app)
        assert "committed +0.2 s → building +1.1 s → live +9.8 s · app.py" in text
        assert "✖ notes.txt:3  looks like a token" in text
        assert "./src ⇄ ada/whisper-live @ 4f1c2d3" in text


async def test_without_a_folder_the_tab_invites() -> None:
    async with console(size=TINY) as (pilot, _, app):
        await pilot.press("6")
        await see(pilot, app, "No folder is watched")


async def test_held_files_are_accepted_after_a_question() -> None:
    held = replace(
        WATCHED,
        state=SyncState.HELD,
        reason="30 files would be deleted.",
        held=(Skipped("a.py", "many"), Skipped("b.py", "many")),
    )
    async with console(watching(held)) as (pilot, session, app):
        await pilot.press("6")
        await see(pilot, app, "Held 2")
        await pilot.press("A")
        await see(pilot, app, "Send what is held?")
        await pilot.press("enter")
        await gone(pilot, app, "Send what is held?")
        assert session.calls == []
        await pilot.press("A", "y")
        await until(pilot, lambda: session.calls == [("tell", NAME, "accept")])


async def test_keys_pause_resume_send_and_stop() -> None:
    async with console(watching()) as (pilot, session, app):
        await pilot.press("T", "F")
        paused = replace(WATCHED, state=SyncState.PAUSED)
        session.put_watch(paused)
        await until(pilot, lambda: app.main.snapshot.watches[NAME] == paused)
        await pilot.press("T", "K", "y")
        await until(pilot, lambda: len(session.calls) == 4)
        assert [call[2] for call in session.calls] == ["pause", "sync", "resume", "stop"]


async def test_keys_of_a_watch_say_when_there_is_none() -> None:
    async with console() as (pilot, session, app):
        await pilot.press("F", "A")
        assert "No folder is watched for this Space: press w." in toasts(app)
        assert session.calls == []


async def test_the_row_carries_a_mark() -> None:
    async with console(watching()) as (pilot, session, app):
        await see(pilot, app, "●⇄ whisper-live")
        session.put_watch(replace(WATCHED, state=SyncState.CONFLICT, conflicts=("app.py",)))
        await see(pilot, app, "●! whisper-live")
        await pilot.press("w")
        await see(pilot, app, "changed here and on the Space")


async def test_an_upload_that_happens_once() -> None:
    async with console(size=USUAL) as (pilot, session, app):
        await pilot.press("u")
        await see(pilot, app, "Upload a folder once")
        await pilot.press("enter")
        await until(pilot, lambda: bool(session.calls))
        assert session.options is not None
        assert session.options.once
        session.put_watch(SyncStatus(NAME, "./src", state=SyncState.PLAN, plan=PLAN))
        await see(pilot, app, "enter sends it")
        await pilot.press("enter")
        await until(pilot, lambda: ("tell", NAME, "accept") in session.calls)
        session.put_watch(replace(WATCHED, state=SyncState.STOPPED))
        await see(pilot, app, "○ stopped")
        assert "live +9.8 s" in screen_text(app)
        assert len(app.screen_stack) == 1


async def test_an_upload_with_nothing_to_send_ends_in_the_tab() -> None:
    async with console(watching(replace(WATCHED, state=SyncState.STOPPED)), USUAL) as (
        pilot,
        session,
        app,
    ):
        await pilot.press("u", "enter")
        await until(pilot, lambda: bool(session.calls))
        session.put_watch(SyncStatus(NAME, "./src", state=SyncState.STOPPED))
        await see(pilot, app, "Nothing was sent.")


async def test_a_watched_space_needs_no_upload() -> None:
    async with console(watching()) as (pilot, session, app):
        await pilot.press("u")
        assert toasts(app) == ["A folder is watched for this Space already: F sends now."]
        assert session.calls == []


async def test_tab_completes_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("alpha", "alphabet", "beta/inner", ".hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "alpha.txt").touch()
    monkeypatch.chdir(tmp_path)
    async with console(size=USUAL) as (pilot, session, app):
        await pilot.press("w", "ctrl+u", "a", "tab")
        await see(pilot, app, "alpha/  alphabet/")
        assert "alpha.txt" not in screen_text(app)
        field = app.screen.query_one("#folder", Input)
        await pilot.press("b", "tab")
        await until(pilot, lambda: field.value == "alphabet/")
        assert "alpha/  alphabet/" not in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: session.calls == [("watch", NAME, "alphabet/")])


async def test_a_name_that_a_terminal_would_obey_is_not_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("evil\x1b[31m", "evil\x1b[32m"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    async with console(size=USUAL) as (pilot, _, app):
        await pilot.press("w", "ctrl+u", "e", "tab")
        await see(pilot, app, "evil\\x1b[31m/  evil\\x1b[32m/")
        assert app.screen.query_one("#folder", Input).value == "e"


def test_completion_knows_homes_ends_and_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "somebody"
    monkeypatch.setenv("HOME", str(home))
    (home / "work" / "src").mkdir(parents=True)
    (home / ".config").mkdir()
    assert complete("~/w") == ("~/work/", ())
    assert complete("~/work/") == ("~/work/src/", ())
    assert complete("~/work/src/") == ("~/work/src/", ())
    assert complete("~/.c") == ("~/.config/", ())
    assert complete("~/nothing/here") == ("~/nothing/here", ())
    assert complete(f"{home}/") == (f"{home}/work/", ())


async def test_an_empty_folder_offers_to_start_from_the_space() -> None:
    fetch = (PlannedFetch("app.py", 1200), PlannedFetch("model.bin", 50_000_000))
    plan = SyncPlan(remote_only=("app.py", "model.bin"), fetch=fetch)
    status = SyncStatus(NAME, "./new", state=SyncState.PLAN, plan=plan)
    async with console(watching(status), USUAL) as (pilot, session, app):
        await pilot.press("w")
        await see(pilot, app, "Start from the Space?")
        text = screen_text(app)
        assert "t downloads 2 files into it" in text
        assert "2 files on the Space, 50.0 MB" in text
        assert "↓ model.bin  from the Space · 50.0 MB" in text
        await pilot.press("t")
        await until(pilot, lambda: session.calls == [("tell", NAME, "theirs")])
        moving = Transfer("", 10_000_000, 50_001_200, 5_000_000.0, fetching=True)
        status = replace(status, state=SyncState.STARTING, plan=None, transfers=(moving,))
        session.put_watch(status)
        await see(pilot, app, "↓ all files █░░░░░░░░░  19 % · 5.0 MB/s · 8 s left")


async def test_a_read_only_console_watches_nothing() -> None:
    session = FakeSession()
    session.update(read_only=True)
    async with console(session, USUAL) as (pilot, _, app):
        await pilot.press("w", "u")
        assert toasts(app) == [READ_ONLY, READ_ONLY]
        assert session.calls == []
