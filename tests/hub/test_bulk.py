"""Runs of log events read at once say the same as each of them read by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.hub.bulk import read_log_lines
from spaces_tui.hub.lines import LINE_LIMIT
from spaces_tui.hub.replay import Memory
from spaces_tui.hub.sse import EventDecoder
from spaces_tui.hub.streams import _log_parts, read_log_chunk
from spaces_tui.model.logs import LogChunk, LogLines
from spaces_tui.model.ring import LineRing
from spaces_tui.session.logfilling import Filling
from spaces_tui.session.logmarks import StageMarks

STAMP = "2026-03-02T12:00:00.123Z"


def event(text: str, stamp: str = STAMP, *, ascii_only: bool = False) -> bytes:
    """Return one event as the Hub sends it."""
    body = json.dumps({"data": text, "timestamp": stamp}, ensure_ascii=ascii_only)
    return f"data: {body}\n\n".encode("utf-8", "surrogatepass")


texts = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: f"{text}\n"),
    st.sampled_from(
        ["plain\n", "Zeile → 🙂\n", "\n", "half", "a\nb\n", "50%\r", "\x1b[31mred\n", "\u202egnp\n"]
    ),
)
stamps = st.sampled_from(
    [
        STAMP,
        "2026-03-02T12:00:01Z",
        "2026-03-02T12:00:01.123456789Z",
        "2026-03-02T12:00:02+01:00",
        "",
    ]
)
events = st.lists(st.tuples(texts, stamps, st.booleans()), max_size=12)


@given(events, st.integers(1, 400))
def test_however_bytes_come_the_events_are_the_same(
    sent: list[tuple[str, str, bool]], size: int
) -> None:
    stream = b": hello\n\n" + b"".join(event(text, at, ascii_only=how) for text, at, how in sent)
    decoder = EventDecoder()
    read: list[LogChunk] = []
    for begin in range(0, len(stream), size):
        for part in _log_parts(decoder, stream[begin : begin + size]):
            read += part.chunks() if isinstance(part, LogLines) else [part]
    expected = [read_log_chunk(json.dumps({"data": text, "timestamp": at})) for text, at, _ in sent]
    assert read == expected


@given(events, st.integers(1, 400))
def test_the_ring_holds_the_same_lines(sent: list[tuple[str, str, bool]], size: int) -> None:
    stream = b": hello\n\n" + b"".join(event(text, at, ascii_only=how) for text, at, how in sent)
    rings = LineRing(), LineRing()
    fillings = [Filling(ring, StageMarks(tuple), lambda: None) for ring in rings]
    for filling in fillings:
        filling._wait_for_the_rest = lambda: None  # type: ignore[method-assign] # needs a loop
    decoder = EventDecoder()
    for begin in range(0, len(stream), size):
        for part in _log_parts(decoder, stream[begin : begin + size]):
            fillings[0].take(part)
            for chunk in part.chunks() if isinstance(part, LogLines) else (part,):
                fillings[1].take(chunk)
    for filling in fillings:
        filling.end()
    one, other = (ring.lines(0, ring.end) for ring in rings)
    assert one == other


def test_plain_lines_are_read_at_once() -> None:
    lines = read_log_lines(event("first\n") + event("zweite → 🙂\n", "2026-03-02T12:00:01Z"))
    assert lines is not None
    assert lines.texts == (b"first", "zweite → 🙂".encode())
    assert lines.begin == datetime(2026, 3, 2, 12, 0, 0, 123_000, UTC)
    assert lines.newest == datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC)
    assert [one.text for one in lines.chunks()] == ["first\n", "zweite → 🙂\n"]


@pytest.mark.parametrize(
    "odd",
    [
        event("half"),
        event("a\tb\n"),
        event('quoted "\n'),
        event("\u202egnp\n"),
        event("a\x9bb\n"),
        event("x\n", "yesterday"),
        event("x\n", "2026-03-02T12:00:00.1_2Z"),
        event("x" * (LINE_LIMIT + 1) + "\n"),
        b'data: {"timestamp": "2026-03-02T12:00:00Z", "data": "x\\n"}\n\n',
        b'event: ping\ndata: {"data": "x\\n", "timestamp": "2026-03-02T12:00:00Z"}\n\n',
        b'data: {"data": "\xff\\n", "timestamp": "2026-03-02T12:00:00Z"}\n\n',
        b": a sign of life\n\n",
    ],
)
def test_what_has_another_shape_is_left_to_be_read_with_care(odd: bytes) -> None:
    assert read_log_lines(event("plain\n") + odd) is None
    assert read_log_lines(odd + event("plain\n")) is None


@given(
    st.lists(st.tuples(st.integers(1, 200), st.booleans()), min_size=1, max_size=5),
    st.integers(1, 90),
)
def test_what_is_remembered_is_the_same(sizes: list[tuple[int, bool]], together: int) -> None:
    by_itself, at_once = Memory(whole=True), Memory(whole=True)
    number = 0
    for size, bulk in sizes:
        run = b""
        for _ in range(size):
            number += 1
            run += event(f"line {number}\n", f"2026-03-02T12:00:{number // together % 60:02}Z")
        lines = read_log_lines(run)
        assert lines is not None
        by_itself.add(lines.chunks())
        if bulk:
            at_once.add_lines(lines)
        else:
            at_once.add(lines.chunks())
    assert list(at_once.keys) == list(by_itself.keys)
    assert (at_once.whole, at_once.first) == (by_itself.whole, by_itself.first)
    assert at_once.newest == by_itself.newest
