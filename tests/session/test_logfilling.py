"""What a ring holds after a log is followed: again, in another run, through other stages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from spaces_tui.hub.follow import LogGap, LogReset
from spaces_tui.model.logs import LineMark, LogChunk
from spaces_tui.model.ring import LineRing
from spaces_tui.model.stage import Stage
from spaces_tui.model.stagehistory import History, StageSpan
from spaces_tui.session.logfilling import Filling
from spaces_tui.session.logmarks import GAP, KEPT, RESTARTED, StageMarks

START = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """Return a moment."""
    return START + timedelta(seconds=seconds)


def chunk(seconds: float, text: str) -> LogChunk:
    """Return one line as the Hub sends it."""
    return LogChunk(at(seconds), f"{text}\n")


def span(seconds: float, stage: str, *, seen: bool = True) -> StageSpan:
    """Return a stage that began then, while somebody looked or not."""
    before = at(seconds - (5 if seen else 7200))
    return StageSpan(Stage(stage), at(seconds), at(seconds), before, None, "abcdef1234", "t4-small")


def texts(ring: LineRing) -> list[str]:
    """Return what the ring holds."""
    return [line.text for line in ring.lines(ring.first, ring.end)]


def filling(ring: LineRing, history: History = ()) -> Filling:
    """Return one following of a log."""
    return Filling(ring, StageMarks(lambda: history), lambda: None)


async def test_a_log_that_is_given_again_stands_there_once() -> None:
    ring = LineRing()
    for _ in range(3):
        following = filling(ring)
        for number in range(4):
            following.take(chunk(number, f"line {number}"))
        following.end()
    assert texts(ring) == ["line 0", "line 1", "line 2", "line 3"]


async def test_lines_of_a_container_that_is_gone_stay_above_those_of_the_next() -> None:
    ring = LineRing()
    first = filling(ring)
    first.take(chunk(0, "I was first"))
    first.take(chunk(1, "and died"))
    first.end()
    for _ in range(2):
        again = filling(ring)
        again.take(chunk(60, "a new container"))
        again.end()
    assert texts(ring) == ["I was first", "and died", KEPT.text, "a new container"]
    assert ring.newest_begin() == 3


async def test_a_new_run_and_a_gap_are_marked_where_they_are() -> None:
    ring = LineRing()
    following = filling(ring)
    following.take(chunk(0, "one"))
    following.take(LogGap())
    following.take(chunk(2, "two"))
    following.take(LogReset())
    following.take(chunk(9, "three"))
    following.end()
    assert texts(ring) == ["one", GAP.text, "two", RESTARTED.text, "three"]
    again = filling(ring)
    again.take(chunk(9, "three"))
    again.end()
    assert texts(ring) == ["one", GAP.text, "two", RESTARTED.text, "three"]


async def test_stages_are_marked_at_their_time_once_and_only_if_their_begin_was_seen() -> None:
    ring = LineRing()
    history = (
        span(-10, "BUILDING"),
        span(5, "APP_STARTING"),
        span(7, "RUNNING", seen=False),
        span(20, "RUNTIME_ERROR"),
    )
    following = filling(ring, history)
    for seconds in (0, 6, 8, 30):
        following.take(chunk(seconds, f"at {seconds}"))
    following.stage_changed()
    following.end()
    assert texts(ring) == [
        "at 0",
        "── Starting · commit abcdef1 · t4-small ──",
        "at 6",
        "at 8",
        "── Runtime error · commit abcdef1 · t4-small ──",
        "at 30",
    ]
    assert [one.mark for one in ring.lines(0, 6)].count(LineMark.EVENT) == 2


async def test_a_stage_that_comes_while_nothing_is_logged_is_told_at_once() -> None:
    ring = LineRing()
    history: list[StageSpan] = []
    now = datetime.now(UTC)
    following = Filling(ring, StageMarks(lambda: tuple(history)), lambda: None)
    following.take(LogChunk(now - timedelta(minutes=1), "half a line"))
    history.append(
        StageSpan(Stage("PAUSED"), now, now, now - timedelta(seconds=2), None, None, None)
    )
    following.stage_changed()
    following.stage_changed()
    following.end()
    assert texts(ring) == ["half a line", "── Paused ──"]
