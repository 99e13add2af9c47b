"""Large files: asked about, sent beside everything else, named by a commit, never sent twice."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from spaces_tui.model.changes import LfsFile
from spaces_tui.model.identity import Secret
from spaces_tui.model.repo import AddFile
from spaces_tui.model.sync_events import (
    Committed,
    HeldBack,
    Planned,
    Progressed,
    Refused,
    Retrying,
    Warned,
)
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync import measure as measuring
from spaces_tui.sync.figures import Stat
from spaces_tui.sync.journal import Intent, Journal
from spaces_tui.sync.protocols import Trouble
from spaces_tui.sync.read import MovingError, read_pieces
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault

APP = {"app.py": b"print(1)\n", "util.py": b"a = 1\n", "README.md": b"# x"}
TOKEN = "hf_" + "q" * 34
SMALL = b"\0small" * 100
BIG = bytes(range(256)) * 48_000
"""More than 10 MiB."""


@pytest.fixture
def fast(rig: Rig) -> Rig:
    rig.speed = 20.0
    rig.seed(APP)
    return rig


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every piece that was read of a large file: the file's name, and bytes."""
    pieces: list[tuple[str, int]] = []

    def noted(path: Path, expected: Stat, length: int) -> Iterator[bytes]:
        for piece in read_pieces(path, expected, length):
            pieces.append((path.name, len(piece)))
            yield piece

    monkeypatch.setattr("spaces_tui.sync.measure.read_pieces", noted)
    return pieces


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def regular(rig: Rig) -> Iterator[AddFile]:
    """Yield every file whose bytes were in a commit's body."""
    return (each for body in rig.space.bodies for each in body if isinstance(each, AddFile))


def sparse(rig: Rig, path: str, size: int) -> Path:
    with (rig.root / path).open("wb") as file:
        file.truncate(size)
    return rig.root / path


async def held(rig: Rig, path: str) -> None:
    engine = rig.engine
    assert engine is not None
    await rig.until(lambda: path in [each.path for each in engine.status.held])
    await rig.state(SyncState.HELD)


async def test_what_the_hub_wants_large_goes_in_the_commit_of_its_save(fast: Rig) -> None:
    async with fast.running():
        fast.write("logo.png", SMALL)
        fast.write("util.py", "a = 2\n")
        await fast.commits(1)
    assert fast.space.bodies == [
        (LfsFile("logo.png", sha(SMALL), len(SMALL)), AddFile("util.py", b"a = 2\n"))
    ]
    assert fast.space.tree_now["logo.png"] == SMALL
    assert fast.space.sent_large == ["logo.png"]
    assert fast.of(HeldBack) == []


async def test_the_intent_names_a_large_file_by_its_sha256(
    fast: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    intents: list[Intent] = []
    monkeypatch.setattr(Journal, "intend", lambda _, intent: intents.append(intent))
    async with fast.running():
        fast.write("logo.png", SMALL)
        await fast.commits(1)
    assert intents[0].operations == {"logo.png": f"sha256:{sha(SMALL)}"}


async def test_an_empty_file_is_always_a_regular_one(fast: Rig) -> None:
    async with fast.running():
        fast.write("empty.bin", b"")
        await fast.commits(1)
    assert fast.space.bodies == [(AddFile("empty.bin", b""),)]
    assert "preupload" not in fast.space.calls


async def test_a_huge_file_is_held_unread_and_everything_else_goes_on(
    fast: Rig, read: list[tuple[str, int]]
) -> None:
    async with fast.running() as engine:
        sparse(fast, "model.dat", 5 * 1024**3)
        await held(fast, "model.dat")
        fast.write("app.py", "print(2)\n")
        await fast.until(lambda: fast.space.ours)
        await fast.state(SyncState.HELD)
        assert engine.status.pending == 1
        assert engine.status.held[0].reason == "model.dat, 5.4 GB: more than 10 MB"
        await fast.looks()
    assert [event.paths for event in fast.of(HeldBack)] == [("model.dat",)]
    assert fast.space.ours[0].paths == ("app.py",)
    assert read == []
    assert "send_large" not in fast.space.calls


async def test_a_held_file_goes_with_a_yes(fast: Rig) -> None:
    async with fast.running() as engine:
        fast.write("model.bin", BIG)
        await held(fast, "model.bin")
        engine.tell("accept")
        await fast.commits(1)
        assert engine.status.transfers == ()
        assert engine.status.held == ()
    assert fast.space.tree_now["model.bin"] == BIG
    assert list(regular(fast)) == []
    last = fast.of(Progressed)[-1]
    assert (last.path, last.sent, last.size) == ("model.bin", len(BIG), len(BIG))


async def test_a_held_file_stays_with_a_no_until_it_changes(fast: Rig) -> None:
    async with fast.running() as engine:
        fast.write("model.bin", BIG)
        await held(fast, "model.bin")
        engine.tell("drop")
        await fast.state(SyncState.IN_SYNC)
        fast.write("app.py", "print(2)\n")
        await fast.commits(1)
        fast.write("model.bin", BIG + b"more")
        await held(fast, "model.bin")
    assert [revision.paths for revision in fast.space.ours] == [("app.py",)]
    assert fast.space.sent_large == []


async def test_a_yes_is_for_one_content(fast: Rig) -> None:
    fast.space.hold_large = asyncio.Event()
    async with fast.running() as engine:
        fast.write("model.bin", BIG)
        await held(fast, "model.bin")
        engine.tell("accept")
        await fast.until(lambda: "send_large" in fast.space.calls)
        fast.write("model.bin", BIG + b"more")
        await held(fast, "model.bin")
        fast.space.hold_large.set()
        await fast.looks()
    assert fast.space.sent_large == []
    assert fast.space.ours == []


async def test_small_saves_go_while_a_large_file_is_on_its_way(fast: Rig) -> None:
    fast.space.hold_large = asyncio.Event()
    fast.write("model.bin", BIG)
    async with fast.running(settled=False) as engine:
        await fast.until(lambda: engine.status.transfers and engine.status.transfers[0].sent)
        await fast.state(SyncState.SENDING)
        fast.write("util.py", "a = 2\n")
        await fast.until(lambda: fast.space.ours)
        await fast.looks()
        assert engine.status.state is SyncState.SENDING
        assert engine.status.transfers[0].path == "model.bin"
        assert SyncState.IN_SYNC not in fast.states
        fast.space.hold_large.set()
        await fast.commits(2)
    assert [revision.paths[0] for revision in fast.space.ours] == ["util.py", "model.bin"]
    assert fast.space.parents[1] == fast.space.ours[0].oid


async def test_what_starts_the_app_goes_after_the_large_file_it_was_saved_with(rig: Rig) -> None:
    rig.speed = 20.0
    for path, content in (APP | {"model.bin": BIG}).items():
        rig.write(path, content)
    rig.space.hold_large = asyncio.Event()
    async with rig.running(settled=False):
        await rig.until(lambda: rig.space.ours)
        await rig.looks()
        assert set(rig.space.tree_now) == {"util.py"}
        rig.space.hold_large.set()
        await rig.commits(2)
    assert set(rig.space.ours[1].paths) >= {"app.py", "README.md", "model.bin"}


async def test_an_app_file_saved_again_does_not_wait(rig: Rig) -> None:
    rig.speed = 20.0
    for path, content in (APP | {"model.bin": BIG}).items():
        rig.write(path, content)
    rig.space.hold_large = asyncio.Event()
    async with rig.running(settled=False):
        await rig.until(lambda: rig.space.ours)
        rig.write("app.py", "print(2)\n")
        await rig.until(lambda: "app.py" in rig.space.tree_now)
        assert "model.bin" not in rig.space.tree_now


async def test_the_first_plan_shows_large_files_and_its_yes_is_enough(rig: Rig) -> None:
    rig.seed(APP)
    rig.write("model.bin", BIG)
    async with rig.running(settled=False, assume_yes=False) as engine:
        await rig.state(SyncState.PLAN)
        plan = rig.of(Planned)[0].plan
        assert [(each.path, each.size, each.mode) for each in plan.upload] == [
            ("model.bin", len(BIG), "lfs")
        ]
        engine.tell("accept")
        await rig.commits(1)
    assert rig.of(HeldBack) == []
    assert rig.space.tree_now["model.bin"] == BIG


async def test_stop_ends_a_transfer_and_says_what_is_unsent(fast: Rig) -> None:
    fast.space.hold_large = asyncio.Event()
    fast.write("model.bin", BIG)
    engine = fast.make(assume_yes=True)
    task = asyncio.create_task(engine.run())
    await fast.until(lambda: "send_large" in fast.space.calls)
    engine.tell("stop")
    last = await asyncio.wait_for(task, 10)
    assert last.pending == 1
    assert engine.status.transfers == ()
    assert fast.space.ours == []
    fast.space.hold_large = None
    assert (await fast.once()).state is SyncState.IN_SYNC
    assert fast.space.tree_now["model.bin"] == BIG


async def test_stop_does_not_wait_for_what_takes_longer(rig: Rig) -> None:
    rig.seed(APP)
    rig.space.hold_large = asyncio.Event()
    sparse(rig, "model.bin", 300_000_000)
    engine = rig.make(assume_yes=True)
    task = asyncio.create_task(engine.run())
    await rig.until(lambda: "send_large" in rig.space.calls)
    rig.write("app.py", "print(2)\n")
    engine.tell("stop")
    last = await asyncio.wait_for(task, 10)
    assert last.pending == 1
    assert rig.space.calls.count("send_large") == 1
    assert [revision.paths for revision in rig.space.ours] == [("app.py",)]


async def test_pause_ends_a_transfer_and_resume_begins_it_again(fast: Rig) -> None:
    fast.space.hold_large = asyncio.Event()
    fast.write("model.bin", BIG)
    async with fast.running(settled=False) as engine:
        await fast.until(lambda: "send_large" in fast.space.calls)
        engine.tell("pause")
        await fast.until(lambda: not engine.status.transfers)
        await fast.state(SyncState.PAUSED)
        fast.space.hold_large = None
        engine.tell("resume")
        await fast.commits(1)
    assert fast.space.calls.count("send_large") == 2


async def test_a_deleted_file_is_not_sent_any_more(fast: Rig) -> None:
    fast.space.hold_large = asyncio.Event()
    fast.write("model.bin", BIG)
    async with fast.running(settled=False) as engine:
        await fast.until(lambda: "send_large" in fast.space.calls)
        (fast.root / "model.bin").unlink()
        await fast.state(SyncState.IN_SYNC)
        assert engine.status.transfers == ()
    assert fast.space.ours == []


@pytest.mark.parametrize("trouble", [Trouble.FORBIDDEN, Trouble.UNCLEAR])
async def test_a_storage_that_fails_is_tried_again(fast: Rig, trouble: Trouble) -> None:
    async with fast.running():
        fast.space.fail("send_large", Fault(trouble, message="The storage failed."))
        fast.write("logo.png", SMALL)
        await fast.commits(1)
    assert SyncState.BACKOFF in fast.states
    assert fast.of(Retrying)[0].reason == "logo.png: The storage failed."
    assert len(fast.space.bodies) == 1


async def test_a_file_that_never_gets_through_is_held_alone_until_told(fast: Rig) -> None:
    async with fast.running() as engine:
        fast.space.fail("send_large", *[Fault(Trouble.UNCLEAR, message="No.")] * 5)
        fast.write("logo.png", SMALL)
        await held(fast, "logo.png")
        assert engine.status.held[0].reason == "logo.png: it could not be sent: No."
        fast.write("app.py", "print(2)\n")
        await fast.until(lambda: fast.space.ours)
        assert fast.space.ours[0].paths == ("app.py",)
        await fast.state(SyncState.HELD)
        engine.tell("accept")
        await fast.commits(2)
    assert fast.space.tree_now["logo.png"] == SMALL
    assert len(fast.of(HeldBack)) == 1


async def test_a_network_that_is_gone_is_waited_for_as_long_as_it_takes(fast: Rig) -> None:
    async with fast.running():
        fast.space.fail("send_large", *[Fault(Trouble.OFFLINE)] * 7)
        fast.write("logo.png", SMALL)
        await fast.commits(1)
    assert SyncState.OFFLINE in fast.states
    assert fast.of(HeldBack) == []


async def test_one_bad_file_does_not_keep_its_company(fast: Rig) -> None:
    async with fast.running():
        fast.space.fail("send_large", *[Fault(Trouble.REJECTED, message="Too odd.")] * 2)
        for name in ("a.png", "b.png", "c.png"):
            fast.write(name, SMALL + name.encode())
        await fast.until(lambda: fast.of(Refused))
        await fast.commits(1)
    assert [event.path for event in fast.of(Refused)] == ["a.png"]
    assert fast.of(Refused)[0].reason == "the Hub refused it: Too odd."
    assert {"b.png", "c.png"} < set(fast.space.tree_now)


@pytest.mark.parametrize("landed", [True, False])
async def test_a_commit_that_fails_after_the_upload_sends_no_bytes_again(
    fast: Rig, landed: bool
) -> None:
    async with fast.running():
        fast.space.fail("commit", Fault(Trouble.UNCLEAR, landed=landed))
        fast.write("logo.png", SMALL)
        await fast.commits(1)
        await fast.looks()
    assert len(fast.space.ours) == 1
    assert fast.space.sent_large == ["logo.png"]
    assert fast.space.calls.count("send_large") == 1


async def test_a_crash_before_the_commit_sends_no_bytes_again(fast: Rig) -> None:
    fast.write("logo.png", SMALL)
    fast.space.hold = asyncio.Event()
    engine = fast.make(assume_yes=True)
    task = asyncio.create_task(engine.run())
    await fast.until(lambda: fast.space.bodies)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    fast.space.hold = None
    assert (await fast.once()).state is SyncState.IN_SYNC
    assert len(fast.space.ours) == 1
    assert fast.space.sent_large == ["logo.png"]


async def test_what_the_hub_ignores_is_shown_and_left_alone(fast: Rig) -> None:
    fast.space.ignored.add("data.toml")
    async with fast.running():
        fast.write("data.toml", "x = 1\n")
        await fast.until(lambda: fast.of(Refused))
        await fast.state(SyncState.IN_SYNC)
        await fast.looks(3)
    assert "ignores" in fast.of(Refused)[0].reason
    assert fast.space.calls.count("preupload") == 1
    assert fast.space.bodies == []


async def test_a_large_text_is_never_in_a_body(fast: Rig) -> None:
    content = b"1,2,3\n" * 1_900_000
    async with fast.running() as engine:
        fast.write("data.csv", content)
        await held(fast, "data.csv")
        engine.tell("accept")
        await fast.commits(1)
        fast.write("other.csv", "a,b\n")
        await fast.commits(2)
    assert fast.space.tree_now["data.csv"] == content
    assert [each.path for each in regular(fast)] == ["other.csv"]


async def test_what_is_unchanged_is_not_read_or_sent_again(
    fast: Rig, read: list[tuple[str, int]]
) -> None:
    fast.write("model.bin", BIG)
    await fast.once()
    read.clear()
    status = await fast.once()
    assert status.state is SyncState.IN_SYNC
    assert read == []
    (fast.root / "model.bin").touch()
    status = await fast.once()
    assert status.state is SyncState.IN_SYNC
    assert sum(size for _, size in read) == len(BIG)
    assert fast.space.sent_large == ["model.bin"]
    assert len(fast.space.ours) == 1


async def test_a_large_file_that_moved_costs_no_question_and_no_bytes(fast: Rig) -> None:
    fast.write("model.bin", BIG)
    async with fast.running():
        await fast.commits(1)
        (fast.root / "model.bin").rename(fast.root / "weights.bin")
        await fast.commits(2)
    assert fast.of(HeldBack) == []
    assert fast.space.sent_large == ["model.bin"]
    assert set(fast.space.ours[1].paths) - {".gitattributes"} == {"weights.bin", "model.bin"}
    assert "model.bin" not in fast.space.tree_now


async def test_a_folder_of_images_that_moved_is_no_mass_deletion(rig: Rig) -> None:
    rig.speed = 20.0
    for path, content in APP.items():
        rig.write(path, content)
    for number in range(30):
        rig.write(f"img/{number}.png", SMALL + bytes([number]))
    async with rig.running():
        commits = len(rig.space.ours)
        (rig.root / "img").rename(rig.root / "pictures")
        await rig.commits(commits + 1)
    assert rig.of(HeldBack) == []
    assert len(rig.space.sent_large) == 30
    assert not any(path.startswith("img/") for path in rig.space.tree_now)


async def test_the_hubs_own_line_in_gitattributes_is_seen_and_kept(fast: Rig) -> None:
    fast.seed({".gitattributes": b"*.zip filter=lfs\n"})
    async with fast.running() as engine:
        fast.write("logo.png", SMALL)
        await fast.commits(1)
        grown = fast.space.tree_now[".gitattributes"]
        assert b"logo.png" in grown
        fast.write("app.py", "print(2)\n")
        await fast.commits(2)
        assert fast.space.tree_now[".gitattributes"] == grown
        fast.write(".gitattributes", "*.gz filter=lfs\n")
        await fast.state(SyncState.CONFLICT)
        assert engine.status.conflicts == (".gitattributes",)
    assert fast.space.tree_now[".gitattributes"] == grown


async def test_a_regular_file_that_grew_becomes_a_large_one(fast: Rig) -> None:
    async with fast.running() as engine:
        fast.write("util.py", b"a = 1\n" * 1_900_000)
        await held(fast, "util.py")
        engine.tell("accept")
        await fast.commits(1)
        fast.write("util.py", "a = 2\n")
        await fast.commits(2)
    assert isinstance(fast.space.bodies[0][0], LfsFile)
    assert fast.space.bodies[1] == (LfsFile("util.py", sha(b"a = 2\n"), 6),)


async def test_a_token_in_a_large_file_is_found_wherever_it_lies(fast: Rig) -> None:
    fast.forbidden = [Secret(TOKEN)]
    content = bytearray(b"x\n" * 6_000_000)
    content[measuring.PIECE - 10 : measuring.PIECE - 10 + len(TOKEN)] = TOKEN.encode()
    fast.write("dump.bin", bytes(content))
    async with fast.running(settled=False):
        await fast.until(lambda: fast.of(Refused))
        await fast.state(SyncState.IN_SYNC)
        await fast.looks()
    assert fast.of(Refused)[0].reason == "it contains your own access token"
    assert fast.of(Refused)[0].line == (measuring.PIECE - 10) // 2 + 1
    assert fast.space.storage == {}
    assert len(fast.of(Refused)) == 1


async def test_a_file_worth_a_word_gets_one(fast: Rig) -> None:
    async with fast.running():
        fast.write("data.bin", b"\0" * 2_000_000)
        await fast.commits(1)
        await fast.looks()
    assert [event.message for event in fast.of(Warned)] == ["data.bin is large: 2.0 MB."]


async def test_a_thousand_large_files_cost_few_questions_and_few_commits(rig: Rig) -> None:
    rig.speed = 20.0
    for number in range(1000):
        rig.write(f"img/{number:04}.png", SMALL + str(number).encode())
    rig.write("app.py", "print(1)\n")
    status = await rig.once()
    assert status.state is SyncState.IN_SYNC
    assert len(rig.space.sent_large) == 1000
    assert rig.space.calls.count("preupload") <= 10
    assert len(rig.space.ours) <= 6
    assert "app.py" in rig.space.ours[-1].paths
    assert sum(len(event.uploaded) for event in rig.of(Committed)) == 1001


def test_a_file_is_read_in_small_pieces(tmp_path: Path, read: list[tuple[str, int]]) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(BIG)
    found = measuring.measure(file, Stat.of(file.lstat()), (), Event(), regular=True)
    assert found.content.sha256 == sha(BIG)
    assert max(size for _, size in read) <= 1024 * 1024
    assert sum(size for _, size in read) == len(BIG)


def test_reading_ends_when_told_and_when_the_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(BIG)
    figures = Stat.of(file.lstat())
    stop = Event()
    stop.set()
    with pytest.raises(MovingError):
        measuring.measure(file, figures, (), stop)
    os.utime(file, (1, 1))
    with pytest.raises(MovingError):
        measuring.measure(file, figures, (), Event())


async def test_a_secret_in_a_large_file_is_refused_after_the_rules_changed(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        rig.write(".gitignore", "nothing\n")
        await rig.commits(1)
        rig.write("model.bin", b"token = 'hf_" + b"a" * 40 + b"'\n")
        await rig.until(lambda: [each.path for each in engine.status.refused] == ["model.bin"])
        assert "model.bin" not in rig.space.tree_now
