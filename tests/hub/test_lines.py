"""Chunks of output become lines."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.hub.lines import LINE_LIMIT, LineAssembler
from spaces_tui.model.logs import LogChunk


def chunk(text: str, second: int = 0) -> LogChunk:
    return LogChunk(datetime(2026, 6, 20, 1, 9, second, tzinfo=UTC), text)


def lines(*texts: str) -> list[str]:
    assembler = LineAssembler()
    found = [line for text in texts for line in assembler.feed(chunk(text))]
    return [line.text for line in found + assembler.flush()]


def test_several_lines_in_a_chunk_and_one_over_several() -> None:
    assert lines("a\nb\nc", "d", "e\n", "\n", "f") == ["a", "b", "cde", "", "f"]


def test_what_was_written_after_the_last_return_counts() -> None:
    assert lines("x\n", " 1%\r 2%", "\r", " 50%\r100%\n") == ["x", "100%"]
    assert lines("x\n", "10%\r", "20%\r", "\n", "a\r\n") == ["x", "20%", "a"]


def test_an_open_progress_bar_can_be_seen() -> None:
    assembler = LineAssembler()
    assembler.feed(chunk("start\n"))
    assembler.feed(chunk("10%\r", 1))
    assembler.feed(chunk("20%\r", 2))
    assert assembler.open_line is not None
    assert assembler.open_line.text == "20%"
    assert assembler.open_line.time == chunk("", 2).time
    assert [line.text for line in assembler.feed(chunk("done\n", 3))] == ["done"]
    assert assembler.open_line is None


def test_an_escape_sequence_cut_in_two_is_removed_whole() -> None:
    assert lines("x\n", "a\x1b[3", "1mred\x1b", "[0m\n") == ["x", "ared"]


def test_a_source_without_line_breaks_sends_a_line_per_chunk() -> None:
    assert lines("one", "two", "three") == ["one", "two", "three"]


def test_a_line_has_the_time_of_its_first_chunk() -> None:
    assembler = LineAssembler()
    assembler.feed(chunk("x\n", 1))
    assembler.feed(chunk("10%\r", 2))
    (line,) = assembler.feed(chunk("\n", 3))
    assert (line.text, line.time) == ("10%", chunk("", 2).time)
    (line,) = assembler.feed(chunk("\n", 4))
    assert line.time == chunk("", 4).time


def test_what_comes_after_a_pause_is_another_line() -> None:
    assembler = LineAssembler()
    assembler.feed(chunk("x\n", 1))
    assert assembler.feed(chunk("whole without a break", 2)) == []
    assert [line.text for line in assembler.feed(chunk("next\n", 3))] == [
        "whole without a break",
        "next",
    ]


def test_a_stamp_without_its_fraction_is_no_pause() -> None:
    assembler = LineAssembler()
    assembler.feed(chunk("x\n", 1))
    assert assembler.feed(chunk("half ", 2)) == []
    later = chunk("", 2).time
    assert later is not None
    rest = LogChunk(later.replace(microsecond=900_000), "a line\n")
    assert [line.text for line in assembler.feed(rest)] == ["half a line"]


def test_a_break_that_comes_after_a_flush_ends_no_second_line() -> None:
    assembler = LineAssembler()
    assembler.feed(chunk("x\n", 1))
    assembler.feed(chunk("loading", 2))
    assert [line.text for line in assembler.flush()] == ["loading"]
    assert [line.text for line in assembler.feed(chunk("\nnext\n", 2))] == ["next"]


def test_a_very_long_line_is_cut() -> None:
    huge = "x" * (LINE_LIMIT + 1)
    assert lines(f"{huge}\nnext\n") == ["x" * LINE_LIMIT + "…", "next"]
    assert lines("\n", *["y" * 5000] * 9, "\n")[1] == "y" * LINE_LIMIT + "…"
    assert lines("\n", huge, "\rshort\n") == ["", "short"]


OUTPUT = st.text(alphabet="ab\r\n\x1b[0m é", max_size=60)


@given(OUTPUT, st.lists(st.integers(0, 60), max_size=8))
def test_however_output_is_cut_the_lines_are_the_same(output: str, cuts: list[int]) -> None:
    edges = sorted({0, len(output), *(cut for cut in cuts if cut <= len(output))})
    pieces = [output[begin:end] for begin, end in itertools.pairwise(edges)]
    assert lines("start\n", *pieces) == lines("start\n", output)


@given(OUTPUT)
def test_lines_hold_what_a_terminal_would_show_last(output: str) -> None:
    plain = output.replace("\x1b", "")
    *ended, rest = plain.split("\n")
    wanted = [line.rstrip("\r").rpartition("\r")[2] for line in ended]
    if rest:
        wanted.append(rest.rstrip("\r").rpartition("\r")[2])
    assert lines("start\n", plain)[1:] == wanted
