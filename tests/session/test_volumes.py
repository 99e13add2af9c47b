"""Volumes and storage through the session: read again first, nothing of others lost."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from spaces_tui.localhub.shelf import Shelved
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.localhub.volumes import Volume as Entry
from spaces_tui.model.mounting import Mounted, StorageEdit
from spaces_tui.model.volume import Source, Volume
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome
from spaces_tui.session.requests.volumes import ApplyMounts, ListSources, LoadMounts
from spaces_tui.session.snapshot import Link
from spaces_tui.store.journal import read
from spaces_tui.store.paths import Paths
from tests.session.conftest import DEADLINE, Running, StartSession

SPACE = "ada/lab"
DATA = Volume("bucket", "ada/recordings", "/data", read_only=False)
MODEL = Volume("model", "ada/tiny-llm", "/model", read_only=True, revision="v2", path="weights")
STORED: Entry = {
    "type": "bucket",
    "source": "ada/recordings",
    "mountPath": "/data",
    "readOnly": False,
}
THEIRS: Entry = {**STORED, "source": "ada/scratch", "mountPath": "/scratch"}
HIDDEN: Entry = {**STORED, "source": "globex/vault", "mountPath": "/vault"}


@pytest.fixture
def hub(local_hub: LocalHub) -> LocalHub:
    """Return a Hub with one Space that has one bucket."""
    local_hub.create(SPACE)
    put(local_hub, STORED)
    return local_hub


@pytest.fixture
def running(hub: LocalHub, start: StartSession) -> Running:
    """Return a live session of the Space's owner."""
    running = start(hub.url, hub.token())
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    hub.clear_requests()
    return running


def put(hub: LocalHub, *volumes: Entry, storage: str | None = None) -> None:
    """Let somebody else mount these."""

    hub.call(lambda state: setattr(state.spaces[SPACE].runtime, "volumes", list(volumes)))
    hub.call(lambda state: setattr(state.spaces[SPACE].runtime, "storage", storage))


def stored(hub: LocalHub) -> list[Entry]:
    found: list[Entry] = hub.call(lambda state: list(state.spaces[SPACE].runtime.volumes))
    return found


def storage(hub: LocalHub) -> str | None:
    return hub.call(lambda state: state.spaces[SPACE].runtime.storage)


def loaded(running: Running) -> Mounted:
    return running.session.ask(LoadMounts(SPACE)).result(DEADLINE)


def applied(
    running: Running,
    seen: Mounted,
    volumes: tuple[Volume, ...] | None = None,
    storage: StorageEdit | None = None,
) -> Outcome:
    return running.session.ask(ApplyMounts(SPACE, seen, volumes, storage)).result(DEADLINE)


def changes(hub: LocalHub) -> list[tuple[str, str]]:
    return [
        (one.method, one.path.rpartition("/")[2]) for one in hub.requests() if one.method != "GET"
    ]


def test_the_whole_list_goes_in_one_request(running: Running, hub: LocalHub, paths: Paths) -> None:
    seen = loaded(running)
    assert seen == Mounted(SPACE, (DATA,))
    hub.keep_bodies()
    outcome = applied(running, seen, (replace(DATA, read_only=True), MODEL))
    assert outcome.ok
    assert outcome.steps[0].what == "set the volumes: /data, /model"
    assert changes(hub) == [("PUT", "volumes")]
    (sent,) = [one for one in hub.requests() if one.method == "PUT"]
    assert json.loads(sent.body or b"")["volumes"][0] == {**STORED, "readOnly": True}
    assert stored(hub)[1] == {
        "type": "model",
        "source": "ada/tiny-llm",
        "mountPath": "/model",
        "revision": "v2",
        "readOnly": True,
        "path": "weights",
    }
    assert [one.what for one in read(paths.state, 9)] == ["set the volumes: /data, /model"]


def test_the_last_one_is_unmounted_with_a_deletion(running: Running, hub: LocalHub) -> None:
    assert applied(running, loaded(running), ()).ok
    assert changes(hub) == [("DELETE", "volumes")]
    assert stored(hub) == []


def test_what_somebody_else_mounted_is_never_lost(running: Running, hub: LocalHub) -> None:
    seen = loaded(running)
    put(hub, STORED, THEIRS)
    outcome = applied(running, seen, (DATA, MODEL), StorageEdit("small"))
    assert not outcome.done
    error, skipped = outcome.steps
    assert "Somebody else changed the volumes" in error.error
    assert "ada/scratch was mounted at /scratch" in error.error
    assert not skipped.failed
    assert changes(hub) == []
    now = loaded(running)
    assert applied(running, now, (*now.volumes, MODEL)).ok
    assert [one["mountPath"] for one in stored(hub)] == ["/data", "/scratch", "/model"]


def test_a_list_with_a_hidden_source_is_not_written(running: Running, hub: LocalHub) -> None:
    put(hub, STORED, HIDDEN)
    seen = loaded(running)
    assert [one.masked for one in seen.volumes] == [False, True]
    for volumes in [(*seen.volumes, MODEL), (DATA, MODEL), ()]:
        outcome = applied(running, seen, volumes)
        assert "hidden from this account" in outcome.steps[0].error
    assert changes(hub) == []
    assert stored(hub) == [STORED, HIDDEN]


def test_a_lost_answer_is_settled_by_reading(running: Running, hub: LocalHub) -> None:
    hub.fault("/volumes", method="PUT", drop="after", count=1)
    assert applied(running, loaded(running), (DATA, MODEL)).ok
    hub.fault("/volumes", method="PUT", drop="before", count=1)
    lost = applied(running, loaded(running), (MODEL,))
    assert "look before you repeat it" in lost.steps[0].error
    assert len(stored(hub)) == 2
    assert len([one for one in changes(hub) if one == ("PUT", "volumes")]) == 2


def test_what_was_done_though_nobody_could_know_is_done_when_it_is_repeated(
    running: Running, hub: LocalHub
) -> None:
    seen = loaded(running)
    hub.fault("/volumes", method="PUT", drop="after", cut="reset", count=1)
    hub.fault(f"/api/spaces/{SPACE}", method="GET", cut="reset", count=None, skip=1)
    lost = applied(running, seen, (DATA, MODEL))
    assert "look before you repeat it" in lost.steps[0].error
    hub.clear_faults()
    hub.clear_requests()
    assert applied(running, seen, (DATA, MODEL), StorageEdit("small")).ok
    assert applied(running, seen, storage=StorageEdit("small")).ok
    assert changes(hub) == [("POST", "storage")]


@pytest.mark.parametrize("status", [400, 402, 403, 409, 429, 500])
def test_a_refusal_is_told_and_nothing_after_it_is_tried(
    running: Running, hub: LocalHub, status: int
) -> None:
    hub.fault("/volumes", method="PUT", status=status, body='{"error":"not like this"}')
    outcome = applied(running, loaded(running), (DATA, MODEL), StorageEdit("small"))
    assert "not like this" in outcome.steps[0].error
    assert not outcome.steps[1].done
    assert not outcome.steps[1].failed
    assert storage(hub) is None


def test_storage_is_asked_for_grows_and_is_deleted(running: Running, hub: LocalHub) -> None:
    seen = loaded(running)
    outcome = applied(running, seen, (), StorageEdit("small"))
    assert outcome.done == {"volumes", "storage"}
    assert changes(hub) == [("DELETE", "volumes"), ("POST", "storage")]
    seen = loaded(running)
    assert seen == Mounted(SPACE, (), "small")
    assert applied(running, seen, storage=StorageEdit("large")).ok
    seen = loaded(running)
    refused = applied(running, seen, storage=StorageEdit("medium"))
    assert "delete large first" in refused.steps[0].error
    assert storage(hub) == "large"
    hub.fault("/storage", method="DELETE", drop="after", count=1)
    assert applied(running, seen, storage=StorageEdit(None)).ok
    assert storage(hub) is None


def test_storage_that_somebody_else_changed_is_left_alone(running: Running, hub: LocalHub) -> None:
    put(hub, storage="small")
    seen = loaded(running)
    put(hub, storage="medium")
    outcome = applied(running, seen, storage=StorageEdit(None))
    assert "it is medium now" in outcome.steps[0].error
    assert storage(hub) == "medium"


@pytest.mark.parametrize("status", [404, 405, 410])
def test_a_hub_without_tiers_says_so(running: Running, hub: LocalHub, status: int) -> None:
    hub.fault("/storage", method="POST", status=status, body='{"error":"no such page"}')
    outcome = applied(running, loaded(running), storage=StorageEdit("small"))
    assert outcome.steps[0].error == (
        "This Hub has no storage tiers any more: mount a bucket instead."
    )


def test_sources_are_listed_by_owner_and_kind(running: Running, hub: LocalHub) -> None:
    def listed(kind: str, owner: str) -> set[str]:
        found = running.session.ask(ListSources(kind, owner)).result(DEADLINE)
        return {one.id for one in found.items}

    assert listed("bucket", "acme") == {"acme/checkpoints", "acme/exports"}
    assert listed("model", "ada") == {"ada/whisper-tuned", "ada/tiny-llm"}
    assert listed("space", "ada") == {SPACE}
    more = [Shelved("dataset", f"ada/d{number}") for number in range(600)]
    hub.call(lambda state: state.shelf.extend(more))
    found = running.session.ask(ListSources("dataset", "ada")).result(DEADLINE)
    assert (len(found.items), found.more) == (500, True)
    assert Source("dataset", "ada/interviews", private=True) in found.items


def test_a_read_only_console_changes_nothing(
    running: Running, hub: LocalHub, start: StartSession, paths: Paths
) -> None:
    running.session.close(DEADLINE)
    reader = start(hub.url, hub.token(), read_only=True)
    reader.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    seen = loaded(reader)
    with pytest.raises(CommandError, match="read-only"):
        applied(reader, seen, ())
    assert stored(hub) == [STORED]
