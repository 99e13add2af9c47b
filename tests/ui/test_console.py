"""The main screen: list, panes, filter, marks, tabs, sizes, commands and their failures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.events import Resize

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.sync import SyncStatus
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.requests.actions import Many, Pause
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.snapshot import Connection, Gauge, Link, Notice, Snapshot
from spaces_tui.ui.actions import ACTIONS, BY_ID, SHARING
from spaces_tui.ui.commands import Commands
from spaces_tui.ui.editing import Editing
from spaces_tui.ui.handlers import handlers
from spaces_tui.ui.rules import STATIC
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts, until
from tests.ui.fake_session import NOW, SPACES, FakeSession, detail, live_snapshot, log_lines, space


async def test_shows_the_cached_list_in_the_first_frame_and_then_starts() -> None:
    session = FakeSession(replace(live_snapshot(), cached=True, connection=Connection()))
    async with console(session) as (_, _, app):
        text = screen_text(app)
        assert "whisper-live" in text
        assert "as of" in text
        assert "12 Spaces · 5 running · 2 building · 1 broken" in text
        assert "$1.43/h · ≈$34/day" in text


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY, (20, 4), (1, 1)])
async def test_every_size_shows_something_and_every_tab_opens(size: tuple[int, int]) -> None:
    async with console(size=size) as (pilot, _, app):
        await pilot.press("2", "6", "1", "escape", "j", "question_mark", "escape")
        text = screen_text(app)
        assert len(text.split("\n")) == size[1]
        if size[0] >= 20:
            assert text.strip()


async def test_movement_goes_over_spaces_and_past_headings() -> None:
    async with console() as (pilot, session, app):
        assert app.main.sidebar.cursor == "ada/whisper-live"
        await pilot.press("j", "down", "k")
        assert app.main.sidebar.cursor == "ada/sd-playground"
        await pilot.press("G")
        assert app.main.sidebar.cursor == "lab/reader"
        await pilot.press("g")
        assert app.main.sidebar.cursor == "ada/whisper-live"
        shown = ("ada/whisper-live", frozenset({LogStream.RUN}))
        await until(pilot, lambda: session.attended[-1:] == [shown])


async def test_the_list_is_sorted_by_cost_and_back_and_the_cursor_stays() -> None:
    async with console(target="acme/docs") as (pilot, session, app):
        await pilot.press("dollar_sign")
        await see(pilot, app, "by cost")
        await see(pilot, app, "costs money now")
        assert app.main.sidebar.shown[0] == "acme/leaderboard"
        assert "acme/leaderboard" in screen_text(app)
        assert app.main.sidebar.cursor == "acme/docs"
        session.put_space(space("ada/blog", flavour="a100-large"))
        await until(pilot, lambda: app.main.sidebar.shown[0] == "ada/blog")
        await pilot.press("dollar_sign")
        await gone(pilot, app, "by cost")
        assert app.main.sidebar.cursor == "acme/docs"
        assert app.main.sidebar.shown[0] == "ada/whisper-live"


async def test_the_list_scrolls_with_the_cursor_and_the_wheel() -> None:
    spaces = tuple(space(f"ada/number-{index:03}") for index in range(200))
    async with console(FakeSession(live_snapshot(spaces)), USUAL) as (pilot, _, app):
        await pilot.press("G")
        assert "number-199" in screen_text(app)
        await pilot.press("pageup", "pageup")
        assert "number-199" not in screen_text(app)
        await pilot.press("g")
        assert "▾ ada" in screen_text(app)


async def test_filter_narrows_while_typing_and_escape_shows_all() -> None:
    async with console() as (pilot, _, app):
        await pilot.press("slash", "d", "o", "c")
        assert app.main.sidebar.shown == ["acme/docs"]
        await see(pilot, app, "/doc 1/12")
        await pilot.press("enter")
        assert app.main.sidebar.has_focus
        await see(pilot, app, "acme/docs")
        await pilot.press("escape")
        assert len(app.main.sidebar.shown) == len(SPACES)


async def test_a_filter_is_edited_as_any_field_is() -> None:
    async with console() as (pilot, _, app):
        await pilot.press("slash", "d", "o", "x", "backspace", "c")
        await see(pilot, app, "/doc 1/12")
        await pilot.press("home", "x")
        await see(pilot, app, "/xdoc 0/12")
        await pilot.press("ctrl+u", "s", "escape", "slash", "x", "backspace", "d")
        await see(pilot, app, "/d 12/12")


async def test_a_filter_without_a_match_says_so() -> None:
    async with console() as (pilot, _, app):
        await pilot.press("slash", "[", "/", "z", "enter")
        await see(pilot, app, "No Space matches")


async def test_marks_decide_what_an_action_works_on() -> None:
    async with console() as (pilot, session, app):
        await pilot.press("space", "space")
        await see(pilot, app, "2 marked")
        await pilot.press("p")
        await see(pilot, app, "Pause these 2 Spaces?")
        await pilot.press("y")
        await until(pilot, lambda: bool(session.asked))
        spaces = ("ada/whisper-live", "ada/sd-playground")
        assert session.asked == [Many(tuple(Pause(space) for space in spaces))]
        assert not app.main.sidebar.marked
        step = Step("pause", "pause", error="The Hub says no.")
        session.reply((Outcome(spaces[0]), Outcome(spaces[1], (step,))))
        await see(pilot, app, "1 done, 1 failed")
        assert app.main.sidebar.marked == {"ada/sd-playground"}


async def test_marked_spaces_that_cannot_be_paused_stay_out() -> None:
    async with console() as (pilot, session, app):
        await pilot.press("asterisk", "p")
        await see(pilot, app, "Pause these 8 Spaces?")
        await see(pilot, app, "Of the marked Spaces, 4 others stay as they are.")
        await pilot.press("y")
        await until(pilot, lambda: bool(session.asked))
        (many,) = session.asked
        assert isinstance(many, Many)
        assert len(many.changes) == 8
        assert Pause("ada/blog") not in many.changes


async def test_mark_all_marks_what_the_filter_shows() -> None:
    async with console() as (pilot, _, app):
        await pilot.press("slash", "a", "c", "m", "e", "enter", "asterisk")
        assert app.main.sidebar.marked == {one.id for one in SPACES if one.owner == "acme"}
        await pilot.press("asterisk")
        assert not app.main.sidebar.marked


async def test_enter_alone_never_confirms() -> None:
    async with console() as (pilot, session, app):
        await pilot.press("p")
        await see(pilot, app, "Pause this Space?")
        await see(pilot, app, "Saves $0.40/h.")
        await pilot.press("enter")
        await gone(pilot, app, "Pause this Space?")
        assert session.calls == []


async def test_the_other_button_confirms() -> None:
    async with console() as (pilot, session, app):
        await pilot.press("R")
        await see(pilot, app, "Factory rebuild of this Space?")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: bool(session.calls))
        assert session.calls == [("rebuild", "ada/whisper-live")]


async def test_a_command_shows_as_pending_and_its_failure_stays_in_sight() -> None:
    async with console() as (pilot, session, app):
        await pilot.press("p", "y")
        await see(pilot, app, "◐ pausing")
        session.fail("You need write access to [ada].")
        await see(pilot, app, "You need write access to [ada]. (request req-1)")
        assert any("write access to [ada]" in text for text in toasts(app))
        assert "● Running" in screen_text(app)
        app.clear_notifications()
        await pilot.press("escape")
        await gone(pilot, app, "You need write access")


async def test_a_key_that_cannot_work_says_why() -> None:
    async with console(target="ada/blog") as (pilot, session, app):
        await pilot.press("p")
        assert STATIC in toasts(app)
        await pilot.press("N")
        assert "Open the logs first: press 2." in toasts(app)
        assert session.calls == []


async def test_read_only_refuses_changes() -> None:
    session = FakeSession(replace(live_snapshot(), read_only=True))
    async with console(session) as (pilot, _, app):
        await see(pilot, app, "read-only")
        await pilot.press("r", "w")
        assert len([text for text in toasts(app) if "--read-only" in text]) == 2
        assert len(app.screen_stack) == 1


async def test_narrow_shows_one_pane_at_a_time() -> None:
    async with console(size=USUAL) as (pilot, _, app):
        assert "sd-playground" in screen_text(app)
        assert "1 Overview" not in screen_text(app)
        await pilot.press("enter")
        await see(pilot, app, "1 Overview")
        assert "sd-playground" not in screen_text(app)
        await pilot.press("escape")
        await see(pilot, app, "sd-playground")
        await pilot.press("tab")
        await see(pilot, app, "1 Overview")


async def test_resize_goes_between_layouts_and_back() -> None:
    async with console(size=WIDE) as (pilot, _, app):
        before = screen_text(app)
        await pilot.resize_terminal(*TINY)
        await until(pilot, lambda: screen_text(app).count("\n") == TINY[1] - 1)
        await see(pilot, app, "whisper-live")
        await pilot.resize_terminal(*USUAL)
        await until(pilot, lambda: screen_text(app).count("\n") == USUAL[1] - 1)
        await gone(pilot, app, "1 Overview")
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: screen_text(app) == before)


async def test_the_terminal_has_the_last_word_on_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signals of sizes that come fast are heard in the wrong order."""
    async with console(size=USUAL) as (pilot, _, app):
        before = screen_text(app)
        asked: list[tuple[int, int]] = []

        def window_size() -> tuple[int, int]:
            asked.append(USUAL)
            return USUAL

        monkeypatch.setattr(app, "window_size", window_size)
        app.post_message(Resize.from_dimensions(WIDE, None))
        await until(pilot, lambda: len(asked) == 2 and app.size == USUAL)
        await until(pilot, lambda: screen_text(app) == before)


async def test_a_changed_space_that_costs_the_same_repaints_its_row_alone() -> None:
    async with console() as (pilot, session, app):
        sidebar = app.main.sidebar
        before = [strip.text for strip in sidebar._strips or []]
        session.put_space(space("acme/leaderboard", "RUNNING_BUILDING", "a10g-small"))
        await until(pilot, lambda: [strip.text for strip in sidebar._strips or []] != before)
        after = [strip.text for strip in sidebar._strips or []]
        changed = [
            row for row, (one, other) in enumerate(zip(before, after, strict=True)) if one != other
        ]
        assert len(changed) == 1
        assert "◐" in after[changed[0]]


async def test_the_cursor_stays_on_its_space_when_others_come_and_go() -> None:
    async with console(target="acme/docs") as (pilot, session, app):
        session.update(spaces=(space("ada/aaa"), *SPACES[4:]))
        await until(pilot, lambda: "ada/aaa" in app.main.sidebar.shown)
        assert app.main.sidebar.cursor == "acme/docs"
        session.update(spaces=SPACES[:3])
        await until(pilot, lambda: "acme/docs" not in app.main.sidebar.shown)
        assert app.main.sidebar.cursor == "ada/rag-demo"


async def test_the_overview_shows_load_facts_errors_and_the_log() -> None:
    session = FakeSession(replace(live_snapshot(), detail=detail("ada/whisper-live")))
    session.log("ada/whisper-live", LogStream.RUN).extend(log_lines(50))
    async with console(session) as (pilot, _, app):
        text = screen_text(app)
        assert "CPU" in text
        assert "VRAM" in text
        assert "following" in text
        assert "#49" in text
        session.write_log("ada/whisper-live", LogStream.RUN, log_lines(1, first=50))
        await see(pilot, app, "#50")
        await pilot.press("j", "j")
        await see(pilot, app, "ModuleNotFoundError")


async def test_an_unknown_stage_and_hardware_are_shown_verbatim() -> None:
    async with console(target="acme/odd-one") as (_, _, app):
        assert "? QUARANTINED" in screen_text(app)
        assert "tpu-v9" in screen_text(app)


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        (Link.SIGNED_OUT, "Press a to sign in"),
        (Link.REFUSED, "does not accept this token"),
        (Link.OFFLINE, "The Hub does not answer"),
        (Link.CONNECTING, "Reading your Spaces"),
        (Link.LIVE, "There is no Space yet"),
    ],
)
async def test_an_empty_screen_says_what_to_do_and_recovers(link: Link, sentence: str) -> None:
    session = FakeSession(
        Snapshot(endpoint="https://huggingface.co", connection=Connection(link), as_of=NOW)
    )
    async with console(session, USUAL) as (pilot, _, app):
        await pilot.press("escape")  # the dialog that opens by itself where nobody is signed in
        assert sentence in screen_text(app)
        session.publish(live_snapshot())
        await see(pilot, app, "whisper-live")
        await pilot.press("j")
        assert app.main.sidebar.cursor == "ada/sd-playground"


async def test_a_lost_connection_is_said_on_its_own_line() -> None:
    async with console() as (pilot, session, app):
        session.update(
            connection=Connection(Link.OFFLINE, "The Hub cannot be reached.", NOW, retry_in=30)
        )
        await see(pilot, app, "The Hub cannot be reached. Trying again within 30s.")
        session.update(connection=Connection(Link.LIVE))
        await gone(pilot, app, "The Hub cannot be reached.")


async def test_notices_are_shown_once() -> None:
    async with console() as (pilot, session, app):
        session.update(notices=(Notice(1, "ada/rag-demo is broken [again]", "warning"),))
        await until(pilot, lambda: "ada/rag-demo is broken [again]" in toasts(app))
        session.publish(session.snapshot)
        await pilot.pause()
        assert toasts(app).count("ada/rag-demo is broken [again]") == 1


async def test_help_lists_every_key_with_reasons() -> None:
    async with console(target="ada/blog", size=(160, 120)) as (pilot, _, app):
        await pilot.press("question_mark")
        text = screen_text(app)
        for action in ACTIONS:
            assert action.help in text, action.id
        assert STATIC in text
        await pilot.press("escape")
        assert len(app.screen_stack) == 1


async def test_every_action_has_code_and_every_key_one_action() -> None:
    async with console() as (_, session, app):
        known = handlers(
            app, app.main, Commands(app, app.main, session), Editing(app, app.main, session)
        )
        assert known.keys() == BY_ID.keys()
        keys = [key for action in ACTIONS for key in action.keys]
        twice = {key for key in keys if keys.count(key) > 1}
        assert {action.id for action in ACTIONS if twice & {*action.keys}} == SHARING
        assert twice == {"t"}


async def test_the_palette_finds_actions_spaces_and_themes() -> None:
    async with console() as (pilot, _, app):
        await pilot.press("colon", *"leaderb")
        await see(pilot, app, "acme/leaderboard")
        await pilot.press("enter", "enter")
        await until(pilot, lambda: app.main.sidebar.cursor == "acme/leaderboard")
        await pilot.press("ctrl+p", *"spaces-light")
        await see(pilot, app, "Theme spaces-light")
        await pilot.press("enter", "enter")
        await until(pilot, lambda: app.theme == "spaces-light")


async def test_the_palette_says_what_is_left_of_the_rate_limit() -> None:
    async with console() as (pilot, session, app):
        session.update(gauge=Gauge(412, 1_000, 90))
        await pilot.press("colon", *"refresh")
        await see(pilot, app, "412 of 1,000 requests left")


async def test_o_shows_the_address_where_no_browser_can_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    async with console(size=USUAL) as (pilot, _, app):
        await pilot.press("o")
        await see(pilot, app, "https://huggingface.co/spaces/ada/whisper-live")
        await pilot.press("escape")
        assert len(app.screen_stack) == 1


async def test_q_quits_at_once_when_nothing_waits() -> None:
    async with console() as (pilot, session, app):
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0
    assert session._changed is None


async def test_q_asks_while_files_wait_and_finishes_them() -> None:
    async with console() as (pilot, session, app):
        waiting = SyncStatus("ada/rag-demo", "./src", state=SyncState.SENDING, pending=2)
        session.put_watch(waiting)
        await until(pilot, lambda: bool(app.main.snapshot.watches))
        await pilot.press("q")
        await see(pilot, app, "2 files in ./src → ada/rag-demo")
        await pilot.press("escape")
        await gone(pilot, app, "2 files in ./src")
        await pilot.press("q", "f")
        await see(pilot, app, "finishing: leaves by itself")
        session.put_watch(replace(waiting, state=SyncState.IN_SYNC, pending=0))
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


async def test_ctrl_c_says_how_to_quit() -> None:
    async with console() as (pilot, _, app):
        await pilot.press("ctrl+c")
        assert "Press q to quit." in toasts(app)
        assert app.is_running


async def test_clicks_select_open_and_act() -> None:
    async with console() as (pilot, _, app):
        await pilot.click("#sidebar", offset=(8, 4))
        assert app.main.sidebar.cursor == "ada/rag-demo"
        await pilot.click("#sidebar", offset=(8, 4))
        assert app.main.in_detail
        await pilot.click("#head", offset=(16, 1))
        assert app.main.detail.logs is not None
        assert app.main.detail.logs.has_focus
