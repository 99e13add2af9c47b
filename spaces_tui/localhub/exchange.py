"""One request and its answer: faults, refusals, renames, and the headers of every answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spaces_tui.localhub.errors import MovedError, RefusedError
from spaces_tui.localhub.faults import Fault
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.replies import JSON_TYPE, refusal_reply, reply

SLOW_STEP: Final = 0.05
"""Seconds between two pieces of a slow body."""


class Finish:
    """Adds headers to the beginning of an answer."""

    def __init__(self, headers: dict[str, str], warnings: Sequence[str] = ()) -> None:
        named = [*headers.items(), *(("X-HF-Warning", warning) for warning in warnings)]
        self._headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in named
        ]

    def __call__(self, message: Message) -> Message:
        """Return the message, with the headers if it is the first one."""
        if message["type"] == "http.response.start":
            message["headers"] = [*self._headers, *message["headers"]]
        return message


class Exchange:
    """One request and its answer, with the fault that hits it, if any."""

    def __init__(self, hub: LocalHubState, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._hub = hub
        self._receive = receive
        self._send = send

    async def run(self, app: ASGIApp, finish: Finish) -> None:
        """Let `app` answer, unless a fault says otherwise; `finish` adds the headers."""

        fault = self._fault()
        if fault is not None and fault.bytes_per_second:
            self._send = slowed(self._send, fault.bytes_per_second, self._closed_within)

        async def send(message: Message) -> None:
            await self._send(finish(message))

        app = guarded(app, self._hub)
        if fault is None:
            await app(self.scope, self._receive, send)
            return
        if await self._closed_within(fault.delay) or fault.drop == "before":
            self._cut(fault)
        elif fault.status is not None:
            if fault.handled:
                await self._handle(app)
            canned = Response(fault.body, fault.status, {"Content-Type": JSON_TYPE})
            canned.headers.update(fault.headers)
            await canned(self.scope, self._receive, send)
        elif fault.drop == "after" or fault.mangle:
            await self._spoil(app, finish, fault)
        else:
            await app(self.scope, self._receive, send)

    def _fault(self) -> Fault | None:
        query = self.scope["query_string"].decode("latin-1")
        target = f"{self.scope['path']}?{query}" if query else self.scope["path"]
        return self._hub.faults.take(self.scope["method"], target)

    async def _closed_within(self, delay: float) -> bool:
        """Wait out a delay; True if the server is closed meanwhile."""
        closing = self._hub.closing
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await closing.wait()
        return closing.is_set()

    async def _handle(self, app: ASGIApp) -> list[Message]:
        """Let `app` do its work; return the answer instead of sending it."""
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        await app(self.scope, self._receive, collect)
        self._hub.keep()
        return messages

    async def _spoil(self, app: ASGIApp, finish: Finish, fault: Fault) -> None:
        messages = await self._handle(app)
        if fault.drop == "after":
            self._cut(fault)
            return
        start = finish(messages[0])
        body = b"".join(message.get("body", b"") for message in messages[1:])
        if fault.mangle == "malformed":
            spoiled = b'{"oops": [' + body[: len(body) // 2]
            start["headers"] = _with_length(start["headers"], len(spoiled))
            await self._send(start)
            await self._send({"type": "http.response.body", "body": spoiled})
            return
        start["headers"] = _with_length(start["headers"], len(body))
        await self._send(start)
        half = body[: len(body) // 2]
        await self._send({"type": "http.response.body", "body": half, "more_body": True})
        self._cut(fault)

    def _cut(self, fault: Fault) -> None:
        self.scope["sever"](reset=fault.cut == "reset")


def slowed(send: Send, rate: float, pause: Callable[[float], Awaitable[bool]]) -> Send:
    """Return a `send` that lets so many bytes of the body through in a second.

    `pause` waits for some seconds and says whether the server is being closed: then nobody is
    held up any longer.
    """
    step = max(1, int(rate * SLOW_STEP))

    async def trickle(message: Message) -> None:
        body: bytes = message.get("body", b"")
        while len(body) > step:
            await send({"type": "http.response.body", "body": body[:step], "more_body": True})
            body = body[step:]
            if await pause(step / rate):
                break
        await send({**message, "body": body} if "body" in message else message)

    return trickle


def guarded(app: ASGIApp, hub: LocalHubState) -> ASGIApp:
    """Return `app` with `RefusedError` and `MovedError` turned into answers."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except RefusedError as refusal:
            await refusal_reply(refusal)(scope, receive, send)
        except MovedError as moved:
            await _redirect(hub, scope, moved.location)(scope, receive, send)

    return serve


def _redirect(hub: LocalHubState, scope: Scope, new_id: str) -> Response:
    params = scope["path_params"]
    old = f"/{params['namespace']}/{params['name']}"
    path = scope["path"].replace(old, f"/{new_id}", 1)
    query = scope["query_string"].decode("latin-1")
    location = f"{hub.spoken_origin}{path}{'?' + query if query else ''}"
    return reply({"url": location}, hub.redirect_status, {"Location": location})


def _with_length(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name != b"content-length"]
    return [*kept, (b"content-length", str(length).encode())]
