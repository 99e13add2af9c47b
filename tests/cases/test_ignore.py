"""What the ignore files leave out is decided as git decides it, at every moment."""

from __future__ import annotations

import itertools
import subprocess

from tests.cases.driver import wait_until
from tests.cases.world import World


def test_nested_and_negated_rules_choose_what_git_chooses(world: World) -> None:
    """T077."""
    world.write(
        ".gitignore", "build/\n!build/keep.py\n*_log.py\n/only-here.py\ndata/**\n!data/a/\n"
    )
    world.write("lib/.gitignore", "!important_log.py\n*.tmp.py\n")
    world.write("lib/deep/.gitignore", "*\n!.gitignore\n!kept.py\n")
    engine = world.start()
    folders = ("", "lib/", "lib/deep/", "build/", "lib/build/", "data/", "data/a/")
    names = ("keep.py", "kept.py", "x_log.py", "important_log.py", "only-here.py", "x.tmp.py")
    for folder, name in itertools.product(folders, names):
        world.write(f"{folder}{name}", f"{folder}{name}\n")
    world.holds("lib/deep/kept.py", "lib/deep/kept.py\n")
    world.probe(engine)
    subprocess.run(["git", "init", "-q", str(world.root)], check=True)
    listed = subprocess.run(
        ["git", "-C", str(world.root), "ls-files", "-coz", "--exclude-standard"],
        capture_output=True,
        check=True,
    )
    assert set(listed.stdout.decode().split("\0")) - {""} == world.tree().keys()
    assert "build/keep.py" not in world.tree()
    world.judge(engine)


def test_a_rule_added_while_watching_holds_at_once_and_deletes_nothing(world: World) -> None:
    """T078."""
    world.write("data/a.csv", "1\n")
    engine = world.start()
    before = len(world.changes())
    world.write(".gitignore", "data/\n")
    world.write("data/a.csv", "2\n")
    world.write("data/b.csv", "1\n")
    world.holds(".gitignore", "data/\n")
    world.probe(engine)
    (world.root / "data" / "a.csv").unlink()
    assert len(world.probe(engine)) == before + 1
    assert world.tree()["data/a.csv"] == b"1\n"
    assert "data/b.csv" not in world.tree()
    world.foreign["data/a.csv"] = b"1\n"
    world.judge(engine)


def test_a_rule_taken_away_while_watching_holds_at_once(world: World) -> None:
    """T078, the other way round."""
    world.write(".gitignore", "data/\n")
    world.write("data/a.csv", "1\n")
    engine = world.start()
    assert "data/a.csv" not in world.tree()
    (world.root / ".gitignore").unlink()
    world.holds("data/a.csv", "1\n")
    world.holds(".gitignore", None)
    world.judge(engine)


CACHES = (
    "__pycache__/app.cpython-311.pyc", "pkg0/__pycache__/m0.cpython-311.pyc", "old.pyc",
    ".pytest_cache/v/cache/lastfailed", ".ruff_cache/0.1/x", ".mypy_cache/3.11/app.json",
    ".venv/lib/site.py", "venv/bin/python", "node_modules/x/index.js", ".DS_Store", ".idea/x.xml",
    ".ipynb_checkpoints/a.ipynb", ".vscode/settings.json",
)  # fmt: skip


def test_caches_of_tools_are_no_news(world: World) -> None:
    """T081."""
    engine = world.start()
    for path in CACHES:
        place = world.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("cache")
    assert world.probe(engine) == []
    assert not set(CACHES) & world.tree().keys()
    world.judge(engine)


def test_the_compiler_at_work_is_no_news(world: World) -> None:
    """T081, with a real one."""
    engine = world.start()
    subprocess.run(["python3", "-m", "compileall", "-q", str(world.root)], check=True)
    assert (world.root / "__pycache__").is_dir()
    assert world.probe(engine) == []
    world.judge(engine)


def test_what_the_hub_ignores_is_named_once(world: World) -> None:
    """T129: the rule is on the Space alone, so that only the Hub knows of it."""
    world.push({".gitignore": b"*.xyz\n"})
    engine = world.start()
    world.write("notes.xyz", "x\n")
    wait_until(lambda: bool(engine.new("refused")), "a word about it")
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    world.probe(engine)
    assert [one["path"] for one in engine.new("refused")] == ["notes.xyz"]
    assert len(world.requests("POST", "/preupload/")) <= 1
    world.judge(engine, refused=["notes.xyz"])
