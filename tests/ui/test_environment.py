"""Variables and secrets: what one sees, stages, imports, and what is never seen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from spaces_tui.model.environment import (
    Edit,
    EntryKind,
    Environment,
    SecretInfo,
    UsedName,
    UsedNames,
    Variable,
)
from spaces_tui.model.identity import Secret
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.environment import (
    ApplyEnvironment,
    FindUsedNames,
    LoadEnvironment,
)
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.screens.environment import EnvironmentEditor
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts
from tests.ui.fake_session import NOW, FakeSession
from tests.ui.test_hostile import PAYLOAD, assert_clean

SPACE = "ada/whisper-live"
VARIABLE = EntryKind.VARIABLE
SECRET = EntryKind.SECRET
PLANTED = "correct-horse-7f3a"
GREETING = Variable("GREETING", "hello", "said first", NOW - timedelta(days=2))
API_KEY = SecretInfo("API_KEY", "for mail", NOW - timedelta(days=3))
HERE = Environment(
    SPACE, {"GREETING": GREETING, "MODE": Variable("MODE", "fast\nslow")}, {"API_KEY": API_KEY}
)
USED = UsedNames((UsedName("OPENAI_API_KEY", "app.py", 12), UsedName("MODE", "app.py", 3)), 2)


def prepared(here: Environment | Exception = HERE) -> FakeSession:
    """Return a session that knows one Space's environment and code."""
    session = FakeSession()
    session.answers = {LoadEnvironment: here, FindUsedNames: USED}
    return session


def applied(session: FakeSession) -> list[ApplyEnvironment]:
    return [one for one in session.asked if isinstance(one, ApplyEnvironment)]


def outcome(*steps: Step) -> Outcome:
    return Outcome(SPACE, steps)


async def paste(pilot: Pilot[None], app: ConsoleApp, text: str) -> None:
    """Paste as a terminal does."""
    app.post_message(Paste(text))
    await pilot.pause()


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_both_lists_and_what_the_code_wants(size: tuple[int, int]) -> None:
    async with console(prepared(), size=size, target=SPACE) as (pilot, _, app):
        await pilot.press("e")
        await see(pilot, app, "Variables · 2")
        if size == TINY:
            await pilot.press("G")
            await see(pilot, app, "? OPENAI_API_K")
            return
        shown = screen_text(app)
        for part in ("GREETING", "hello", "fast⏎slow", "Secrets · 1", "API_KEY", "••••"):
            assert part in shown
        await see(pilot, app, "OPENAI_API_KEY")
        assert "The code asks for 1 name that nobody set" in screen_text(app)
        await pilot.press("G")
        await see(pilot, app, "asked for in app.py:12")


async def test_a_variable_is_changed_and_applied() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("j", "enter")
        await see(pilot, app, "Variable GREETING")
        await pilot.press("enter", *"you", "ctrl+s")
        await see(pilot, app, "hello⏎you")
        await see(pilot, app, "1 staged")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Restarts the Space once")
        assert not applied(session)
        await pilot.press("y")
        await see(pilot, app, "Sending")
        edit = Edit(VARIABLE, "GREETING", "hello\nyou", "said first", before=GREETING)
        assert applied(session) == [ApplyEnvironment(SPACE, (edit,))]
        session.reply(outcome(Step("variable:GREETING", "set the variable GREETING", done=True)))
        await gone(pilot, app, "Sending")
        assert not isinstance(app.screen, EnvironmentEditor)


async def test_what_equals_what_is_set_is_not_staged() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("j", "enter", "x", "backspace", "ctrl+s")
        await see(pilot, app, "nothing staged")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "Nothing was changed." in toasts(app)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1X", "begins with a letter"),
        ("A-B", "letters, digits and underscores"),
        ("SPACE_ID", "The Hub sets SPACE_ID itself"),
        ("API_KEY", "is a secret already"),
        ("MODE", "is there already"),
    ],
)
async def test_a_name_that_cannot_be_is_refused_while_typing(name: str, said: str) -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("n", *name)
        await see(pilot, app, said)
        await pilot.press("ctrl+s")
        await see(pilot, app, said)
        await pilot.press("escape", "escape")
        await gone(pilot, app, "Variables ·")


async def test_a_secret_is_masked_from_the_first_letter_on() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("N", *"NEW_TOKEN", "enter", *PLANTED, "enter")
        await see(pilot, app, "••••")
        assert PLANTED[:4] not in screen_text(app)
        await pilot.press("ctrl+s")
        await see(pilot, app, "new value")
        await pilot.press("ctrl+s")
        await see(pilot, app, "set the secret NEW_TOKEN")
        assert PLANTED[:4] not in screen_text(app)
        await pilot.press("y")
        await see(pilot, app, "Sending")
        (change,) = applied(session)
        assert change.edits == (Edit(SECRET, "NEW_TOKEN", Secret(PLANTED)),)
        assert PLANTED not in repr(change)
        editor = app.screen
        assert isinstance(editor, EnvironmentEditor)
        session.reply(outcome(Step("secret:NEW_TOKEN", "set the secret NEW_TOKEN", done=True)))
        await gone(pilot, app, "Sending")
        assert not editor._staging.edits


async def test_a_pasted_secret_keeps_its_lines(tmp_path: Path) -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("N", *"PEM", "enter")
        await paste(pilot, app, "-----BEGIN\r\nabc\r\nEND-----\r\n")
        await pilot.press("ctrl+s", "N", *"ONE", "enter")
        await paste(pilot, app, "abc\n")
        await pilot.press("ctrl+s", "N", *"FILED", "enter")
        (tmp_path / "key").write_text("from a file\n")
        await pilot.press("tab")
        await paste(pilot, app, str(tmp_path / "key"))
        await pilot.press("ctrl+s")
        await see(pilot, app, "3 staged")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        values = [edit.value for edit in applied(session)[0].edits]
        assert values == [
            Secret("-----BEGIN\nabc\nEND-----\n"), Secret("abc"), Secret("from a file")
        ]  # fmt: skip


async def test_what_fails_stays_and_the_rest_is_forgotten() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("j", "d", "j", "d", "ctrl+s")
        await see(pilot, app, "delete the variable MODE")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        session.reply(
            outcome(
                Step("variable:GREETING", "delete the variable GREETING", done=True),
                Step("variable:MODE", "delete the variable MODE", error="No.", request_id="r-1"),
            )
        )
        await see(pilot, app, "request r-1")
        await see(pilot, app, "1 staged")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        assert [edit.key for edit in applied(session)[1].edits] == ["MODE"]
        session.reply(CommandError("The connection was lost."))
        await see(pilot, app, "1 staged")


async def test_what_somebody_else_changed_is_shown_before_it_is_overwritten() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("j", "d", "ctrl+s", "y")
        await see(pilot, app, "Sending")
        theirs = Variable("GREETING", "theirs")
        session.answers[LoadEnvironment] = Environment(SPACE, {"GREETING": theirs}, {})
        why = "Somebody else changed GREETING meanwhile: it was left alone."
        session.reply(outcome(Step("variable:GREETING", "delete the variable GREETING", error=why)))
        await see(pilot, app, "changed meanwhile")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Somebody else set GREETING to theirs: this overwrites it.")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert applied(session)[1].edits[0].before == theirs


async def test_a_secret_of_a_static_space_needs_the_typed_name() -> None:
    here = Environment("ada/blog", {}, {})
    async with console(prepared(here), size=USUAL, target="ada/blog") as (pilot, session, app):
        await pilot.press("e")
        await see(pilot, app, "Secrets · 0")
        await pilot.press("N", *"PLAIN", "enter", *"v", "ctrl+s", "ctrl+s")
        await see(pilot, app, "every visitor can read its secrets")
        await pilot.press("y", "enter")
        await pilot.pause()
        assert not applied(session)
        await pilot.press("backspace", *"ada/blog", "enter")
        await see(pilot, app, "Sending")
        assert len(applied(session)) == 1


async def test_an_imported_file_is_looked_at_row_by_row(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text(
        f"GREETING=hello\nMODE=slow\nHF_TOKEN={PLANTED}\nDATABASE=sqlite\nAPI_KEY=k\nSPACE_ID=1\n"
        f"lonely\n"
    )
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("i")
        await paste(pilot, app, str(file))
        await pilot.press("enter")
        await see(pilot, app, "6 names, 4 of them to be staged")
        shown = screen_text(app)
        assert "Line 7 names something without a value" in shown
        assert PLANTED not in shown
        for part in ("same", "changed", "new", "replaced", "refused"):
            assert part in shown
        await pilot.press("G", "k", "s")
        await see(pilot, app, "collision")
        await see(pilot, app, "API_KEY is a secret already")
        await pilot.press("k", "s", "k", "space", "ctrl+s")
        await see(pilot, app, "2 staged")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        staged = {edit.step: edit.value for edit in applied(session)[0].edits}
        assert staged == {"variable:MODE": "slow", "secret:DATABASE": Secret("sqlite")}


async def test_a_pasted_file_is_never_shown() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("i", "tab")
        await paste(pilot, app, f"A_TOKEN={PLANTED}\nB=1\n")
        await see(pilot, app, "2 lines pasted")
        await pilot.press("ctrl+s")
        await see(pilot, app, "2 names, 2 of them to be staged")
        assert PLANTED not in screen_text(app)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        (b"\xff\xfe", "UTF-8 text."),
        (b"# only this\n", "no NAME=value"),
    ],
)
async def test_a_file_that_cannot_be_used(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "x").write_bytes(content)
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("i")
        await paste(pilot, app, str(tmp_path / "x"))
        await pilot.press("enter")
        await see(pilot, app, said)


async def test_export_asks_before_it_replaces_a_file(tmp_path: Path) -> None:
    file = tmp_path / "out.env"
    file.write_text("precious\n")
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("x")
        await paste(pilot, app, str(file))
        await pilot.press("enter")
        await see(pilot, app, "Replace this file?")
        await pilot.press("n")
        await gone(pilot, app, "Replace this file?")
        assert file.read_text() == "precious\n"
        await pilot.press("enter")
        await see(pilot, app, "Replace this file?")
        await pilot.press("y")
        await gone(pilot, app, "Export variables")
        assert file.read_text() == (
            "# said first\nGREETING=hello\nMODE='fast\nslow'\n"
            "# Secrets cannot be read back: API_KEY\n"
        )


async def test_copy_brings_values_of_variables_and_names_of_secrets() -> None:
    other = Environment(
        "ada/rag-demo", {"TOP_K": Variable("TOP_K", "5")}, {"RAG_TOKEN": SecretInfo("RAG_TOKEN")}
    )
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        session.answers[LoadEnvironment] = other
        await pilot.press("c", *"rag", "enter")
        await see(pilot, app, "Copy from ada/rag-demo")
        await see(pilot, app, "value needed")
        await pilot.press("ctrl+s")
        await see(pilot, app, "RAG_TOKEN needs a value")
        await pilot.press("ctrl+s")
        await pilot.pause()
        await see(pilot, app, "2 staged")
        row = next(i for i, one in enumerate(_editor(app).rows()) if one.key == "RAG_TOKEN")
        _editor(app)._list.select(row)
        await pilot.press("enter")
        await see(pilot, app, "Secret RAG_TOKEN")
        await pilot.press(*"v", "ctrl+s")
        await see(pilot, app, "new value")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        assert {edit.step for edit in applied(session)[0].edits} == {
            "variable:TOP_K", "secret:RAG_TOKEN",
        }  # fmt: skip


async def test_a_variable_becomes_a_secret() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("j", "m")
        await see(pilot, app, "2 staged")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        deleted, made = applied(session)[0].edits
        assert (deleted.step, deleted.delete) == ("variable:GREETING", True)
        assert (made.step, made.value) == ("secret:GREETING", Secret("hello"))


async def test_where_secrets_cannot_be_listed_they_can_be_set_by_name() -> None:
    here = Environment(SPACE, HERE.variables, None, "You may not.")
    async with console(prepared(here), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("e")
        await see(pilot, app, "Secrets cannot be listed: You may not.")
        await pilot.press("N", *"ANY", "enter", *"v", "ctrl+s")
        await see(pilot, app, "1 staged")


async def test_a_space_that_cannot_be_read_says_why_and_tries_again() -> None:
    session = prepared(CommandError("The Hub has a problem."))
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("e")
        await see(pilot, app, "The Hub has a problem.")
        session.answers[LoadEnvironment] = HERE
        await pilot.press("ctrl+r")
        await see(pilot, app, "hello")
        session.answers[LoadEnvironment] = CommandError("Gone again.")
        await pilot.press("j", "d", "ctrl+r")
        await see(pilot, app, "1 staged")
        assert "Gone again." in toasts(app)


async def test_the_key_says_why_not_where_one_may_only_read() -> None:
    async with console(prepared(), size=USUAL, target="lab/reader") as (pilot, session, app):
        await pilot.press("e")
        await see(pilot, app, "Its role in lab is read")
        assert session.asked == []


async def test_a_secret_is_not_handed_to_an_editor() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("N", "ctrl+e")
        await see(pilot, app, "never handed to an editor")
        await pilot.press("escape", "G", "k", "ctrl+e")
        await pilot.pause()
        assert "A secret is never handed to an editor." in toasts(app)


async def test_text_of_strangers_is_never_obeyed() -> None:
    evil = f"{PAYLOAD}\n{PAYLOAD}"
    here = Environment(
        SPACE,
        {"EVIL": Variable("EVIL", evil, evil)},
        {"KEPT": SecretInfo("KEPT", evil)},
        unlisted=evil,
    )
    async with console(prepared(here), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("e")
        await see(pilot, app, "EVIL")
        for keys in (("j",), ("enter",), ("x", "ctrl+s"), ("ctrl+s",), ("escape", "x")):
            await pilot.press(*keys)
            await pilot.pause()
            assert_clean(app)


async def test_a_crash_while_a_secret_is_typed_leaves_no_trace_of_it(tmp_path: Path) -> None:
    app = ConsoleApp(prepared(), target=SPACE, crash_dir=tmp_path / "crashes")
    with pytest.raises(RuntimeError, match="forced"):
        await _type_and_crash(app)
    (report,) = (tmp_path / "crashes").iterdir()
    text = report.read_text()
    assert "forced with" in text
    assert PLANTED not in text


async def _type_and_crash(app: ConsoleApp) -> None:
    async with app.run_test(size=USUAL, notifications=True) as pilot:
        await see(pilot, app, "whisper-live")
        await pilot.press("e")
        await see(pilot, app, "hello")
        await pilot.press("N", *"KEPT", "enter", *PLANTED)
        await pilot.press("ctrl+s")
        await see(pilot, app, "1 staged")
        staged = _editor(app)._staging.edits
        await pilot.press("N", *"OTHER", "enter")
        await paste(pilot, app, PLANTED)

        def broken(*_: object) -> None:
            held = PLANTED
            raise RuntimeError(f"forced with {len(held)} letters of {staged}")

        app.screen.lay_out = broken  # type: ignore[attr-defined]  # a handler that breaks
        await pilot.press("x")


def _editor(app: ConsoleApp) -> EnvironmentEditor:
    assert isinstance(app.screen, EnvironmentEditor)
    return app.screen


async def test_a_space_without_code_is_not_said_to_be_complete() -> None:
    async with console(FakeSession(), size=USUAL, target=SPACE) as (pilot, session, app):
        session.answers = {LoadEnvironment: Environment(SPACE, {}, {}), FindUsedNames: UsedNames()}
        await pilot.press("e")
        await see(pilot, app, "There is no code yet that could ask for names.")
