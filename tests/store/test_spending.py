"""The spending record on the disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from spaces_tui.model.spending import Rate, Record, looked
from spaces_tui.store.spending import Turn, read_spending, write_spending

HUB = "https://hub.example"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def record() -> Record:
    """Return the record of one minute."""
    rates = {"a": Rate("ada/demo", 6_000)}
    return looked(looked(Record(), rates, NOON), rates, NOON + timedelta(minutes=1))


def test_what_was_spent_comes_back_and_a_run_begins_without_a_look(tmp_path: Path) -> None:
    write_spending(tmp_path, HUB, record())
    kept = read_spending(tmp_path, HUB)
    assert kept.days == record().days
    assert kept.looked is None
    assert read_spending(tmp_path, "https://other.example") == Record()
    (path,) = tmp_path.glob("spending-*.json")
    assert path.stat().st_mode & 0o077 == 0


def test_what_cannot_be_read_counts_as_nothing(tmp_path: Path) -> None:
    write_spending(tmp_path, HUB, record())
    (path,) = tmp_path.glob("spending-*.json")
    for broken in ("", "[]", '{"schema":1}', f'{{"schema":1,"endpoint":"{HUB}","days":{{"x":1}}}}'):
        path.write_text(broken)
        assert read_spending(tmp_path, HUB) == Record()


def test_one_program_counts_until_it_ends(tmp_path: Path) -> None:
    first, second = Turn(tmp_path, HUB), Turn(tmp_path, HUB)
    assert first.take()
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()
