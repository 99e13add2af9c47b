"""Notes of what was left unsent: written, read, replaced, forgotten; never trusted blindly."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spaces_tui.model.unsent import Unsent
from spaces_tui.store.unsent import drop_unsent, read_unsent, write_unsent

HUB = "https://huggingface.co"
LEFT = Unsent("ada/x", "/home/ada/src", "app", 2, datetime(2026, 5, 3, 18, 3, tzinfo=UTC))


def test_what_is_written_is_read_until_it_is_dropped(tmp_path: Path) -> None:
    place = tmp_path / "unsent"
    assert read_unsent(place, HUB) == ()
    write_unsent(place, HUB, LEFT)
    newer = replace(LEFT, space="ada/y", since=datetime(2026, 5, 4, tzinfo=UTC))
    write_unsent(place, HUB, newer)
    write_unsent(place, HUB, replace(LEFT, pending=5))
    assert read_unsent(place, HUB) == (newer, replace(LEFT, pending=5))
    assert read_unsent(place, "http://127.0.0.1:1") == ()
    drop_unsent(place, HUB, "ada/x", LEFT.folder)
    drop_unsent(place, HUB, "ada/x", LEFT.folder)
    assert read_unsent(place, HUB) == (newer,)


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    write_unsent(tmp_path / "unsent", HUB, LEFT)
    (file,) = (tmp_path / "unsent").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_name_that_is_no_text_survives(tmp_path: Path) -> None:
    odd = replace(LEFT, folder="/home/ada/\udcff\u202e")
    write_unsent(tmp_path, HUB, odd)
    assert read_unsent(tmp_path, HUB) == (odd,)


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"schema": 1}', '{"schema": 99}'])
def test_garbage_counts_as_absent(tmp_path: Path, content: str) -> None:
    write_unsent(tmp_path, HUB, LEFT)
    (tmp_path / "garbage.json").write_text(content)
    assert read_unsent(tmp_path, HUB) == (LEFT,)


def test_a_moment_beyond_all_clocks_counts_as_absent(tmp_path: Path) -> None:
    write_unsent(tmp_path / "unsent", HUB, LEFT)
    (file,) = (tmp_path / "unsent").iterdir()
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({**kept, "since": 1e300}))
    assert read_unsent(tmp_path / "unsent", HUB) == ()
