"""What a Space costs and has cost, in its Overview."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from spaces_tui.model.spending import Day, Record, Spent
from spaces_tui.ui.present.spans import text_of
from spaces_tui.ui.present.spending import spent_line
from tests.ui.driving import USUAL, console, screen_text, see
from tests.ui.fake_session import FakeSession, live_snapshot

SPACE = "ada/whisper-live"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def record(now: datetime, uid: str, watched: float) -> Record:
    """Return a record of yesterday and today."""
    days = {now.date() - timedelta(days=1): Day({uid: Spent(SPACE, 2_000_000, 18_000)}, 86_400)}
    days[now.date()] = Day({uid: Spent(SPACE, 1_200_000, 10_800)}, watched)
    return Record(days)


def test_sums_are_estimates_that_say_what_they_leave_out() -> None:
    spent = record(NOON, "5f00", 10_800)
    assert text_of(spent_line(spent, NOON, "5f00", 0.4)) == (
        "≈$9.60/day · ≈$292/month · ≈$1.20 today, ≈$3.20 this month · estimate, 9 h not watched"
    )
    assert text_of(spent_line(record(NOON, "5f00", 43_200), NOON, "5f00")) == (
        "≈$1.20 today, ≈$3.20 this month · estimate"
    )


def test_what_cost_nothing_says_nothing() -> None:
    assert spent_line(record(NOON, "5f00", 10_800), NOON, "other") == ()
    assert spent_line(None, NOON) == ()
    assert text_of(spent_line(None, NOON, rate=0.4)) == "≈$9.60/day · ≈$292/month"


async def test_the_overview_says_what_it_costs_and_has_cost() -> None:
    snapshot = live_snapshot()
    (uid,) = (one.uid for one in snapshot.spaces if one.id == SPACE)
    now = datetime.now(UTC)
    session = FakeSession(replace(snapshot, spending=record(now, uid, 3_600)))
    async with console(session, USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("enter")
        await see(pilot, app, "≈$9.60/day")
        await see(pilot, app, "≈$1.20 today")
        assert "Cost" in screen_text(app)
