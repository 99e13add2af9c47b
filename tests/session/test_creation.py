"""Creating and duplicating through the session, on a real local Hub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from huggingface_hub import HfApi

from spaces_tui.localhub.environment import Setting
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.environment import NewSecret, NewVariable
from spaces_tui.model.identity import Secret
from spaces_tui.model.newspace import (
    TRAINS,
    NameCheck,
    NameState,
    NewSpace,
    Rest,
    SpaceCopy,
    Template,
)
from spaces_tui.model.volume import Volume
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome
from spaces_tui.session.requests.creation import (
    CREATE,
    DEV_MODE,
    FOLDER,
    STORAGE,
    TASKS,
    CheckName,
    CreateSpace,
    DuplicateSpace,
    FinishSpace,
    LoadSource,
    LoadTemplates,
    PreviewFolder,
)
from spaces_tui.session.snapshot import Link
from spaces_tui.trainer import template
from spaces_tui.trainer.tasks import dataset_of
from tests.session.conftest import DEADLINE, Running, StartSession

NEW = "ada/made-here"
PLANTED = "correct horse battery staple 7f3a"
BROKEN = '{"error":"no such thing"}'


@pytest.fixture
def running(local_hub: LocalHub, start: StartSession) -> Running:
    """Return a live session of somebody on a plan."""
    return live(local_hub, start)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an app, and with what must not leave it."""
    made = tmp_path / "app"
    made.mkdir()
    (made / "app.py").write_text("print('first')\n")
    (made / ".env").write_text(f"PASSWORD={PLANTED}\n")
    return made


def live(hub: LocalHub, start: StartSession, name: str = "ada") -> Running:
    running = start(hub.url, hub.token(name))
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    hub.clear_requests()
    return running


def created(running: Running, wish: NewSpace, rest: Rest | None = None) -> Outcome:
    request = CreateSpace(wish.id, wish, rest or Rest())
    return running.session.ask(request).result(DEADLINE)


def exists(hub: LocalHub, space: str) -> bool:
    return hub.call(lambda state: space in state.spaces)


def creates(hub: LocalHub) -> int:
    return sum(one.path == "/api/repos/create" for one in hub.requests())


def test_everything_goes_with_one_request(running: Running, local_hub: LocalHub) -> None:
    local_hub.keep_bodies()
    wish = NewSpace(
        NEW,
        "gradio",
        visibility="private",
        template="gradio-templates/chatbot",
        hardware="t4-small",
        sleep_time=3600,
        secrets=(NewSecret("API_KEY", Secret(PLANTED)),),
        variables=(NewVariable("MODE", "a\nb", "how"),),
        volumes=(Volume("dataset", "acme/corpus", "/corpus"),),
        dev_mode=True,
    )
    outcome = created(running, wish)
    assert outcome.ok
    assert [step.key for step in outcome.steps] == [CREATE]
    (sent,) = (one for one in local_hub.requests() if one.path == "/api/repos/create")
    assert sent.body is not None
    assert json.loads(sent.body)["type"] == "space"
    assert local_hub.secret_values(NEW) == {"API_KEY": PLANTED}
    assert "app.py" in local_hub.files(NEW)

    def kept(state: LocalHubState) -> tuple[object, ...]:
        space = state.spaces[NEW]
        runtime = space.runtime
        variable = space.variables["MODE"]
        mounts = [one["mountPath"] for one in runtime.volumes]
        return (
            space.visibility, runtime.requested, runtime.gc_timeout, runtime.dev_mode, mounts,
            variable.value, variable.description,
        )  # fmt: skip

    found = local_hub.call(kept)
    assert found == ("private", "t4-small", 3600, True, ["/corpus"], "a\nb", "how")
    running.until(lambda snapshot: NEW in {one.id for one in snapshot.spaces}, "it is listed")
    assert PLANTED not in repr(wish)


def test_a_name_that_is_taken_is_never_touched(running: Running, local_hub: LocalHub) -> None:
    local_hub.create(NEW, sdk="docker")
    before = local_hub.head(NEW)
    outcome = created(running, NewSpace(NEW, "gradio"), Rest(folder="/nowhere"))
    assert "is there already" in outcome.steps[0].error
    assert not outcome.steps[1].failed
    assert not outcome.done
    assert creates(local_hub) == 0
    assert local_hub.head(NEW) == before


def test_a_name_that_is_taken_meanwhile_is_not_touched(
    running: Running, local_hub: LocalHub
) -> None:
    body = json.dumps({"error": "You already created this space repo", "url": "x"})
    local_hub.fault("/api/repos/create", status=409, body=body)
    outcome = created(running, NewSpace(NEW, "gradio"))
    assert "is there already" in outcome.steps[0].error
    assert creates(local_hub) == 1


def test_a_folder_is_committed_by_the_rules_of_watched_ones(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    (folder / "keys.py").write_text(f"TOKEN = 'hf_{'q' * 34}'\n")
    outcome = created(running, NewSpace(NEW, "gradio"), Rest(folder=str(folder)))
    assert outcome.done == {CREATE, FOLDER}
    assert set(local_hub.files(NEW)) == {".gitattributes", "README.md", "app.py"}
    told = running.until(lambda snapshot: snapshot.notices).notices[-1]
    assert "were not sent" in told.text
    assert "hf_" not in told.text


def test_what_is_left_is_asked_for_alone(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    local_hub.fault("/commit/", method="POST", status=400, body=BROKEN, count=9)
    rest = Rest(folder=str(folder))
    outcome = created(running, NewSpace(NEW, "gradio"), rest)
    assert outcome.done == {CREATE}
    assert "no such thing" in outcome.steps[1].error
    local_hub.clear_faults()
    again = running.session.ask(FinishSpace(NEW, rest)).result(DEADLINE)
    assert again.ok
    assert creates(local_hub) == 1
    assert local_hub.files(NEW)["app.py"] == b"print('first')\n"


def test_a_folder_with_nothing_to_send_is_no_commit(
    running: Running, local_hub: LocalHub, tmp_path: Path
) -> None:
    local_hub.create(NEW, stage="NO_APP_FILE")
    (tmp_path / "empty").mkdir()
    request = FinishSpace(NEW, Rest(folder=str(tmp_path / "empty")))
    (step,) = running.session.ask(request).result(DEADLINE).steps
    assert "nothing in it to send" in step.error
    request = FinishSpace(NEW, Rest(folder=str(tmp_path / "missing")))
    (step,) = running.session.ask(request).result(DEADLINE).steps
    assert "missing" in step.error


def test_a_lost_answer_is_settled_by_looking(running: Running, local_hub: LocalHub) -> None:
    local_hub.fault("/api/repos/create", drop="after")
    outcome = created(running, NewSpace(NEW, "gradio", visibility="private"))
    assert outcome.ok
    assert creates(local_hub) == 1
    told = running.until(lambda snapshot: snapshot.notices).notices[-1]
    assert "the answer was lost" in told.text


def test_a_lost_answer_with_something_else_there_is_not_taken_for_ours(
    running: Running, local_hub: LocalHub
) -> None:
    def other(state: LocalHubState) -> None:
        state.spaces[NEW].visibility = "public"

    local_hub.fault("/api/repos/create", drop="after")
    # The look afterwards waits until the other one is there.
    local_hub.fault(f"/api/spaces/{NEW}", delay=0.5, skip=1)
    asked = running.session.ask(
        CreateSpace(NEW, NewSpace(NEW, "gradio", visibility="private"), Rest())
    )
    local_hub.wait_requests("/api/repos/create", method="POST")
    local_hub.wait_requests(f"/api/spaces/{NEW}", count=2)
    local_hub.call(other)
    (step,) = asked.result(DEADLINE).steps
    assert "may have been done all the same" in step.error


def test_a_request_that_never_arrived_is_not_done(
    running: Running, local_hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spaces_tui.session.operations.creation._LOOKS", (0.0, 0.0))
    local_hub.fault("/api/repos/create", drop="before")
    outcome = created(running, NewSpace(NEW, "gradio"))
    assert "may have been done all the same" in outcome.steps[0].error
    assert not exists(local_hub, NEW)
    assert created(running, NewSpace(NEW, "gradio")).ok


def test_the_wall_of_a_plan_is_explained(local_hub: LocalHub, start: StartSession) -> None:
    running = live(local_hub, start, "bob")
    outcome = created(running, NewSpace("bob/new", "gradio", hardware="cpu-basic"))
    (step,) = outcome.steps
    assert "requires a PRO subscription" in step.error
    assert "choose static, ZeroGPU or hardware that is paid by the hour" in step.error
    assert step.request_id
    outcome = created(running, NewSpace("bob/new", "gradio", hardware="t4-small"))
    assert "payment method" in outcome.steps[0].error
    outcome = created(running, NewSpace("bob/new", "static", visibility="protected"))
    assert "plan does not cover it" in outcome.steps[0].error
    assert created(running, NewSpace("bob/new", "static")).ok


def test_names_are_looked_up(running: Running, local_hub: LocalHub) -> None:
    def state(name: str) -> NameCheck:
        return running.session.ask(CheckName(name)).result(DEADLINE)

    local_hub.create("ada/taken")
    local_hub.create("ada/old")
    local_hub.rename("ada/old", "ada/new")
    assert state("ada/nobody-has-it").state is NameState.FREE
    assert state("ada/taken").state is NameState.TAKEN
    assert state("ada/old") == NameCheck("ada/old", NameState.LEADS_ON, "ada/new")


def test_templates_are_read(running: Running) -> None:
    found = running.session.ask(LoadTemplates()).result(DEADLINE)
    assert ("JupyterLab", "docker", True) in {
        (one.name, one.sdk, one.prefer_private) for one in found
    }


def test_a_space_that_trains_on_demand_has_our_files_and_a_private_dataset(
    running: Running, local_hub: LocalHub
) -> None:
    found = running.session.ask(LoadTemplates()).result(DEADLINE)
    assert found[0] == Template("Train on demand", "gradio", TRAINS, prefer_private=True)
    wish = NewSpace(NEW, "gradio", visibility="private", template=TRAINS)
    request = CreateSpace(NEW, wish, Rest(tasks=True))
    outcome = running.session.ask(request).result(DEADLINE)
    assert outcome.ok, outcome.errors
    api = HfApi(local_hub.url, local_hub.token())
    there = set(api.list_repo_files(NEW, repo_type="space"))
    assert there >= set(template.files())
    assert api.dataset_info(dataset_of(NEW)).private


def test_a_dataset_that_fails_is_left_to_do_and_can_be_finished(
    running: Running, local_hub: LocalHub
) -> None:
    local_hub.fault("/api/repos/create", status=403, skip=1, count=1)
    wish = NewSpace(NEW, "gradio", visibility="private", template=TRAINS)
    outcome = running.session.ask(CreateSpace(NEW, wish, Rest(tasks=True))).result(DEADLINE)
    assert outcome.done == {CREATE}
    again = running.session.ask(FinishSpace(NEW, Rest(tasks=True))).result(DEADLINE)
    assert again.done == {TASKS}
    assert HfApi(local_hub.url, local_hub.token()).dataset_info(dataset_of(NEW)).private


def test_a_folder_is_looked_at_before_there_is_a_space(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "rows.csv").write_text("a,b\n")
    request = PreviewFolder(NEW, "gradio", str(folder))
    plan = running.session.ask(request).result(DEADLINE)
    assert [one.path for one in plan.upload] == ["app.py", "data/rows.csv"]
    assert [one.path for one in plan.skipped] == [".env"]
    assert not local_hub.requests()
    with pytest.raises(CommandError):
        running.session.ask(PreviewFolder(NEW, "gradio", "/nowhere")).result(DEADLINE)


def test_a_read_only_console_creates_nothing(local_hub: LocalHub, start: StartSession) -> None:
    running = start(local_hub.url, local_hub.token(), read_only=True)
    with pytest.raises(CommandError, match="read-only"):
        created(running, NewSpace(NEW, "gradio"))
    assert not exists(local_hub, NEW)


def furnished(hub: LocalHub) -> None:
    """Make a Space of ada's with both lists and code that wants more."""
    code = "import os\nos.environ['MODE']\nos.environ['API_KEY']\nos.environ['OTHER']\n"
    hub.create("ada/origin", files={"app.py": code})

    def furnish(state: LocalHubState) -> None:
        space = state.spaces["ada/origin"]
        space.variables["MODE"] = Setting("fast", state.clock.now())
        space.secrets["API_KEY"] = Setting(PLANTED, state.clock.now())

    hub.call(furnish)


def test_an_own_space_is_duplicated_with_what_is_missing(
    running: Running, local_hub: LocalHub
) -> None:
    furnished(local_hub)
    source = running.session.ask(LoadSource("ada/origin")).result(DEADLINE)
    assert source.environment is not None
    assert set(source.environment.variables) == {"MODE"}
    assert set(source.environment.secrets or ()) == {"API_KEY"}
    assert source.used is not None
    assert {one.name for one in source.used.names} == {"MODE", "API_KEY", "OTHER"}
    copy = SpaceCopy(
        NEW,
        visibility="private",
        hardware="cpu-basic",
        secrets=(NewSecret("API_KEY", Secret("new")),),
        variables=(NewVariable("MODE", "slow"),),
    )
    rest = Rest(dev_mode=True, storage="small")
    outcome = running.session.ask(DuplicateSpace(NEW, "ada/origin", copy, rest)).result(DEADLINE)
    assert outcome.ok
    assert [step.key for step in outcome.steps] == [CREATE, STORAGE, DEV_MODE]
    assert local_hub.secret_values(NEW) == {"API_KEY": "new"}

    def kept(state: LocalHubState) -> tuple[object, ...]:
        space = state.spaces[NEW]
        return (
            space.variables["MODE"].value, space.visibility, space.runtime.storage,
            space.runtime.dev_mode,
        )  # fmt: skip

    assert local_hub.call(kept) == ("slow", "private", "small", True)


def test_secrets_of_others_are_known_from_the_code_alone(
    local_hub: LocalHub, start: StartSession
) -> None:
    furnished(local_hub)
    running = live(local_hub, start, "bob")
    source = running.session.ask(LoadSource("ada/origin")).result(DEADLINE)
    assert source.environment is not None
    assert source.environment.secrets is None
    assert source.environment.unlisted
    assert source.used is not None
    with pytest.raises(CommandError, match="ada/nothing"):
        running.session.ask(LoadSource("ada/nothing")).result(DEADLINE)


def test_a_lost_answer_to_a_duplicate_is_settled(running: Running, local_hub: LocalHub) -> None:
    furnished(local_hub)
    local_hub.fault("/duplicate", method="POST", drop="after")
    request = DuplicateSpace(NEW, "ada/origin", SpaceCopy(NEW, visibility="private"))
    assert running.session.ask(request).result(DEADLINE).ok
    assert sum("/duplicate" in one.path for one in local_hub.requests()) == 1
