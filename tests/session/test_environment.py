"""Variables and secrets through the session: one key a request, nothing of others overwritten."""

from __future__ import annotations

import pytest

from spaces_tui.localhub.environment import Setting
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.environment import Edit, EntryKind, Environment
from spaces_tui.model.identity import Secret
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome
from spaces_tui.session.requests.environment import (
    ApplyEnvironment,
    FindUsedNames,
    LoadEnvironment,
)
from spaces_tui.session.snapshot import Link
from spaces_tui.store.paths import Paths
from tests.session.conftest import DEADLINE, Running, StartSession

SPACE = "ada/lab"
VARIABLE = EntryKind.VARIABLE
SECRET = EntryKind.SECRET
PLANTED = "correct horse battery staple 7f3a"


@pytest.fixture
def hub(local_hub: LocalHub) -> LocalHub:
    """Return a Hub with one Space that has two variables and a secret."""
    local_hub.create(SPACE)

    def furnish(state: LocalHubState) -> None:
        space = state.spaces[SPACE]
        now = state.clock.now()
        space.variables["GREETING"] = Setting("hello", now, "what it says")
        space.variables["MODE"] = Setting("fast", now)
        space.secrets["API_KEY"] = Setting("old", now - 100)

    local_hub.call(furnish)
    return local_hub


@pytest.fixture
def running(hub: LocalHub, start: StartSession) -> Running:
    """Return a live session of the Space's owner."""
    running = start(hub.url, hub.token())
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    hub.clear_requests()
    return running


def loaded(running: Running) -> Environment:
    return running.session.ask(LoadEnvironment(SPACE)).result(DEADLINE)


def applied(running: Running, *edits: Edit) -> Outcome:
    return running.session.ask(ApplyEnvironment(SPACE, edits)).result(DEADLINE)


def variables(hub: LocalHub) -> dict[str, str]:
    found: dict[str, str] = hub.call(
        lambda state: {key: one.value for key, one in state.spaces[SPACE].variables.items()}
    )
    return found


def changes(hub: LocalHub) -> list[tuple[str, str]]:
    return [
        (one.method, one.path.rpartition("/")[2])
        for one in hub.requests()
        if one.method != "GET" and one.path.rpartition("/")[2] in {"variables", "secrets"}
    ]


def described(hub: LocalHub, key: str) -> str | None:
    return hub.call(lambda state: state.spaces[SPACE].variables[key].description)


def test_both_maps_are_read_without_values_of_secrets(running: Running) -> None:
    environment = loaded(running)
    assert environment.variables["GREETING"].value == "hello"
    assert environment.variables["GREETING"].description == "what it says"
    assert environment.secrets is not None
    assert environment.secrets["API_KEY"].updated is not None


def test_deletions_go_first_and_only_what_is_asked_is_sent(running: Running, hub: LocalHub) -> None:
    before = loaded(running)
    outcome = applied(
        running,
        Edit(SECRET, "MODE", Secret("hidden")),
        Edit(VARIABLE, "NEW", "a\nb"),
        Edit(VARIABLE, "MODE", delete=True, before=before.variables["MODE"]),
    )
    assert outcome.ok
    assert [step.key for step in outcome.steps] == ["variable:MODE", "variable:NEW", "secret:MODE"]
    assert changes(hub) == [("DELETE", "variables"), ("POST", "variables"), ("POST", "secrets")]
    assert variables(hub) == {"GREETING": "hello", "NEW": "a\nb"}
    assert hub.secret_values(SPACE) == {"API_KEY": "old", "MODE": "hidden"}


def test_what_somebody_else_changed_is_left_alone(running: Running, hub: LocalHub) -> None:
    before = loaded(running)
    hub.call(
        lambda state: state.spaces[SPACE].variables.update(
            GREETING=Setting("theirs", state.clock.now())
        )
    )
    edit = Edit(VARIABLE, "GREETING", "mine", before=before.variables["GREETING"])
    other = Edit(VARIABLE, "MODE", "slow", before=before.variables["MODE"])
    outcome = applied(running, edit, other)
    assert outcome.done == {"variable:MODE"}
    assert "Somebody else changed GREETING" in outcome.steps[0].error
    assert variables(hub) == {"GREETING": "theirs", "MODE": "slow"}
    seen = loaded(running).variables["GREETING"]
    assert applied(running, Edit(VARIABLE, "GREETING", "mine", before=seen)).ok
    assert variables(hub)["GREETING"] == "mine"


def test_a_name_that_came_into_the_other_list_is_refused(running: Running, hub: LocalHub) -> None:
    outcome = applied(running, Edit(SECRET, "GREETING", Secret("x")))
    assert "one name in both lists" in outcome.steps[0].error
    assert changes(hub) == []


def test_a_refused_deletion_keeps_the_name_out_of_the_other_list(
    running: Running, hub: LocalHub
) -> None:
    before = loaded(running)
    hub.fault("/variables", method="DELETE", status=422, body='{"error":"not now"}')
    outcome = applied(
        running,
        Edit(VARIABLE, "MODE", delete=True, before=before.variables["MODE"]),
        Edit(SECRET, "MODE", Secret("hidden")),
    )
    assert not outcome.done
    assert changes(hub) == [("DELETE", "variables")]


def test_a_server_error_ends_it_and_the_rest_is_not_tried(running: Running, hub: LocalHub) -> None:
    hub.fault("/variables", method="POST", status=500, skip=1)
    edits = [Edit(VARIABLE, name, name) for name in ("ONE", "TWO", "THREE")]
    outcome = applied(running, *edits)
    assert outcome.done == {"variable:ONE"}
    assert outcome.steps[1].failed
    assert not outcome.steps[2].failed
    rest = [edit for edit in edits if edit.step not in outcome.done]
    assert applied(running, *rest).ok
    assert {"ONE", "TWO", "THREE"} <= set(variables(hub))


def test_a_refusal_of_one_value_stops_no_other(running: Running, hub: LocalHub) -> None:
    hub.fault("/variables", method="POST", status=422, body='{"error":"too long"}')
    outcome = applied(running, Edit(VARIABLE, "ONE", "1"), Edit(VARIABLE, "TWO", "2"))
    assert outcome.done == {"variable:TWO"}
    assert outcome.steps[0].error == "too long."


@pytest.mark.parametrize("kind", list(EntryKind))
def test_a_lost_answer_is_settled_by_reading(
    running: Running, hub: LocalHub, kind: EntryKind
) -> None:
    hub.fault(f"/{kind}s", method="POST", drop="after")
    value = Secret("v") if kind is SECRET else "v"
    assert applied(running, Edit(kind, "FRESH", value)).ok
    hub.fault(f"/{kind}s", method="DELETE", drop="after")
    now = loaded(running).entry(kind, "FRESH")
    assert applied(running, Edit(kind, "FRESH", delete=True, before=now)).ok
    assert len(changes(hub)) == 2


def test_what_was_done_by_an_earlier_try_is_done_when_it_is_repeated(
    running: Running, hub: LocalHub
) -> None:
    before = loaded(running)
    edits = (
        Edit(VARIABLE, "GREETING", "hi", before=before.variables["GREETING"]),
        Edit(VARIABLE, "MODE", delete=True, before=before.variables["MODE"]),
    )
    assert applied(running, *edits).ok
    hub.clear_requests()
    assert applied(running, *edits).ok
    assert changes(hub) == []


def test_nobody_knows_whose_a_secret_is_that_changed_meanwhile(
    running: Running, hub: LocalHub
) -> None:
    edit = Edit(SECRET, "FRESH", Secret("v"))
    assert applied(running, edit).ok
    assert "an earlier try of yours" in applied(running, edit).steps[0].error
    assert len(changes(hub)) == 1


def test_a_description_is_kept_and_can_be_taken_away(running: Running, hub: LocalHub) -> None:
    before = loaded(running).variables["GREETING"]
    assert applied(running, Edit(VARIABLE, "GREETING", "hi", before.description, before=before)).ok
    assert described(hub, "GREETING") == "what it says"
    before = loaded(running).variables["GREETING"]
    assert applied(running, Edit(VARIABLE, "GREETING", "hi", before=before)).ok
    assert described(hub, "GREETING") is None


def test_where_secrets_cannot_be_listed_the_rest_works(running: Running, hub: LocalHub) -> None:
    hub.fault("/secrets", method="GET", status=405, count=None)
    environment = loaded(running)
    assert environment.secrets is None
    assert environment.unlisted
    assert applied(running, Edit(SECRET, "API_KEY", Secret("new"))).ok
    assert hub.secret_values(SPACE)["API_KEY"] == "new"


def test_no_secret_reaches_the_journal_or_an_outcome(
    running: Running, hub: LocalHub, paths: Paths
) -> None:
    hub.fault("/secrets", method="POST", status=400, body=f'{{"error":"bad value {PLANTED}"}}')
    change = ApplyEnvironment(SPACE, (Edit(SECRET, "TOKEN", Secret(PLANTED)),))
    assert PLANTED not in repr(change)
    failed = running.session.ask(change).result(DEADLINE)
    assert not failed.ok
    assert running.session.ask(change).result(DEADLINE).ok
    assert hub.secret_values(SPACE)["TOKEN"] == PLANTED
    assert PLANTED not in repr(failed)
    kept = [path for path in paths.state.parent.rglob("*") if path.is_file()]
    assert paths.state / "actions.ndjson" in kept
    assert not [path for path in kept if PLANTED.encode() in path.read_bytes()]


def test_a_space_that_is_gone_fails_as_a_whole(running: Running, hub: LocalHub) -> None:
    hub.delete(SPACE)
    with pytest.raises(CommandError):
        loaded(running)
    with pytest.raises(CommandError):
        applied(running, Edit(VARIABLE, "ONE", "1"))
    assert changes(hub) == []


def test_names_are_found_in_the_code_with_few_requests(running: Running, hub: LocalHub) -> None:
    files = {
        "app.py": 'import os\nkey = os.environ["OPENAI_API_KEY"]\nx = os.getenv("MODE", "x")\n',
        "web/main.js": "fetch(process.env.BACKEND_URL)\n",
        "node_modules/a.js": "process.env.NOISE\n",
        "Dockerfile": "FROM x\nARG BUILD_ID\nENV A=${UNSET}\n",
        "big.py": "# " + "x" * 300_000,
        "data.bin": "os.environ['NOT_CODE']",
    }
    hub.commit(SPACE, files)
    found = running.session.ask(FindUsedNames(SPACE)).result(DEADLINE)
    names = {one.name: (one.path, one.line, one.optional) for one in found.names}
    assert names == {
        "BUILD_ID": ("Dockerfile", 2, False),
        "UNSET": ("Dockerfile", 3, False),
        "OPENAI_API_KEY": ("app.py", 2, False),
        "MODE": ("app.py", 3, True),
        "BACKEND_URL": ("web/main.js", 1, False),
    }
    assert not found.whole
    reads = [one for one in hub.requests() if "/resolve/" in one.path]
    assert len(reads) == found.files == 3


def test_code_that_cannot_be_read_is_one_error(running: Running, hub: LocalHub) -> None:
    hub.commit(SPACE, {"app.py": "import os\n"})
    hub.fault("/resolve/", status=403, count=None, body='{"error":"not you"}')
    with pytest.raises(CommandError):
        running.session.ask(FindUsedNames(SPACE)).result(DEADLINE)
