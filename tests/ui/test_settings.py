"""Settings from the keyboard: staged, summed up with what they cause, and sent in one request."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from spaces_tui.model.card import CardValue
from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.settings import CardEdit, SettingsNow
from spaces_tui.model.sync import SyncStatus
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.settings import ApplySettings, CheckCard, LoadSettings
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.screens.settings import SettingsEditor
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts, until
from tests.ui.fake_session import SPACES, FakeSession, live_snapshot

SPACE = "ada/whisper-live"
README = """---
title: Whisper
emoji: 🐢
sdk: gradio
sdk_version: 5.1.0
pinned: false
tags:
- a
short_description:
  - odd
---
"""
NOW = SettingsNow(
    replace(next(one for one in SPACES if one.id == SPACE), uid="u1", visibility="private"), README
)


def session_with(now: SettingsNow = NOW, **changes: object) -> FakeSession:
    session = FakeSession(replace(live_snapshot(), **changes))  # type: ignore[arg-type]  # tests name real fields
    session.answers[LoadSettings] = now
    session.answers[CheckCard] = CardCheck()
    return session


def sent(session: FakeSession) -> list[ApplySettings]:
    return [one for one in session.asked if isinstance(one, ApplySettings)]


async def opened(pilot: Pilot[None], app: ConsoleApp) -> None:
    await pilot.press("s")
    await see(pilot, app, "nothing staged")


async def change(pilot: Pilot[None], app: ConsoleApp, label: str, text: str = "") -> None:
    """Go to a row by its label and press enter; fill a field in where there is one."""
    editor = app.screen
    assert isinstance(editor, SettingsEditor)
    rows = [line[0].text.strip() for line in editor._list._make(100)]
    editor._list.select(rows.index(label))
    await pilot.press("enter")
    if text:
        app.screen.query_one(Input).value = text
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is editor)


@pytest.mark.parametrize("size", [WIDE, TINY])
async def test_several_settings_go_in_one_request(size: tuple[int, int]) -> None:
    session = session_with()
    async with console(session, size=size, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await change(pilot, app, "Title", "Whisper: live")
        await change(pilot, app, "Pinned")
        await change(pilot, app, "Dev Mode")
        await see(pilot, app, "3 staged")
        await pilot.press("ctrl+s")
        await see(pilot, app, "apply")
        if size != TINY:
            shown = screen_text(app)
            assert "Title: Whisper → Whisper: live" in shown
            assert "2 keys in one commit to README.md" in shown
            assert "Dev Mode is on, commits do not rebuild" in shown
        await pilot.press("enter")
        assert sent(session) == []
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert sent(session) == [
            ApplySettings(
                SPACE,
                "u1",
                card=(
                    CardEdit("title", "Whisper", CardValue("Whisper: live")),
                    CardEdit("pinned", "false", CardValue("true", bare=True)),
                ),
                dev_mode=True,
            )
        ]
        steps = (Step("card", "commit the card: title, pinned", done=True),)
        session.reply(Outcome(SPACE, steps))
        await gone(pilot, app, "Sending")
        assert not isinstance(app.screen, SettingsEditor)


async def test_public_needs_the_typed_name_and_says_what_everybody_sees() -> None:
    session = session_with()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await change(pilot, app, "Visibility")
        await see(pilot, app, "everybody sees the app, the code and the whole history")
        await pilot.press("g", "enter")
        await see(pilot, app, "private → public")
        await pilot.press("ctrl+s")
        await see(pilot, app, "A secret that was ever committed")
        await pilot.press("y", "enter")
        await see(pilot, app, f"Type {SPACE} exactly")
        assert sent(session) == []
        app.screen.query_one("#typed", Input).value = SPACE
        await pilot.press("enter")
        await see(pilot, app, "Sending")
        assert sent(session) == [ApplySettings(SPACE, "u1", visibility="public")]


async def test_fields_say_what_is_wrong_while_typing() -> None:
    session = session_with()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await change(pilot, app, "SDK version")
        await pilot.press("x", "x")
        await see(pilot, app, "A version such as 5.49.1.")
        await pilot.press("enter")
        await see(pilot, app, "A version such as 5.49.1.")
        await pilot.press("escape")
        await gone(pilot, app, "A version such as")
        await change(pilot, app, "Name")
        app.screen.query_one(Input).value = "nobody/x"
        await see(pilot, app, "None of your accounts belongs to nobody.")
        app.screen.query_one(Input).value = "acme/trainer"
        await see(pilot, app, "acme/trainer is taken.")
        app.screen.query_one(Input).value = "a--b"
        await see(pilot, app, "A name has no -- and no .. in it.")
        await pilot.press("escape")
        await change(pilot, app, "Description")
        await see(pilot, app, "edit README.md itself")
        assert isinstance(app.screen, SettingsEditor)


async def test_what_the_hub_says_of_the_card_holds_it_back() -> None:
    session = session_with()
    session.answers[CheckCard] = CardCheck(("no such version",), ("an odd title",))
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await change(pilot, app, "SDK version", "99.0.0")
        await see(pilot, app, "The Hub would not take this card: no such version")
        await see(pilot, app, "an odd title")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "1 staged" in screen_text(app)
        await pilot.press("u")
        await see(pilot, app, "nothing staged")
        assert "no such version" not in screen_text(app).split("nothing staged")[0]


async def test_a_partial_failure_keeps_what_is_left() -> None:
    session = session_with()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await change(pilot, app, "Replicas", "3")
        await change(pilot, app, "Title", "New")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Costs $0.80/h more")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        steps = (
            Step("card", "commit the card: title", done=True),
            Step("replicas", "run 3 replicas", error="Not on your plan.", request_id="req-4"),
        )
        session.answers[LoadSettings] = replace(NOW, readme=README.replace("Whisper", "New"))
        session.reply(Outcome(SPACE, steps))
        await see(pilot, app, "request req-4")
        await see(pilot, app, "✔ commit the card: title")
        await see(pilot, app, "1 staged")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        assert sent(session)[-1] == ApplySettings(SPACE, "u1", replicas=3)
        session.reply(CommandError("The Hub does not answer."))
        await see(pilot, app, "The Hub does not answer.")
        await see(pilot, app, "1 staged")


async def test_a_renamed_space_is_followed() -> None:
    session = session_with()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await change(pilot, app, "Name", "whisper-2")
        await pilot.press("ctrl+s")
        await see(pilot, app, "another address and restarts")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        renamed = replace(NOW.space, id="ada/whisper-2")
        others = [one for one in session.snapshot.spaces if one.id != SPACE]
        session.publish(replace(session.snapshot, spaces=(*others, renamed)))
        done = Step("name", "rename it to ada/whisper-2", done=True)
        session.reply(Outcome(SPACE, (done,)))
        await until(pilot, lambda: app.main.sidebar.cursor == "ada/whisper-2")
        assert sent(session)[-1].new_id == "ada/whisper-2"


async def test_a_watched_space_keeps_its_name() -> None:
    status = SyncStatus(SPACE, "/home/ada/work", state=SyncState.IN_SYNC)
    session = session_with(watches={SPACE: status})
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await change(pilot, app, "Name", "whisper-2")
        await see(pilot, app, "A folder is watched for it")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "1 staged" in screen_text(app)


async def test_what_cannot_be_read_says_so_and_can_be_tried_again() -> None:
    session = session_with()
    session.answers[LoadSettings] = CommandError("The Hub does not answer.")
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("s")
        await see(pilot, app, "The Hub does not answer.")
        odd = replace(NOW, readme="---\ntitle: [a,\nb]\n---\n")
        session.answers[LoadSettings] = odd
        await pilot.press("ctrl+r")
        await see(pilot, app, "Line 2 of README.md goes on in the next")
        assert "Title" not in screen_text(app)


async def test_the_line_for_ssh_is_copied_and_opened() -> None:
    runtime = NOW.space.runtime
    assert runtime is not None
    on = replace(NOW.space, runtime=replace(runtime, dev_mode=True))
    spaces = tuple(on if one.id == SPACE else one for one in SPACES)
    session = session_with(replace(NOW, space=on), spaces=spaces)
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await see(pilot, app, "ssh ada-whisper-live@ssh.hf.space")
        await change(pilot, app, "Shell")
        await until(pilot, lambda: any("clipboard" in said for said in toasts(app)))
        await pilot.press("escape")
        await gone(pilot, app, "nothing staged")
        await pilot.press("S")
        await until(pilot, lambda: any("cannot be handed to" in said for said in toasts(app)))


async def test_the_shell_says_why_not() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("S")
        await see(pilot, app, "Dev Mode is off: switch it on in the settings (s).")


async def test_the_row_that_was_chosen_is_changed_though_the_cursor_went_on() -> None:
    session = session_with()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        editor = app.screen
        assert isinstance(editor, SettingsEditor)
        editor._list.select(4)
        editor._list.action_choose()
        editor._list.move(1)
        await see(pilot, app, "off → on")


async def test_a_card_of_strangers_reaches_no_terminal_raw() -> None:
    hostile = "\\x1b]0;owned\\x07\\u202e"
    odd = README.replace("Whisper", f'"{hostile}"').replace("a\n", "a\nlicense: x\x1b[2Jy\n")
    session = session_with(replace(NOW, readme=odd.replace("tags:\n- a\n", "")))
    async with console(session, size=WIDE, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await change(pilot, app, "Title")
        await see(pilot, app, "enter stage")
        await pilot.press("escape")
        await change(pilot, app, "Title", "Mine")
        await pilot.press("ctrl+s")
        await see(pilot, app, "1 key in one commit")
        shown = screen_text(app)
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "owned" not in shown


async def test_what_a_restart_starts_says_its_price() -> None:
    asleep = next(one for one in SPACES if one.id == "ada/old-chat")
    session = session_with(replace(NOW, space=asleep))
    async with console(session, size=USUAL, target="ada/old-chat") as (pilot, _, app):
        await opened(pilot, app)
        await change(pilot, app, "Dev Mode")
        await pilot.press("ctrl+s")
        await see(pilot, app, "What rests may start by that, at $1.00/h.")
