"""Server-sent events: a response that ends with its source, its client, or the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from spaces_tui.localhub.hub import LocalHubState

KEEP_ALIVE: Final = b": keep-alive\n\n"


class EventStream(Response):
    """Sends chunks of an event stream as they come."""

    def __init__(self, hub: LocalHubState, chunks: AsyncIterator[bytes]) -> None:
        super().__init__(
            headers={"Cache-Control": "no-cache, no-transform"}, media_type="text/event-stream"
        )
        self._hub = hub
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the source ends, the client leaves or the server closes."""
        headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        cut: Callable[[], None] = scope["sever"]
        self._hub.open_streams.add(cut)
        pump = asyncio.create_task(self._pump(send))
        others = [
            asyncio.create_task(_left(receive)),
            asyncio.create_task(_wait(self._hub.closing)),
        ]
        try:
            await asyncio.wait([pump, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.open_streams.discard(cut)
            for task in (pump, *others):
                task.cancel()
        with suppress(asyncio.CancelledError):
            await pump
        await send({"type": "http.response.body", "body": b""})

    async def _pump(self, send: Send) -> None:
        async for chunk in self._chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
