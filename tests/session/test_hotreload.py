"""Saves on a real Hub until they are live: patched in, built, failed, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Condition

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_events import (
    Committed,
    LogTail,
    Reloaded,
    StageChanged,
    StateChanged,
    Stranded,
    SyncEvent,
    Warned,
    WentLive,
)
from spaces_tui.model.sync_state import SyncState
from tests.session.conftest import DEADLINE, Running, StartSession

SPACE = "ada/app"
CARD = "---\nsdk: gradio\nsdk_version: 6.2.0\napp_file: app.py\n---\n"
APP = "import gradio as gr\n\n\ndef greet(name):\n    return name\n"
FILES = {"README.md": CARD, "app.py": APP, "util.py": "u = 1\n"}


class Watched:
    """A folder that is watched for a running Gradio Space, and the events of its engine."""

    def __init__(self, session: Running, folder: Path) -> None:
        self.session = session
        self.folder = folder
        self.events: list[SyncEvent] = []
        self._news = Condition()

    def begin(self) -> None:
        watching = self.session.session.watch(
            SPACE, str(self.folder), WatchOptions(assume_yes=True), self._heard
        )
        watching.result(DEADLINE)
        self.until(lambda event: event == StateChanged(SyncState.IN_SYNC, "", 0))

    def _heard(self, event: SyncEvent) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def until(self, wanted: Callable[[SyncEvent], object]) -> SyncEvent:
        """Wait for an event, among those that came already too."""
        with self._news:
            self._news.wait_for(lambda: any(map(wanted, self.events)), DEADLINE)
            found = next(filter(wanted, self.events), None)
        assert found is not None, self.events
        return found

    def is_(self, kind: type[SyncEvent]) -> SyncEvent:
        return self.until(lambda event: isinstance(event, kind))


@pytest.fixture
def watched(local_hub: LocalHub, start: StartSession, tmp_path: Path) -> Watched:
    local_hub.map_apps()
    local_hub.create(SPACE, files=FILES)
    folder = tmp_path / "src"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    made = Watched(start(local_hub.url, local_hub.token(), fleet=False), folder)
    made.begin()
    return made


def test_a_saved_function_is_replaced_in_the_running_app(
    watched: Watched, local_hub: LocalHub
) -> None:
    stages = local_hub.stages_seen(SPACE)
    (watched.folder / "app.py").write_text(APP.replace("name\n", "name * 2\n"))
    reloaded = watched.is_(Reloaded)
    assert isinstance(reloaded, Reloaded)
    assert reloaded.oid == local_hub.head(SPACE)
    assert reloaded.replaced == ("function greet", "page refreshed")
    assert watched.is_(WentLive) == WentLive(reloaded.oid, reloaded.seconds, hot=True)
    assert local_hub.stages_seen(SPACE) == stages
    asked = [one.query for one in local_hub.requests() if "/commit/" in one.path]
    assert asked == ["hot_reload=1"]


@pytest.mark.parametrize("marker", ["fail-reload", "cancel-reload"])
def test_a_reload_that_fails_ends_in_a_restart(
    watched: Watched, local_hub: LocalHub, marker: str
) -> None:
    (watched.folder / "app.py").write_text(f"{APP}# local-hub: {marker}\n")
    warned = watched.is_(Warned)
    assert isinstance(warned, Warned)
    assert warned.message.startswith("The hot reload failed: ")
    assert warned.message.endswith("The Space is restarted instead.")
    live = watched.is_(WentLive)
    assert isinstance(live, WentLive)
    assert (live.oid, live.hot) == (local_hub.head(SPACE), False)
    methods = [one.path for one in local_hub.requests() if one.method == "POST"]
    assert sum("/commit/" in path for path in methods) == 1
    assert sum(path.endswith("/restart") for path in methods) == 1


def test_several_files_are_built(watched: Watched, local_hub: LocalHub) -> None:
    (watched.folder / "app.py").write_text(APP.replace("name\n", "name * 2\n"))
    (watched.folder / "requirements.txt").write_text("numpy\n")
    committed = watched.is_(Committed)
    assert isinstance(committed, Committed)
    assert committed.note == "built anew, not hot reloaded: 2 files change"
    live = watched.is_(WentLive)
    assert isinstance(live, WentLive)
    assert live.oid == local_hub.head(SPACE)
    stages = [event.stage.name for event in watched.events if isinstance(event, StageChanged)]
    assert "RUNNING_BUILDING" in local_hub.stages_seen(SPACE)
    assert stages[-1] == "RUNNING"


@pytest.mark.parametrize(
    ("marker", "stream", "stage", "line"),
    [
        ("fail-build", "build", "BUILD_ERROR", "ERROR: Failed to build: util.py, line 1"),
        ("fail-start", "run", "RUNTIME_ERROR", "asks for a failing start"),
    ],
)
def test_a_failure_brings_the_end_of_its_log(
    watched: Watched, local_hub: LocalHub, marker: str, stream: str, stage: str, line: str
) -> None:
    (watched.folder / "util.py").write_text(f"# local-hub: {marker}\n")
    (watched.folder / "requirements.txt").write_text("numpy\n")
    stranded = watched.is_(Stranded)
    assert isinstance(stranded, Stranded)
    assert (stranded.oid, stranded.stage.name) == (local_hub.head(SPACE), stage)
    tail = watched.is_(LogTail)
    assert isinstance(tail, LogTail)
    assert (tail.oid, tail.stream) == (stranded.oid, stream)
    assert 1 < len(tail.lines) <= 10
    assert any(line in shown for shown in tail.lines)
    watched.session.session.tell_watch(SPACE, "sync").result(DEADLINE)
    status = watched.session.snapshot.watches[SPACE]
    assert status.state is not SyncState.STOPPED
    assert status.batches[0].note == stranded.reason


def test_a_paused_space_takes_the_commit_and_says_that_it_is_not_live(
    watched: Watched, local_hub: LocalHub
) -> None:
    local_hub.set_stage(SPACE, "PAUSED")
    (watched.folder / "util.py").write_text("u = 2\n")
    stranded = watched.is_(Stranded)
    assert isinstance(stranded, Stranded)
    assert stranded.oid == local_hub.head(SPACE)
    assert "The Space is paused; restart it" in stranded.reason
    watched.session.session.restart(SPACE).result(DEADLINE)
    live = watched.is_(WentLive)
    assert isinstance(live, WentLive)
    assert live.oid == stranded.oid


def test_a_card_that_is_wrong_stays_here(watched: Watched, local_hub: LocalHub) -> None:
    (watched.folder / "README.md").write_text(CARD.replace("sdk: gradio", "sdk: gradio\nemoji: x"))
    watched.until(
        lambda event: isinstance(event, StateChanged) and event.reason.startswith("1 refused")
    )
    refused = watched.session.until(lambda s: s.watches[SPACE].refused).watches[SPACE].refused
    assert [(one.path, one.line) for one in refused] == [("README.md", 3)]
    assert local_hub.files(SPACE)["README.md"] == CARD.encode()
