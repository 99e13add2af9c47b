"""Object ids are git's own: git itself says so."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from pathlib import Path

import pytest

from spaces_tui.localhub.gitobjects import object_id
from spaces_tui.localhub.repository import Repository, last_touched
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.localhub.tree import Blob, Folder, lfs_blob


def git(where: Path, *arguments: str, stdin: bytes = b"") -> str:
    """Run git and return what it says."""
    done = subprocess.run(
        ["git", *arguments], cwd=where, input=stdin, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """An empty repository of git's."""
    git(tmp_path, "init", "--quiet", "--bare", "real.git")
    return tmp_path / "real.git"


def export(repo: Repository, bare: Path) -> None:
    """Write every object of `repo` as a loose object, and its branch."""
    for oid, kind, payload in repo.objects():
        path = bare / "objects" / oid[:2] / oid[2:]
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_bytes(zlib.compress(f"{kind} {len(payload)}\0".encode() + payload))
    head = bare / "refs" / "heads" / "main"
    head.parent.mkdir(parents=True, exist_ok=True)
    head.write_text(repo.head.oid + "\n")


@pytest.mark.parametrize(
    ("content", "oid"),
    [
        (b"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
        (b"hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"),
    ],
)
def test_blob_ids_match_known_ones(content: bytes, oid: str) -> None:
    assert object_id("blob", content) == oid == Blob(content).oid


def test_pointer_of_a_large_file_matches_a_known_one() -> None:
    sha256 = hashlib.sha256(b"hello\n").hexdigest()
    blob = lfs_blob(sha256, 6)
    assert len(blob.data) == 126
    assert blob.oid == "fa61e1ef71c9908c0926776a4aa3504b3a27f159"
    assert blob.content_id == sha256


def test_git_computes_the_same_blob_tree_and_commit_ids(bare: Path) -> None:
    # Names chosen for git's sorting: a folder counts as "a/", between "a.b" and "a0".
    texts = {"a/z.txt": "1", "a.b": "2", "a0": "3", "ü/ß.txt": "4", "A": "5", "a/b/c": "6"}
    repo = Repository({path: Blob(text.encode()) for path, text in texts.items()}, 1_700_000_000)
    for path, text in texts.items():
        oid = git(bare, "hash-object", "-w", "--stdin", stdin=text.encode())
        blob = repo.head.tree.file(path)
        assert blob is not None
        assert blob.oid == oid
        git(bare, "update-index", "--add", "--cacheinfo", f"100644,{oid},{path}")
    assert git(bare, "write-tree") == repo.head.tree.oid
    message = "initial commit"
    person = {"NAME": "system", "EMAIL": "system@users.noreply.hf.co", "DATE": "1700000000 +0000"}
    env = {
        f"GIT_{who}_{key}": value
        for who in ("AUTHOR", "COMMITTER")
        for key, value in person.items()
    }
    done = subprocess.run(
        ["git", "commit-tree", repo.head.tree.oid, "-m", message],
        cwd=bare,
        env=os.environ | env,
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == repo.head.oid


def test_git_accepts_an_exported_demo_repository(demo_hub: LocalHub, bare: Path) -> None:
    demo_hub.commit("ada/whisper-live", {"deep/er/file.txt": "x", "app.py": None}, title="Move")
    repo = demo_hub.call(lambda hub: hub.spaces["ada/whisper-live"].repo)
    export(repo, bare)
    assert "error" not in git(bare, "fsck", "--strict", "--full")
    log = git(bare, "log", "--format=%H %s", "main").splitlines()
    assert log == [f"{commit.oid} {commit.title}" for commit in repo.head.history()]
    files = git(bare, "ls-tree", "-r", "--name-only", "main").splitlines()
    assert "deep/er/file.txt" in files
    assert "app.py" not in files


def test_an_edit_shares_the_folders_it_does_not_touch() -> None:
    tree = Folder().edited({"a/1": Blob(b"1"), "b/2": Blob(b"2")})
    edited = tree.edited({"b/2": Blob(b"3")})
    assert edited.get("a") is tree.get("a")
    assert edited.get("b") is not tree.get("b")
    assert tree.oid != edited.oid


def test_emptied_folders_vanish_and_files_become_folders() -> None:
    tree = Folder().edited({"a/b/c": Blob(b"1"), "d": Blob(b"2")})
    assert [path for path, _ in tree.edited({"a/b/c": None}).walk()] == ["d"]
    changed = tree.edited({"d": None, "d/e": Blob(b"3"), "a/b": Blob(b"4")})
    assert [path for path, _ in changed.files()] == ["a/b", "d/e"]


def test_last_touched_names_the_commit_that_changed_a_path() -> None:
    repo = Repository({"a": Blob(b"1"), "s/b": Blob(b"1")}, 1)
    first = repo.head
    second = repo.commit({"s/b": Blob(b"2")}, author="ada", seconds=2, title="b")
    repo.commit({"c": Blob(b"3")}, author="ada", seconds=3, title="c")
    found = last_touched(repo.head, ["a", "s", "s/b", "missing"])
    assert found == {"a": first, "s": second, "s/b": second}
