"""What is paid for: the list, its sums, and what can be done about it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from spaces_tui.model.budget import BudgetState
from spaces_tui.model.idling import Idle
from spaces_tui.model.spending import Day, Record, Spent
from spaces_tui.session.requests.actions import Many
from spaces_tui.session.snapshot import Snapshot
from spaces_tui.ui.present.head import state_line
from spaces_tui.ui.present.header import header_lines
from spaces_tui.ui.present.paid import owner_lines, paid_rows, saved_words
from spaces_tui.ui.present.spans import text_of
from spaces_tui.ui.screens.confirm import ConfirmScreen
from spaces_tui.ui.screens.money import MoneyScreen
from spaces_tui.ui.screens.sleep import SleepEditor
from tests.ui.driving import USUAL, WIDE, console, screen_text, see, until
from tests.ui.fake_session import SPACES, FakeSession, live_snapshot, space

NOW = datetime.now(UTC)
BUSY = "ada/whisper-live"
IDLE = "acme/forgotten"


def paying() -> Snapshot:
    """Return a console with a forgotten GPU that never sleeps."""
    snapshot = live_snapshot([*SPACES, space(IDLE, "RUNNING", "a10g-small")])
    since = NOW - timedelta(hours=19)
    today = Day({BUSY: Spent(BUSY, 1_200_000, 10_800)}, 3_600)
    return replace(
        snapshot,
        idle={IDLE: Idle(since, NOW, 115), BUSY: Idle(NOW - timedelta(minutes=5), NOW)},
        spending=Record({NOW.date(): today}),
    )


def test_idle_ones_come_first_then_what_costs_most() -> None:
    rows = paid_rows(paying())
    assert rows[0].space.id == IDLE
    assert rows[0].idle is not None
    prices = [row.hourly or 0.0 for row in rows[1:]]
    assert prices == sorted(prices, reverse=True)
    busy = next(row for row in rows if row.space.id == BUSY)
    assert busy.idle is None, "five minutes without work are nothing to speak of"
    assert all(row.space.stage.billed for row in rows)
    assert saved_words(rows[:1]).startswith(f"Pausing {IDLE} saves $1.00/h · ≈$24.00/day")


def test_the_badges_stand_in_the_state_line() -> None:
    snapshot = paying()
    forgotten = next(one for one in snapshot.spaces if one.id == IDLE)
    said = text_of(state_line(forgotten, snapshot, 120))
    assert "never sleeps · idle for 19 h" in said
    asleep = replace(snapshot, spaces=(space(IDLE, "SLEEPING", "a10g-small"),))
    assert "idle" not in text_of(state_line(asleep.spaces[0], asleep, 120))


def test_a_wide_header_says_month_and_today_and_a_narrow_one_the_rate() -> None:
    snapshot = paying()
    wide = text_of(header_lines(snapshot, NOW, 160)[0])
    assert "/day · ≈$" in wide
    assert "/month · ≈$1.20 today" in wide
    narrow = text_of(header_lines(snapshot, NOW, 80)[0])
    assert "/h" in narrow
    assert "today" not in narrow


def test_budgets_stand_below_the_sums_and_in_the_header_once_they_are_used_up() -> None:
    state = BudgetState("ada", ("ada",), "$41 of $50 this month")
    snapshot = replace(paying(), budgets=(state,))
    said = "\n".join(text_of(one) for one in owner_lines(snapshot, NOW, 76))
    assert "Budget of ada: $41 of $50 this month" in said
    assert "$50" not in text_of(header_lines(snapshot, NOW, 160)[0])
    over = replace(snapshot, budgets=(replace(state, words="$51 of $50 this month", over=True),))
    assert "ada: $51 of $50 this month" in text_of(header_lines(over, NOW, 200)[0])


async def test_the_list_says_what_pausing_saves_and_pauses_what_is_marked() -> None:
    session = FakeSession(paying())
    async with console(session, WIDE) as (pilot, _, app):
        await pilot.press("M")
        await see(pilot, app, "Money: $")
        text = screen_text(app)
        assert "idle for 19 h" in text
        assert f"Pausing {IDLE} saves" in text
        assert "115 looks" in text
        assert re.search(r"acme: \$2\.\d\d/h · ≈\$", text)
        assert re.search(r"ada: .* ≈\$1\.20 today, ≈\$1\.20 this month", text)
        await pilot.press("space", "space")
        await see(pilot, app, "Pausing 2 Spaces saves")
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await see(pilot, app, "Pause these 2 Spaces?")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MoneyScreen))
        assert not session.asked, "enter alone pauses nothing"
        await pilot.press("p")
        await see(pilot, app, "Pause these 2 Spaces?")
        await pilot.press("y")
        await until(pilot, lambda: any(isinstance(one, Many) for one in session.asked))


async def test_a_sleep_time_and_going_there_are_one_key_each() -> None:
    session = FakeSession(paying())
    async with console(session, USUAL) as (pilot, _, app):
        await pilot.press("M")
        await see(pilot, app, "idle for 19 h")
        await pilot.press("z")
        await until(pilot, lambda: isinstance(app.screen, SleepEditor))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MoneyScreen))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.main)
        assert app.main.space is not None
        assert app.main.space.id == IDLE


async def test_where_nothing_costs_it_says_so() -> None:
    session = FakeSession(live_snapshot([space("ada/free")]))
    async with console(session, USUAL) as (pilot, _, app):
        await pilot.press("M")
        await see(pilot, app, "Nothing costs money now.")
        await pilot.press("p", "z", "space", "enter")
        assert isinstance(app.screen, MoneyScreen)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, MoneyScreen))
