"""The bounded log: numbers stay, memory does not grow."""

from datetime import UTC, datetime, timedelta

from spaces_tui.model.logs import LineMark, LogLine
from spaces_tui.model.ring import LineRing

START = datetime(2026, 1, 1, tzinfo=UTC)


def lines(count: int, start: int = 0) -> list[LogLine]:
    return [
        LogLine(START + timedelta(seconds=n), f"line {n} é") for n in range(start, start + count)
    ]


def test_lines_come_back_as_they_went_in() -> None:
    ring = LineRing()
    assert ring.extend(lines(3)) == 3
    assert ring.lines(0, 10) == lines(3)
    assert ring.line(1) == lines(1, 1)[0]
    assert ring.line(3) is None
    assert (ring.first, ring.end, len(ring)) == (0, 3, 3)


def test_a_line_without_a_time() -> None:
    ring = LineRing()
    ring.extend([LogLine(None, "")])
    assert ring.line(0) == LogLine(None, "")


def test_the_oldest_leave_and_numbers_stay() -> None:
    ring = LineRing(capacity=1_000)
    ring.extend(lines(500))
    assert ring.end == 500
    assert ring.first > 0
    assert ring.line(ring.first - 1) is None
    kept = ring.lines(0, 500)
    assert kept == lines(500)[ring.first :]
    assert sum(len(line.text.encode()) for line in kept) <= 1_000


def test_one_line_longer_than_the_ring_is_kept() -> None:
    ring = LineRing(capacity=100)
    ring.extend(lines(3))
    ring.extend([LogLine(None, "x" * 500)])
    assert ring.line(3) == LogLine(None, "x" * 500)


def test_clearing_starts_a_new_epoch() -> None:
    ring = LineRing()
    ring.extend(lines(2))
    ring.clear()
    assert (len(ring), ring.end, ring.epoch) == (0, 0, 1)


def test_cuts_what_is_not_older_than_a_moment() -> None:
    ring = LineRing()
    ring.extend([*lines(5), LogLine(None, "no time"), *lines(5, 5)])
    assert ring.older(START) == 0
    assert ring.older(START + timedelta(seconds=5)) == 6
    assert ring.older(START + timedelta(days=1)) == 11
    epoch = ring.epoch
    ring.cut(6)
    assert (ring.first, ring.end, ring.epoch) == (0, 6, epoch + 1)
    assert ring.line(5) == LogLine(None, "no time")
    ring.extend(lines(1, 50))
    assert [line.text for line in ring.lines(5, 9)] == ["no time", "line 50 é"]
    ring.cut(99)
    assert (ring.end, ring.epoch) == (7, epoch + 1)
    ring.cut(0)
    assert (len(ring), ring.end) == (0, 0)


def test_marks_stay_on_their_lines_while_old_ones_leave() -> None:
    ring = LineRing(capacity=4_000)
    ring.extend([LogLine(START, "begin", LineMark.BEGIN)])
    ring.extend(lines(100, 0))
    assert ring.newest_begin() == 1
    ring.extend([LogLine(START, "again", LineMark.BEGIN), *lines(200)])
    here = ring.newest_begin() - 1
    assert here == 101
    assert ring.line(here) == LogLine(START, "again", LineMark.BEGIN)
    ring.extend(lines(400, 200))
    assert ring.first > here
    assert ring.newest_begin() == ring.first
    assert all(line.mark is None for line in ring.lines(ring.first, ring.end))
