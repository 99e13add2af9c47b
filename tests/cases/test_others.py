"""Others commit, too: nothing of theirs is overwritten, nothing of ours is lost."""

from __future__ import annotations

from tests.cases.driver import wait_until
from tests.cases.world import World


def test_a_foreign_commit_elsewhere_is_built_upon(world: World) -> None:
    """T095."""
    engine = world.start()
    head = world.push({"foreign.py": b"theirs = True\n"})
    world.write("app.py", "v = 2\n")
    (change,) = world.landed(1)
    assert (change.parent, change.paths) == (head, {"app.py"})
    engine.reaches("in-sync")
    assert len(world.requests("POST", "/commit/")) == 2
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_foreign_commits_all_the_time_are_all_kept(world: World) -> None:
    """T095, while it rains commits."""
    engine = world.start()
    for number in range(8):
        world.push({f"theirs/{number}.py": b"n = %d\n" % number})
        world.write(f"pkg0/m{number * 5}.py", f"mine = {number}\n")
        world.holds(f"pkg0/m{number * 5}.py", f"mine = {number}\n")
    world.judge(engine)


def test_a_foreign_edit_of_the_same_file_is_a_conflict(world: World) -> None:
    """T096."""
    engine = world.start()
    world.push({"app.py": b"theirs = True\n"})
    world.write("app.py", "mine = True\n")
    world.write("util.py", "also = True\n")
    told = engine.next("conflict")
    assert told["paths"] == ["app.py"]
    assert told["remote_oid"] == world.hub.head(world.space)
    assert world.tree()["app.py"] == b"theirs = True\n"
    assert (world.root / "app.py").read_bytes() == b"mine = True\n"
    world.judge_history()
    engine.say("mine app.py")
    world.holds("app.py", "mine = True\n")
    world.holds("util.py", "also = True\n")
    del world.foreign["app.py"]
    world.judge(engine)


def test_a_conflict_put_off_loses_neither_side(world: World) -> None:
    """T096, where the answer is `drop`."""
    engine = world.start()
    world.push({"app.py": b"theirs = True\n"})
    world.write("app.py", "mine = True\n")
    world.write("util.py", "also = True\n")
    engine.next("conflict")
    engine.say("drop")
    world.holds("util.py", "also = True\n")
    world.probe(engine)
    assert (world.root / "app.py").read_bytes() == b"mine = True\n"
    world.judge(engine)


def test_a_deletion_against_a_foreign_edit_is_a_conflict(world: World) -> None:
    """T096, where we deleted what they changed."""
    engine = world.start()
    world.push({"util.py": b"theirs = True\n"})
    (world.root / "util.py").unlink()
    assert engine.next("conflict")["paths"] == ["util.py"]
    world.judge_history()
    engine.say("mine util.py")
    world.holds("util.py", None)
    del world.foreign["util.py"]
    world.judge(engine)


def test_a_foreign_edit_that_equals_ours_is_nothing(world: World) -> None:
    """T097."""
    engine = world.start()
    world.push({"app.py": b"same = True\n"})
    world.write("app.py", "same = True\n")
    assert world.probe(engine) == []
    world.write("app.py", "more = True\n")
    world.foreign.clear()
    world.holds("app.py", "more = True\n")
    assert engine.new("conflict") == []
    world.judge(engine)


def test_two_engines_on_one_folder_are_one_too_many(world: World) -> None:
    """T105."""
    first = world.start()
    second = world.start(settled=False)
    assert second.wait(60) == 1
    assert "already watched" in second.until("error")["message"]
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    assert len(world.probe(first)) == 1
    world.judge(first)


def test_two_folders_on_one_space_both_land(world: World) -> None:
    """T106."""
    twin = world.base / "twin"
    twin.mkdir()
    for path, content in world.tree().items():
        (twin / path).parent.mkdir(parents=True, exist_ok=True)
        (twin / path).write_bytes(content)
    here, there = world.start(), world.start(folder=twin)
    for number in range(3):
        world.write("pkg0/m0.py", f"here = {number}\n")
        (twin / "pkg1" / "m1.py").write_text(f"there = {number}\n")
        world.states.setdefault("pkg1/m1.py", set()).add(b"there = %d\n" % number)
        world.holds("pkg0/m0.py", f"here = {number}\n")
        world.holds("pkg1/m1.py", f"there = {number}\n")
    world.foreign["pkg1/m1.py"] = b"there = 2\n"
    here.reaches("in-sync")
    there.reaches("in-sync")
    parents = [change.parent for change in world.changes()]
    assert len(set(parents)) == len(parents) == 6
    world.judge(here)


def test_what_changed_on_both_sides_while_nobody_watched(world: World) -> None:
    """T139."""
    engine = world.start()
    assert engine.stop() == 0
    world.push({"app.py": b"theirs = True\n", "pkg0/m0.py": b"theirs = 1\n"})
    world.write("app.py", "mine = True\n")
    world.write("pkg1/m1.py", "mine = 1\n")
    world.write("new.py", "mine = 2\n")
    engine = world.start(settled=False)
    assert engine.next("conflict")["paths"] == ["app.py"]
    wait_until(lambda: world.tree().get("new.py") == b"mine = 2\n", "what is not in conflict")
    assert world.tree()["pkg1/m1.py"] == b"mine = 1\n"
    assert world.tree()["app.py"] == b"theirs = True\n"
    assert world.tree()["pkg0/m0.py"] == b"theirs = 1\n"
    world.judge_history()
    del world.foreign["app.py"]
    engine.say("mine app.py")
    world.holds("app.py", "mine = True\n")
    world.judge(engine)


def test_a_file_never_replaces_a_folder_of_others(world: World) -> None:
    """T013, where what would disappear is not ours."""
    engine = world.start()
    world.push({"assets/x.txt": b"x\n", "assets/deep/y.txt": b"y\n"})
    world.write("assets", "a file here\n")
    told = engine.next("conflict")
    assert told["paths"] == ["assets"]
    assert told["notes"] == ["assets is a folder with 2 files on the Space, and a file here."]
    world.judge_history()
    assert world.tree()["assets/deep/y.txt"] == b"y\n"
    engine.say("mine assets")
    world.holds("assets", "a file here\n")
    assert world.changes()[-1].deleted == {"assets/x.txt", "assets/deep/y.txt"}
    world.foreign.clear()
    world.judge(engine)


def test_a_folder_never_replaces_a_file_of_others(world: World) -> None:
    """T013, the other way round, where what would disappear is not ours."""
    engine = world.start()
    world.push({"conf": b"theirs\n"})
    world.write("conf/a.toml", "a = 1\n")
    assert engine.next("conflict")["paths"] == ["conf"]
    world.judge_history()
    engine.say("theirs conf")
    told = engine.next("fetched")
    assert (told["paths"], told["deleted"]) == (["conf"], ["conf/a.toml"])
    assert (world.root / "conf").read_bytes() == b"theirs\n"
    world.probe(engine)
    world.judge(engine)


def test_a_first_plan_never_replaces_a_folder_of_others(world: World) -> None:
    """T013, when nothing is known of the past."""
    world.push({"assets/x.txt": b"x\n"})
    world.write("assets", "a file here\n")
    world.write("more.py", "more = True\n")
    engine = world.start(settled=False)
    world.holds("more.py", "more = True\n")
    assert engine.next("conflict")["paths"] == ["assets"]
    world.judge_history()
    engine.say("drop")
    world.probe(engine)
    assert world.tree()["assets/x.txt"] == b"x\n"
