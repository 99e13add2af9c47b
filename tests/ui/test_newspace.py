"""Creating and duplicating: what one sees, chooses and sends, and what is kept when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from textual.events import Key, Paste

from spaces_tui.model.draft import Draft
from spaces_tui.model.environment import (
    Environment,
    NewSecret,
    SecretInfo,
    UsedName,
    UsedNames,
    Variable,
)
from spaces_tui.model.identity import Identity, Secret
from spaces_tui.model.newspace import (
    TRAINS,
    NameCheck,
    NameState,
    NewSpace,
    Rest,
    Source,
    SpaceCopy,
    Template,
)
from spaces_tui.model.sync import PlannedUpload, Skipped, SyncPlan, SyncStatus
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.volume import Sources, Volume
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome, Request, Step
from spaces_tui.session.requests.creation import (
    CheckName,
    CreateSpace,
    DuplicateSpace,
    FinishSpace,
    LoadSource,
    LoadTemplates,
    PreviewFolder,
)
from spaces_tui.session.requests.volumes import ListSources
from spaces_tui.ui.present.creating import Folder, summary_lines
from spaces_tui.ui.present.spans import text_of
from spaces_tui.ui.screens.newspace import NewSpaceEditor
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts, until
from tests.ui.fake_session import FakeSession, live_snapshot, space
from tests.ui.test_hostile import PAYLOAD, assert_clean

NEW = "ada/my-app"
NOTHING: Mapping[type[Request[Any]], object] = {}
PLANTED = "correct-horse-7f3a"
TEMPLATES = (
    Template("chatbot", "gradio", "gradio-templates/chatbot"),
    Template("JupyterLab", "docker", "SpacesExamples/jupyterlab", prefer_private=True),
)
PLAN = SyncPlan(
    (PlannedUpload("app.py", 2048, "new", "unknown"),),
    skipped=(Skipped(".env", "its name says it holds passwords or tokens"),),
)
DONE = Outcome(NEW, (Step("create", "create it as gradio", done=True),))
LEFT = Outcome(
    NEW,
    (
        Step("create", "create it as gradio", done=True),
        Step("folder", "commit the folder ./src", error="The Hub failed.", request_id="req-3"),
    ),
)
SOURCE = Source(
    space("ada/whisper-live", "RUNNING", "t4-small"),
    Environment(
        "ada/whisper-live",
        {"MODE": Variable("MODE", "fast")},
        {"API_KEY": SecretInfo("API_KEY"), "HF_TOKEN": SecretInfo("HF_TOKEN")},
    ),
    used=UsedNames((UsedName("API_KEY", "app.py", 3), UsedName("OTHER", "app.py", 4)), 1),
)


def free(request: CheckName) -> NameCheck:
    return NameCheck(request.space, NameState.FREE)


def prepared(answers: Mapping[type[Request[Any]], object] = NOTHING) -> FakeSession:
    """Return a session that knows templates and has every name free."""
    session = FakeSession()
    session.answers = {
        LoadTemplates: TEMPLATES,
        CheckName: free,
        PreviewFolder: PLAN,
        LoadSource: SOURCE,
    }
    session.answers.update(answers)
    return session


def sent(session: FakeSession, kind: type[Request[Any]]) -> list[Any]:
    return [one for one in session.asked if isinstance(one, kind)]


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_a_space_is_created_with_a_key_of_its_own(size: tuple[int, int]) -> None:
    session = prepared({CreateSpace: DONE})
    async with console(session, size=size) as (pilot, session, app):
        await pilot.press("c")
        await see(pilot, app, "Create a Space")
        await pilot.press(*"my-app")
        await see(pilot, app, "is free")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Create ada/my-app")
        await pilot.press("enter")
        await pilot.pause()
        assert not sent(session, CreateSpace)
        await pilot.press("y")
        await gone(pilot, app, "Create")
        wish = NewSpace(NEW, "gradio", visibility="private", hardware="cpu-basic")
        assert sent(session, CreateSpace) == [CreateSpace(NEW, wish, Rest())]
        assert any("without an app yet: w watches a folder" in one for one in toasts(app))
        session.update(spaces=(*session.snapshot.spaces, space(NEW, "NO_APP_FILE")))
        await until(pilot, lambda: app.main.sidebar.cursor == NEW)


async def test_names_are_checked_while_typing() -> None:
    taken = NameCheck("ada/used", NameState.TAKEN)
    async with console(prepared({CheckName: taken}), size=USUAL) as (pilot, session, app):
        await pilot.press("c", *"no way")
        await see(pilot, app, "A name has the letters A to Z")
        await pilot.press("ctrl+u", *"whisper-live")
        await see(pilot, app, "ada/whisper-live is there already")
        assert not sent(session, CheckName)
        await pilot.press("ctrl+u", *"used")
        await see(pilot, app, "ada/used is there already: choose another name.")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "Create ada/used" not in screen_text(app)
        session.answers[CheckName] = NameCheck("ada/old", NameState.LEADS_ON, "ada/newer")
        await pilot.press("ctrl+u", *"old")
        await see(pilot, app, "ada/old leads to ada/newer now")
        session.answers[CheckName] = CommandError("The Hub does not answer.")
        await pilot.press("x")
        await see(pilot, app, "could not be looked up: The Hub does not answer.")


async def test_without_a_name_nothing_is_summed_up() -> None:
    async with console(prepared(), size=USUAL) as (pilot, _, app):
        await pilot.press("c")
        await see(pilot, app, "Create a Space")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "The Space needs a name." in toasts(app))
        await pilot.press("escape")
        await gone(pilot, app, "Create a Space")


async def test_paid_hardware_shows_its_price_and_sleeps_by_itself() -> None:
    session = prepared({CreateSpace: DONE})
    async with console(session, size=WIDE) as (pilot, session, app):
        await pilot.press("c", *"my-app", "tab", *"jjjj", "enter")
        await see(pilot, app, "$/day")
        await pilot.press(*"jjj", "enter")
        await see(pilot, app, "t4-small  $0.40/h · $9.60 a day")
        await see(pilot, app, "1h  proposed")
        await pilot.press("ctrl+s")
        await see(pilot, app, "y create it at $0.40/h")
        await see(pilot, app, "sleeps after 1h without visitors")
        await pilot.press("escape", "j", "enter", "tab", *"never", "enter")
        await see(pilot, app, "never")
        await pilot.press("ctrl+s")
        await see(pilot, app, "billed day and night until somebody stops it")
        await pilot.press("escape", "enter", "tab", *"2 h", "enter", "ctrl+s", "y")
        await gone(pilot, app, "Create a Space")
        (asked,) = sent(session, CreateSpace)
        assert (asked.wish.hardware, asked.wish.sleep_time) == ("t4-small", 7200)


async def test_a_template_brings_its_sdk_and_excludes_a_folder() -> None:
    async with console(prepared(), size=USUAL) as (pilot, session, app):
        await pilot.press("c", *"my-app", "tab", *"jj", "enter")
        await see(pilot, app, "JupyterLab  docker")
        await pilot.press("G", "enter")
        await see(pilot, app, "docker")
        await pilot.press("G", "enter", *"./src", "enter")
        await see(pilot, app, "Begin from a template or from a folder, not from both.")
        assert sent(session, PreviewFolder) == [PreviewFolder(NEW, "docker", "./src")]
        await pilot.press("g", "j", "right")
        await gone(pilot, app, "not from both")
        await see(pilot, app, "static")


async def test_a_folder_is_looked_at_first_and_what_failed_is_sent_alone() -> None:
    session = prepared(
        {
            CreateSpace: LEFT,
            FinishSpace: Outcome(NEW, (replace(LEFT.steps[1], done=True, error=""),)),
        }
    )
    async with console(session, size=USUAL) as (pilot, session, app):
        await pilot.press("c", *"my-app", "tab", "G", "enter", *"./src", "enter")
        await see(pilot, app, "First commit: 1 file, 2.0 kB, 1 not sent.")
        await pilot.press("ctrl+s")
        await see(pilot, app, ".env")
        await pilot.press("y")
        await see(pilot, app, "ada/my-app is there now")
        await see(pilot, app, "request req-3")
        shown = screen_text(app)
        assert "Owner" not in shown.split("What is left")[1]
        assert sent(session, CreateSpace)[0].rest == Rest(folder="./src")
        await pilot.press("escape")
        await see(pilot, app, "Leave without what is still to be done?")
        await pilot.press("escape", "ctrl+s")
        await see(pilot, app, "do what is left")
        await pilot.press("y")
        await gone(pilot, app, "Create a Space")
        assert sent(session, FinishSpace) == [FinishSpace(NEW, Rest(folder="./src"))]
        assert len(sent(session, CreateSpace)) == 1


async def test_a_folder_that_cannot_be_sent_holds_it_back() -> None:
    session = prepared({PreviewFolder: CommandError("/nowhere is missing.")})
    async with console(session, size=USUAL) as (pilot, session, app):
        await pilot.press("c", *"my-app", "tab", "G", "enter", *"/nowhere", "enter")
        await see(pilot, app, "/nowhere is missing.")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "/nowhere is missing." in toasts(app))
        assert "Create ada/my-app" not in screen_text(app)
        session.answers[PreviewFolder] = SyncPlan()
        await pilot.press("enter", "ctrl+u", ".", "enter")
        await see(pilot, app, "There is nothing to send in this folder.")


async def test_the_wall_of_a_plan_is_said_before_and_after() -> None:
    said = "hosting Gradio and Docker Spaces on free cpu-basic requires a PRO subscription."
    refused = Outcome(NEW, (Step("create", "create it as gradio", error=said, request_id="r-1"),))
    session = prepared({CreateSpace: refused})
    async with console(session, size=USUAL) as (pilot, session, app):
        await pilot.press("c", *"my-app")
        await see(pilot, app, "The Hub may refuse gradio on cpu-basic without PRO (402).")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "requires a PRO")
        await see(pilot, app, "1 staged")
        await pilot.press("tab", "g", "j", "right", "right")
        await see(pilot, app, "static")
        session.answers[CreateSpace] = DONE
        await pilot.press("ctrl+s", "y")
        await gone(pilot, app, "Create a Space")
        (_, asked) = sent(session, CreateSpace)
        assert (asked.wish.sdk, asked.wish.hardware) == ("static", None)


async def test_a_lost_connection_keeps_everything_that_was_typed() -> None:
    session = prepared()
    async with console(session, size=USUAL) as (pilot, session, app):
        await pilot.press("c", *"my-app")
        await see(pilot, app, "is free")
        await pilot.press("tab", "G", "k", "enter", "ctrl+s", "y")
        await see(pilot, app, "Creating ada/my-app")
        session.waiting = session.waiting[-1:]
        session.reply(CommandError("The Hub does not answer."))
        await see(pilot, app, "2 staged")
        await see(pilot, app, "on")
        session.answers[CreateSpace] = DONE
        await pilot.press("ctrl+s", "y")
        await gone(pilot, app, "Create a Space")
        (first, second) = sent(session, CreateSpace)
        assert first == second
        assert first.wish.dev_mode


async def test_closed_while_creating_one_is_taken_there_all_the_same() -> None:
    session = prepared()
    async with console(session, size=USUAL) as (pilot, session, app):
        await pilot.press("c", *"my-app")
        await see(pilot, app, "is free")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Creating ada/my-app")
        status = SyncStatus(NEW, "./src", state=SyncState.SENDING, reason="1 file is sent.")
        session.put_watch(status)
        await see(pilot, app, "first commit: 1 file is sent.")
        await pilot.press("escape")
        await gone(pilot, app, "first commit")
        session.update(spaces=(*session.snapshot.spaces, space(NEW, "BUILDING")))
        session.waiting = session.waiting[-1:]
        session.reply(DONE)
        await until(pilot, lambda: app.main.sidebar.cursor == NEW)


async def test_secrets_are_masked_and_on_a_static_space_take_its_name() -> None:
    session = prepared({CreateSpace: DONE})
    async with console(session, size=USUAL) as (pilot, session, app):
        await pilot.press("c", *"my-app", "tab", *"j", "left", *"jjjjj", "enter")
        await see(pilot, app, "Secrets · 0")
        await pilot.press("N", *"API_KEY", "enter")
        app.post_message(Paste(PLANTED))
        await see(pilot, app, "••••")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Secrets · 1")
        await pilot.press("n", *"API_KEY")
        await see(pilot, app, "API_KEY is a secret already")
        await pilot.press("escape", "escape")
        await see(pilot, app, "1 secret")
        await pilot.press("ctrl+s")
        await see(pilot, app, "every visitor can read its secrets")
        await pilot.press("y")
        await pilot.pause()
        assert not sent(session, CreateSpace)
        await pilot.press("backspace", *NEW, "enter")
        await gone(pilot, app, "Create a Space")
        (asked,) = sent(session, CreateSpace)
        assert asked.wish.secrets == (NewSecret("API_KEY", Secret(PLANTED)),)
        assert PLANTED not in screen_text(app)


async def test_a_duplicate_names_the_secrets_that_will_be_missing() -> None:
    session = prepared({DuplicateSpace: DONE})
    async with console(session, size=WIDE, target="ada/whisper-live") as (pilot, session, app):
        await pilot.press("C")
        await see(pilot, app, "Missing: API_KEY, HF_TOKEN.")
        await see(pilot, app, "whisper-live-copy")
        await see(pilot, app, "1 come along")
        await pilot.press("tab", *"jjjjjj", "enter")
        await see(pilot, app, "secret of the source, does not come along")
        await pilot.press("j", "d")
        await until(
            pilot, lambda: any("It comes along with the copy" in one for one in toasts(app))
        )
        await pilot.press("j", "j", "enter")
        await see(pilot, app, "Secret API_KEY")
        app.post_message(Paste(PLANTED))
        await see(pilot, app, "••••")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Secrets · 1")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Missing: HF_TOKEN.")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Duplicate ada/whisper-live to ada/whisper-live-copy")
        await pilot.press("y")
        await gone(pilot, app, "Duplicate a Space")
        copy = SpaceCopy(
            "ada/whisper-live-copy",
            visibility="private",
            hardware="cpu-basic",
            secrets=(NewSecret("API_KEY", Secret(PLANTED)),),
        )
        assert sent(session, DuplicateSpace) == [
            DuplicateSpace(copy.id, "ada/whisper-live", copy, Rest())
        ]


async def test_a_source_of_others_is_read_for_names_of_secrets() -> None:
    other = Source(
        space("somebody/demo"),
        Environment("somebody/demo", {}, None, "Not allowed."),
        used=UsedNames((UsedName("OPENAI_API_KEY", "app.py", 3), UsedName("MODE", "a.py", 1)), 2),
    )
    async with console(prepared(), size=USUAL, target="ada/blog") as (pilot, session, app):
        await pilot.press("C")
        await see(pilot, app, "Missing: API_KEY, HF_TOKEN.")
        session.answers[LoadSource] = other
        await pilot.press("tab", "enter", *"somebody/demo", "enter")
        await see(pilot, app, "OPENAI_API_KEY.")
        await see(pilot, app, "ada/demo")
        assert sent(session, LoadSource)[-1] == LoadSource("somebody/demo")


async def test_a_source_that_cannot_be_read_says_so() -> None:
    session = prepared({LoadSource: CommandError("There is no Space ada/blog.")})
    async with console(session, size=USUAL, target="ada/blog") as (pilot, session, app):
        await pilot.press("C")
        await see(pilot, app, "There is no Space ada/blog.")
        session.answers[LoadSource] = SOURCE
        await pilot.press("ctrl+r")
        await see(pilot, app, "Missing: API_KEY")


async def test_letters_typed_before_the_form_is_there_are_the_name() -> None:
    session = prepared()
    del session.answers[LoadSource]
    async with console(session, size=USUAL, target="ada/blog") as (pilot, session, app):
        await pilot.press("C", *"early")
        await see(pilot, app, "Reading")
        session.waiting = session.waiting[-1:]
        session.reply(SOURCE)
        await see(pilot, app, "ada/early")


async def test_letters_sent_before_the_name_had_the_focus_are_not_lost() -> None:
    async with console(prepared(), size=USUAL) as (pilot, _, app):
        for key in "cab":
            app.post_message(Key(key, key))
        await see(pilot, app, "ada/ab")


async def test_why_nothing_can_be_created_is_said() -> None:
    reader = Identity("ada", token_role="read")
    session = FakeSession(replace(live_snapshot(), identities=(reader,)))
    async with console(session, size=USUAL) as (pilot, session, app):
        await pilot.press("c")
        await until(pilot, lambda: any("creates nothing" in one for one in toasts(app)))
        session.update(read_only=True)
        await pilot.press("C")
        await until(pilot, lambda: any("--read-only" in one for one in toasts(app)))
        assert not isinstance(app.screen, NewSpaceEditor)


async def test_what_strangers_write_is_shown_harmless() -> None:
    hostile = Source(
        replace(space("somebody/demo"), sdk=PAYLOAD),
        Environment(
            PAYLOAD, {PAYLOAD: Variable(PAYLOAD, PAYLOAD)}, {f"KEY{PAYLOAD}": SecretInfo(PAYLOAD)}
        ),
        used=UsedNames((UsedName(PAYLOAD, PAYLOAD, 3),), 1),
    )
    async with console(prepared({LoadSource: hostile}), size=WIDE, target="ada/blog") as parts:
        pilot, _, app = parts
        await pilot.press("C")
        await see(pilot, app, "Missing")
        assert_clean(app)
        await pilot.press("ctrl+s")
        await see(pilot, app, "Duplicate somebody/demo")
        assert_clean(app)


async def test_volumes_and_storage_are_staged_with_the_rest() -> None:
    session = prepared({CreateSpace: DONE, ListSources: Sources()})
    async with console(session, size=USUAL) as (pilot, session, app):
        await pilot.press("c", *"my-app", "tab", *"jjjjjjj", "enter")
        await see(pilot, app, "Volumes · 0")
        await pilot.press("n", *"ada/files", "enter")
        await see(pilot, app, "/data")
        await pilot.press("ctrl+u", *"/files", "ctrl+s")
        await see(pilot, app, "Volumes · 1")
        await pilot.press("t", "enter", "escape")
        await see(pilot, app, "/files ← bucket ada/files, read and write and 1 more")
        await pilot.press("ctrl+s")
        await see(pilot, app, "small storage, asked for afterwards, $5 a month")
        await pilot.press("y")
        await gone(pilot, app, "Create a Space")
        (asked,) = sent(session, CreateSpace)
        assert asked.wish.volumes == (Volume("bucket", "ada/files", "/files", read_only=False),)
        assert asked.rest == Rest(storage="small")


def test_a_space_that_trains_on_demand_says_what_its_token_needs() -> None:
    draft = Draft("ada", "lab")
    draft.take_template(Template("Train on demand", "gradio", TRAINS, prefer_private=True))
    lines = summary_lines(draft, {}, Folder(), 76)
    said = "\n".join(text_of(line) for line in lines)
    assert "the private dataset ada/lab-tasks for its tasks (t)" in said
    assert "space ada/lab: repo.content.read, repo.write" in said
    assert "dataset ada/lab-tasks: repo.content.read, repo.write" in said
    assert draft.rest().tasks
    draft.take_template(None)
    assert not draft.rest().tasks
