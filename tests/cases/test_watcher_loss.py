"""File events get lost in many ways; none of them may lose a change."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.cases.driver import Engine, in_namespace, inside, wait_until
from tests.cases.world import World, large

FEW_WATCHES = "echo 20 > /proc/sys/user/max_inotify_watches"

DEAF = """
import asyncio, watchfiles._rust_notify as any_system
from spaces_tui.sync import inotify
class Deaf:
    def __init__(self, *places, **options): pass
    def watch(self, debounce, step, timeout, stop): stop.wait(); return "stop"
    def close(self): pass
any_system.RustNotify = Deaf
async def batches(self):
    await asyncio.Event().wait()
    yield frozenset()
inotify.InotifyWatcher.batches = batches
"""
"""A notifier that never says anything."""

BREAKS = """
import ctypes, os, threading, time
def cut():
    while True:
        time.sleep(0.05)
        if not os.path.exists("MARK"): continue
        dead = ctypes.CDLL(None).inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for name in os.listdir("/proc/self/fd"):
            try:
                if "inotify" in os.readlink("/proc/self/fd/" + name) and int(name) != dead:
                    os.dup2(dead, int(name), inheritable=False)
            except OSError: pass
        os.close(dead)
        os.unlink("MARK")
threading.Thread(target=cut, daemon=True).start()
"""
"""Puts a notifier that watches nothing in the place of each, whenever a mark appears.

Closing them would not do: their numbers would soon be those of other files, and those would break.
"""


def watches_of(engine: Engine) -> int:
    """Return how many folders the system watches for a process."""
    found = 0
    for file in Path(f"/proc/{engine.pid}/fdinfo").iterdir():
        try:
            found += file.read_text().count("inotify wd:")
        except OSError:
            continue
    return found


def test_folders_made_and_filled_at_once_arrive_whole(world: World) -> None:
    """T007."""
    engine = world.start()
    for number in range(50):
        world.write(f"a/b/c/f{number}.py", f"f = {number}\n")
    engine.next("commit")
    world.landed(1)
    engine.reaches("in-sync")
    assert [len(change.paths) for change in world.probe(engine)] == [50]
    world.judge(engine)


def test_a_tree_moved_in_arrives_whole(world: World) -> None:
    """T009."""
    outside = world.base / "outside"
    for number in range(200):
        place = outside / f"x{number % 3}" / f"y{number % 2}" / f"f{number}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"f = {number}\n")
    engine = world.start()
    outside.rename(world.root / "x")
    world.saw()
    changes = world.landed(1)
    engine.reaches("in-sync")
    assert 1 <= len(world.probe(engine)) <= 2
    assert sum(len(change.paths) for change in changes) <= 200
    world.judge(engine)


def test_a_tree_moved_out_is_deleted_and_not_listened_to_any_more(world: World) -> None:
    """T010."""
    engine = world.start()
    away = world.base / "away"
    gone = {f"pkg0/{file.name}" for file in (world.root / "pkg0").iterdir()}
    (world.root / "pkg0").rename(away)
    (change,) = world.landed(1)
    assert (change.deleted, change.written) == (gone, {})
    engine.reaches("in-sync")
    world.probe(engine)
    world.forget()
    (away / "m0.py").write_text("unseen = True\n")
    engine.answers()
    assert world.requests() == []
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_a_folder_that_is_renamed_is_one_commit(world: World) -> None:
    """T011."""
    for number in range(120):
        world.write(f"lib/f{number}.py", f"f = {number}\n")
    engine = world.start()
    before = len(world.changes())
    (world.root / "lib").rename(world.root / "lib2")
    world.saw()
    change = world.landed(before + 1)[-1]
    assert change.deleted == {f"lib/f{n}.py" for n in range(120)}
    assert set(change.written) == {f"lib2/f{n}.py" for n in range(120)}
    assert not engine.new("held")
    assert len(world.probe(engine)) == before + 1
    world.judge(engine)


def test_a_file_becomes_a_folder_in_one_commit(world: World) -> None:
    """T013."""
    world.write("conf", "old\n")
    engine = world.start()
    before = len(world.changes())
    (world.root / "conf").unlink()
    world.write("conf/a.toml", "a = 1\n")
    change = world.landed(before + 1)[-1]
    assert (change.deleted, set(change.written)) == ({"conf"}, {"conf/a.toml"})
    assert len(world.probe(engine)) == before + 1
    world.judge(engine)


def test_a_folder_becomes_a_file_in_one_commit(world: World) -> None:
    """T013, the other way round."""
    engine = world.start()
    shutil.rmtree(world.root / "pkg1")
    world.write("pkg1", "a file now\n")
    (change,) = world.landed(1)
    assert set(change.written) == {"pkg1"}
    assert len(world.probe(engine)) == 1
    world.judge(engine)


@pytest.mark.parametrize("count", [6_000, pytest.param(20_000, marks=large)])
def test_a_queue_that_overflows_loses_nothing(world: World, count: int) -> None:
    """T016. Each file makes at least three events; the system's queue takes 16,384."""
    engine = world.start()
    engine.signal(signal.SIGSTOP)
    for number in range(count):
        world.write(f"many/d{number % 100}/f{number}.py", f"f = {number}\n")
    engine.signal(signal.SIGCONT)
    wait_until(lambda: any(len(one["paths"]) == count for one in engine.new("held")), "all", 100)
    assert world.changes() == []
    for number in range(900, count):
        (world.root / f"many/d{number % 100}/f{number}.py").unlink()
    wait_until(lambda: len(engine.new("held")[-1]["paths"]) == 900, "the rest to be held", 100)
    engine.say("accept")
    wait_until(lambda: sum(len(one.paths) for one in world.changes()) >= 900, "the rest", 100)
    world.judge(engine)


def test_a_limit_on_watches_at_the_start_means_scanning(world: World) -> None:
    """T017."""
    for number in range(50):
        world.write(f"many/d{number}/f.py", f"f = {number}\n")
    engine = world.start(prefix=in_namespace(FEW_WATCHES))
    engine.until("degraded")
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    assert sum(one["event"] == "degraded" for one in engine.events) == 1
    world.judge(engine)


def test_a_limit_on_watches_met_while_running_loses_nothing(world: World) -> None:
    """T018."""
    engine = world.start(prefix=in_namespace(FEW_WATCHES))
    assert not [one for one in engine.events if one["event"] == "degraded"]
    for number in range(50):
        world.write(f"more/d{number}/f.py", f"f = {number}\n")
    engine.next("degraded")
    wait_until(lambda: all(f"more/d{n}/f.py" in world.tree() for n in range(50)), "all 50")
    world.judge(engine)


def test_a_name_that_is_not_text_harms_nobody_else(world: World) -> None:
    """T021."""
    engine = world.start()
    os.close(os.open(os.fsencode(world.root) + b"/bad\xff.py", os.O_CREAT | os.O_WRONLY))
    engine.next("refused")
    for version in (2, 3):
        world.write("app.py", f"v = {version}\n")
        world.holds("app.py", f"v = {version}\n")
    assert len(engine.new("refused")) == 1
    assert "UTF-8" in engine.new("refused")[0]["reason"]
    world.judge(engine)


def test_a_deleted_folder_halts_and_its_return_resumes(world: World) -> None:
    """T022."""
    engine = world.start()
    content = {path: (world.root / path).read_bytes() for path in world.states}
    shutil.rmtree(world.root)
    engine.reaches("halted")
    assert "missing" in engine.new("state")[-1]["reason"]
    for path, data in content.items():
        world.write(path, data)
    engine.reaches("in-sync")
    assert world.probe(engine) == []
    world.judge(engine)


def test_an_unmounted_folder_halts_and_the_mount_resumes(world: World) -> None:
    """T024."""
    mounted = world.base / "mounted"
    mounted.mkdir()
    bind = f"mount --bind {world.root} {mounted}"
    engine = world.start(folder=mounted, prefix=in_namespace(bind, mounts=True))
    inside(engine, "umount", "-l", str(mounted))
    engine.reaches("halted")
    inside(engine, "mount", "--bind", str(world.root), str(mounted))
    engine.reaches("in-sync")
    assert world.probe(engine) == []
    world.judge(engine)


def test_a_folder_whose_parent_is_renamed_halts(world: World, hub: LocalHub) -> None:
    """T025."""
    other = world.base / "other"
    other.mkdir()
    nested = World(hub, other, folder="proj/src")
    try:
        engine = nested.start()
        (other / "proj").rename(other / "proj2")
        engine.reaches("halted")
        assert str(nested.root) in engine.new("state")[-1]["reason"]
        (other / "proj2").rename(other / "proj")
        engine.reaches("in-sync")
        assert nested.probe(engine) == []
        nested.judge(engine)
    finally:
        nested.close()


@pytest.mark.parametrize("above", ["node_modules/x", ".venv/lib"])
def test_a_project_below_a_name_that_is_skipped_is_watched(
    hub: LocalHub, tmp_path: Path, above: str
) -> None:
    """T026."""
    world = World(hub, tmp_path, folder=f"{above}/src")
    try:
        engine = world.start()
        world.write("app.py", "v = 2\n")
        engine.next("commit")
        assert len(world.probe(engine)) == 1
        world.judge(engine)
    finally:
        world.close()


def test_a_huge_ignored_tree_costs_nothing(world: World) -> None:
    """T027."""
    for number in range(5_000):
        (world.root / ".venv" / f"d{number // 100}" / f"e{number}").mkdir(parents=True)
    engine = world.start()
    assert watches_of(engine) < 100
    world.write("app.py", "v = 2\n")
    engine.next("commit")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_events_that_end_are_noticed_and_had_again(world: World) -> None:
    """T028."""
    mark = world.base / "cut"
    engine = world.start(code=BREAKS.replace("MARK", str(mark)))
    for version in (2, 3, 4):
        mark.touch()
        wait_until(lambda: not mark.exists(), "the cut")
        world.write("app.py", f"v = {version}\n")
        world.holds("app.py", f"v = {version}\n")
    world.judge(engine)


def test_events_that_never_come_only_cost_time(world: World) -> None:
    """T029."""
    engine = world.start(code=DEAF)
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    engine.next("degraded")
    assert "silent" in engine.new("degraded")[0]["reason"]
    world.write("app.py", "v = 3\n")
    world.holds("app.py", "v = 3\n")
    world.judge(engine)
