"""The Watch tab in every state: what it shows, and what its keys do to the row under the cursor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.sync import Batch, CommitBudget, Skipped, SyncStatus
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.unsent import Unsent
from spaces_tui.ui.present.watchrow import RowKind
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts, until
from tests.ui.fake_session import FakeSession, log_lines
from tests.ui.watched import (
    BROKEN,
    CONFLICT,
    HELD,
    IN_SYNC,
    NAME,
    SENDING,
    batch,
    to_tab,
    watching,
)


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_every_state_has_a_word_and_a_way_out(size: tuple[int, int]) -> None:
    status = replace(HELD, conflicts=("app.py",))
    async with console(watching(status), size) as (pilot, session, app):
        await to_tab(pilot, app)
        for state in SyncState:
            if state is not SyncState.IN_SYNC:
                session.put_watch(replace(status, state=state, reason=f"For {state} reasons."))
                await see(pilot, app, f"For {state} reasons.")
            await pilot.press("G", "g", "j", "k", "pagedown", "pageup", "g")
        assert app.is_running


async def test_the_head_counts_commits_and_draws_large_files() -> None:
    async with console(watching(SENDING), USUAL) as (pilot, session, app):
        await to_tab(pilot, app)
        await see(pilot, app, "▲ sending · 2 files wait")
        text = screen_text(app)
        assert "model.bin ███████░░░  71 % · 12.3 MB/s · 2 s left" in text
        assert "commits left this hour: 4 of 120 (few) · the next goes in 28 s" in text
        session.put_watch(replace(IN_SYNC, budget=CommitBudget(113, 120)))
        await see(pilot, app, "commits left this hour: 113 of 120")
        assert "next goes" not in screen_text(app)


async def test_bars_move_at_most_twice_a_second() -> None:
    async with console(watching(SENDING), USUAL) as (pilot, session, app):
        await to_tab(pilot, app)
        await see(pilot, app, "71 %")
        (transfer,) = SENDING.transfers
        paints = 0
        view = app.main.detail.watch_view
        assert view is not None
        shown = screen_text(app)
        began = monotonic()
        for sent in range(72_000_000, 99_000_000, 1_000_000):
            session.put_watch(replace(SENDING, transfers=(replace(transfer, sent=sent),)))
            await pilot.pause(0.02)
            paints += shown != (shown := screen_text(app))
        assert paints <= 2 + 2 * (monotonic() - began)
        session.put_watch(replace(SENDING, transfers=(replace(transfer, sent=99_000_000),)))
        await see(pilot, app, "99 %")


async def test_a_conflict_is_settled_on_its_row() -> None:
    async with console(watching(CONFLICT), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "m")
        await until(pilot, lambda: ("tell", NAME, "mine", "app.py") in session.calls)
        await pilot.press("j", "plus")
        await until(pilot, lambda: ("tell", NAME, "both", "lib/util.py") in session.calls)
        await pilot.press("t")
        await see(pilot, app, "Take theirs?")
        await pilot.press("enter")
        await gone(pilot, app, "Take theirs?")
        assert len(session.calls) == 2
        await pilot.press("t", "y")
        await until(pilot, lambda: ("tell", NAME, "theirs", "lib/util.py") in session.calls)


async def test_a_heading_stands_for_all_of_its_files() -> None:
    async with console(watching(CONFLICT), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "k", "m")
        await see(pilot, app, "Keep mine in 2 files?")
        await pilot.press("y")
        await until(pilot, lambda: ("tell", NAME, "mine", "app.py", "lib/util.py") in session.calls)


async def test_a_name_that_is_two_things_says_what_would_be_lost() -> None:
    words = "a folder with 3 files on the Space, and a file here"
    clash = replace(CONFLICT, conflicts=("assets",), clashes=(Skipped("assets", words),))
    async with console(watching(clash), USUAL) as (pilot, session, app):
        await to_tab(pilot, app)
        await see(pilot, app, words)
        await pilot.press("m")
        await see(pilot, app, "Keep mine?")
        await see(pilot, app, f"assets is {words}.")
        await pilot.press("y")
        await until(pilot, lambda: ("tell", NAME, "mine", "assets") in session.calls)


async def test_elsewhere_the_keys_of_a_conflict_ask_for_a_file() -> None:
    async with console(watching(CONFLICT), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "G", "m")
        assert "Choose a file in conflict" in toasts(app)[-1]
        assert session.calls == []
        one = replace(CONFLICT, conflicts=("app.py",))
        session.put_watch(one)
        await until(pilot, lambda: app.main.snapshot.watches[NAME] == one)
        await pilot.press("m")
        await until(pilot, lambda: session.calls == [("tell", NAME, "mine", "app.py")])


async def test_what_is_held_is_folded_by_folder() -> None:
    async with console(watching(HELD), USUAL) as (pilot, _, app):
        await to_tab(pilot, app)
        await see(pilot, app, "Held 25")
        text = screen_text(app)
        assert "▸ data/  24 files" in text
        assert "~ app.py  changed · 1.2 kB" in text
        assert "00.csv" not in text
        await pilot.press("j", "enter")
        await see(pilot, app, "- 00.csv  deleted on the Space")
        await pilot.press("enter")
        await gone(pilot, app, "00.csv")


async def test_accepting_deletions_says_how_many() -> None:
    async with console(watching(HELD), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "A")
        await see(pilot, app, "Send this and delete 24 files?")
        assert "1 file goes to the Space." in screen_text(app)
        await pilot.press("enter")
        await gone(pilot, app, "delete 24 files?")
        assert session.calls == []
        await pilot.press("A", "y")
        await until(pilot, lambda: session.calls == [("tell", NAME, "accept")])
        await pilot.press("X", "y")
        await until(pilot, lambda: session.calls[-1] == ("tell", NAME, "drop"))


async def test_an_emptied_folder_is_accepted_with_a_question() -> None:
    halted = replace(IN_SYNC, state=SyncState.HALTED, reason="The folder is empty.", pending=12)
    async with console(watching(halted), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "A")
        await see(pilot, app, "Accept the folder as it is now?")
        assert "12 files differ from the Space" in screen_text(app)
        await pilot.press("y")
        await until(pilot, lambda: session.calls == [("tell", NAME, "accept")])


async def test_enter_says_why_a_file_is_refused() -> None:
    refused = replace(IN_SYNC, refused=(Skipped("settings.py", "looks like a token", 12),))
    async with console(watching(refused), USUAL) as (pilot, _, app):
        await to_tab(pilot, app, "enter")
        await see(pilot, app, "./src/settings.py:12")
        assert "Put it into a secret" in screen_text(app)
        await pilot.press("escape")
        await gone(pilot, app, "Put it into a secret")


async def test_a_busy_file_can_be_ignored() -> None:
    slowed = replace(IN_SYNC, slowed=(Skipped("out.log", "written 14 times in 2 min"),))
    async with console(watching(slowed), USUAL) as (pilot, session, app):
        await to_tab(pilot, app)
        await see(pilot, app, "~ out.log  written 14 times in 2 min")
        await pilot.press("i")
        await until(pilot, lambda: session.calls == [("tell", NAME, "ignore", "out.log")])


async def test_a_save_in_full_and_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(watching(), USUAL) as (pilot, _, app):
        copied: list[str] = []
        monkeypatch.setattr(app, "copy", copied.append)
        await to_tab(pilot, app, "y", "enter")
        await see(pilot, app, "Commit 00c1234")
        text = screen_text(app)
        for fact in (
            "00c1234deadbeef",
            "4f1c2d3e5a6b",
            "900 B in 1 request",
            "+9.80 s",
            "+ app.py",
        ):
            assert fact in text, fact
        await pilot.press("y", "escape")
        url = f"https://huggingface.co/spaces/{NAME}/commit/00c1234deadbeef"
        assert copied == [url, url]


async def test_the_history_draws_the_seconds_of_the_last_saves() -> None:
    batches = (batch(0, 9.8), batch(1, 4.0), batch(2, None), batch(3, 9.0))
    async with console(watching(replace(IN_SYNC, batches=batches)), USUAL) as (pilot, _, app):
        await to_tab(pilot, app)
        await see(pilot, app, "save → live ▇▄█ median 9.0 s · last 9.8 s")


async def test_the_build_log_jumps_in_where_the_tab_is_in_view() -> None:
    async with console(watching(replace(IN_SYNC, batches=(batch(),))), USUAL) as (
        pilot,
        session,
        app,
    ):
        await to_tab(pilot, app)
        session.log(NAME, LogStream.BUILD).extend(log_lines(40))
        session.put_watch(replace(IN_SYNC, batches=(BROKEN, batch(1))))
        await see(pilot, app, "Build log · Build error at 00c1234")
        text = screen_text(app)
        assert "#39" in text
        assert "✖ Job failed with exit code: 1." in text
        assert toasts(app) == []
        wanted = (NAME, frozenset({LogStream.BUILD}))
        await until(pilot, lambda: session.attended[-1:] == [wanted])
        session.write_log(NAME, LogStream.BUILD, log_lines(1, 40))
        await see(pilot, app, "#40")
        await pilot.press("b")
        await until(
            pilot, lambda: app.main.detail.logs is not None and app.main.detail.logs.has_focus
        )


async def test_elsewhere_a_broken_build_is_a_notice_that_takes_no_focus() -> None:
    async with console(watching(), USUAL) as (pilot, session, app):
        await until(pilot, lambda: bool(app.main.snapshot.watches))
        await pilot.press("slash", *"rag")
        session.put_watch(replace(IN_SYNC, batches=(BROKEN,)))
        await until(pilot, lambda: bool(toasts(app)))
        assert toasts(app) == [f"{NAME}: build error after app.py. 6 or b there shows why."]
        await pilot.press("x")
        assert app.main.sidebar.wanted == "ragx"
        session.put_watch(replace(CONFLICT, batches=(BROKEN,)))
        await until(pilot, lambda: len(toasts(app)) == 2)
        assert "conflict: both sides changed. Press 6 there." in toasts(app)[-1]


async def test_the_last_good_set_is_sent_again_after_a_question() -> None:
    batches = (BROKEN, batch(1, 8.0), batch(2, 9.0))
    status = replace(IN_SYNC, batches=batches, good=batch(1).oid)
    async with console(watching(status), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "L")
        await see(pilot, app, "Send the last good set again?")
        text = screen_text(app)
        assert "1 file on the Space goes back to commit 01c1234" in text
        assert "Your folder is not touched." in text
        await pilot.press("enter")
        await gone(pilot, app, "Send the last good set again?")
        assert session.calls == []
        await pilot.press("L", "y")
        await until(pilot, lambda: session.calls == [("tell", NAME, "restore")])


async def test_there_is_nothing_to_send_again_when_the_newest_is_live() -> None:
    earlier = replace(IN_SYNC, good="77777777")  # the engine notes what is live when it looks next
    async with console(watching(earlier), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "L")
        assert toasts(app) == ["The newest save is live: there is nothing to take back."]
        assert session.calls == []


async def test_other_watched_folders_are_listed_and_jumped_to() -> None:
    session = watching()
    session.put_watch(SyncStatus("ada/rag-demo", "./rag", state=SyncState.IN_SYNC))
    session.put_watch(SyncStatus("acme/trainer", "./t", state=SyncState.DIRTY, pending=3))
    async with console(session, USUAL) as (pilot, _, app):
        await to_tab(pilot, app)
        await see(pilot, app, "● ada/rag-demo  in sync  ./rag")
        assert "◐ acme/trainer  3 files wait  ./t" in screen_text(app)
        await pilot.press("G", "enter")
        await until(pilot, lambda: app.main.sidebar.cursor == "acme/trainer")
        await see(pilot, app, "./t ⇄ acme/trainer")


async def test_what_an_earlier_run_left_is_told_and_taken_up_again() -> None:
    session = FakeSession()
    since = datetime.now(UTC) - timedelta(minutes=1)
    session.update(unsent=(Unsent(NAME, "/work/src", "", 2, since),))
    async with console(session, USUAL) as (pilot, _, app):
        await until(pilot, lambda: bool(toasts(app)))
        assert f"2 files in /work/src were not sent to {NAME}" in toasts(app)[0]
        await to_tab(pilot, app)
        await see(pilot, app, "w go on · X forget it")
        await pilot.press("w")
        await see(pilot, app, "Watch a folder")
        assert "/work/src" in screen_text(app)
        await pilot.press("escape", "X")
        await see(pilot, app, "Forget what was not sent?")
        await pilot.press("y")
        await until(pilot, lambda: ("forget", NAME, "/work/src") in session.calls)
        await see(pilot, app, "No folder is watched")


async def test_the_cursor_stays_on_its_row_when_others_come_and_go() -> None:
    status = replace(IN_SYNC, batches=(batch(1), batch(2), batch(3)))
    async with console(watching(status), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "j")
        view = app.main.detail.watch_view
        assert view is not None
        before = view.row
        assert before is not None
        assert before.batch == batch(2)
        session.put_watch(replace(status, batches=(batch(0), *status.batches)))
        await see(pilot, app, "00c1234")
        assert view.row is not None
        assert view.row.batch == batch(2)
        session.put_watch(replace(status, batches=(batch(0),)))
        await gone(pilot, app, "02c1234")
        assert view.row is not None
        assert view.row.batch == batch(0)


async def test_what_needs_a_person_comes_under_a_cursor_that_nobody_moved() -> None:
    async with console(watching(), USUAL) as (pilot, session, app):
        await to_tab(pilot, app)
        view = app.main.detail.watch_view
        assert view is not None
        await until(pilot, lambda: view.row is not None and view.row.kind is RowKind.BATCH)
        session.put_watch(CONFLICT)
        await until(pilot, lambda: view.row is not None and view.row.paths == ("app.py",))
        await pilot.press("G")
        session.put_watch(replace(CONFLICT, conflicts=("a.py", "app.py")))
        await see(pilot, app, "a.py")
        assert view.row is not None
        assert view.row.kind is RowKind.BATCH


async def test_a_click_puts_the_cursor_there_and_a_second_one_opens() -> None:
    async with console(watching(CONFLICT), WIDE) as (pilot, session, app):
        await to_tab(pilot, app)
        await see(pilot, app, "lib/util.py")
        view = app.main.detail.watch_view
        assert view is not None
        rows = screen_text(app).splitlines()
        y = next(number for number, row in enumerate(rows) if "! lib/util.py" in row)
        await pilot.click("#watch", offset=(6, y - view.region.y))
        await until(pilot, lambda: view.row is not None and view.row.paths == ("lib/util.py",))
        await pilot.click("#watch", offset=(6, y - view.region.y))
        await until(pilot, lambda: ("compare", NAME, "lib/util.py") in session.calls)
        await pilot.press("escape")
        y = next(number for number, row in enumerate(rows) if "m mine · t theirs" in row)
        x = rows[y].index("+ both") - view.region.x
        await pilot.click("#watch", offset=(x, y - view.region.y))
        await until(pilot, lambda: ("tell", NAME, "both", "lib/util.py") in session.calls)


async def test_the_footer_offers_what_the_row_takes() -> None:
    async with console(watching(CONFLICT), USUAL) as (pilot, _, app):
        await to_tab(pilot, app)
        await see(pilot, app, "enter difference  m mine  t theirs  + both")
        await pilot.press("G")
        await see(pilot, app, "enter details  y copy URL")
        await pilot.press("tab", "tab")
        assert app.main.in_detail


async def test_a_hot_reload_says_what_was_replaced() -> None:
    hot: Batch = replace(
        batch(0, 1.3), hot=True, building=None, replaced=("function greet",), note="3 left alone."
    )
    async with console(watching(replace(IN_SYNC, batches=(hot,))), WIDE) as (pilot, _, app):
        await to_tab(pilot, app)
        await see(pilot, app, "committed +0.2 s → reloaded +1.3 s (function greet) · app.py")
        assert "! 3 left alone." in screen_text(app)


async def test_the_row_is_no_text() -> None:
    async with console(watching(CONFLICT), TINY) as (pilot, _, app):
        await to_tab(pilot, app)
        view = app.main.detail.watch_view
        assert view is not None
        for _ in range(12):
            await pilot.press("j")
            assert view.row is not None
            assert view.row.kind is not RowKind.TEXT
