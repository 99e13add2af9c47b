"""Ignore rules decide as git does."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from spaces_tui.sync.ignore import FolderRules, Rules, load, parse
from spaces_tui.sync.scan import Scanner

TREES = int(os.environ.get("IGNORE_TREES", "40"))
NAMES = (
    "a", "b", "build", "keep.py", "x.log", "data", "foo.txt", ".hidden", "a b", "näme", "tail ",
    "b\\s", "[x]", "#c", "!d", "lib", "A", "x.LOG", "log", "a.b.c", "7", "a\t", "voilà",
)  # fmt: skip
PATTERNS = (
    "*.log", "build/", "/build", "!keep.py", "data/**", "!data/keep.py", "a/b", "**/foo.txt", "*",
    "!*/", "!*.py", "foo*", "/*", "!/a", "a/**/x.log", "a/*", "**/data", "data", "!data/", "[ab]",
    "?", "*.t[xy]t", "\\!d", "#c", "a\\ b", "a b ", "build/*", "!build/keep.py", ".*", "!.hidden",
    "**", "*/", "a/**/", "/**/b", "!/**/b/", "/a/b/", "**/build/**", "x.log/", "*.p*", "[!a]",
    "foo.*/", "a/", "!a/", "/*/b", "**/a/*", "näme", "n?me", "n??me", "*.log\r", "", "  ", "\\#c",
    "a/**/b", "tail\\ ", "tail ", "\\[x]", "[[]x]", "[a-c]", "[]a]", "[!]a]", "[^a]", "[[:alpha:]]",
    "[[:digit:]]", "[![:upper:]]*", "[x[:digit:]]", "*.[lL][oO][gG]", "b\\\\s", "a\\", "[a", "**a",
    "a**", "**/", "/**", "***", "a/***/b", "!", "/", "//", "a//b", "./a", "../a", "\t", "a\t",
    "!\\!d", "lib/**/keep.py", "!lib/", "lib/*/", "**/lib/*.log", "*b*", "a?b", "{a,b}", "~", "?*",
    "[!.]*", "*.*.*", ".*/", "!.hidden/keep.py", "voilà", "!voilà",
)  # fmt: skip


def grow(folder: Path, chance: random.Random, depth: int = 0) -> None:
    """Make a random tree with random ignore files."""
    for name in chance.sample(NAMES, chance.randint(2, 6)):
        path = folder / name
        if depth < 3 and chance.random() < 0.45:
            path.mkdir()
            grow(path, chance, depth + 1)
        else:
            path.write_text("x")
    if depth == 0 or chance.random() < 0.3:
        end = chance.choice(("\n", "\n", "\n", "\r\n"))
        lines = end.join(chance.sample(PATTERNS, chance.randint(1, 5))) + chance.choice(("", end))
        mark = chance.choice((b"", b"", b"", b"\xef\xbb\xbf"))
        (folder / ".gitignore").write_bytes(mark + lines.encode())


def git_files(root: Path) -> set[str]:
    command = ["git", "-C", str(root), "ls-files", "-coz", "--exclude-standard"]
    found = subprocess.run(command, capture_output=True, check=True)
    return set(found.stdout.decode().split("\0")) - {""}


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("before", ["", "*\n!*/\n"])
def test_each_pattern_by_itself(tmp_path: Path, pattern: str, before: str) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for name in NAMES:
        (tmp_path / name).write_text("x")
        (tmp_path / "folders" / name).mkdir(parents=True)
        for inner in ("a", "b", "keep.py", "x.log", "foo.txt"):
            (tmp_path / "folders" / name / inner).write_text("x")
    (tmp_path / ".gitignore").write_bytes(f"{before}{pattern}\n".encode())
    assert set(Scanner(tmp_path).scan().files) == git_files(tmp_path)


@pytest.mark.parametrize("seed", range(TREES))
def test_a_random_tree_is_read_as_git_reads_it(tmp_path: Path, seed: int) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    grow(tmp_path, random.Random(seed))
    scan = Scanner(tmp_path).scan()
    assert set(scan.files) == git_files(tmp_path)
    assert not any(scan.rules.covers(path) for path in scan.files)


def test_a_folder_inside_a_repository_obeys_the_files_above(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("*.log\n/app/private\nsecret/\n")
    (tmp_path / ".git" / "info").mkdir(exist_ok=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("excluded.py\n")
    root = tmp_path / "app"
    (root / "secret").mkdir(parents=True)
    for name in ("a.log", "private", "secret/x", "excluded.py", "app.py"):
        (root / name).write_text("x")
    scanner = Scanner(root)
    assert set(scanner.scan().files) == {"app.py"}
    (tmp_path / ".gitignore").write_text("app.py\n")
    assert set(scanner.scan().files) == {"a.log", "private", "secret/x"}


def test_spaceignore_has_the_last_word(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.csv\n*.log\n")
    (tmp_path / ".spaceignore").write_text("!keep.csv\nnotes.md\n")
    for name in ("keep.csv", "other.csv", "notes.md", "x.log", "app.py"):
        (tmp_path / name).write_text("x")
    names = {name for name in Scanner(tmp_path).scan().files if not name.startswith(".")}
    assert names == {"keep.csv", "app.py"}


def test_changed_rules_are_live_at_the_next_scan(tmp_path: Path) -> None:
    scanner = Scanner(tmp_path)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.log").write_text("x")
    assert "inner/a.log" in scanner.scan().files
    (tmp_path / ".gitignore").write_text("*.log\n")
    assert "inner/a.log" not in scanner.scan().files
    (tmp_path / ".gitignore").unlink()
    assert "inner/a.log" in scanner.scan().files


def test_what_is_not_there_is_covered_too() -> None:
    rules = Rules({"": FolderRules().with_own(parse("data/\n*.log\n!keep.log\n"))})
    assert rules.covers("data/gone/file.py")
    assert rules.covers("pkg/x.log")
    assert not rules.covers("pkg/keep.log")
    assert not rules.covers("data")
    assert rules.covers("data", folder=True)


def test_an_ignore_file_that_is_a_link_or_pipe_has_no_rules(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("*\n")
    (tmp_path / ".gitignore").symlink_to("real")
    os.mkfifo(tmp_path / ".spaceignore")
    assert load(tmp_path) == ()


def test_rules_for_every_folder_yield_to_the_folders_own(tmp_path: Path) -> None:
    for name in ("a.ckpt", "best.ckpt", "sub/x.ckpt", "app.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    rules = ("*.ckpt", "!best.ckpt")
    assert set(Scanner(tmp_path, ignore=rules).scan().files) == {"best.ckpt", "app.py"}
    (tmp_path / ".gitignore").write_text("best.ckpt\n")
    (tmp_path / "sub/.spaceignore").write_text("!x.ckpt\n")
    (tmp_path / ".git").mkdir()
    found = set(Scanner(tmp_path, ignore=rules).scan().files)
    assert {"app.py", "sub/x.ckpt"} <= found
    assert not {"best.ckpt", "a.ckpt"} & found
