"""What hardware was asked for is kept by endpoint, for a week, and garbage counts as nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from spaces_tui.store.asked import Asked, read_asked, write_asked

HUB = "https://huggingface.co"
OTHER = "http://127.0.0.1:8080"


def test_it_reads_back_for_its_endpoint_alone(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    write_asked(tmp_path, HUB, {"ada/x": Asked("t4-small", now)})
    write_asked(tmp_path, OTHER, {"ada/x": Asked("a10g-small", now)})
    assert read_asked(tmp_path, HUB) == {"ada/x": Asked("t4-small", now)}
    write_asked(tmp_path, HUB, {})
    assert read_asked(tmp_path, HUB) == {}
    assert read_asked(tmp_path, OTHER) == {"ada/x": Asked("a10g-small", now)}
    assert (tmp_path / "hardware.json").stat().st_mode & 0o077 == 0


def test_old_wishes_go(tmp_path: Path) -> None:
    old = datetime.now(UTC) - timedelta(days=8)
    write_asked(tmp_path, HUB, {"ada/x": Asked("t4-small", old)})
    assert read_asked(tmp_path, HUB) == {}


def test_garbage_counts_as_nothing(tmp_path: Path) -> None:
    for text in ("", "[1]", '{"a": 1}', '{"a": ["b", "c"]}'):
        (tmp_path / "hardware.json").write_text(text)
        assert read_asked(tmp_path, HUB) == {}
