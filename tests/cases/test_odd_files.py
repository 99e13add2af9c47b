"""Names, kinds, sizes and editors: whatever lies in the folder, the rest goes on."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from tests.cases.driver import Engine, environment, needs, wait_until
from tests.cases.world import CANARY, World, state_folder, unprivileged


def told_of(engine: Engine, path: str) -> dict[str, object]:
    """Wait for a word about a path that is not sent; return it."""
    wait_until(
        lambda: any(
            one.get("path") == path or path in one.get("paths", ())
            for one in engine.events
            if one["event"] in {"refused", "held"}
        ),
        f"a word about {path!r}",
        60,
    )
    return next(
        one
        for one in engine.events
        if one["event"] in {"refused", "held"}
        and (one.get("path") == path or path in one.get("paths", ()))
    )


def test_bytes_sent_are_the_bytes_that_were_journaled(world: World) -> None:
    """T035. The file changes all the time, also between being hashed and being sent."""
    engine = world.start("--settle", "50")
    number = 0
    while len(world.changes()) < 4:
        number += 1
        world.replace("app.py", f"v = {number}\n" * 2000)
        world.write("other.py", f"v = {number}\n")
        if number % 7 == 0:
            wait_until(lambda: bool(engine.new("commit")), "a commit")
            engine.mark()
    world.judge(engine)
    lines = (state_folder(world) / "journal.ndjson").read_bytes().splitlines()
    records = [json.loads(line) for line in lines if line]
    intents = {one["nonce"]: one["operations"] for one in records if one["kind"] == "intent"}
    for change in world.changes():
        for path, content in change.written.items():
            blob = subprocess.run(
                ["git", "hash-object", "--stdin"], input=content, capture_output=True, check=True
            )
            assert intents[change.nonce][path] == blob.stdout.decode().strip()


@pytest.mark.parametrize("whole", [True, False])
def test_what_cannot_be_read_is_frozen(world: World, whole: bool) -> None:
    """T040; and T042, where a single file is closed to us."""
    engine = world.start(prefix=unprivileged())
    place = world.root / ("pkg0" if whole else "pkg0/m0.py")
    mode = stat.S_IMODE(place.stat().st_mode)
    place.chmod(0)
    told_of(engine, "pkg0" if whole else "pkg0/m0.py")
    assert world.probe(engine) == []
    place.chmod(mode)
    assert world.probe(engine) == []
    world.judge(engine)


VIM = ("-N", "-u", "NONE", "-i", "NONE", "-es", "-c", "set backup backupskip= writebackup swapfile")


@pytest.mark.parametrize("copy", ["no", "yes", "auto"])
def test_a_save_by_vim_is_one_file_in_one_commit(world: World, copy: str) -> None:
    """T043."""
    engine = world.start()
    edits = ["-c", f"set backupcopy={copy}", "-c", "normal Goedited = True", "-c", "wq"]
    subprocess.run([needs("vim"), *VIM, *edits, "app.py"], cwd=world.root, check=True)
    assert (world.root / "app.py~").exists()
    world.saw()
    world.holds("app.py", (world.root / "app.py").read_bytes())
    assert [change.paths for change in world.probe(engine)] == [{"app.py"}]
    world.judge(engine)


def test_a_save_by_emacs_is_one_file_in_one_commit(world: World) -> None:
    """T046: the lock, the automatic save and the backup, in the order emacs makes them."""
    engine = world.start()
    file = world.root / "app.py"
    lock = world.root / ".#app.py"
    lock.symlink_to("ada@desk.4711:1700000000")
    (world.root / "#app.py#").write_text("half a line")
    file.rename(world.root / "app.py~")
    world.write("app.py", "edited = True\n")
    (world.root / "#app.py#").unlink()
    lock.unlink()
    world.holds("app.py", "edited = True\n")
    assert [change.paths for change in world.probe(engine)] == [{"app.py"}]
    world.judge(engine)


SCRATCH = (
    "4913", "a.py___jb_tmp___", ".goutputstream-X1Y2Z3", "a.py.tmp.4711.1700000000",
    ".a.py.kate-swp",
)  # fmt: skip


def test_scratch_files_of_editors_are_no_news(world: World) -> None:
    """T043, for the names other editors use on their way to a save."""
    engine = world.start()
    for name in SCRATCH:
        (world.root / name).write_text(f"by way of {name}")
        (world.root / name).replace(world.root / "util.py")
        world.saw()
        world.holds("util.py", f"by way of {name}")
    assert [change.paths for change in world.probe(engine)] == [{"util.py"}] * len(SCRATCH)
    world.judge(engine)


def test_names_that_look_like_options_are_names(world: World) -> None:
    """T050."""
    engine = world.start()
    for name in ("-rf.py", ".hidden.py", "--delete", "a b.py", "'quoted'.py"):
        world.write(name, f"name = {name!r}\n")
        world.holds(name, f"name = {name!r}\n")
    world.judge(engine)


def test_names_windows_cannot_have_get_one_answer(world: World) -> None:
    """T052."""
    names = ("x.", "CON.py", "a:b.py", "what?.py", "tail ")
    answers = []
    for _ in range(2):
        engine = world.start()
        for name in names:
            world.write(name, f"name = {name!r}\n")
        world.probe(engine)
        refused = {one["path"] for one in engine.events if one["event"] == "refused"}
        tree = world.tree()
        assert all((name in tree) != (name in refused) for name in names), (refused, tree.keys())
        answers.append(refused)
        world.judge(engine, refused=refused)
        assert engine.stop() in {0, 1}
    assert answers[0] == answers[1]


def test_names_as_long_as_can_be_do_not_stop_the_rest(world: World) -> None:
    """T053."""
    engine = world.start()
    longest = "n" * 252 + ".py"
    world.write(longest, "long = True\n")
    parts = ["d" * 200] * 25
    fd = os.open(world.root, os.O_RDONLY)
    for part in parts:
        os.mkdir(part, dir_fd=fd)
        inner = os.open(part, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = inner
    os.close(os.open("deep.py", os.O_CREAT | os.O_WRONLY, dir_fd=fd))
    os.close(fd)
    world.holds(longest, "long = True\n")
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    wait_until(lambda: bool(engine.new("refused")), "a word about a path that is too long")
    told = [one["path"] for one in engine.new("refused")]
    assert len(told) == len(set(told)), "told more than once"
    shutil.rmtree(world.root / parts[0])
    world.probe(engine)
    world.judge(engine)


def test_one_name_in_two_forms_is_never_two_silent_copies(world: World) -> None:
    """T054."""
    composed, apart = "\u00e9.py", "e\u0301.py"
    world.push({composed: b"theirs = True\n"})
    engine = world.start()
    world.write(apart, "mine = True\n")
    told_of(engine, apart)
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    assert apart not in world.tree()
    (world.root / apart).unlink()
    world.probe(engine)
    world.judge(engine)


def test_two_names_that_look_the_same_stay_here(world: World) -> None:
    """T055."""
    engine = world.start()
    names = ("\u00e9.py", "e\u0301.py")
    for name in names:
        world.write(name, f"name = {name!a}\n")
    for name in names:
        told_of(engine, name)
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    assert not set(names) & world.tree().keys()
    (world.root / names[1]).unlink()
    world.holds(names[0], f"name = {names[0]!a}\n")
    world.judge(engine)


def memory_of(engine: Engine) -> int:
    """Return the most memory a process ever used, in MiB."""
    status = Path(f"/proc/{engine.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def test_a_huge_file_is_told_of_and_not_read(world: World) -> None:
    """T058."""
    engine = world.start()
    before = memory_of(engine)
    with (world.root / "model.bin").open("wb") as file:
        file.truncate(5 * 1024**3)
    told_of(engine, "model.bin")
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    assert memory_of(engine) - before < 50
    (world.root / "model.bin").unlink()
    world.probe(engine)
    world.judge(engine)


def test_links_inside_are_not_followed_and_their_targets_sync(world: World) -> None:
    """T063."""
    engine = world.start()
    (world.root / "main.py").symlink_to("app.py")
    told_of(engine, "main.py")
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    assert "main.py" not in world.tree()
    world.probe(engine)
    world.judge(engine)


def test_links_to_outside_are_never_read(world: World) -> None:
    """T064."""
    keys = world.base / "keys"
    keys.mkdir()
    (keys / "id").write_bytes(CANARY)
    (world.base / "passwd").write_bytes(CANARY)
    engine = world.start()
    (world.root / "leak.txt").symlink_to(world.base / "passwd")
    (world.root / "keys").symlink_to(keys)
    (world.root / "pkg0" / "up").symlink_to("../../keys", target_is_directory=True)
    told_of(engine, "leak.txt")
    told_of(engine, "keys")
    assert world.probe(engine) == []
    assert not {"leak.txt", "keys/id", "pkg0/up/id"} & world.tree().keys()
    world.judge(engine)


def test_a_file_that_becomes_a_link_is_not_followed(world: World) -> None:
    """T064, where a file of ours is swapped for a link to a secret."""
    (world.base / "secret").write_bytes(CANARY)
    engine = world.start()
    (world.root / "util.py").unlink()
    (world.root / "util.py").symlink_to(world.base / "secret")
    told_of(engine, "util.py")
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    assert world.tree()["util.py"] in world.states["util.py"]
    (world.root / "util.py").unlink()
    world.holds("util.py", None)
    world.judge(engine)


def test_links_in_circles_end(world: World) -> None:
    """T065."""
    (world.root / "loop").symlink_to(".")
    (world.root / "a").symlink_to("b")
    (world.root / "b").symlink_to("a")
    engine = world.start()
    assert world.probe(engine) == []
    world.judge(engine)


def test_a_link_as_the_folder_works_until_it_points_elsewhere(world: World) -> None:
    """T067."""
    link = world.base / "link"
    link.symlink_to(world.root)
    engine = world.start(folder=link)
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    other = world.base / "other"
    other.mkdir()
    (other / "app.py").write_text("another = True\n")
    link.unlink()
    link.symlink_to(other)
    engine.reaches("halted")
    link.unlink()
    link.symlink_to(world.root)
    engine.reaches("in-sync")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_pipes_and_sockets_are_not_opened(world: World) -> None:
    """T068."""
    engine = world.start()
    os.mkfifo(world.root / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(world.root)
        try:
            bound.bind("socket")
        finally:
            os.chdir(here)
        told_of(engine, "pipe")
        told_of(engine, "socket")
        world.write("app.py", "v = 2\n")
        world.holds("app.py", "v = 2\n")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_a_file_that_becomes_a_pipe_is_not_opened(world: World) -> None:
    """T068, where a file of ours is swapped."""
    engine = world.start()
    (world.root / "util.py").unlink()
    os.mkfifo(world.root / "util.py")
    told_of(engine, "util.py")
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    (world.root / "util.py").unlink()
    world.holds("util.py", None)
    world.judge(engine)


def test_a_repository_inside_keeps_its_git_folder(world: World) -> None:
    """T071."""
    engine = world.start()
    vendor = world.root / "vendor"
    subprocess.run(["git", "init", "-q", str(vendor)], check=True)
    world.write("vendor/lib.py", "lib = True\n")
    world.write("vendor/.gitignore", "*.log\n")
    world.write("vendor/run.log", CANARY)
    world.holds("vendor/lib.py", "lib = True\n")
    world.probe(engine)
    assert not any(path.startswith("vendor/.git/") for path in world.tree())
    assert "vendor/run.log" not in world.tree()
    world.judge(engine)


def test_names_that_command_a_terminal_are_spelled_out(world: World) -> None:
    """T086. In JSON the name is exact, and escaped; in plain lines it is harmless."""
    name = "\x1b]0;owned\x07\u202egnp.py"
    engine = world.start()
    world.write(name, "x = 1\n")
    wait_until(
        lambda: name in world.tree() or any(one["path"] == name for one in engine.new("refused")),
        "the file, or a word about it",
    )
    assert all(line.isprintable() for line in engine.lines)
    world.probe(engine)
    world.judge(engine, refused=[] if name in world.tree() else [name])
    engine.stop()
    (world.root / "other\x1b[31m.py").write_text("x = 2\n")
    plain = Engine(
        [str(world.root), world.space, "--yes", "--no-follow", "--once"],
        environment(world.home, HF_ENDPOINT=world.endpoint, HF_TOKEN=world.token),
    )
    with plain:
        plain.wait(60)
        assert any("other" in line for line in plain.lines)
        assert all(line.isprintable() for line in plain.lines)


def test_a_folder_moved_over_another_is_seen(world: World) -> None:
    """T011, where the new name existed: the old content of it goes."""
    engine = world.start()
    shutil.rmtree(world.root / "pkg1")
    (world.root / "pkg0").rename(world.root / "pkg1")
    world.saw()
    wait_until(lambda: not any(path.startswith("pkg0/") for path in world.tree()), "the move")
    world.judge(engine)
