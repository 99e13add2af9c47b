"""One operation, done by both clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterable
from contextlib import aclosing, closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from spaces_tui.hub.client import Hub
from spaces_tui.hub.errors import HubError
from spaces_tui.hub.retry import Retries
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from tests.differential.compare import Known
from tests.differential.requests_seen import Asked, all_asked
from tests.hub.talk import Naps

SPACE = "ada/demo"
FILES = {"app.py": "print('hello')\n", "d/x.txt": "x", "d/y.txt": "y"}

ACCEPT = Known(
    "accept: application/json | */*",
    "we read nothing but JSON there, and say so; the official client says nothing",
)
STREAM = (
    Known("accept: text/event-stream | */*", "what the Hub sends there, by its own name"),
    Known(
        "accept-encoding: identity | compressed",
        "a compressor on the way would hold lines back until a block is full",
    ),
    Known("cache-control: no-cache | -", "browsers ask for event streams so; proxies obey it"),
)
DOWNLOAD = (
    Known(
        "request: - | sent",
        "one request fewer: we keep no cache on disk whose entry had to be looked up first",
        on="HEAD /spaces/ada/demo/resolve/main/…",
    ),
    Known(
        "accept-encoding: identity | compressed",
        "so that the length said is the file's own, and a file too large is refused at once",
    ),
    Known(
        "x-hf-download-counter: - | 1", "a look into a file in a console is no download to count"
    ),
)
VERIFY = (
    ACCEPT,
    Known(
        "accept: application/vnd.git-lfs+json | */*",
        "the type that Git LFS prescribes for all its calls",
        on="POST /spaces/ada/demo.git/info/lfs/objects/verify",
    ),
    Known(
        "content-type: application/vnd.git-lfs+json | application/json",
        "the type that Git LFS prescribes for all its calls, and git-lfs sends",
        on="POST /spaces/ada/demo.git/info/lfs/objects/verify",
    ),
)
PAGE_SIZE = Known(
    "query.limit: … | -", "we say how many a request brings; the Hub's default varies"
)


def nothing(_server: LocalHub) -> None:
    """Prepare no more than every operation finds: the Space `ada/demo`, running."""


@dataclass(frozen=True)
class Operation:
    """What both clients can do."""

    name: str
    ours: Callable[[Hub], Awaitable[Any]] = field(repr=False)
    theirs: Callable[[HfApi], Any] = field(repr=False)
    differs: tuple[Known, ...] = (ACCEPT,)
    """Every difference there is, and no other."""
    before: Callable[[LocalHub], Any] = field(default=nothing, repr=False)
    """What the Hub is like before it."""
    refused: bool = False
    """Whether the Hub refuses it, to both."""

    def asked_by_us(self) -> list[Asked]:
        """Return what our client asks, of a Hub of its own."""
        return self._asked(lambda server: asyncio.run(self._ours(server)))

    def asked_by_them(self) -> list[Asked]:
        """Return what the official client asks, of a Hub of its own."""
        return self._asked(self._theirs)

    def _asked(self, do: Callable[[LocalHub], None]) -> list[Asked]:
        with LocalHub(seed="empty", speed=200) as server:
            server.create(SPACE, files=FILES)
            self.before(server)
            server.clear_requests()
            server.keep_bodies()
            do(server)
            return all_asked(server)

    async def _ours(self, server: LocalHub) -> None:
        token = Secret(server.token("ada"))
        async with Hub(server.url, token, version="0", retries=Retries(sleep=Naps())) as hub:
            if not self.refused:
                await self.ours(hub)
                return
            with pytest.raises(HubError):
                await self.ours(hub)

    def _theirs(self, server: LocalHub) -> None:
        api = HfApi(endpoint=server.url, token=server.token("ada"))
        if not self.refused:
            self.theirs(api)
            return
        with pytest.raises(HfHubHTTPError):
            self.theirs(api)


async def drained(items: AsyncIterator[Any]) -> list[Any]:
    """Read to the end."""
    return [item async for item in items]


async def first(items: AsyncGenerator[Any, None]) -> Any:
    """Read one item and hang up."""
    async with aclosing(items):
        return await anext(items)


def first_of(items: Iterable[Any]) -> Any:
    """Read one item of the official client's and hang up."""
    iterator = iter(items)
    assert isinstance(iterator, Generator)
    with closing(iterator):
        return next(iterator)
