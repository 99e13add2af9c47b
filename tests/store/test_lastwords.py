"""The ends of logs on the disk: masked, bounded, for the owner alone."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import LineMark, LogLine
from spaces_tui.store.lastwords import (
    LONGEST,
    file_of,
    forget_last_words,
    prune_last_words,
    read_last_words,
    write_last_words,
)

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def place(folder: Path, space: str = "5f00") -> Path:
    """Return where the container log of a Space lies."""
    return file_of(folder / "logs", "https://hub.example", space, LogStream.RUN)


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    lines = [
        LogLine(NOW, "héllo\ttabs"),
        LogLine(None, "── a mark ──", LineMark.BEGIN),
        LogLine(NOW, ""),
    ]
    write_last_words(place(tmp_path), reversed(lines))
    assert read_last_words(place(tmp_path)) == lines
    assert place(tmp_path).stat().st_mode & 0o077 == 0
    assert place(tmp_path).parent.stat().st_mode & 0o077 == 0


def test_no_token_gets_onto_the_disk(tmp_path: Path) -> None:
    token = "hf_" + "Zq1" * 12
    write_last_words(place(tmp_path), [LogLine(NOW, f"using {token} now")])
    assert token not in place(tmp_path).read_text()
    assert read_last_words(place(tmp_path))[0].text == "using ••• now"


def test_the_newest_lines_stay_within_the_bound(tmp_path: Path) -> None:
    newest_first = [LogLine(NOW, f"{number} " + "x" * 500) for number in range(5_000, 0, -1)]
    write_last_words(place(tmp_path), newest_first)
    kept = read_last_words(place(tmp_path))
    assert place(tmp_path).stat().st_size <= LONGEST + 100
    assert kept[-1].text.startswith("5000 ")
    assert 100 < len(kept) < 300


def test_what_cannot_be_read_counts_as_nothing(tmp_path: Path) -> None:
    path = place(tmp_path)
    assert read_last_words(path) == []
    path.parent.mkdir(parents=True)
    for broken in ("", "[]", '{"schema":9}\n[1,"x"]', '{"schema":1}\n[1]', '{"schema":1}\n{"a":'):
        path.write_text(broken)
        assert read_last_words(path) == []
    path.write_bytes(b"\xff\xfe")
    assert read_last_words(path) == []


def test_old_files_go_and_the_oldest_of_too_many(tmp_path: Path) -> None:
    for number in range(205):
        path = place(tmp_path, str(number))
        write_last_words(path, [LogLine(NOW, "x")])
        stamp = datetime.now(UTC).timestamp() - number * 60
        os.utime(path, (stamp, stamp))
    ancient = place(tmp_path, "0")
    os.utime(ancient, (NOW.timestamp() - 90 * 86_400, NOW.timestamp() - 90 * 86_400))
    prune_last_words(ancient.parent)
    left = set(ancient.parent.iterdir())
    assert ancient not in left
    assert place(tmp_path, "204") not in left
    assert place(tmp_path, "1") in left
    assert len(left) == 200
    forget_last_words(ancient.parent)
    assert not ancient.parent.exists()
    prune_last_words(ancient.parent)
