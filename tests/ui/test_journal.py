"""The journal screen: newest first, narrowed while typing, one action in full."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spaces_tui.model.journal import Record
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.actions import ReadJournal
from spaces_tui.ui.screens.journal import JournalScreen
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see
from tests.ui.fake_session import FakeSession

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
RECORDS = (
    Record(NOON, "acme/trainer", "ask for a100-large", "No payment method.", "req-42", "ada"),
    Record(NOON, "ada/whisper-live", "sleep after 45 min", "", "req-41", "ada"),
    Record(NOON, "ada/rag-demo", "set the variable GREETING", "", "req-40", "ada"),
)


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_it_narrows_while_one_types(size: tuple[int, int]) -> None:
    session = FakeSession(answers={ReadJournal: RECORDS})
    async with console(session, size=size) as (pilot, _, app):
        await pilot.press("J")
        await see(pilot, app, "3 actions")
        await pilot.press(*"rag")
        await see(pilot, app, "1 action of 3")
        await see(pilot, app, "ada/rag-demo")
        await pilot.press("escape")
        await see(pilot, app, "3 actions")
        await pilot.press("escape")
        await gone(pilot, app, "actions")
        assert not isinstance(app.screen, JournalScreen)


async def test_one_action_in_full_with_its_request() -> None:
    session = FakeSession(answers={ReadJournal: RECORDS})
    async with console(session, size=USUAL) as (pilot, _, app):
        await pilot.press("J")
        await see(pilot, app, "3 actions")
        await pilot.press(*"failed", "enter")
        await see(pilot, app, "request req-42")
        await see(pilot, app, "No payment method.")
        await pilot.press("escape", "escape", "down", "enter")
        await see(pilot, app, "request req-41")


async def test_a_long_request_is_shown_whole_and_a_name_once() -> None:
    request = "Root=1-6b04cd6e-5d185cb2a52ee48c26ed11b6;96e49381-8743-4c8d-9ee6-4ba11f0c2aef"
    failed = Record(NOON, "ada/lab", "pause", "ada/lab: pausing failed. Not yours.", request, "ada")
    session = FakeSession(answers={ReadJournal: (failed,)})
    async with console(session, size=USUAL) as (pilot, _, app):
        await pilot.press("J")
        await see(pilot, app, "ada/lab: pause — pausing failed. Not yours.")
        await pilot.press("enter")
        await see(pilot, app, "96e49381")
        shown = "".join(line.strip(" │") for line in screen_text(app).splitlines())
        assert request in shown


async def test_an_empty_journal_and_one_that_cannot_be_read_say_so() -> None:
    session = FakeSession(answers={ReadJournal: ()})
    async with console(session, size=USUAL) as (pilot, _, app):
        await pilot.press("J")
        await see(pilot, app, "Nothing was done from here yet.")
        await pilot.press("escape")
        session.answers[ReadJournal] = CommandError("The session has ended.")
        await pilot.press("J")
        await see(pilot, app, "The session has ended.")
