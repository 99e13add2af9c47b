"""The Settings tab: everything that is set, the key of each row, and why some cannot be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from textual.pilot import Pilot

from spaces_tui.model.environment import Environment, SecretInfo, UsedNames, Variable
from spaces_tui.model.settings import SettingsNow
from spaces_tui.model.space import Domain, Runtime, Space
from spaces_tui.model.stage import RUNNING, Stage
from spaces_tui.model.volume import Volume
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.environment import FindUsedNames, LoadEnvironment
from spaces_tui.session.requests.settings import LoadSettings
from spaces_tui.session.snapshot import Connection, Link
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.rules import READ_ONLY
from spaces_tui.ui.screens.environment import EnvironmentEditor
from spaces_tui.ui.screens.settings import SettingsEditor
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts, until
from tests.ui.fake_session import SPACES, FakeSession
from tests.ui.test_hostile import PAYLOAD, assert_clean

SPACE = "ada/whisper-live"
README = """---
title: Whisper
emoji: 🐢
sdk: gradio
sdk_version: 5.1.0
tags: [a, b]
---
"""
LISTED = next(one for one in SPACES if one.id == SPACE)
RUNTIME = Runtime(
    RUNNING,
    hardware="t4-small",
    requested_hardware="a10g-small",
    sleep_time=3600,
    replicas=1,
    requested_replicas=2,
    dev_mode=True,
    domains=(Domain("ada-whisper-live.hf.space", "READY"), Domain("ada.example", "PENDING", True)),
    storage="small",
    volumes=(Volume("bucket", "acme/corpus", "/corpus"),),
)
FULL = replace(LISTED, visibility="private", runtime=RUNTIME)
READ = replace(FULL, uid="u1", tags=("gradio", "region:eu"))


def environment(**changes: object) -> Environment:
    now = datetime.now(UTC)
    found = Environment(
        SPACE,
        {"GREETING": Variable("GREETING", "hello\nworld", "said first", now - timedelta(days=2))},
        {"API_KEY": SecretInfo("API_KEY", updated=now - timedelta(days=3))},
    )
    return replace(found, **changes)  # type: ignore[arg-type]  # tests name real fields


def prepared(space: Space = FULL) -> FakeSession:
    session = FakeSession()
    session.put_space(space)
    session.answers[LoadSettings] = SettingsNow(READ, README)
    session.answers[LoadEnvironment] = environment()
    return session


def reads(session: FakeSession, kind: type = LoadSettings) -> int:
    return sum(isinstance(one, kind) for one in session.asked)


def labels(app: ConsoleApp) -> list[str]:
    view = app.main.detail.settings
    assert view is not None
    return [row.label for row in view._rows]


def edited(app: ConsoleApp) -> str:
    """Return the setting that the cursor of the editor is on."""
    editor = app.screen
    assert isinstance(editor, SettingsEditor)
    return editor._row().key


async def on_row(pilot: Pilot[None], app: ConsoleApp, label: str) -> None:
    """Put the cursor on a row by its label."""
    view = app.main.detail.settings
    assert view is not None
    view.select(labels(app).index(label))
    await pilot.pause()


def line_of(app: ConsoleApp, label: str) -> str:
    """Return what is shown of a row, without the frame."""
    return next(one for one in screen_text(app).splitlines() if f"   {label} " in one)


async def test_everything_that_is_set_is_shown_with_its_key() -> None:
    async with console(prepared(), size=WIDE, target=SPACE) as (pilot, session, app):
        await pilot.press("5")
        await see(pilot, app, "GREETING")
        await see(pilot, app, "Whisper")
        rows = {
            "Visibility": ("private", "only people with access", "s"),
            "Dev Mode": ("on", "s"),
            "Shell": ("ssh ada-whisper-live@ssh.hf.space", "S"),
            "Region": ("eu  chosen once", "created"),
            "Hardware": ("t4-small $0.40/h → a10g-small $1.00/h", "not granted yet", "h"),
            "Sleep time": ("after 1h", "z"),
            "Replicas": ("2  $0.80/h in all", "1 now", "s"),
            "/corpus": ("bucket acme/corpus", "read and write", "v"),
            "Storage tier": ("small, 20 GB at /data", "v"),
            "GREETING": ("hello⏎world", "said first", "2 days ago", "e"),
            "API_KEY": ("••••", "set 3 days ago", "e"),
            "Emoji": ("🐢", "s"),
            "SDK version": ("5.1.0", "s"),
            "tags": ("[a, b]", "4"),
            "Not set": ("Python, ", "s"),
        }
        for label, (*parts, end) in rows.items():
            shown = line_of(app, label)
            assert all(part in shown for part in parts), shown
            assert shown.rstrip("│ ").endswith(end), shown
        assert "https://ada.example  own domain, PENDING" in screen_text(app)
        assert (reads(session), reads(session, LoadEnvironment)) == (1, 1)


@pytest.mark.parametrize("size", [USUAL, TINY])
async def test_a_small_terminal_scrolls(size: tuple[int, int]) -> None:
    async with console(prepared(), size=size, target=SPACE) as (pilot, _, app):
        await pilot.press("5")
        await see(pilot, app, "Visibility")
        await see(pilot, app, "5 Settings")
        await until(pilot, lambda: "Not set" in labels(app))
        await pilot.press("G")
        await see(pilot, app, "Not set")
        await pilot.press("g")
        await see(pilot, app, "Visibility")
        await pilot.press("escape")
        assert app.main.focused is app.main.sidebar


async def test_what_the_list_knows_is_there_before_anything_is_read() -> None:
    session = prepared()
    session.answers.clear()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("5")
        await see(pilot, app, "reading …")
        assert "t4-small $0.40/h" in screen_text(app)
        await pilot.press("j", "j", "j")
        view = app.main.detail.settings
        assert view is not None
        assert view.row is not None
        assert view.row.label == "Dev Mode"


async def test_what_cannot_be_read_says_why_and_is_tried_again() -> None:
    session = prepared()
    session.answers[LoadEnvironment] = CommandError("The Hub does not answer.")
    async with console(session, size=WIDE, target=SPACE) as (pilot, _, app):
        await pilot.press("5")
        await see(pilot, app, "✖ The Hub does not answer.")
        assert "🐢" in screen_text(app)
        session.answers[LoadEnvironment] = environment()
        await on_row(pilot, app, "")
        await see(pilot, app, "enter try again")
        await pilot.press("enter")
        await see(pilot, app, "GREETING")
        session.answers[LoadSettings] = CommandError("Too many requests.")
        await pilot.press("ctrl+r")
        await see(pilot, app, "ctrl+r tries again: Too many requests.")
        assert "🐢" in screen_text(app)
        session.answers[LoadSettings] = SettingsNow(READ, README)
        session.update(connection=Connection(Link.OFFLINE, "The Hub is away."))
        await see(pilot, app, "The Hub is away.")
        session.update(connection=Connection(Link.LIVE))
        await gone(pilot, app, "Too many requests")


async def test_secrets_that_cannot_be_listed_and_a_card_that_cannot_be_read() -> None:
    session = prepared()
    session.answers[LoadEnvironment] = environment(secrets=None, unlisted="Not with this token.")
    session.answers[LoadSettings] = SettingsNow(READ, "", "README.md is no UTF-8 text.")
    async with console(session, size=WIDE, target=SPACE) as (pilot, _, app):
        await pilot.press("5")
        await see(pilot, app, "Not with this token.")
        await see(pilot, app, "README.md is no UTF-8 text.")


async def test_enter_opens_the_editor_on_that_row_for_this_space_alone() -> None:
    session = prepared()
    session.answers[FindUsedNames] = UsedNames()
    async with console(session, size=WIDE, target=SPACE) as (pilot, _, app):
        app.main.sidebar.marked.update({"acme/leaderboard", "ada/rag-demo"})
        await pilot.press("5")
        await see(pilot, app, "🐢")
        await on_row(pilot, app, "SDK version")
        await pilot.press("enter")
        await see(pilot, app, "nothing staged")
        assert edited(app) == "sdk_version"
        await pilot.press("escape")
        await on_row(pilot, app, "Card")
        await pilot.press("enter")
        await see(pilot, app, "nothing staged")
        assert edited(app) == "visibility"
        await pilot.press("escape")
        await on_row(pilot, app, "GREETING")
        await pilot.press("enter")
        await see(pilot, app, "nothing staged")
        assert isinstance(app.screen, EnvironmentEditor)
        assert SPACE in screen_text(app)


async def test_what_cannot_be_changed_says_why() -> None:
    free = replace(RUNTIME, hardware="cpu-basic", requested_hardware="cpu-basic", sleep_time=None)
    async with console(prepared(replace(FULL, runtime=free)), size=WIDE, target=SPACE) as (
        pilot,
        session,
        app,
    ):
        await pilot.press("5")
        await see(pilot, app, "🐢")
        assert "after 2 days" in line_of(app, "Sleep time")
        assert "always sleeps after 48 h" in line_of(app, "Sleep time")
        await on_row(pilot, app, "Replicas")
        await pilot.press("enter")
        assert "Replicas are for paid hardware" in toasts(app)[-1]
        session.update(read_only=True)
        await see(pilot, app, READ_ONLY)
        assert screen_text(app).count(READ_ONLY) == 1
        await on_row(pilot, app, "Visibility")
        await pilot.press("enter")
        assert toasts(app)[-1] == READ_ONLY


async def test_it_is_read_again_when_something_may_have_changed_and_not_otherwise() -> None:
    session = prepared()
    async with console(session, size=WIDE, target=SPACE) as (pilot, _, app):
        await pilot.press("5")
        await see(pilot, app, "🐢")
        app.main.sidebar.select("ada/rag-demo")
        await see(pilot, app, "╭─ ada/rag-demo")
        app.main.sidebar.select(SPACE)
        await see(pilot, app, "🐢")
        mine = [one for one in session.asked if one == LoadSettings(SPACE)]
        assert len(mine) == 1
        session.answers[LoadSettings] = SettingsNow(READ, README.replace("Whisper", "After"))
        app.told((Outcome(SPACE, (Step("card", "commit the card", done=True),)),))
        await see(pilot, app, "After")
        session.answers[LoadSettings] = SettingsNow(READ, README.replace("Whisper", "Pushed"))
        session.put_space(replace(FULL, sha="f" * 40))
        await see(pilot, app, "Pushed")


async def test_a_change_made_while_another_tab_is_open_is_read_when_one_comes_back() -> None:
    session = prepared()
    async with console(session, size=WIDE, target=SPACE) as (pilot, _, app):
        await pilot.press("5")
        await see(pilot, app, "🐢")
        await pilot.press("1")
        before = reads(session)
        app.told((Outcome(SPACE, (Step("card", "commit the card", done=True),)),))
        await pilot.pause()
        assert reads(session) == before
        session.answers[LoadSettings] = SettingsNow(READ, README.replace("Whisper", "After"))
        await pilot.press("5")
        await see(pilot, app, "After")


async def test_a_static_space_has_no_machine() -> None:
    blog = next(one for one in SPACES if one.id == "ada/blog")
    session = prepared()
    session.answers[LoadSettings] = SettingsNow(blog, "")
    async with console(session, size=WIDE, target="ada/blog") as (pilot, _, app):
        await pilot.press("5")
        await see(pilot, app, "Not set")
        assert "Static Spaces are served without hardware." in line_of(app, "Hardware")
        assert "Volumes" not in screen_text(app)
        assert "Static Spaces run no container." in line_of(app, "Dev Mode")


async def test_what_strangers_wrote_is_only_text() -> None:
    session = prepared(replace(FULL, runtime=replace(RUNTIME, stage=Stage(PAYLOAD))))
    session.answers[LoadEnvironment] = environment(
        variables={"A": Variable("A", PAYLOAD, PAYLOAD), PAYLOAD: Variable(PAYLOAD, "x")},
        secrets=None,
        unlisted=PAYLOAD,
    )
    card = f"---\ntitle: {PAYLOAD!r}\nother: {PAYLOAD!r}\n---\n"
    session.answers[LoadSettings] = SettingsNow(replace(READ, host=PAYLOAD), card)
    async with console(session, size=WIDE, target=SPACE) as (pilot, _, app):
        await pilot.press("5")
        await see(pilot, app, "Secrets")
        assert_clean(app)
