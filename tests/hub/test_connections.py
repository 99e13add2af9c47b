"""Real sockets: connections that fail, break, drip, and are given up."""

from __future__ import annotations

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import aclosing, contextmanager

import pytest

from spaces_tui.hub import errors
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.repo import AddFile
from tests.hub.talk import hub_at, raw_server, read_request

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LARGE = AddFile("large.bin", bytes(8 * 2**20))


@contextmanager
def refusing() -> Iterator[str]:
    """An address where nobody listens, and nobody else can begin to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def reset(writer: StreamWriter) -> None:
    """Close with RST rather than FIN."""
    writer.transport.abort()


async def test_a_refused_connection_means_nothing_was_sent() -> None:
    with refusing() as url:
        async with hub_at(url) as hub:
            with pytest.raises(errors.Unreachable, match="refused") as caught:
                await hub.space("a/b").commit([LARGE], summary="s", parent=None)
    assert caught.value.call == "POST /api/spaces/a/b/commit/main"


async def test_a_name_that_does_not_resolve() -> None:
    async with hub_at("http://no-such-host.invalid") as hub:
        with pytest.raises(errors.Unreachable, match="does not resolve"):
            await hub.whoami()


async def test_something_that_speaks_no_tls_is_not_trusted() -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with raw_server(talk) as url, hub_at(url.replace("http:", "https:")) as hub:
        with pytest.raises(errors.Untrusted):
            await hub.whoami()


@pytest.mark.parametrize("read", [0, 1000, 2**20])
async def test_a_reset_while_the_body_is_sent_is_unclear(read: int) -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if read:
            await reader.readexactly(read)
        reset(writer)

    async with raw_server(talk) as url, hub_at(url) as hub:
        with pytest.raises(errors.AnswerLost) as caught:
            await hub.space("a/b").commit([LARGE], summary="s", parent=None)
    assert caught.value.request_id


@pytest.mark.parametrize(
    "answer", [b"", OK, OK + b"Content-Length: 90\r\n\r\n{", b"nonsense\r\n\r\n"]
)
@pytest.mark.parametrize("hard", [True, False])
async def test_a_connection_that_breaks_after_the_body_is_unclear(
    answer: bytes, hard: bool
) -> None:
    posts = 0

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal posts
        await read_request(reader)
        posts += 1
        writer.write(answer)
        await writer.drain()
        if hard:
            reset(writer)

    async with raw_server(talk) as url, hub_at(url, attempts=3) as hub:
        with pytest.raises(errors.AnswerLost):
            await hub.space("a/b").pause()
    assert posts == 1


async def test_a_cut_chunked_body_is_lost_and_a_read_is_asked_again() -> None:
    answers = [
        OK + b'Transfer-Encoding: chunked\r\n\r\n9\r\n{"name":"',
        OK + b'Content-Length: 14\r\n\r\n{"name":"ada"}',
    ]

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await read_request(reader)
        writer.write(answers.pop(0))
        await writer.drain()

    async with raw_server(talk) as url, hub_at(url, attempts=2) as hub:
        assert (await hub.whoami()).name == "ada"
    assert answers == []


async def test_an_early_refusal_is_read_although_the_body_was_not_taken() -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\n\r\ntoo large")
        await writer.drain()
        while await reader.read(2**16):
            pass

    async with raw_server(talk) as url, hub_at(url) as hub:
        with pytest.raises(errors.BadRequest, match="too large"):
            await hub.space("a/b").commit([LARGE], summary="s", parent=None)


async def test_an_answer_that_drips_ends_at_the_total_time() -> None:
    closed = asyncio.Event()

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await read_request(reader)
        writer.write(OK + b"Content-Length: 100000\r\n\r\n")
        try:
            while not reader.at_eof():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.01)
        finally:
            closed.set()

    async with raw_server(talk) as url, hub_at(url) as hub:
        with pytest.raises(errors.AnswerLost, match="in time"):
            await hub.space("a/b").commit(
                [AddFile("x", b"")], summary="s", parent=None, total_timeout=1.0
            )
        await closed.wait()


async def test_a_cancelled_call_leaves_no_connection_open() -> None:
    asked, closed = asyncio.Event(), asyncio.Event()

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await read_request(reader)
        writer.write(OK + b"Content-Length: 100\r\n\r\n{")
        await writer.drain()
        asked.set()
        await reader.read()
        closed.set()

    async with raw_server(talk) as url, hub_at(url) as hub:
        call = asyncio.create_task(hub.whoami())
        await asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await closed.wait()


@pytest.mark.parametrize("way", ["cancel", "aclosing"])
async def test_a_log_that_is_given_up_leaves_no_connection_open(way: str) -> None:
    closed, first = asyncio.Event(), asyncio.Event()

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        writer.write(b'data: {"data":"x\\n","timestamp":"2026-01-01T00:00:00Z"}\n\n')
        await writer.drain()
        await reader.read()
        closed.set()

    async with raw_server(talk) as url, hub_at(url) as hub:

        async def follow() -> None:
            async with aclosing(hub.space("a/b").follow(LogStream.RUN)) as log:
                async for _ in log:
                    first.set()
                    if way == "aclosing":
                        break

        task = asyncio.create_task(follow())
        await first.wait()
        if way == "cancel":
            task.cancel()
        await asyncio.wait({task})
        await closed.wait()
        assert task.cancelled() is (way == "cancel")


async def test_a_proxy_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await read_request(reader)
        writer.write(OK + b'Content-Length: 14\r\n\r\n{"name":"ada"}')
        await writer.drain()

    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with refusing() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        async with raw_server(talk) as url, hub_at(url) as hub:
            assert (await hub.whoami()).name == "ada"
        async with hub_at("http://hub.example") as hub:
            with pytest.raises(errors.Unreachable):
                await hub.whoami()


async def test_connections_are_kept_and_used_again() -> None:
    connections = 0

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while not reader.at_eof():
            await read_request(reader)
            writer.write(OK + b'Content-Length: 14\r\n\r\n{"name":"ada"}')
            await writer.drain()

    async def until_closed(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except asyncio.IncompleteReadError:
            return

    async with raw_server(until_closed) as url, hub_at(url) as hub:
        for _ in range(5):
            await hub.whoami()
    assert connections == 1
