"""What the Overview says of the stages a Space was in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.stage import Stage
from spaces_tui.model.stagehistory import History, looked
from spaces_tui.session.snapshot import Detail
from spaces_tui.ui.present.overview import fact_lines
from spaces_tui.ui.present.spans import text_of
from spaces_tui.ui.present.stagehistory import stage_rows
from tests.ui.driving import USUAL, console, see
from tests.ui.fake_session import FakeSession, live_snapshot, space

BEGIN = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOUR = 3600.0


def history(*looks: tuple[float, str]) -> History:
    """Return what looks tell, each so many seconds after the first hour struck."""
    kept: History = ()
    for seconds, stage in looks:
        found = Space("ada/x", sha="4f1c2d3e5a", runtime=Runtime(Stage(stage), "t4-small"))
        kept = looked(kept, found, BEGIN + timedelta(seconds=seconds))
    return kept


def shown(past: History, seconds: float, height: int = 40) -> list[str]:
    """Return the rows at a moment, their columns apart by one blank."""
    rows = stage_rows(past, BEGIN + timedelta(seconds=seconds), height)
    return [" ".join(text_of(row).split()) for row in rows]


def at(seconds: float) -> str:
    return (BEGIN + timedelta(seconds=seconds)).astimezone().strftime("%H:%M")


def test_the_newest_comes_first_with_time_length_commit_and_hardware() -> None:
    past = history(
        (0, "SLEEPING"), (60, "SLEEPING"), (62, "BUILDING"), (171, "BUILDING"), (172, "RUNNING")
    )
    assert shown(past, 172 + 2 * HOUR) == [
        f"{at(172)} ● Running 2h 4f1c2d3 t4-small",
        f"{at(62)} ◐ Building 1:50 4f1c2d3 t4-small",
        f"before {at(0)} ☾ Sleeping 1:02 or more 4f1c2d3 t4-small",
    ]
    assert len(shown(past, 180, height=18)) == 2


def test_what_was_not_watched_is_said() -> None:
    kept = history((0, "RUNNING"), (HOUR, "RUNNING"))
    assert shown(kept, HOUR) == [
        f"before {at(0)} ● Running 1h, 1h of it not watched 4f1c2d3 t4-small"
    ]
    ended = history((0, "RUNNING"), (60, "RUNNING"), (HOUR, "PAUSED"))
    assert shown(ended, HOUR) == [
        f"before {at(HOUR)} ‖ Paused 4f1c2d3 t4-small",
        f"before {at(0)} ● Running 1:00 or more, end not seen 4f1c2d3 t4-small",
    ]


def test_a_build_counts_seconds_and_knows_what_is_usual() -> None:
    looks: list[tuple[float, str]] = []
    for number in range(3):
        begin = number * 200.0
        looks += [(begin, "RUNNING"), (begin + 1, "RUNNING_BUILDING")]
        looks += [(begin + 110, "RUNNING_BUILDING"), (begin + 111, "APP_STARTING")]
    past = history(*looks, (600, "RUNNING"), (601, "BUILDING"))
    assert "Building for 0:42, usually 1:50" in shown(past, 643)[0]
    assert "Building for 0:43, usually 1:50" in shown(past, 644)[0]
    assert shown(past[:-1], 700)[0] == shown(past[:-1], 719)[0], "nothing else changes by seconds"


def test_every_row_fits_the_pane() -> None:
    past = history((0, "RUNNING"), (HOUR, "RUNNING"), (2 * HOUR, "RUNNING_APP_STARTING"))
    one = space("ada/x")
    snapshot = replace(live_snapshot([one]), detail=Detail("ada/x", stages=past))
    for width in (20, 38, 78):
        lines = fact_lines(one, snapshot, (), BEGIN + timedelta(days=3), width)
        assert all(len(text_of(line)) <= width for line in lines)
        assert any(text_of(line).startswith(" Stages") for line in lines)


async def test_the_overview_shows_them_under_the_facts() -> None:
    session = FakeSession(replace(live_snapshot(), detail=Detail("ada/whisper-live")))
    async with console(session, size=USUAL) as (pilot, session, app):
        await pilot.press("enter")
        session.update(detail=Detail("ada/whisper-live", stages=history((0, "PAUSED"))))
        await see(pilot, app, "Stages")
        await see(pilot, app, "‖ Paused")
