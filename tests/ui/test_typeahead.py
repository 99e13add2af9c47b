"""Keys in one burst, without waiting in between: each ends where it was meant to."""

from __future__ import annotations

import pytest
from textual.events import Key

from spaces_tui.model.environment import Edit, EntryKind
from spaces_tui.model.identity import Secret
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.environment import LoadEnvironment
from spaces_tui.ui import typeahead
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.screens.confirm import ConfirmScreen
from spaces_tui.ui.screens.editor import Phase
from spaces_tui.ui.screens.entry import SecretForm
from spaces_tui.ui.screens.environment import EnvironmentEditor
from spaces_tui.ui.typeahead import TypeAhead
from tests.ui.driving import USUAL, console, screen_text, see, toasts, until
from tests.ui.test_environment import HERE, PLANTED, SPACE, applied, prepared


def burst(app: ConsoleApp, *keys: str) -> None:
    """Send keys by name, as a terminal does that delivers them at once."""
    for key in keys:
        app.post_message(Key("minus" if key == "-" else key, key if len(key) == 1 else None))


async def test_a_secret_in_one_burst_is_in_its_field() -> None:
    async with console(prepared(), USUAL, target=SPACE) as (pilot, session, app):
        burst(app, "e", "N", *"NAME", "tab", *PLANTED, "ctrl+s", "ctrl+s")
        await see(pilot, app, "apply 1 secret")
        assert PLANTED not in screen_text(app)
        await pilot.press("y")
        await until(pilot, lambda: bool(applied(session)))
        assert applied(session)[0].edits == (Edit(EntryKind.SECRET, "NAME", value=Secret(PLANTED)),)


async def test_keys_wait_for_what_is_read_first() -> None:
    session = prepared()
    session.answers.pop(LoadEnvironment)
    async with console(session, USUAL, target=SPACE) as (pilot, _, app):
        burst(app, "e", "N", *"NAME")
        await see(pilot, app, "Reading")
        session.reply(HERE)
        await until(pilot, lambda: isinstance(app.screen, SecretForm))
        await see(pilot, app, "NAME")


async def test_ctrl_c_and_esc_are_heard_at_once_while_a_form_is_read() -> None:
    session = prepared()
    session.answers.pop(LoadEnvironment)
    async with console(session, USUAL, target=SPACE) as (pilot, _, app):
        burst(app, "e", "N", *"NAME", "tab", "y")
        await see(pilot, app, "Reading")
        await pilot.press("ctrl+c")
        await until(pilot, lambda: "Press esc to go back." in toasts(app))
        await see(pilot, app, "Reading")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("j")
        assert app.screen is app.main
        assert session.calls == []


async def test_what_was_typed_for_a_form_that_cannot_be_read_is_dropped() -> None:
    session = prepared()
    session.answers.pop(LoadEnvironment)
    async with console(session, USUAL, target=SPACE) as (pilot, _, app):
        burst(app, "e", "N", *"NAME", "escape", "p")
        await see(pilot, app, "Reading")
        session.reply(CommandError("The Hub is away."))
        await see(pilot, app, "The Hub is away.")
        await pilot.press("escape")
        assert app.screen is app.main


async def test_keys_for_a_screen_that_went_away_are_given_to_nobody_else() -> None:
    session = prepared()
    session.answers.pop(LoadEnvironment)
    async with console(session, USUAL, target=SPACE) as (pilot, _, app):
        burst(app, "e", "p", "p")
        await see(pilot, app, "Reading")
        app.pop_screen()
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("j")
        assert app.screen is app.main


async def test_no_key_is_held_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeahead, "_LONGEST", 0.01)
    monkeypatch.setattr(TypeAhead, "_step", lambda *_: None)  # every mark is lost
    async with console(size=USUAL) as (pilot, _, app):
        burst(app, "slash", *"blog")
        await until(pilot, lambda: app.main._prompt is not None)
        prompt = app.main._prompt
        assert prompt is not None
        await until(pilot, lambda: prompt.value == "blog")
        await until(pilot, lambda: app.typeahead._alarm is None)


async def test_an_answer_typed_before_the_question_was_in_view_is_none() -> None:
    async with console(prepared(), USUAL, target=SPACE) as (pilot, session, app):
        burst(app, "e", "N", "A", "tab", "s", "ctrl+s", "ctrl+s", "y")
        await see(pilot, app, "apply 1 secret")
        assert isinstance(app.screen, EnvironmentEditor)
        assert app.screen.phase is Phase.SUMMARY
        assert applied(session) == []


async def test_a_confirmation_is_not_answered_by_what_was_typed_before_it() -> None:
    async with console(target=SPACE) as (pilot, session, app):
        burst(app, "p", "y")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert not [call for call in session.calls if call[0] == "pause"]
        await pilot.press("y")
        assert [call for call in session.calls if call[0] == "pause"]


async def test_esc_calls_off_a_confirmation_also_before_it_is_in_view() -> None:
    async with console(target=SPACE) as (pilot, session, app):
        burst(app, "p", "y", "escape", "down")
        await until(pilot, lambda: not app.typeahead._waiting and app.screen is app.main)
        assert session.calls == []
