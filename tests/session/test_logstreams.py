"""What a ring holds after a log came over streams that fail in every way they can."""

from __future__ import annotations

import json
from asyncio import StreamReader, StreamWriter
from contextlib import aclosing

from spaces_tui.hub.follow import Patience
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.ring import LineRing
from spaces_tui.session.logfilling import Filling
from spaces_tui.session.logmarks import StageMarks
from tests.hub.talk import Naps, events, hub_at, raw_server, read_request

BANNER = "===== Application Startup at 2026-06-20 01:09:0{} ====="
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
LOG = [
    ("2026-06-20T01:09:01Z", f"{BANNER.format(1)}\n"),
    ("2026-06-20T01:09:02Z", "the same\n"),
    ("2026-06-20T01:09:02Z", "the same\n"),
    ("2026-06-20T01:09:03.5Z", "naïve → 🙂\n"),
    ("2026-06-20T01:09:04Z", "one\u2028line\u0085only\n"),
    ("2026-06-20T01:09:05Z", "last\n"),
]
SECOND = [("2026-06-20T01:09:09Z", f"{BANNER.format(9)}\n"), ("2026-06-20T01:09:09Z", "anew\n")]


def framed(count: int, ending: bytes = b"\n") -> bytes:
    """Return the beginning of the log as events, not escaped, as the Hub sends them."""
    bodies = [
        json.dumps({"data": text, "timestamp": stamp}, ensure_ascii=False).encode()
        for stamp, text in LOG[:count]
    ]
    return b"".join(b"data: " + body + ending + ending for body in bodies)


async def test_every_fault_of_a_stream_leaves_each_line_once() -> None:
    """CRLF and single bytes; cut inside an event; replayed and silent; reset; replayed again."""
    connections = 0

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal connections
        await read_request(reader)
        connections += 1
        writer.write(HEAD)
        if connections == 1:
            for byte in framed(4, b"\r\n"):
                writer.write(bytes([byte]))
                await writer.drain()
            writer.write(events(LOG[4])[:20])
        elif connections == 2:
            writer.write(framed(5))
            await writer.drain()
            await reader.read()
        elif connections == 3:
            writer.write(b": keep-alive\n\n" + framed(6))
        else:
            writer.write(events(*SECOND))
        await writer.drain()

    async def go_on() -> bool:
        return connections < 5

    ring = LineRing()
    filling = Filling(ring, StageMarks(lambda: ()), lambda: None)
    patience = Patience(go_on=go_on, silence=1.0, drained=0.05, sleep=Naps())
    async with raw_server(talk) as url, hub_at(url) as hub:
        log = hub.space("a/b").follow(LogStream.RUN, patience=patience)
        async with aclosing(log) as arrivals:
            async for together in arrivals:
                filling.take(*together)
    filling.end()
    lines = ring.lines(ring.first, ring.end)
    assert [line.text for line in lines if line.mark is None] == [
        BANNER.format(1),
        "the same",
        "the same",
        "naïve → 🙂",
        "one\u2028lineonly",
        "last",
        BANNER.format(9),
        "anew",
    ]
    assert len([line for line in lines if line.mark]) == 1
