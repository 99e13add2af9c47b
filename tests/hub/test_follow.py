"""A log over many connections."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import aclosing

import httpx
import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.follow import LogGap, LogReset, Patience
from spaces_tui.hub.replay import Delivery
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import LogChunk
from tests.hub.talk import Chunks, Naps, Scripted, events, hub_at, hub_on, raw_server, read_request

T1, T2, T3, T4 = (f"2026-06-20T01:09:0{second}Z" for second in (1, 2, 3, 4))


def stream(*pieces: bytes | Exception) -> httpx.Response:
    return httpx.Response(200, stream=Chunks(pieces))


class Times:
    """Says "go on" so many times, then no more."""

    def __init__(self, count: int) -> None:
        self._left = count

    async def __call__(self) -> bool:
        self._left -= 1
        return self._left >= 0


async def followed(
    server: Scripted, go_on: int = 0, tail: int | None = None, naps: Naps | None = None
) -> list[str]:
    patience = Patience(go_on=Times(go_on), sleep=naps or Naps())
    async with hub_on(server) as hub:
        log = hub.space("a/b").follow(LogStream.RUN, tail=tail, patience=patience)
        return [shown(delivery) async for together in log for delivery in together]


def shown(delivery: Delivery) -> str:
    return delivery.text if isinstance(delivery, LogChunk) else type(delivery).__name__


async def test_a_clean_end_ends_the_log_unless_the_container_lives() -> None:
    server = Scripted(stream(events((T1, "a"))), stream(events((T1, "a"), (T2, "b"))))
    assert await followed(server) == ["a"]
    server = Scripted(stream(events((T1, "a"))), stream(events((T1, "a"), (T2, "b"))))
    assert await followed(server, go_on=1) == ["a", "b"]


async def test_a_broken_connection_is_replaced_and_nothing_comes_twice() -> None:
    naps = Naps()
    server = Scripted(
        stream(events((T1, "a"), (T2, "b")), httpx.ReadError("x")),
        stream(events((T1, "a")), httpx.RemoteProtocolError("x")),
        httpx.ConnectError("x"),
        stream(httpx.ReadTimeout("silent")),
        stream(events((T1, "a"), (T2, "b"), (T3, "c"))),
    )
    assert await followed(server, naps=naps) == ["a", "b", "c"]
    assert len(naps.asked) == 4
    assert naps.asked[0] <= 1
    assert naps.asked[3] >= 0.75 * 8


async def test_a_new_container_is_told() -> None:
    first, second = (
        "===== Application Startup at 1 =====\n",
        "===== Application Startup at 3 =====\n",
    )
    server = Scripted(
        stream(events((T1, first), (T2, "x"))), stream(events((T3, second), (T4, "y")))
    )
    assert await followed(server, go_on=1) == [first, "x", LogReset.__name__, second, "y"]


async def test_a_history_that_moved_on_is_a_gap() -> None:
    server = Scripted(stream(events((T1, "x"))), stream(events((T3, "y"), (T4, "z"))))
    assert await followed(server, go_on=1) == ["x", LogGap.__name__, "y", "z"]


async def test_the_tail_is_asked_for_until_something_came() -> None:
    server = Scripted(
        stream(httpx.ReadError("x")),
        stream(events((T2, "b")), httpx.ReadError("x")),
        stream(events((T1, "a"), (T2, "b"), (T3, "c"))),
    )
    assert await followed(server, tail=1) == ["b", "c"]
    assert [request.url.query for request in server.requests] == [b"tail=1", b"tail=1", b""]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, errors.NotFoundOrPrivate),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (503, errors.ServerError),
    ],
)
async def test_an_error_status_is_raised_also_on_a_later_connection(
    status: int, kind: type[errors.HubError]
) -> None:
    refusal = httpx.Response(status)
    with pytest.raises(kind):
        await followed(Scripted(refusal))
    with pytest.raises(kind):
        await followed(Scripted(stream(events((T1, "a")), httpx.ReadError("x")), refusal))


async def test_what_is_not_output_is_skipped() -> None:
    noise = (
        b': keep-alive\n\ndata:\n\ndata: {"data": 5}\n\ndata: nonsense\n\nevent: x\ndata: {}\n\n'
    )
    server = Scripted(stream(noise + events((T1, "a")) + noise))
    assert await followed(server) == ["a"]


async def test_a_quiet_trimmed_replay_is_decided_without_a_new_line() -> None:
    """The second connection replays only the last of three lines and then waits."""
    connections = 0
    settled = asyncio.Event()

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal connections
        await read_request(reader)
        connections += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        if connections == 1:
            writer.write(events((T1, "a"), (T2, "b"), (T3, "c")))
            await writer.drain()
            return
        writer.write(events((T3, "c"), (T3, "d")))
        await writer.drain()
        await reader.read()

    async with raw_server(talk) as url, hub_at(url) as hub:
        patience = Patience(go_on=Times(5), drained=0.05, sleep=Naps())
        log = hub.space("a/b").follow(LogStream.RUN, patience=patience)
        found: list[str] = []
        async with aclosing(log) as deliveries:
            async for together in deliveries:
                found += map(shown, together)
                if found[-1] == "d":
                    settled.set()
                    break
    assert settled.is_set()
    assert found == ["a", "b", "c", "d"]


async def test_a_silent_stream_is_replaced() -> None:
    connections = 0

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal connections
        await read_request(reader)
        connections += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        writer.write(events((T1, "a")))
        if connections > 1:
            writer.write(events((T2, "b")))
        await writer.drain()
        await reader.read()

    async with raw_server(talk) as url, hub_at(url) as hub:
        patience = Patience(silence=0.2, sleep=Naps())
        log = hub.space("a/b").follow(LogStream.RUN, patience=patience)
        async with aclosing(log) as deliveries:
            found = [shown(one) for _ in range(2) for one in await anext(deliveries)]
    assert found == ["a", "b"]
    assert connections == 2


def test_the_wait_grows_to_a_limit() -> None:
    patience = Patience(first_wait=1, longest_wait=30)
    assert 0.75 <= patience.wait(0) <= 1
    assert 22.5 <= patience.wait(9) <= 30
    assert patience.wait(10_000) <= 30
