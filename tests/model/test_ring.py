"""The bounded log: numbers stay, memory does not grow."""

from datetime import UTC, datetime, timedelta

from spaces_tui.model.logs import LogLine
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
