"""Why a Space is down: the cause, its evidence, and a key for what to do about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spaces_tui.model.diagnosis import Diagnosis, Fact, Fix, Remedy, Trace, Verdict, Where
from spaces_tui.model.environment import Environment
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import LogLine
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.diagnosis import Diagnose, WriteBundle
from spaces_tui.session.requests.environment import LoadEnvironment
from spaces_tui.ui.present.filenames import file_name
from spaces_tui.ui.screens.diagnosis import DiagnosisScreen
from spaces_tui.ui.screens.environment import EnvironmentEditor
from spaces_tui.ui.screens.hardware import HardwareEditor
from spaces_tui.ui.screens.newfile import NewFileForm
from tests.ui.driving import TINY, USUAL, WIDE, console, screen_text, see, toasts, until
from tests.ui.fake_session import NOW, FakeSession, detail, log_lines

SPACE = "ada/rag-demo"
LINE = "KeyError: 'OPENAI_API_KEY'"
FOUND = Diagnosis(
    SPACE,
    Verdict(
        "env.missing",
        "The app wants OPENAI_API_KEY, which is not set.",
        (Trace(Where.RUN, LINE, 14),),
        (
            Fix(Remedy.SECRET, "Set the secret OPENAI_API_KEY", "OPENAI_API_KEY"),
            Fix(Remedy.HARDWARE, "Choose other hardware"),
        ),
    ),
    (Verdict("python.raised", "app.py, line 3, raised KeyError.", (Trace(Where.RUN, LINE, 14),)),),
    (Fact("Stage", "RUNTIME_ERROR"), Fact("Not read: the card", "The Hub does not answer.")),
    trouble=True,
)


def prepared(answer: Diagnosis | CommandError = FOUND) -> FakeSession:
    session = FakeSession()
    session.answers[Diagnose] = answer
    return session


@pytest.mark.parametrize("size", [WIDE, USUAL])
async def test_cause_evidence_what_to_do_and_facts(size: tuple[int, int]) -> None:
    async with console(prepared(), size=size, target=SPACE) as (pilot, session, app):
        await pilot.press("x")
        await see(pilot, app, "The app wants OPENAI_API_KEY, which is not set.")
        shown = screen_text(app)
        for text in (
            f"container log, line 14  {LINE}",
            "1 Set the secret OPENAI_API_KEY",
            "2 Choose other hardware",
            "app.py, line 3, raised KeyError.",
            "Not read: the card",
            "1…2 do it",
        ):
            assert text in shown
        assert session.asked == [Diagnose(SPACE)]
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, DiagnosisScreen))


async def test_a_narrow_terminal_still_shows_cause_and_keys() -> None:
    async with console(prepared(), size=TINY, target=SPACE) as (pilot, _, app):
        await pilot.press("x")
        await see(pilot, app, "The app wants OPENAI_API_KEY")
        await see(pilot, app, "1 Set the secret")


async def test_a_name_that_is_missing_is_filled_in_at_once() -> None:
    session = prepared()
    session.answers[LoadEnvironment] = Environment(SPACE, {}, {})
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("x")
        await see(pilot, app, "1 Set the secret")
        await pilot.press("1")
        await until(pilot, lambda: any(isinstance(s, EnvironmentEditor) for s in app.screen_stack))
        await see(pilot, app, "OPENAI_API_KEY")
        assert not any(isinstance(each, DiagnosisScreen) for each in app.screen_stack)
        editor = next(one for one in app.screen_stack if isinstance(one, EnvironmentEditor))
        await until(pilot, lambda: app.screen is not editor)
        await see(pilot, app, "Secret OPENAI_API_KEY")


async def test_enter_does_what_the_cursor_is_on() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("x")
        await see(pilot, app, "2 Choose other hardware")
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, HardwareEditor))


async def test_a_line_of_evidence_is_gone_to_in_its_log() -> None:
    session = prepared()
    ring = session.log(SPACE, LogStream.RUN)
    ring.extend([*log_lines(200), LogLine(NOW, LINE), *log_lines(300, first=200)])
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("x")
        await see(pilot, app, "container log, line 14")
        await pilot.press("g", "j", "enter")
        await until(pilot, lambda: not isinstance(app.screen, DiagnosisScreen))
        await see(pilot, app, LINE)


async def test_who_may_change_nothing_is_told_so_and_stays() -> None:
    session = prepared()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        session.update(read_only=True)
        await pilot.press("x")
        await see(pilot, app, "1 Set the secret")
        await pilot.press("1")
        await until(pilot, lambda: any("--read-only" in text for text in toasts(app)))
        assert isinstance(app.screen, DiagnosisScreen)


async def test_what_cannot_be_read_says_why_and_tries_again() -> None:
    session = prepared(CommandError("The Hub does not answer."))
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("x")
        await see(pilot, app, "The Hub does not answer.")
        session.answers[Diagnose] = Diagnosis(SPACE, trouble=True)
        await pilot.press("b")
        await until(pilot, lambda: "Nothing is known yet." in toasts(app))
        await pilot.press("ctrl+r")
        await see(pilot, app, "Not sure: nothing that is known explains it.")


async def test_a_healthy_space_has_no_cause() -> None:
    session = prepared(Diagnosis(SPACE))
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("x")
        await see(pilot, app, "Nothing is wrong with it")


async def test_a_static_space_says_why_not() -> None:
    async with console(prepared(), size=USUAL, target="ada/blog") as (pilot, session, app):
        await pilot.press("x")
        await until(pilot, lambda: any("run no code" in text for text in toasts(app)))
        assert session.asked == []


async def test_the_bundle_goes_where_one_says_and_a_refused_path_stays(tmp_path: Path) -> None:
    session = prepared()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("x")
        await see(pilot, app, "1 Set the secret")
        await pilot.press("b")
        await see(pilot, app, "nothing is sent anywhere")
        form = app.screen
        assert isinstance(form, NewFileForm)
        assert form._path.value.startswith("spaces-tui-ada-rag-demo-")
        await pilot.press("ctrl+u")
        await pilot.press("enter")
        await see(pilot, app, "Name the file to write.")
        form._path.value = str(tmp_path / "b.txt")
        await pilot.press("enter")
        await until(pilot, lambda: bool(session.waiting))
        session.reply(CommandError("There is a file at that path already."))
        await see(pilot, app, "There is a file at that path already.")
        assert form._path.value == str(tmp_path / "b.txt")
        await pilot.press("enter")
        await until(pilot, lambda: bool(session.waiting))
        session.reply(str(tmp_path / "b.txt"))
        await until(pilot, lambda: any("Read it before you send it" in t for t in toasts(app)))
        assert [type(one) for one in session.asked] == [Diagnose, WriteBundle, WriteBundle]


async def test_the_overview_says_the_cause_by_itself() -> None:
    session = prepared()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        session.update(detail=replace(detail(SPACE), diagnosis=FOUND))
        await pilot.press("enter")
        await see(pilot, app, "The app wants OPENAI_API_KEY, which is not set.")
        await see(pilot, app, "shows evidence and what to do")


def test_a_bundle_has_a_name_of_its_own() -> None:
    assert file_name("ada/rag demo", NOW, ".txt") == "spaces-tui-ada-rag-demo-20260504-091204.txt"
