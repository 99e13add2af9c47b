"""Nothing leaked, nothing destroyed, and no folder mistaken for another."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from spaces_tui.model.identity import Secret
from spaces_tui.model.repo import AddFile, Lfs
from spaces_tui.model.sync_events import Degraded, HeldBack, Planned, Refused
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.engine import FolderError, LockedError
from spaces_tui.sync.protocols import WatcherLostError
from tests.sync.conftest import Rig
from tests.sync.fakes import SilentWatcher, no_watcher

APP = {"app.py": b"print(1)\n", "util.py": b"a = 1\n", "README.md": b"# x", "pkg/m.py": b"m = 1\n"}
TOKEN = "hf_" + "q" * 34


def sent(rig: Rig) -> bytes:
    """Return every byte that was in a request's body."""
    files = [each for body in rig.space.bodies for each in body if isinstance(each, AddFile)]
    return b"\n".join(file.path.encode() + b"\n" + file.content for file in files)


async def test_passwords_keys_and_repositories_never_leave(rig: Rig) -> None:
    rig.seed(APP)
    names = [
        ".env", ".env.local", "id_rsa", "x.pem", ".netrc", ".aws/credentials",
        "service-account.json", ".git/config", "vendor/.git/config", ".cache/huggingface/token",
        "__pycache__/a.pyc", ".venv/bin/python", "node_modules/x.js",
    ]  # fmt: skip
    async with rig.running():
        for name in names:
            rig.write(name, "canary")
        rig.write("app.py", "print(2)\n")
        rig.write(".env.example", "KEY=\n")
        await rig.commits(1)
        await rig.until(lambda: ".env.example" in rig.space.tree_now)
        await rig.looks()
    assert b"canary" not in sent(rig)
    named = {event.path for event in rig.of(Refused)}
    assert named == {
        ".env",
        ".env.local",
        "id_rsa",
        "x.pem",
        ".netrc",
        ".aws",
        "service-account.json",
    }


async def test_a_token_in_the_text_is_refused_by_line_and_never_shown(rig: Rig) -> None:
    rig.seed(APP)
    rig.forbidden = (Secret("my-own-token-of-no-known-form"),)
    async with rig.running() as engine:
        rig.write("app.py", f"import os\n\nTOKEN = '{TOKEN}'\n")
        rig.write("util.py", b"\0binary my-own-token-of-no-known-form")
        rig.write("fine.py", "x = 1\n")
        await rig.commits(1)
        await rig.until(lambda: len(rig.of(Refused)) == 2)
        refused = {event.path: event for event in rig.of(Refused)}
        assert refused["app.py"].line == 3
        assert refused["util.py"].line == 1
        assert TOKEN not in repr(rig.events)
        assert rig.space.ours[0].paths == ("fine.py",)
        assert engine.status.refused
        rig.write("app.py", "import os\n")
        await rig.commits(2)
        await rig.until(lambda: len(engine.status.refused) == 1)
    assert TOKEN.encode() not in sent(rig)
    assert b"my-own-token" not in sent(rig)


async def test_secrets_can_be_allowed_but_never_the_token_in_use(rig: Rig) -> None:
    rig.forbidden = (Secret("the-token-in-use-0123456789"),)
    rig.write("app.py", f"T = '{TOKEN}'\n")
    rig.write("mine.py", "T = 'the-token-in-use-0123456789'\n")
    await rig.once(allow_secrets=True)
    assert set(rig.space.tree_now) == {"app.py"}


async def test_links_and_odd_files_are_listed_and_never_opened(rig: Rig, tmp_path: Path) -> None:
    rig.seed(APP)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "private.txt").write_text("canary")
    async with rig.running():
        (rig.root / "leak.txt").symlink_to(outside / "private.txt")
        (rig.root / "tree").symlink_to(outside)
        (rig.root / "loop").symlink_to(".")
        os.mkfifo(rig.root / "pipe")
        os.mknod(rig.root / "sock", stat.S_IFSOCK | 0o600)  # a bound one cannot have a long path
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
        await rig.looks()
    assert b"canary" not in sent(rig)
    assert [revision.paths for revision in rig.space.ours] == [("app.py",)]
    assert {event.path for event in rig.of(Refused)} == {"leak.txt", "tree", "loop", "pipe", "sock"}


async def test_a_name_that_is_not_text_harms_nobody_else(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        descriptor = os.open(os.fsencode(rig.root) + b"/bad\xff.py", os.O_CREAT | os.O_WRONLY)
        os.close(descriptor)
        for number in range(3):
            rig.write("app.py", f"print('{number}')\n")
            await rig.commits(number + 1)
    assert rig.space.tree_now["app.py"] == b"print('2')\n"
    assert [event.reason for event in rig.of(Refused)] == ["its name is not UTF-8"]


async def test_two_names_that_look_the_same_are_not_sent(rig: Rig) -> None:
    rig.seed(APP)
    rig.space.push({"é.py": b"theirs"})
    async with rig.running():
        rig.write("e\u0301.py", "mine = 1\n")
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
        await rig.until(lambda: rig.of(Refused))
    assert rig.space.ours[0].paths == ("app.py",)


async def test_a_large_file_that_is_the_same_on_the_space_is_in_sync(rig: Rig) -> None:
    content = bytes(range(256)) * 50_000
    rig.seed(APP | {"w.bin": content})
    rig.space.large["w.bin"] = Lfs(hashlib.sha256(content).hexdigest(), len(content))
    status = await rig.once()
    assert status.state is SyncState.IN_SYNC
    assert rig.space.ours == []
    assert rig.of(Refused) == []


async def test_a_mass_deletion_waits_for_a_yes(rig: Rig) -> None:
    rig.seed(APP | {f"d/f{number}.py": b"%d" % number for number in range(60)})
    async with rig.running() as engine:
        for number in range(40):
            (rig.root / f"d/f{number}.py").unlink()
        await rig.state(SyncState.HELD)
        assert len(rig.of(HeldBack)[0].paths) == 40
        assert rig.space.ours == []
        for number in range(40):
            rig.write(f"d/f{number}.py", b"%d" % number)
        await rig.state(SyncState.IN_SYNC)
        assert rig.space.ours == []
        for number in range(40):
            (rig.root / f"d/f{number}.py").unlink()
        await rig.state(SyncState.HELD)
        engine.tell("accept")
        await rig.commits(1)
    assert len(rig.space.ours[0].paths) == 40


async def test_a_dropped_deletion_is_not_asked_again(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        (rig.root / "README.md").unlink()
        await rig.state(SyncState.HELD)
        engine.tell("drop")
        await rig.state(SyncState.IN_SYNC)
        rig.write("util.py", "a = 2\n")
        await rig.commits(1)
    assert rig.space.tree_now["README.md"] == APP["README.md"]
    assert len(rig.of(HeldBack)) == 1


@pytest.mark.parametrize("name", ["README.md", "app.py"])
async def test_card_and_app_file_are_deleted_only_by_a_yes(rig: Rig, name: str) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        (rig.root / name).unlink()
        await rig.state(SyncState.HELD)
        assert name in rig.space.tree_now
        engine.tell("accept")
        await rig.commits(1)
    assert name not in rig.space.tree_now


async def test_git_attributes_are_never_deleted(rig: Rig) -> None:
    rig.seed(APP | {".gitattributes": b"*.bin filter=lfs\n"})
    async with rig.running():
        (rig.root / ".gitattributes").unlink()
        (rig.root / "util.py").unlink()
        await rig.commits(1)
    assert ".gitattributes" in rig.space.tree_now
    assert "util.py" not in rig.space.tree_now


async def test_too_many_new_files_wait_for_a_yes(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        for number in range(220):
            rig.write(f"new/f{number}.py", f"n = {number}\n")
        await rig.state(SyncState.HELD)
        assert rig.space.ours == []
        engine.tell("accept")
        await rig.commits(1)
    assert len(rig.space.ours[0].paths) == 220


async def test_a_newly_ignored_folder_stays_on_the_space(rig: Rig) -> None:
    rig.seed(APP | {"data/a.csv": b"1", "data/b.csv": b"2"})
    async with rig.running():
        rig.write(".gitignore", "data/\n")
        await rig.commits(1)
        rig.write("data/a.csv", "changed")
        (rig.root / "data/b.csv").unlink()
        await rig.looks()
        (rig.root / "data/a.csv").unlink()
        (rig.root / "data").rmdir()
        await rig.looks()
        await rig.state(SyncState.IN_SYNC)
    assert len(rig.space.ours) == 1
    assert rig.space.tree_now["data/a.csv"] == b"1"


async def test_an_unreadable_folder_is_frozen(rig: Rig) -> None:
    rig.seed(APP)
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    async with rig.running():
        (rig.root / "pkg").chmod(0)
        await rig.looks()
        (rig.root / "pkg").chmod(0o755)
        await rig.state(SyncState.IN_SYNC)
    assert rig.space.ours == []


async def test_a_folder_that_vanishes_deletes_nothing_and_resumes(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        away = rig.root.with_name("away")
        rig.root.rename(away)
        await rig.state(SyncState.HALTED)
        away.rename(rig.root)
        await rig.state(SyncState.IN_SYNC)
        rig.root.rename(away)
        await rig.state(SyncState.HALTED)
        for path, content in APP.items():
            rig.write(path, content)
        await rig.state(SyncState.IN_SYNC)
        assert rig.space.ours == []
        rig.write("app.py", "print('back')\n")
        await rig.commits(1)
    assert len(rig.space.ours) == 1


async def test_an_emptied_folder_halts(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        for path in APP:
            (rig.root / path).unlink()
        await rig.state(SyncState.HALTED)
        await rig.looks()
        assert rig.space.ours == []
        for path, content in APP.items():
            rig.write(path, content)
        await rig.state(SyncState.IN_SYNC)
    assert rig.space.ours == []


async def test_a_link_that_points_elsewhere_halts(rig: Rig, tmp_path: Path) -> None:
    rig.seed(APP)
    other = tmp_path / "other"
    other.mkdir()
    (other / "secret_plan.py").write_text("x = 1\n")
    link = tmp_path / "link"
    link.symlink_to(rig.root)
    target, rig.root = rig.root, link
    async with rig.running():
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
        link.unlink()
        link.symlink_to(other)
        await rig.state(SyncState.HALTED)
        await rig.looks()
        link.unlink()
        link.symlink_to(target)
        await rig.state(SyncState.IN_SYNC)
    assert len(rig.space.ours) == 1


async def test_names_of_the_space_that_lead_out_are_left_alone(rig: Rig) -> None:
    rig.seed(APP)
    rig.space.push({"../../evil": b"x", "/abs": b"x", "a//b": b"x"})
    status = await rig.once(delete=True)
    assert status.state is SyncState.IN_SYNC
    assert rig.space.ours == []


async def test_git_at_work_is_waited_for(rig: Rig) -> None:
    rig.speed = 20.0
    rig.seed(APP)
    async with rig.running():
        lock = rig.write(".git/index.lock", "")
        rig.write("app.py", "print(2)\n")
        await rig.state(SyncState.SETTLING)
        await rig.looks()
        assert rig.space.ours == []
        lock.unlink()
        await rig.commits(1)
        rig.write(".git/MERGE_HEAD", "")
        rig.write("app.py", "print(3)\n")
        await rig.state(SyncState.HELD)
        assert len(rig.space.ours) == 1
        assert rig.engine
        rig.engine.tell("accept")
        await rig.commits(2)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 999}', '{"schema": 1, "space": 3}'])
async def test_a_garbled_memory_is_rebuilt(rig: Rig, text: str) -> None:
    rig.seed(APP)
    await rig.once()
    (rig.state_dir / "state.json").write_text(text)
    (rig.state_dir / "journal.ndjson").write_text(text + '\n{"kind": "intent"')
    (rig.root / "util.py").unlink()
    status = await rig.once()
    assert status.state is SyncState.IN_SYNC
    assert rig.space.ours == []


async def test_a_second_engine_on_the_folder_is_refused(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        with pytest.raises(LockedError, match="already watched"):
            await rig.make().run()
    assert (await rig.once()).state is SyncState.IN_SYNC


@pytest.mark.parametrize("what", ["missing", "file", "disk", "home"])
async def test_folders_nobody_means_are_refused(
    rig: Rig, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(rig.root))
    file = rig.write("file")
    places = {
        "missing": rig.root / "nothing", "file": file, "disk": Path("/"), "home": rig.root
    }  # fmt: skip
    rig.root = places[what]
    with pytest.raises(FolderError, match=r"\.$"):
        await rig.make().run()


async def test_without_file_events_saves_still_arrive(rig: Rig) -> None:
    rig.watcher = no_watcher
    rig.seed(APP)
    async with rig.running() as engine:
        assert engine.status.degraded
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
    assert rig.of(Degraded) == [Degraded("no file events here")]


async def test_a_silent_watcher_only_costs_time(rig: Rig) -> None:
    rig.watcher = SilentWatcher
    rig.seed(APP)
    async with rig.running() as engine:
        for number in range(3):
            rig.write("app.py", f"print('{number}')\n")
            await rig.commits(number + 1)
        await rig.until(lambda: "silent" in engine.status.degraded)


async def test_a_watcher_that_dies_is_replaced(rig: Rig) -> None:
    made: list[SilentWatcher] = []

    class DyingWatcher(SilentWatcher):
        async def batches(self) -> AsyncIterator[frozenset[str]]:
            await asyncio.sleep(0.05)
            if self.folders:
                raise WatcherLostError("it died")
            yield frozenset()

    def factory(folders: Sequence[str]) -> SilentWatcher:
        made.append(DyingWatcher(folders))
        return made[-1]

    rig.speed = 20.0
    rig.watcher = factory
    rig.seed(APP)
    async with rig.running():
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
        await rig.until(lambda: len(made) >= 4)
    assert rig.of(Degraded)[0] == Degraded("it died")


async def test_the_plan_says_what_and_why(rig: Rig) -> None:
    rig.seed(APP)
    rig.space.push({"only_there.py": b"x"})
    rig.write("app.py", "print('new')\n")
    rig.write("fresh.py")
    rig.write(".env", "A=1")
    async with rig.running(settled=False, assume_yes=False) as engine:
        await rig.state(SyncState.PLAN)
        plan = rig.of(Planned)[0].plan
        assert [(item.path, item.reason, item.mode) for item in plan.upload] == [
            ("app.py", "changed", "regular"),
            ("fresh.py", "new", "unknown"),
        ]
        assert plan.remote_only == ("only_there.py",)
        assert [item.path for item in plan.skipped] == [".env"]
        assert engine.status.plan == plan
        engine.tell("drop")
        await rig.state(SyncState.IN_SYNC)
        assert rig.space.ours == []
        rig.write("app.py", "print('newer')\n")
        await rig.commits(1)
    assert rig.space.ours[0].paths == ("app.py",)
