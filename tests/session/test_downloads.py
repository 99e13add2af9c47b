"""Files of a Space onto this machine: what is written, what never is, and what stays."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event
from typing import TypeVar

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.files import DownloadPlan
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Request
from spaces_tui.session.requests.files import Download, ListFolder, PlanDownload
from spaces_tui.session.snapshot import Link
from spaces_tui.store.paths import Paths
from tests.session.conftest import DEADLINE, Running, StartSession, put_large

T = TypeVar("T")
SPACE = "ada/files"
LARGE = bytes(range(256)) * 400
FILES = {
    "README.md": "---\nsdk: gradio\n---\n",
    "app.py": "print(1)\n",
    "src/deep/x.py": "x = 1\n",
    "src/y.py": "y = 1\n",
    "src/.env": "TOKEN=1\n",
}


@pytest.fixture
def running(local_hub: LocalHub, start: StartSession) -> Running:
    """A session, and a Space with texts in folders."""
    local_hub.create(SPACE, files=FILES)
    session = start(local_hub.url, local_hub.token())
    session.until(lambda s: s.connection.link is Link.LIVE)
    return session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "downloads"
    place.mkdir()
    return place


def ask(running: Running, request: Request[T]) -> T:
    return running.session.ask(request).result(DEADLINE)


def planned(running: Running, hub: LocalHub, folder: Path, path: str) -> DownloadPlan:
    revision = hub.head(SPACE)
    entries = ask(running, ListFolder(SPACE, path.rpartition("/")[0], revision)).entries
    entry = next((one for one in entries if one.path == path and one.size), None)
    return ask(running, PlanDownload(SPACE, revision, path, str(folder), entry))


def written(folder: Path) -> dict[str, str]:
    """Return every file below the folder, the hidden ones too."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in found}


def test_a_folder_is_written_under_its_own_name(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    plan = planned(running, local_hub, folder, "src")
    assert [item.target for item in plan.items] == ["src/deep/x.py", "src/y.py"]
    assert plan.refused[0][0] == "src/.env"
    told: list[tuple[int, int]] = []
    done = ask(running, Download(plan, told=lambda files, size: told.append((files, size))))
    assert written(folder) == {"src/deep/x.py": "x = 1\n", "src/y.py": "y = 1\n"}
    assert (done.bytes, done.failed) == (12, ())
    assert told[-1] == (2, 12)


def test_a_file_below_a_folder_goes_right_into_the_chosen_one(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    plan = planned(running, local_hub, folder / "new", "src/y.py")
    ask(running, Download(plan))
    assert written(folder) == {"new/y.py": "y = 1\n"}


def test_what_is_there_stays_unless_it_is_to_be_replaced(
    running: Running, local_hub: LocalHub, folder: Path, paths: Paths
) -> None:
    (folder / "app.py").write_text("mine\n")
    plan = planned(running, local_hub, folder, "app.py")
    assert plan.there == ("app.py",)
    assert ask(running, Download(plan)).skipped == ("app.py",)
    assert written(folder) == {"app.py": "mine\n"}
    done = ask(running, Download(plan, overwrite=True))
    assert written(folder) == {"app.py": "print(1)\n"}
    assert Path(done.kept[0][1]).read_text() == "mine\n"
    assert Path(done.kept[0][1]).parent == paths.state / "replaced"


def test_what_appears_meanwhile_is_left_alone(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    plan = planned(running, local_hub, folder, "app.py")
    (folder / "app.py").write_text("mine\n")
    done = ask(running, Download(plan, overwrite=True))
    assert done.failed == (("app.py", "something else appeared there meanwhile"),)
    assert written(folder) == {"app.py": "mine\n"}


def test_no_way_leads_through_a_link(
    running: Running, local_hub: LocalHub, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "src").symlink_to(outside)
    done = ask(running, Download(planned(running, local_hub, folder, "src")))
    assert not done.written
    assert "symbolic link" in done.failed[0][1]
    assert list(outside.iterdir()) == []


def test_names_that_lead_out_are_never_written(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    local_hub.commit(SPACE, {"bad/../../evil.txt": "x", "bad/.GIT/config": "x", "bad/ok": "x"})
    plan = planned(running, local_hub, folder, "bad")
    assert [item.target for item in plan.items] == ["bad/ok"]
    assert len(plan.refused) == 2


def test_it_can_be_called_off_and_leaves_nothing_behind(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    local_hub.commit(SPACE, {"big.txt": "a" * 3_000_000})
    plan = planned(running, local_hub, folder, "big.txt")
    local_hub.fault("/resolve/", bytes_per_second=200_000)
    begun = Event()
    future = running.session.ask(Download(plan, told=lambda *_: begun.set()))
    assert begun.wait(DEADLINE)
    assert list(folder.iterdir())
    future.cancel()
    ask(running, ListFolder(SPACE))
    running.until(lambda _: not list(folder.iterdir()), "the temporary file goes")


def test_a_large_file_comes_from_the_storage_without_the_token(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    asyncio.run(put_large(local_hub, SPACE, "model.bin", LARGE))
    plan = planned(running, local_hub, folder, "model.bin")
    local_hub.clear_requests()
    assert ask(running, Download(plan)).written == ("model.bin",)
    assert (folder / "model.bin").read_bytes() == LARGE
    stored = [one for one in local_hub.requests() if one.origin == "storage"]
    assert len(stored) == 1
    assert "authorization" not in stored[0].headers


def test_a_refusal_ends_it_and_leaves_no_pieces(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    plan = planned(running, local_hub, folder, "src")
    local_hub.fault("/resolve/.*y.py", status=403, body='{"error":"not you"}', count=None)
    with pytest.raises(CommandError, match="not you"):
        ask(running, Download(plan))
    assert not [name for name in written(folder) if name.endswith(".part")]


def test_a_place_that_takes_no_files_is_said(
    running: Running, local_hub: LocalHub, folder: Path
) -> None:
    (folder / "file").write_text("x")
    with pytest.raises(CommandError, match="a file, not a folder"):
        planned(running, local_hub, folder / "file", "app.py")
    plan = planned(running, local_hub, folder / "sub", "app.py")
    (folder / "sub").write_text("x")
    with pytest.raises(CommandError, match="cannot be written to"):
        ask(running, Download(plan))
