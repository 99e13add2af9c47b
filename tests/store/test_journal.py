"""The journal of actions on disk: it survives torn lines and its own growth."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from spaces_tui.model.journal import Record
from spaces_tui.store import journal

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def record(number: int, error: str = "") -> Record:
    return Record(NOON, "ada/demo", f"step {number}", error, f"req-{number}", "ada")


def test_newest_first_as_written(tmp_path: Path) -> None:
    journal.append(tmp_path / "state", [record(1), record(2, "No.")])
    journal.append(tmp_path / "state", [record(3)])
    assert journal.read(tmp_path / "state") == (record(3), record(2, "No."), record(1))
    assert journal.read(tmp_path / "state", limit=1) == (record(3),)


def test_no_journal_is_an_empty_one(tmp_path: Path) -> None:
    assert journal.read(tmp_path) == ()


def test_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    journal.append(tmp_path, [record(1)])
    with (tmp_path / "actions.ndjson").open("ab") as file:
        file.write(b'{"at": "2026-05-04T12:00:00+00:00", "spa\n[]\nnull\n\xff\n')
    journal.append(tmp_path, [record(2)])
    assert journal.read(tmp_path) == (record(2), record(1))


def test_it_grows_to_two_halves_and_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_LIMIT", 500)
    for number in range(40):
        journal.append(tmp_path, [record(number)])
    found = journal.read(tmp_path)
    assert found == tuple(record(number) for number in range(39, 39 - len(found), -1))
    assert 4 <= len(found) < 12
    assert len(list(tmp_path.iterdir())) <= 2
