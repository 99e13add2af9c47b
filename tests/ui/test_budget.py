"""What a person sees when a hard line was reached."""

from dataclasses import replace
from datetime import date

from spaces_tui.model.budget import BudgetState, Crossing, Period
from spaces_tui.session.requests.actions import Many, Pause
from tests.ui.driving import console, gone, screen_text, see
from tests.ui.fake_session import FakeSession, live_snapshot

CROSSING = Crossing("ada", Period.MONTH, date(2026, 3, 1), True, 50_000_000, 51_000_000)


async def test_a_hard_line_lists_what_is_paid_for_and_a_second_key_pauses() -> None:
    state = BudgetState("ada", ("ada",), "$51 of $50 this month", over=True)
    snapshot = replace(live_snapshot(), budgets=(state,), budget_alerts=(CROSSING,))
    async with console(FakeSession(snapshot)) as (pilot, session, app):
        await see(pilot, app, "over the hard line of $50")
        shown = screen_text(app)
        assert "Over budget: ada" in shown
        assert "esc leaves it running" in shown
        await pilot.press("p")
        await pilot.press("enter")  # on Cancel
        assert not session.asked
        await pilot.press("p")
        await pilot.press("y")
        (asked,) = session.asked
        changes = asked.changes if isinstance(asked, Many) else (asked,)
        assert changes
        assert all(isinstance(one, Pause) for one in changes)


async def test_it_is_shown_once() -> None:
    snapshot = replace(live_snapshot(), budget_alerts=(CROSSING,))
    async with console(FakeSession(snapshot)) as (pilot, session, app):
        await see(pilot, app, "Over budget: ada")
        await pilot.press("escape")
        await gone(pilot, app, "Over budget: ada")
        session.update(read_only=True)
        await pilot.pause()
        assert app.screen is app.main
