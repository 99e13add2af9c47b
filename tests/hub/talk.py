"""What tests of the Hub client share: a Hub on a handler function, and one on a raw socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from spaces_tui.hub.client import Hub
from spaces_tui.hub.retry import Retries
from spaces_tui.model.identity import Secret

ENDPOINT = "https://hub.example"
TOKEN = "hf_aVeryPrivateToken"

Handler = Callable[[httpx.Request], httpx.Response]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Naps:
    """A sleep that takes no time and remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0)


def hub_on(
    handler: Handler, *, token: str | None = TOKEN, naps: Naps | None = None, **options: Any
) -> Hub:
    """Return a Hub whose requests a function answers."""
    return Hub(
        options.pop("endpoint", ENDPOINT),
        Secret(token) if token is not None else None,
        version="1.2.3",
        transport=httpx.MockTransport(handler),
        retries=Retries(sleep=naps or Naps(), **options),
    )


def hub_at(url: str, *, token: str | None = TOKEN, attempts: int = 1) -> Hub:
    """Return a Hub that talks to a real address."""
    secret = Secret(token) if token is not None else None
    return Hub(url, secret, version="1.2.3", retries=Retries(attempts=attempts, sleep=Naps()))


class Scripted:
    """A handler that gives prepared answers in order, the last one over and over."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def events(*chunks: tuple[str, str]) -> bytes:
    """Return log events of (time stamp, text) as the Hub sends them."""
    return b"".join(
        b"data: " + json.dumps({"data": text, "timestamp": stamp}).encode() + b"\n\n"
        for stamp, text in chunks
    )


class Chunks(httpx.AsyncByteStream):
    """A body that comes in pieces; an exception among them is raised."""

    def __init__(self, pieces: Iterable[bytes | Exception]) -> None:
        self._pieces = list(pieces)
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def aclose(self) -> None:
        self.closed = True


@asynccontextmanager
async def raw_server(talk: Talk) -> AsyncIterator[str]:
    """Serve one coroutine per connection on loopback; yield the address."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except ConnectionError:
            return  # the client went away, which some tests want
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        await server.wait_closed()


async def read_request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Read one request; return its head and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.splitlines()
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    return head, await reader.readexactly(length)
