"""What the Watch tab says, without a screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.sync import CommitBudget, Skipped, SyncStatus, Transfer
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.unsent import Unsent
from spaces_tui.session.snapshot import Snapshot
from spaces_tui.ui.actions import BY_ID
from spaces_tui.ui.alerts import WatchAlerts
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.saves import batch_lines, pulse_line
from spaces_tui.ui.present.spans import Role, text_of, width_of
from spaces_tui.ui.present.transfers import duration, transfer_line
from spaces_tui.ui.present.watchhead import budget_line, head_of_watch
from spaces_tui.ui.present.watching import WatchTab, log_wanted, unsent_words, watch_rows
from spaces_tui.ui.present.watchlook import look_of_watch, short_words, watch_mark, ways_out
from spaces_tui.ui.present.watchrow import Group
from spaces_tui.ui.present.watchtree import entries_of, tree_rows
from spaces_tui.ui.watchrules import since_good
from tests.ui.fake_session import SPACES
from tests.ui.watched import BROKEN, CONFLICT, HELD, IN_SYNC, NAME, SENDING, batch

NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("state", list(SyncState))
def test_every_state_is_told_by_glyph_and_word(state: SyncState) -> None:
    status = SyncStatus(NAME, "./src", state=state)
    look = look_of_watch(status)
    assert look.glyph
    assert look.word
    assert short_words(status)
    for span in ways_out(status):
        assert not span.action or span.action in BY_ID


def test_the_keys_that_are_offered_are_the_ones_that_are_bound() -> None:
    for state in SyncState:
        spans = [one for one in ways_out(SyncStatus(NAME, "./src", state=state)) if one.action]
        for key in (one for one in spans if one.role is Role.KEY):
            first = BY_ID[key.action].keys[0]
            assert key.text == {"plus": "+"}.get(first, first)


def test_marks_of_the_list_differ_without_colour() -> None:
    marks = {
        state: watch_mark(SyncStatus(NAME, ".", state=state)).text
        for state in (
            SyncState.IN_SYNC,
            SyncState.SENDING,
            SyncState.PAUSED,
            SyncState.BACKOFF,
            SyncState.CONFLICT,
            SyncState.STOPPED,
        )
    }
    assert len(set(marks.values())) == len(marks)
    assert watch_mark(None).text == " "


@pytest.mark.parametrize(
    ("sent", "rate", "shown"),
    [
        (0, 0.0, " ↑ a.bin ░░░░░░░░░░   0 % · of 100 MB"),
        (71_000_000, 12_300_000.0, " ↑ a.bin ███████░░░  71 % · 12.3 MB/s · 2 s left"),
        (100_000_000, 9_000_000.0, " ↑ a.bin ██████████ 100 % · 9.0 MB/s"),
    ],
)
def test_a_large_file_on_its_way(sent: int, rate: float, shown: str) -> None:
    assert text_of(transfer_line(Transfer("a.bin", sent, 100_000_000, rate), 80)) == shown


def test_an_empty_large_file_is_there_at_once() -> None:
    assert "100 %" in text_of(transfer_line(Transfer("a.bin", 0, 0), 80))


@given(
    path=st.text(st.sampled_from("ab語/."), max_size=200),
    sent=st.integers(0, 10**12),
    size=st.integers(0, 10**12),
    rate=st.floats(0, 1e10),
    width=st.integers(10, 200),
)
def test_transfers_fit_every_width(
    path: str, sent: int, size: int, rate: float, width: int
) -> None:
    assert width_of(transfer_line(Transfer(path, sent, size, rate), width)) <= width


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, "1 s"), (17.4, "17 s"), (200, "3 min 20 s"), (1500, "25 min"), (7500, "2 h 5 min")],
)
def test_how_long_it_still_takes(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_few_commits_left_are_said_in_words_and_colour() -> None:
    many = budget_line(CommitBudget(113, 120))
    assert text_of(many).strip() == "commits left this hour: 113 of 120"
    assert all(span.role in (Role.DIM, Role.TEXT) for span in many)
    few = budget_line(CommitBudget(3, 120, 28))
    assert text_of(few).endswith("3 of 120 (few) · the next goes in 28 s")
    assert few[-1].role is Role.BUSY
    assert budget_line(CommitBudget(0, 120, 90))[-1].role is Role.BAD


def test_a_timer_in_place_of_events_is_one_line() -> None:
    lines = head_of_watch(replace(IN_SYNC, degraded="the limit of watches is used up"), 80)
    assert [text_of(line) for line in lines][-1] == (
        "   Scanning on a timer: the limit of watches is used up"
    )


def test_pending_paths_are_named_once_and_the_rest_counted() -> None:
    status = replace(CONFLICT, pending=210, slowed=(Skipped("notes.md", "busy"),))
    waiting = [entry.path for entry in entries_of(status, Group.WAITING)]
    assert waiting == []
    assert [entry.path for entry in entries_of(status, Group.CONFLICT)] == [
        "app.py",
        "lib/util.py",
    ]
    more = replace(status, pending_paths=(*status.pending_paths, "zoo.py"))
    rows = [text_of(row.line) for row in tree_rows(more, (), 80)]
    assert any("Waiting to be sent 207" in row for row in rows)
    assert "   and 206 more" in rows


def test_ten_thousand_held_files_are_a_few_rows() -> None:
    paths = tuple(f"pkg/{number % 7}/f{number}.py" for number in range(10_000))
    status = replace(HELD, plan=None, held=tuple(Skipped(path, "many") for path in paths))
    assert len(tree_rows(status, (), 80)) < 15
    (group,) = [row for row in tree_rows(status, (), 80) if row.group and len(row.paths) > 2000]
    assert len(group.paths) == 10_000


def test_names_that_differ_look_different() -> None:
    status = replace(CONFLICT, conflicts=("a\u202eb", "ab"))
    rows = [text_of(row.line) for row in tree_rows(status, (), 80)]
    assert any("\\u202e" in row for row in rows)


@given(
    width=st.integers(24, 200),
    state=st.sampled_from(list(SyncState)),
    deep=st.lists(st.text(st.sampled_from("ab語/ "), min_size=1, max_size=30), max_size=20),
)
def test_every_row_fits_and_keys_are_unique(width: int, state: SyncState, deep: list[str]) -> None:
    status = replace(
        SENDING,
        state=state,
        reason="Because. " * 5,
        conflicts=tuple(dict.fromkeys(deep)),
        refused=(Skipped("x" * 300, "r" * 300, 3),),
        batches=(BROKEN, batch(1), batch(2, 3.0)),
    )
    other = replace(status, space="bob/x")
    left = Unsent("eve/y", "/work", "", 3, NOW)
    snapshot = Snapshot(watches={NAME: status, "bob/x": other}, unsent=(left,))
    rows = watch_rows(WatchTab(SPACES[0], snapshot, NOW), width)
    assert all(width_of(row.line) <= width for row in rows)
    keys = [row.key for row in rows if row.key]
    assert len(keys) == len(set(keys))


def test_a_save_on_one_line_or_two() -> None:
    wide = [text_of(line) for line in batch_lines(batch(), 120)]
    assert wide[0].endswith("live +9.8 s · app.py · 900 B 00c1234")
    narrow = [text_of(line) for line in batch_lines(batch(), 70)]
    assert narrow[1] == "   app.py · 900 B 00c1234"
    waiting = text_of(batch_lines(batch(0, None, "BUILDING"), 120)[0])
    assert "building +1.1 s → …" in waiting


def test_the_row_of_bars_needs_two_saves() -> None:
    assert pulse_line((batch(),)) == ()
    assert "save → committed" in text_of(pulse_line((batch(0, None), batch(1, None))))
    assert text_of(pulse_line((batch(0, 2.0), batch(1, 4.0)))).endswith(
        "█▅ median 3.0 s · last 2.0 s"
    )


def test_which_log_tells_why() -> None:
    assert log_wanted(IN_SYNC) is None
    building = replace(IN_SYNC, batches=(batch(0, None, "RUNNING_BUILDING"),))
    assert log_wanted(building) is LogStream.BUILD
    assert log_wanted(replace(IN_SYNC, batches=(BROKEN,))) is LogStream.BUILD
    crashed = replace(IN_SYNC, batches=(batch(0, None, "RUNTIME_ERROR"),))
    assert log_wanted(crashed) is LogStream.RUN
    asleep = replace(IN_SYNC, batches=(batch(0, None, "SLEEPING"),))
    assert log_wanted(asleep) is None


def test_the_last_good_set_is_everything_sent_since() -> None:
    later = replace(BROKEN, uploaded=("b.py",), deleted=("c.py",), oid="later")
    good = replace(IN_SYNC, batches=(later, BROKEN, batch(2), batch(3)), good=batch(2).oid)
    assert since_good(good) == ("app.py", "b.py", "c.py")


def test_what_was_left_behind_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    local = NOW.astimezone()
    left = Unsent("ada/x", str(Path("/home/ada/src")), "", 2, NOW - timedelta(days=1))
    stamp = (local - timedelta(days=1)).strftime("%H:%M")
    assert unsent_words(left, NOW) == (
        f"2 files in ~/src were not sent to ada/x (yesterday {stamp})"
    )
    one = replace(left, pending=1, folder="/srv/other", since=NOW)
    assert unsent_words(one, NOW).startswith("1 file in /srv/other was not sent to ada/x (today")
    assert short_folder("/home/adam") == "/home/adam"


def test_alerts_are_told_once_and_only_out_of_view() -> None:
    alerts = WatchAlerts()
    calm = Snapshot(watches={NAME: IN_SYNC})
    broken = Snapshot(watches={NAME: replace(IN_SYNC, batches=(BROKEN,))})
    assert alerts.look(calm, None) == []
    assert len(alerts.look(broken, None)) == 1
    assert alerts.look(broken, None) == []
    seen = WatchAlerts()
    assert seen.look(calm, NAME) == []
    assert seen.look(broken, NAME) == []
    assert seen.look(broken, None) == []
    torn = Snapshot(watches={NAME: CONFLICT})
    assert seen.look(torn, NAME) == []
    assert seen.look(calm, None) == []
    assert [alert.severity for alert in seen.look(torn, None)] == ["warning"]
