"""Borrowed hardware on the screen: the price first, a countdown, for longer, no longer, alarms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from spaces_tui.model.loan import AtEnd, Before, Ended, Loan, LoanState
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.loans import Borrow, EndLoan, ExtendLoan, SeeAlarm
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, until
from tests.ui.fake_session import FakeSession, live_snapshot

SPACE = "ada/whisper-live"
DONE = Outcome(SPACE, (Step("loan", "borrow", done=True),))


def loan(left: timedelta = timedelta(minutes=90, seconds=30), space: str = SPACE) -> Loan:
    """Return a loan that lasts so much longer."""
    now = datetime.now(UTC)
    return Loan(
        "5eed",
        "https://huggingface.co",
        space,
        "5f00",
        "ada",
        Before("t4-small", 3600),
        "a10g-small",
        16_667,
        now - timedelta(minutes=30),
        now + left,
        state=LoanState.LENT,
        spent=500_000,
        measured=now,
        running=True,
    )


def lent(*loans: Loan) -> FakeSession:
    """Return a session with loans."""
    return FakeSession(replace(live_snapshot(), loans=loans))


@pytest.mark.parametrize("size", [USUAL, WIDE])
async def test_the_price_and_the_latest_end_come_before_the_second_key(
    size: tuple[int, int],
) -> None:
    async with console(size=size, target=SPACE) as (pilot, session, app):
        await pilot.press("B")
        await see(pilot, app, "Borrow hardware for ada/whisper-live")
        await pilot.press("j", "enter", "tab", *"2h or $1.50", "ctrl+s")
        await see(pilot, app, "→ a10g-small ($1.00/h)")
        await see(pilot, app, "Costs at most $1.50. Ends at")
        await pilot.press("enter", "space")
        await pilot.pause()
        assert session.asked == []
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert session.asked == [Borrow(SPACE, "a10g-small", 7200, 1_500_000, AtEnd.BACK)]
        session.reply(DONE)
        await gone(pilot, app, "Sending")


async def test_it_may_be_paused_at_the_end_instead() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("B", "G", "enter", "tab", *"45m", "tab", "j", "enter", "ctrl+s")
        await see(pilot, app, "then it is paused")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert session.asked == [Borrow(SPACE, "a100-large", 2700, None, AtEnd.PAUSE)]


async def test_what_is_missing_or_wrong_is_said_and_stays() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("B", "tab", *"soon")
        await see(pilot, app, "Choose what to borrow: enter on a flavour.")
        await pilot.press("shift+tab", "j", "enter")
        await see(pilot, app, "Write a time such as 45m or 2h, a sum such as $5, or both.")
        await pilot.press("ctrl+s", "y")
        await pilot.pause()
        assert session.asked == []
        assert "soon" in screen_text(app)


async def test_the_hardware_editor_leads_to_it_with_its_choice() -> None:
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("h", "G", "enter", "ctrl+b")
        await see(pilot, app, "Borrow hardware for ada/whisper-live")
        await pilot.press("tab", *"1h", "ctrl+s", "y")
        await until(pilot, lambda: bool(session.asked))
        assert session.asked == [Borrow(SPACE, "a100-large", 3600)]


async def test_a_countdown_stands_in_the_row_and_in_the_head() -> None:
    async with console(lent(loan()), WIDE, target=SPACE) as (pilot, session, app):
        await see(pilot, app, "borrowed, back in 1h 30m")
        await see(pilot, app, "1h30m t4-s")
        session.update(loans=(loan(timedelta(seconds=20)),))
        await see(pilot, app, "borrowed, back in <1m")


async def test_plus_extends_after_its_price_was_shown() -> None:
    async with console(lent(loan()), USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("B")
        await see(pilot, app, "a10g-small · back to t4-small in 1h 30m · $0.50 so far")
        await pilot.press("plus")
        await see(pilot, app, "Costs at most $1.00 more.")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert session.asked == [ExtendLoan(SPACE, "5eed", 3600, 0)]


async def test_it_ends_early_with_one_key_and_its_answer() -> None:
    async with console(lent(loan()), USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("B")
        await see(pilot, app, "so far")
        await pilot.press("e")
        await see(pilot, app, "goes back to t4-small now and restarts")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert session.asked == [EndLoan(SPACE, "5eed")]


async def test_a_loan_up_to_a_sum_is_extended_by_sums() -> None:
    session = lent(replace(loan(), budget=2_000_000))
    async with console(session, USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("B")
        await see(pilot, app, "$5.00 more")
        await pilot.press("plus", "y")
        await see(pilot, app, "Sending")
        assert session.asked == [ExtendLoan(SPACE, "5eed", 0, 1_000_000)]


async def test_what_is_overdue_is_the_first_thing_on_the_screen() -> None:
    late = loan(timedelta(hours=-2))
    async with console(lent(late), USUAL) as (pilot, session, app):
        await see(pilot, app, "Borrowed hardware is overdue")
        await see(pilot, app, "They are being taken back …")
        session.update(loans=(late.finished(Ended.RETURNED),))
        await see(pilot, app, "was given back; it is on t4-small again.")
        await pilot.press("escape")
        await gone(pilot, app, "Borrowed hardware is overdue")
        assert session.asked == []


async def test_an_alarm_stands_until_it_was_seen() -> None:
    alarm = replace(loan(), state=LoanState.ALARM, note="No payment method.")
    async with console(lent(loan()), USUAL) as (pilot, session, app):
        await see(pilot, app, "whisper-live")
        session.update(loans=(alarm,))
        await see(pilot, app, "could not be taken back: No payment method.")
        await pilot.press("escape")
        await see(pilot, app, "a10g-small could not be taken back. B on it says why.")
        assert session.asked == [SeeAlarm(SPACE, "5eed")]
        session.update(loans=(replace(alarm, seen=True),))
        await gone(pilot, app, "B on it says why.")


async def test_an_alarm_waits_until_a_form_is_left() -> None:
    alarm = replace(loan(), state=LoanState.ALARM, note="No payment method.")
    async with console(size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("h")
        await see(pilot, app, "Hardware")
        session.update(loans=(alarm,))
        await pilot.pause()
        assert "overdue" not in screen_text(app)
        await pilot.press("escape")
        session.update(notices=())
        session.update(loans=(replace(alarm, spent=600_000),))
        await see(pilot, app, "Borrowed hardware is overdue")


async def test_everything_is_usable_on_a_tiny_screen() -> None:
    async with console(lent(loan(timedelta(hours=-2))), TINY) as (pilot, _, app):
        await see(pilot, app, "overdue")
        await pilot.press("escape", "B")
        await see(pilot, app, "so far")


async def test_a_static_space_borrows_nothing() -> None:
    async with console(size=USUAL, target="ada/blog") as (pilot, _, app):
        await pilot.press("B")
        await pilot.pause()
        assert len(app.screen_stack) == 1
