"""Saves: one intention is one commit, and what is committed is what the file held."""

from __future__ import annotations

import os
import time

from tests.cases.driver import Engine, wait_until
from tests.cases.world import World


def pace(seconds: float) -> None:
    """Write at the speed of the program that is played here."""
    time.sleep(seconds)


def test_one_save_is_one_request_and_one_commit(world: World) -> None:
    """T001."""
    engine = world.start()
    head = world.hub.head(world.space)
    with (world.root / "app.py").open("ab") as file:
        file.write(b"# a line\n")
    world.saw()
    commit = engine.next("commit")
    assert (commit["parent"], commit["requests"], commit["uploaded"]) == (head, 1, ["app.py"])
    engine.reaches("in-sync")
    assert [(one.method, one.path) for one in world.requests()] == [
        ("POST", f"/api/spaces/{world.space}/commit/main")
    ]
    assert [change.paths for change in world.probe(engine)] == [{"app.py"}]
    world.judge(engine)


def test_two_saves_in_the_quiet_window_are_one_commit(world: World) -> None:
    """T002. The window is made long, so that a slow machine cannot put the saves apart."""
    engine = world.start("--settle", "700")
    world.write("app.py", "v = 1\n")
    engine.next("state", state="dirty")
    world.write("app.py", "v = 2\n")
    engine.next("commit")
    world.holds("app.py", "v = 2\n")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_two_saves_of_one_size_in_one_second_both_arrive(world: World) -> None:
    """T003."""
    engine = world.start()
    for letter in "abab":
        world.write("app.py", f"v = '{letter}'\n")
        world.holds("app.py", f"v = '{letter}'\n")
    world.judge(engine)


def test_an_edit_that_hides_its_time_and_size_is_found(world: World) -> None:
    """T004."""
    engine = world.start()
    file = world.root / "app.py"
    before = file.stat()
    new = file.read_bytes().replace(b"one", b"two")
    world.write("app.py", new)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    world.holds("app.py", new)
    world.judge(engine)


def test_a_replaced_file_with_the_old_time_and_size_is_found(world: World) -> None:
    """T004, by a rename instead of a write."""
    engine = world.start()
    file = world.root / "app.py"
    before = file.stat()
    new = file.read_bytes().replace(b"one", b"two")
    world.replace("app.py", new)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    world.holds("app.py", new)
    world.judge(engine)


def test_a_change_of_mode_is_no_commit(world: World) -> None:
    """T006."""
    world.write("start.sh", "#!/bin/sh\n")
    engine = world.start()
    before = len(world.changes())
    (world.root / "start.sh").chmod(0o755)
    assert len(world.probe(engine)) == before
    world.judge(engine)


def test_a_file_written_in_steps_is_sent_whole(world: World) -> None:
    """T030."""
    engine = world.start()
    piece = b"0123456789abcdef" * 6400
    with (world.root / "big.txt").open("wb", buffering=0) as file:
        for _ in range(20):
            file.write(piece)
            pace(0.05)
    world.states["big.txt"] = {piece * 20}
    world.holds("big.txt", piece * 20)
    world.probe(engine)
    assert sum("big.txt" in change.paths for change in world.changes()) == 1
    world.judge(engine)


def test_a_save_during_an_upload_goes_next_and_in_sync_waits_for_it(world: World) -> None:
    """T034."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", delay=1.0)
    world.write("app.py", "v = 1\n")
    world.hub.wait_requests(f"{world.space}/commit/", timeout=30)
    world.write("app.py", "v = 2\n")
    first, second = world.landed(2)
    engine.next("commit", oid=second.oid)
    engine.reaches("in-sync")
    assert (first.written, second.written) == ({"app.py": b"v = 1\n"}, {"app.py": b"v = 2\n"})
    assert second.parent == first.oid
    told = [
        (one["event"], one.get("state", one.get("oid")))
        for one in engine.events[-40:]
        if one["event"] in {"state", "commit"}
    ]
    between = told[told.index(("commit", first.oid)) : told.index(("commit", second.oid))]
    assert ("state", "in-sync") not in between
    world.judge(engine)


def test_created_and_deleted_inside_the_window_is_nothing(world: World) -> None:
    """T037."""
    engine = world.start()
    world.write("tmp.py", "x = 1\n").unlink()
    assert world.probe(engine) == []
    world.judge(engine)


def test_deleted_and_written_again_is_nothing(world: World) -> None:
    """T038."""
    engine = world.start()
    content = (world.root / "util.py").read_bytes()
    (world.root / "util.py").unlink()
    world.write("util.py", content)
    assert world.probe(engine) == []
    world.judge(engine)


def _save_and_tidy_up(world: World, version: str) -> None:
    """Save, then format 180 ms later, then sort the imports 120 ms after that."""
    for step, gap in (("saved", 0.18), ("formatted", 0.12), ("sorted", 0.0)):
        world.write("app.py", f"{version} = '{step}'\n")
        pace(gap)


def test_format_on_save_becomes_one_commit_once_it_was_seen(world: World) -> None:
    """T047. A crowded machine blurs the timing, so more than two saves may have to be seen."""
    engine = world.start()
    made = []
    for version in range(12):
        before = len(world.changes())
        _save_and_tidy_up(world, f"v{version}")
        world.holds("app.py", f"v{version} = 'sorted'\n")
        engine.reaches("in-sync")
        made.append(len(world.changes()) - before)
        if version >= 2 and made[-1] == 1:
            break
        pace(0.6)
    assert made[-1] == 1, made
    world.judge(engine)


def test_the_empty_file_is_sent_as_a_regular_one(world: World) -> None:
    """T057."""
    engine = world.start()
    world.write("pkg0/__init__.py", b"")
    world.holds("pkg0/__init__.py", b"")
    sent = world.requests("POST")
    assert [one.path.rpartition("/")[0] for one in sent] == [f"/api/spaces/{world.space}/commit"]
    world.judge(engine)


def test_both_names_of_one_file_follow_an_edit(world: World) -> None:
    """T069."""
    engine = world.start()
    (world.root / "twin.py").hardlink_to(world.root / "app.py")
    world.saw()
    world.holds("twin.py", (world.root / "app.py").read_bytes())
    with (world.root / "twin.py").open("ab") as file:
        file.write(b"# both\n")
    world.saw()
    content = (world.root / "app.py").read_bytes()
    world.holds("app.py", content)
    world.holds("twin.py", content)
    world.judge(engine)


def test_an_empty_folder_is_nothing(world: World) -> None:
    """T070."""
    engine = world.start()
    (world.root / "data").mkdir()
    assert world.probe(engine) == []
    world.judge(engine)


def test_text_that_becomes_binary_is_asked_for_again(world: World) -> None:
    """T061."""
    world.write("a.txt", "text\n")
    engine = world.start()
    world.write("a.txt", b"\x00\x01\x02binary")
    wait_until(lambda: bool(world.requests("POST", "/preupload/")), "a question to the Hub")
    sent = [one.body or b"" for one in world.requests("POST", "/commit/")]
    assert not any(b'"path":"a.txt"' in body and b'"file"' in body for body in sent)
    _either_large_or_told(world, engine)


def _either_large_or_told(world: World, engine: Engine) -> None:
    wait_until(
        lambda: world.tree()["a.txt"] != b"text\n" or bool(engine.new("refused")),
        "the file on the Space, or a word about it",
    )
    engine.reaches("in-sync")
    world.judge(engine, refused=[] if world.tree()["a.txt"] != b"text\n" else ["a.txt"])
