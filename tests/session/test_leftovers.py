"""What stays unsent when watching ends is told at the next start, and only until it is sent."""

from __future__ import annotations

import re
from pathlib import Path

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.snapshot import Snapshot
from spaces_tui.store.paths import Paths
from spaces_tui.store.unsent import read_unsent
from tests.session.conftest import DEADLINE, Running, StartSession

SPACE = "ada/lab"


def state_of(snapshot: Snapshot) -> SyncState | None:
    status = snapshot.watches.get(SPACE)
    return status.state if status else None


def watched(session: Running, folder: Path) -> None:
    """Watch a folder and bring it in sync."""
    options = WatchOptions(assume_yes=True, follow=False)
    session.session.watch(SPACE, str(folder), options).result(DEADLINE)
    session.until(lambda s: state_of(s) is SyncState.IN_SYNC, "in sync")


def left_unsent(session: Running, folder: Path) -> None:
    """Pause, save a file, and end the session while it waits."""
    session.session.tell_watch(SPACE, "pause").result(DEADLINE)
    session.until(lambda s: state_of(s) is SyncState.PAUSED, "paused")
    (folder / "app.py").write_text("print('unsent')\n")
    session.session.close(5)


def started(hub: LocalHub, start: StartSession, folder: Path) -> Running:
    hub.create(SPACE)
    folder.mkdir()
    (folder / "app.py").write_text("print('first')\n")
    session = start(hub.url, hub.token(), fleet=False)
    watched(session, folder)
    return session


def test_what_waits_at_the_end_is_told_at_the_next_start_until_it_is_sent(
    local_hub: LocalHub, start: StartSession, paths: Paths, tmp_path: Path
) -> None:
    folder = tmp_path / "work"
    first = started(local_hub, start, folder)
    left_unsent(first, folder)
    (left,) = read_unsent(paths.unsent, local_hub.url)
    assert (left.space, left.folder, left.pending) == (SPACE, str(folder), 1)
    for note in paths.unsent.iterdir():
        assert not re.search("app.py|unsent'", note.read_text())

    second = start(local_hub.url, local_hub.token(), fleet=False)
    assert second.until(lambda s: s.unsent).unsent == (left,)
    watched(second, folder)
    second.until(lambda s: not s.unsent, "forgotten")
    second.session.close(5)
    assert read_unsent(paths.unsent, local_hub.url) == ()


def test_a_note_can_be_dismissed(
    local_hub: LocalHub, start: StartSession, paths: Paths, tmp_path: Path
) -> None:
    folder = tmp_path / "work"
    left_unsent(started(local_hub, start, folder), folder)
    again = start(local_hub.url, local_hub.token(), fleet=False)
    again.until(lambda s: s.unsent)
    again.session.forget_unsent(SPACE, str(folder)).result(DEADLINE)
    assert again.snapshot.unsent == ()
    assert read_unsent(paths.unsent, local_hub.url) == ()


def test_a_plan_that_nobody_accepted_leaves_nothing_behind(
    local_hub: LocalHub, start: StartSession, paths: Paths, tmp_path: Path
) -> None:
    local_hub.create(SPACE)
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "app.py").write_text("print('first')\n")
    session = start(local_hub.url, local_hub.token(), fleet=False)
    session.session.watch(SPACE, str(folder), WatchOptions()).result(DEADLINE)
    session.until(lambda s: state_of(s) is SyncState.PLAN)
    session.session.close(5)
    assert read_unsent(paths.unsent, local_hub.url) == ()


def test_what_ends_in_sync_leaves_nothing_behind(
    local_hub: LocalHub, start: StartSession, paths: Paths, tmp_path: Path
) -> None:
    session = started(local_hub, start, tmp_path / "work")
    session.session.close(5)
    assert read_unsent(paths.unsent, local_hub.url) == ()
