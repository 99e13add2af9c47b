"""Deleting through the session: the Space that was meant, once, and proven by reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations import deletion
from spaces_tui.session.requests.actions import Many, ReadJournal
from spaces_tui.session.requests.base import Outcome
from spaces_tui.session.requests.deletion import Delete
from spaces_tui.session.snapshot import Link
from tests.session.conftest import DEADLINE, Running, StartSession

SPACE = "ada/lab"


@pytest.fixture
def hub(local_hub: LocalHub) -> LocalHub:
    local_hub.create(SPACE)
    local_hub.create("ada/other")
    return local_hub


@pytest.fixture
def running(hub: LocalHub, start: StartSession) -> Running:
    running = start(hub.url, hub.token())
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    return running


def uid_of(running: Running, space: str = SPACE) -> str:
    return next(one.uid for one in running.snapshot.spaces if one.id == space)


def deleted(running: Running, uid: str | None = None, space: str = SPACE) -> Outcome:
    change = Delete(space, uid_of(running, space) if uid is None else uid)
    return running.session.ask(change).result(DEADLINE)


def exists(hub: LocalHub, space: str = SPACE) -> bool:
    return hub.call(lambda state: space in state.spaces)


def names(running: Running) -> set[str]:
    return {one.id for one in running.snapshot.spaces}


def test_it_is_gone_from_the_hub_and_the_list(running: Running, hub: LocalHub) -> None:
    hub.keep_bodies()
    outcome = deleted(running)
    assert outcome.ok
    assert not exists(hub)
    assert SPACE not in names(running)
    running.session.refresh().result(DEADLINE)
    assert names(running) & {SPACE, "ada/other"} == {"ada/other"}
    assert not running.snapshot.pending
    (record,) = running.session.ask(ReadJournal()).result(DEADLINE)
    assert (record.space, record.what, record.ok) == (SPACE, "delete", True)
    (sent,) = [one for one in hub.requests() if one.method == "DELETE"]
    assert sent.body is not None
    assert b'"type":"space"' in sent.body.replace(b" ", b"")


def test_another_space_of_that_name_is_left_alone(running: Running, hub: LocalHub) -> None:
    meant = uid_of(running)
    hub.delete(SPACE)
    hub.create(SPACE)
    outcome = deleted(running, meant)
    assert "Another Space has this name" in outcome.steps[0].error
    assert exists(hub)


def test_a_renamed_space_is_left_alone(running: Running, hub: LocalHub) -> None:
    meant = uid_of(running)
    hub.rename(SPACE, "ada/moved")
    outcome = deleted(running, meant)
    assert "It is called ada/moved now" in outcome.steps[0].error
    assert exists(hub, "ada/moved")


def test_a_lost_answer_is_settled_by_looking(running: Running, hub: LocalHub) -> None:
    hub.fault("/repos/delete", method="DELETE", drop="after")
    assert deleted(running).ok
    assert SPACE not in names(running)
    hub.fault("/repos/delete", method="DELETE", drop="before")
    outcome = deleted(running, space="ada/other")
    assert "may have been done" in outcome.steps[0].error
    assert exists(hub, "ada/other")
    assert "ada/other" in names(running)


@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_refusal_leaves_it_there(running: Running, hub: LocalHub, status: int) -> None:
    hub.fault("/repos/delete", method="DELETE", status=status, body='{"error":"not now"}')
    outcome = deleted(running)
    assert "not now" in outcome.steps[0].error
    assert outcome.steps[0].request_id
    assert SPACE in names(running)
    assert deleted(running).ok


def test_what_cannot_be_looked_at_is_not_deleted(running: Running, hub: LocalHub) -> None:
    hub.fault(f"/api/spaces/{SPACE}$", method="GET", count=None, status=403, body='{"error":"no"}')
    outcome = deleted(running)
    assert outcome.steps[0].error.startswith("Nothing was deleted: no.")
    assert exists(hub)


def test_an_answer_that_is_not_true_is_told(
    running: Running, hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion, "_LOOKS", (0.0, 0.01))
    hub.fault("/repos/delete", method="DELETE", status=200, body="OK")
    outcome = deleted(running)
    assert "still there" in outcome.steps[0].error
    assert SPACE in names(running)


def test_a_watch_of_it_stops_first(running: Running, hub: LocalHub, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "app.py").write_text("print('mine')\n")
    running.session.watch(SPACE, str(folder), WatchOptions()).result(DEADLINE)
    running.until(lambda s: s.watches[SPACE].state is not SyncState.STARTING)
    outcome = deleted(running)
    assert outcome.ok
    assert outcome.steps[0].what == f"stop watching {folder}"
    assert SPACE not in running.snapshot.watches
    assert not running.snapshot.unsent
    assert (folder / "app.py").read_text() == "print('mine')\n"


def test_of_several_one_fails_and_the_others_go(running: Running, hub: LocalHub) -> None:
    hub.fault("/repos/delete", method="DELETE", status=403, body='{"error":"not yours"}')
    changes = tuple(Delete(name, uid_of(running, name)) for name in (SPACE, "ada/other"))
    outcomes = running.session.ask(Many(changes)).result(DEADLINE)
    assert sorted(one.ok for one in outcomes) == [False, True]
    left = {one.space for one in outcomes if not one.ok}
    assert names(running) & {SPACE, "ada/other"} == left


def test_a_console_that_only_reads_deletes_nothing(hub: LocalHub, start: StartSession) -> None:
    running = start(hub.url, hub.token(), read_only=True)
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    with pytest.raises(CommandError, match="read-only"):
        deleted(running)
    assert exists(hub)
