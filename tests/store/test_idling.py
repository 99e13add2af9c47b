"""What is kept of Spaces that do nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from spaces_tui.model.idling import Idle
from spaces_tui.store.idling import read_idling, write_idling

HUB = "https://huggingface.co"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_what_is_kept_is_read_again_by_the_same_hub_alone(tmp_path: Path) -> None:
    idle = {"5f00": Idle(NOON, NOON + timedelta(hours=19), 115)}
    write_idling(tmp_path, HUB, idle)
    assert read_idling(tmp_path, HUB) == idle
    assert read_idling(tmp_path, "http://127.0.0.1:1") == {}


def test_a_broken_file_counts_as_none(tmp_path: Path) -> None:
    write_idling(tmp_path, HUB, {"5f00": Idle(NOON, NOON)})
    (kept,) = tmp_path.glob("idle-*.json")
    for broken in ("", "[]", kept.read_text().replace("+00:00", "")):
        kept.write_text(broken)
        assert read_idling(tmp_path, HUB) == {}
