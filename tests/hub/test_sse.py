"""Server-sent events, however the bytes come in."""

from __future__ import annotations

import itertools
import json

from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.hub.sse import EVENT_LIMIT, EventDecoder, ServerEvent
from spaces_tui.hub.streams import read_log_chunk


def decode(data: bytes, cuts: list[int] | None = None) -> list[ServerEvent]:
    decoder, edges = EventDecoder(), sorted({0, len(data), *(cuts or [])})
    found: list[ServerEvent] = []
    for begin, end in itertools.pairwise(edges):
        found += decoder.feed(data[begin:end])
    return found


def test_the_usual_stream() -> None:
    data = b': keep-alive\n\nevent: metric\ndata: {"x":1}\n\ndata:\n\ndata: a\ndata:b\n\ndata: cut'
    assert decode(data) == [ServerEvent("metric", '{"x":1}'), ServerEvent("", "a\nb")]


def test_a_byte_order_mark_unknown_fields_and_empty_data_are_ignored() -> None:
    data = b"\xef\xbb\xbfid: 7\nretry: 10\nnonsense\ndata: x\n\nevent: alone\n\ndata: y\n\n"
    assert decode(data) == [ServerEvent("", "x"), ServerEvent("", "y")]


def test_unicode_line_ends_do_not_cut_an_event() -> None:
    payload = json.dumps({"data": "a\u2028b\u0085c\x0b\n", "timestamp": "t"}, ensure_ascii=False)
    (event,) = decode(b"data: " + payload.encode() + b"\n\n")
    chunk = read_log_chunk(event.data)
    assert chunk is not None
    assert chunk.text == "a\u2028b\u0085c\x0b\n"


def test_an_endless_event_does_not_eat_the_memory() -> None:
    decoder = EventDecoder()
    for _ in range(EVENT_LIMIT // 2**20 + 2):
        assert list(decoder.feed(b"data: " + b"x" * 2**20 + b"\n")) == []
    (event,) = decoder.feed(b"\n")
    assert len(event.data) <= EVENT_LIMIT
    assert list(decoder.feed(b"data: next\n\n")) == [ServerEvent("", "next")]


LINE = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12)
BREAK = st.sampled_from(["\n", "\r", "\r\n"])


@given(st.data())
def test_arbitrary_chunks_give_the_same_events(data: st.DataObject) -> None:
    ending = data.draw(BREAK)
    wanted, text = [], ""
    for name, lines in data.draw(
        st.lists(st.tuples(LINE.map(str.strip), st.lists(LINE, min_size=1, max_size=3)), max_size=5)
    ):
        text += f": comment{ending}event: {name}{ending}"
        text += "".join(f"data: {line}{ending}" for line in lines) + ending
        if any(lines) or len(lines) > 1:
            wanted.append(ServerEvent(name, "\n".join(lines)))
    raw = text.encode()
    cuts = data.draw(st.lists(st.integers(0, len(raw)), max_size=20))
    assert decode(raw, cuts) == wanted
    assert decode(raw, list(range(len(raw)))) == wanted


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=9))
def test_any_bytes_give_the_same_whole_or_cut(raw: bytes, cuts: list[int]) -> None:
    assert decode(raw, [cut for cut in cuts if cut <= len(raw)]) == decode(raw)
