"""The stages Spaces were in are kept by Hub, within bounds, and garbage counts as nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.stage import Stage
from spaces_tui.model.stagehistory import History, looked
from spaces_tui.store.stages import read_stages, write_stages

HUB = "https://huggingface.co"
OTHER = "http://127.0.0.1:8080"
NOW = datetime.now(UTC).replace(microsecond=0)


def history(count: int, *, end: datetime = NOW) -> History:
    """Return so many stages, a minute each."""
    kept: History = ()
    for number in range(count):
        stage = Stage("RUNNING" if number % 2 else "SLEEPING")
        at = end - timedelta(minutes=count - 1 - number)
        kept = looked(kept, Space("ada/x", sha="a" * 40, runtime=Runtime(stage, "t4-small")), at)
    return kept


def test_they_read_back_for_their_hub_alone(tmp_path: Path) -> None:
    write_stages(tmp_path, HUB, {"1": history(4)})
    write_stages(tmp_path, OTHER, {"1": history(2)})
    assert read_stages(tmp_path, HUB) == {"1": history(4)}
    assert [one.last for one in read_stages(tmp_path, HUB)["1"]] == [one.last for one in history(4)]
    assert read_stages(tmp_path, OTHER) == {"1": history(2)}
    for file in tmp_path.glob("stages-*"):
        assert file.stat().st_mode & 0o077 == 0


def test_what_another_console_saw_of_other_spaces_stays(tmp_path: Path) -> None:
    write_stages(tmp_path, HUB, {"1": history(4), "2": history(1)})
    write_stages(tmp_path, HUB, {"1": history(5)})
    assert read_stages(tmp_path, HUB) == {"1": history(5), "2": history(1)}


def test_a_space_not_seen_for_long_is_forgotten(tmp_path: Path) -> None:
    write_stages(tmp_path, HUB, {"1": history(3, end=NOW - timedelta(days=91)), "2": history(1)})
    assert set(read_stages(tmp_path, HUB)) == {"2"}


def test_the_file_stays_small_however_many_spaces_there_are(tmp_path: Path) -> None:
    past = history(40)
    write_stages(tmp_path, HUB, {str(number): past for number in range(500)})
    kept = read_stages(tmp_path, HUB)
    assert len(kept) == 500
    assert {len(spans) for spans in kept.values()} == {12}
    assert kept["7"] == past[-12:]
    (file,) = tmp_path.glob("stages-*")
    assert file.stat().st_size < 1_500_000


def test_garbage_counts_as_nothing(tmp_path: Path) -> None:
    write_stages(tmp_path, HUB, {"1": history(2)})
    (file,) = tmp_path.glob("stages-*")
    good = file.read_text()
    for text in ("", "[1]", good[:-9], good.replace('"schema":1', '"schema":2')):
        file.write_text(text)
        assert read_stages(tmp_path, HUB) == {}
    file.write_text(
        good.replace("SLEEPING", "SLEEPING", 1).replace('"SLEEPING",', '"SLEEPING",{},')
    )
    assert read_stages(tmp_path, HUB) == {}
