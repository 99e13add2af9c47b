"""Deletions follow what a person did, and wait for a yes when it may have been a mishap."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from spaces_tui.localhub.tree import Blob
from tests.cases.driver import Engine, environment, wait_until
from tests.cases.world import World


def git_in(world: World, *words: str) -> None:
    """Run git in the watched folder."""
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(world.root), *who, *words], check=True, capture_output=True)


def test_many_new_files_wait_for_a_yes(world: World) -> None:
    """T082."""
    engine = world.start()
    for number in range(600):
        world.write(f"images/i{number}.txt", f"{number}\n")
    wait_until(lambda: any(len(one["paths"]) == 600 for one in engine.new("held")), "the hold")
    assert "600 new files" in engine.new("held")[-1]["reason"]
    assert world.requests() == []
    engine.say("accept")
    wait_until(lambda: "images/i599.txt" in world.tree(), "the files")
    world.judge(engine)


@pytest.mark.parametrize("place", ["/", "~", "missing", "a-file"])
def test_folders_nobody_means_are_refused(world: World, place: str) -> None:
    """T083."""
    (world.base / "a-file").write_text("x")
    env = environment(world.home, HF_ENDPOINT=world.endpoint, HF_TOKEN=world.token)
    folder = {"/": "/", "~": str(world.home)}.get(place, str(world.base / place))
    with Engine([folder, world.space, "--json", "--yes", "--no-follow"], env) as engine:
        assert engine.wait(60) != 0
        assert [one["event"] for one in engine.events][-1] == "error"
    assert world.changes() == []


def test_paths_of_the_space_that_lead_out_are_left_alone(world: World) -> None:
    """T085."""
    odd = {"../../x": b"1", "/abs": b"2", "a//b": b"3", "./here": b"4", "..": b"5"}
    outside = {place for place in world.base.rglob("*") if world.root not in place.parents}
    world.hub.call(
        lambda hub: hub.commit(
            hub.spaces[world.space],
            {path: Blob(data) for path, data in odd.items()},
            author="carol",
            title="odd",
        )
    )
    world.foreign |= {path: data for path, data in world.tree().items() if data in odd.values()}
    engine = world.start()
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    world.probe(engine)
    now = {place for place in world.base.rglob("*") if world.root not in place.parents}
    ours = {place for place in now if world.home in place.parents or ".judge" in place.parts}
    assert now - ours == outside - ours
    world.judge(engine)


def test_one_deletion_is_one_commit(world: World) -> None:
    """T087."""
    engine = world.start()
    (world.root / "util.py").unlink()
    (change,) = world.landed(1)
    assert (change.deleted, change.written) == ({"util.py"}, {})
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_a_mass_deletion_waits_and_can_be_undone_or_meant(world: World) -> None:
    """T088."""
    engine = world.start()
    kept = world.base / "kept"
    kept.mkdir()
    packages = ["pkg0", "pkg1", "pkg2"]
    for name in packages:
        shutil.move(world.root / name, kept / name)
    assert "36 of" in engine.next("held")["reason"]
    assert world.changes() == []
    for name in packages:
        shutil.move(kept / name, world.root / name)
    engine.reaches("in-sync")
    assert world.probe(engine) == []
    for name in packages:
        shutil.rmtree(world.root / name)
    engine.reaches("held")
    engine.say("accept")
    (change,) = [one for one in world.landed(2) if one.deleted]
    assert len(change.deleted) == 36
    engine.reaches("in-sync")
    world.judge(engine)


def test_a_dropped_mass_deletion_leaves_the_space_alone(world: World) -> None:
    """T088, where the answer is no."""
    engine = world.start()
    gone = {path: data for path, data in world.tree().items() if path.startswith("pkg")}
    for name in ("pkg0", "pkg1", "pkg2", "pkg3", "pkg4"):
        shutil.rmtree(world.root / name)
    engine.reaches("held")
    engine.say("drop")
    engine.reaches("in-sync")
    assert world.probe(engine) == []
    world.foreign |= gone
    world.judge(engine)


def test_a_deletion_that_is_undone_at_once_is_nothing(world: World) -> None:
    """T089."""
    git_in(world, "init", "-q")
    git_in(world, "add", "-A")
    git_in(world, "commit", "-qm", "all")
    engine = world.start("--settle", "1500")
    shutil.rmtree(world.root / "pkg0")
    engine.next("state", state="dirty")
    git_in(world, "checkout", "--", "pkg0")
    assert world.probe(engine) == []
    world.judge(engine)


def test_what_only_the_space_has_stays(world: World) -> None:
    """T090."""
    world.push({"assets/logo.svg": b"<svg/>", "assets/deep/a.txt": b"a"})
    engine = world.start()
    world.write("app.py", "v = 2\n")
    (world.root / "util.py").unlink()
    world.holds("app.py", "v = 2\n")
    world.holds("util.py", None)
    assert engine.stop() == 0
    engine = world.start()
    world.write("app.py", "v = 3\n")
    world.holds("app.py", "v = 3\n")
    world.judge(engine)


@pytest.mark.parametrize("name", ["README.md", "app.py"])
def test_card_and_app_are_deleted_only_by_a_yes(world: World, name: str) -> None:
    """T091."""
    engine = world.start()
    content = (world.root / name).read_bytes()
    (world.root / name).unlink()
    assert name in engine.next("held")["reason"]
    assert world.changes() == []
    world.write(name, content)
    engine.reaches("in-sync")
    assert world.probe(engine) == []
    world.judge(engine)


def test_git_attributes_are_never_deleted(world: World) -> None:
    """T091."""
    engine = world.start()
    world.foreign[".gitattributes"] = world.tree()[".gitattributes"]
    (world.root / ".gitattributes").unlink()
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    world.probe(engine)
    world.judge(engine)


def test_deleting_what_is_gone_already_blocks_nothing(world: World) -> None:
    """T092."""
    engine = world.start()
    world.push({"util.py": None})
    (world.root / "util.py").unlink()
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    world.probe(engine)
    assert "util.py" not in world.tree()
    world.judge(engine)


def test_a_deletion_the_hub_calls_missing_does_not_block_the_batch(world: World) -> None:
    """T092, where the head is the same and the Hub refuses the deletion."""
    engine = world.start()
    world.hub.fault(
        f"{world.space}/commit",
        method="POST",
        status=404,
        headers={"X-Error-Code": "EntryNotFound"},
        body='{"error": "A file with this name does not exist"}',
    )
    (world.root / "util.py").unlink()
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    world.probe(engine)
    world.judge(engine)


def _branches(world: World, without: list[str]) -> None:
    """Make a repository whose branch `less` lacks some folders."""
    git_in(world, "init", "-q", "-b", "main")
    git_in(world, "add", "-A")
    git_in(world, "commit", "-qm", "all")
    git_in(world, "checkout", "-qb", "less")
    git_in(world, "rm", "-rq", *without)
    git_in(world, "commit", "-qm", "less")
    git_in(world, "checkout", "-q", "main")


def test_a_checkout_with_fewer_files_is_one_plan_and_one_yes(world: World) -> None:
    """T093."""
    _branches(world, ["pkg0", "pkg1", "pkg2"])
    engine = world.start()
    git_in(world, "checkout", "-q", "less")
    assert len(engine.next("held")["paths"]) == 36
    engine.say("accept")
    world.landed(1)
    engine.reaches("in-sync")
    assert len(world.probe(engine)) == 1
    git_in(world, "checkout", "-q", "main")
    wait_until(lambda: "pkg0/m0.py" in world.tree(), "the files again")
    world.judge(engine)


def test_cleaning_a_repository_touches_ignored_files_alone_quietly(world: World) -> None:
    """T094."""
    world.write(".gitignore", "build/\n*.log\n")
    git_in(world, "init", "-q")
    git_in(world, "add", "-A")
    git_in(world, "commit", "-qm", "all")
    engine = world.start()
    before = len(world.changes())
    for number in range(30):
        world.write(f"build/b{number}.py", "x\n")
    world.write("x.log", "x\n")
    world.write("untracked.py", "x = 1\n")
    world.holds("untracked.py", "x = 1\n")
    git_in(world, "clean", "-fdxq")
    world.holds("untracked.py", None)
    assert len(world.probe(engine)) == before + 2
    world.judge(engine)


def test_no_part_of_a_checkout_is_sent_while_git_is_at_work(world: World) -> None:
    """T144."""
    (world.root / ".git").mkdir()
    (world.root / ".git" / "index.lock").touch()
    engine = world.start()
    for number in range(30):
        world.write(f"pkg{number % 5}/m{number}.py", f"m = {number}\n")
    engine.next("state", reason="Waiting for git to finish.")
    world.write("pkg0/m35.py", "later = True\n")
    engine.answers()
    assert world.changes() == []
    (world.root / ".git" / "index.lock").unlink()
    wait_until(lambda: world.tree()["pkg0/m35.py"] == b"later = True\n", "all of it")
    assert len(world.probe(engine)) == 1
    shutil.rmtree(world.root / ".git")
    world.judge(engine)


def test_a_checkout_of_many_changes_is_one_plan(world: World) -> None:
    """T144, with git itself: 400 files differ, the number of commits is that of the parts."""
    for number in range(400):
        world.write(f"many/d{number % 9}/f{number}.py", f"f = {number}\n")
    git_in(world, "init", "-q", "-b", "main")
    git_in(world, "add", "-A")
    git_in(world, "commit", "-qm", "all")
    git_in(world, "checkout", "-qb", "other")
    for number in range(400):
        world.write(f"many/d{number % 9}/f{number}.py", f"f = {number + 1}\n")
    git_in(world, "commit", "-qam", "other")
    git_in(world, "checkout", "-q", "main")
    engine = world.start()
    before = len(world.changes())
    git_in(world, "checkout", "-q", "other")
    wait_until(
        lambda: sum(len(one.paths) for one in world.changes()[before:]) >= 400, "all of it", 60
    )
    engine.reaches("in-sync")
    made = world.probe(engine)[before:]
    assert len(made) <= 4
    assert sum(len(one.paths) for one in made) == 400
    world.judge(engine)
