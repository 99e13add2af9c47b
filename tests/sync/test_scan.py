"""What a scan takes, leaves, and cannot read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from spaces_tui.sync.folder import Folder
from spaces_tui.sync.index import Index
from spaces_tui.sync.oid import blob_oid
from spaces_tui.sync.read import MovingError, read_file
from spaces_tui.sync.scan import FolderError, RootLostError, Scanner, Stat


@contextmanager
def unreadable(monkeypatch: pytest.MonkeyPatch, path: Path) -> Iterator[None]:
    """Make listing a folder fail, also for those who may read everything."""
    real = os.scandir

    def scandir(place: Any) -> Any:
        if Path(place) == path:
            raise PermissionError(13, "Permission denied", str(place))
        return real(place)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        yield


def test_an_unreadable_folder_is_a_problem_and_nothing_in_it_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "a.py").write_text("x")
    (tmp_path / "app.py").write_text("x")
    with unreadable(monkeypatch, tmp_path / "pkg"):
        scan = Scanner(tmp_path).scan()
    assert scan.problems == {"pkg": "cannot be read: Permission denied"}
    assert not scan.deleted("pkg/a.py")
    assert scan.deleted("gone.py")


def test_an_unreadable_root_is_not_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unreadable(monkeypatch, tmp_path), pytest.raises(RootLostError):
        Scanner(tmp_path).scan()
    with pytest.raises(RootLostError, match="missing"):
        Scanner(tmp_path / "gone").scan()


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spaces_tui.sync.scan.MAX_FILES", 3)
    for number in range(4):
        (tmp_path / f"{number}.py").write_text("x")
    with pytest.raises(FolderError, match="more than 3 files"):
        Scanner(tmp_path).scan()


def test_every_kind_of_absence(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("ignored/\n")
    (tmp_path / "link").symlink_to("nowhere")
    scan = Scanner(tmp_path).scan()
    assert scan.deleted("pkg/gone.py")
    assert not scan.deleted("ignored/a.py")
    assert not scan.deleted("link")
    assert not scan.deleted("link/inner")
    assert not scan.deleted(".env")
    assert not scan.deleted("pkg/__pycache__/a.pyc")
    assert not scan.deleted(".gitignore")


def test_a_look_hashes_only_what_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("one")
    os.utime(file, ns=(1, 1))
    folder = Folder(tmp_path, Index(), (), allow_secrets=False)
    first = folder.look({})
    assert first.local["a.py"].oid == blob_oid(b"one")
    assert first.seen == set()
    file.write_text("two")
    second = folder.look({})
    assert second.local["a.py"].oid == blob_oid(b"two")
    assert second.seen == {"a.py"}
    file.unlink()
    assert folder.look({}).seen == {"a.py"}


def test_a_file_that_is_not_the_one_that_was_seen_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("one")
    seen = Stat.of(file.lstat())
    assert read_file(file, seen)[0] == b"one"
    file.write_text("other")
    with pytest.raises(MovingError):
        read_file(file, seen)
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(MovingError):
        read_file(file)


def test_the_folder_above_need_not_be_a_repository(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x")
    scanner = Scanner(tmp_path)
    assert set(scanner.scan().files) == {"a.py"}
    assert set(scanner.scan().files) == {"a.py"}
