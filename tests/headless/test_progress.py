"""Progress of large files, in lines for people."""

from __future__ import annotations

import pytest

from spaces_tui.headless.lines import as_lines
from spaces_tui.headless.progress import Progress, clipped, duration
from spaces_tui.model.sizes import size_of
from spaces_tui.model.sync_events import HeldBack, Progressed

MODEL = Progressed("model.bin", 120_000_000, 324_000_000, 12_300_000.0)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (MODEL, "model.bin  37 %  120.0 MB of 324.0 MB · 12.3 MB/s · 17 s left"),
        (Progressed("a b", 0, 10, 0.0), "a b  0 %  0 B of 10 B"),
        (Progressed("m", 10, 10, 5.0), "m  100 %  10 B of 10 B"),
        (Progressed("", 5, 10, 0.0, fetching=True), "fetching  50 %  5 B of 10 B"),
        (Progressed("m", 1, 2, 0.0, fetching=True), "fetching m  50 %  1 B of 2 B"),
    ],
)
def test_a_line_has_share_rate_and_time_left(event: Progressed, line: str) -> None:
    assert as_lines(event) == [line]


def test_where_nothing_is_rewritten_a_line_comes_now_and_then_and_at_the_end() -> None:
    progress = Progress()
    lines = [
        progress.now_and_then(Progressed("m", sent, 10, 1.0), float(sent)) for sent in range(11)
    ]
    assert [sent for sent, line in enumerate(lines) if line] == [0, 5, 10]
    other = Progressed("n", 1, 10, 1.0)
    assert progress.now_and_then(other, 10.1) is not None


def test_a_rewritten_line_speaks_of_all_files_and_stands_at_the_end() -> None:
    progress = Progress()
    first, second = Progressed("a", 5, 10, 1.0), Progressed("b", 10, 40, 4.0)
    assert progress.rewritten(first, 0.0) == ("a  50 %  5 B of 10 B · 1 B/s · 5 s left", False)
    together = "2 files  30 %  15 B of 50 B · 5 B/s · 7 s left"
    assert progress.rewritten(second, 1.0) == (together, False)
    assert progress.rewritten(Progressed("a", 10, 10, 1.0), 2.0) == (
        "a  100 %  10 B of 10 B",
        True,
    )
    assert progress.rewritten(second, 9.0)[0].startswith("b  25 %")


def test_durations_sizes_and_widths() -> None:
    assert [duration(each) for each in (0.2, 59, 245, 7800)] == [
        "1 s",
        "59 s",
        "4 min 5 s",
        "2 h 10 min",
    ]
    assert size_of(5_368_709_120) == "5.4 GB"
    assert clipped("abc", 2) == "ab"
    assert clipped("模型a", 4) == "模型"


def test_a_held_file_is_named_once() -> None:
    reason = "model.bin, 5.4 GB: more than 10 MB"
    assert as_lines(HeldBack(reason, ("model.bin",))) == [f"held: {reason}"]
    assert as_lines(HeldBack("Too many.", ("a", "b"))) == ["held: Too many. (a, b)"]
