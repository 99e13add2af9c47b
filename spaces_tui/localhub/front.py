"""The front door: what happens to every request before and after its handler.

Requests are written down, hit by faults, counted against quotas and checked for a valid token;
answers get the headers that every answer of the Hub has.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spaces_tui.localhub.accounts import Token
from spaces_tui.localhub.dates import http_date
from spaces_tui.localhub.errors import CREDENTIALS, MovedError, RefusedError
from spaces_tui.localhub.faults import Fault
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.ratelimit import Verdict, class_of
from spaces_tui.localhub.replies import JSON_TYPE, refusal_reply, reply
from spaces_tui.localhub.requestlog import Received, visible_headers

CONTROL: Final = "/__local__/"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
EXPOSED: Final = (
    "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,"
    "Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash"
)


class Front:
    """The ASGI application. `sever` cuts the TCP connection a scope belongs to."""

    def __init__(
        self,
        hub: LocalHubState,
        routes: ASGIApp,
        storage: ASGIApp,
        sever: Callable[[Scope], None],
    ) -> None:
        self._hub = hub
        self._routes = routes
        self._storage = storage
        self._sever = sever

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = await _read(receive)
        # Routes see the path as sent: a quoted slash in a branch or file name is not a separator.
        scope["path"] = scope["raw_path"].decode("latin-1")
        scope["hub"] = self._hub
        scope["sever"] = partial(self._sever, scope)
        headers = Headers(scope=scope)
        storage = self._hub.storage_origin.endswith(f":{scope['server'][1]}")
        token = None if storage else self._token(headers)
        scope["token"] = token
        if not storage and scope["path"].startswith(CONTROL):
            await self._control(scope, _replay(body, receive), send, headers)
            return
        self._write_down(scope, len(body), token, storage=storage)
        inner: _Exchange = _Exchange(self, scope, _replay(body, receive), send)
        if storage:
            await inner.run(self._storage, Finish({"Date": http_date()}))
            return
        await self._api(inner, headers, token)

    async def _api(self, exchange: _Exchange, headers: Headers, token: Token | None) -> None:
        verdict = self._hub.rates.count(token, class_of(exchange.scope["path"]))
        finish = Finish(_common(headers, verdict))
        if verdict.exceeded:
            refusal = RefusedError(429, _too_many(verdict))
            await exchange.run(refusal_reply(refusal), finish)
        elif token is None and headers.get("authorization"):
            await exchange.run(refusal_reply(RefusedError(401, CREDENTIALS)), finish)
        else:
            await exchange.run(self._routes, finish)

    async def _control(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        # A page in somebody's browser must not reach the controls, not even by a rebound name.
        host = headers.get("host", "").rpartition(":")[0]
        kind = headers.get("content-type", "")
        if host not in LOOPBACK or (scope["method"] != "GET" and "json" not in kind):
            await refusal_reply(RefusedError(403, "Loopback and JSON only"))(scope, receive, send)
            return
        await guarded(self._routes, self._hub)(scope, receive, send)

    def _token(self, headers: Headers) -> Token | None:
        kind, _, value = headers.get("authorization", "").partition(" ")
        return self._hub.accounts.find(value.strip()) if kind.lower() == "bearer" else None

    def _write_down(self, scope: Scope, size: int, token: Token | None, *, storage: bool) -> None:
        self._hub.requests.add(
            Received(
                time=time.time(),
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"].decode("latin-1"),
                headers=visible_headers(scope["headers"]),
                body_size=size,
                account=token.person.name if token else None,
                role=token.role if token else None,
                origin="storage" if storage else "hub",
            )
        )

    def fault_for(self, scope: Scope) -> Fault | None:
        """Return the fault that hits a request."""
        query = scope["query_string"].decode("latin-1")
        target = f"{scope['path']}?{query}" if query else scope["path"]
        return self._hub.faults.take(scope["method"], target)

    def guarded(self, app: ASGIApp) -> ASGIApp:
        """Return the application with refusals and renames answered."""
        return guarded(app, self._hub)


class Finish:
    """Adds headers to the beginning of an answer."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in headers.items()
        ]

    def __call__(self, message: Message) -> Message:
        """Return the message, with the headers if it is the first one."""
        if message["type"] == "http.response.start":
            message["headers"] = [*self._headers, *message["headers"]]
        return message


class _Exchange:
    """One request and its answer, with the fault that hits it, if any."""

    def __init__(self, front: Front, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._front = front
        self._receive = receive
        self._send = send

    async def run(self, app: ASGIApp, finish: Finish) -> None:
        async def send(message: Message) -> None:
            await self._send(finish(message))

        fault = self._front.fault_for(self.scope)
        app = self._front.guarded(app)
        if fault is None:
            await app(self.scope, self._receive, send)
            return
        if await self._closed_within(fault.delay) or fault.drop == "before":
            self.scope["sever"]()
        elif fault.status is not None:
            canned = Response(fault.body, fault.status, {"Content-Type": JSON_TYPE})
            canned.headers.update(fault.headers)
            await canned(self.scope, self._receive, send)
        elif fault.drop == "after" or fault.mangle:
            await self._spoil(app, finish, fault)
        else:
            await app(self.scope, self._receive, send)

    async def _closed_within(self, delay: float) -> bool:
        """Wait out a delay; True if the server is closed meanwhile."""
        closing = self.scope["hub"].closing
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await closing.wait()
        return bool(closing.is_set())

    async def _spoil(self, app: ASGIApp, finish: Finish, fault: Fault) -> None:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await app(self.scope, self._receive, keep)
        if fault.drop == "after":
            self.scope["sever"]()
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
        self.scope["sever"]()


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
    location = f"{hub.origin}{path}{'?' + query if query else ''}"
    return reply({"url": location}, 307, {"Location": location})


def _with_length(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name != b"content-length"]
    return [*kept, (b"content-length", str(length).encode())]


def _common(headers: Headers, verdict: Verdict) -> dict[str, str]:
    trace = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    client = headers.get("x-amzn-trace-id") or secrets.token_hex(16)
    return {
        "Date": http_date(),
        "X-Powered-By": "huggingface-moon",
        "X-Request-Id": f"{trace};{client}",
        "Access-Control-Expose-Headers": EXPOSED,
        **verdict.headers(),
    }


def _too_many(verdict: Verdict) -> str:
    return (
        f"You have exceeded the rate limit of {verdict.quota} requests in 5 minutes for the "
        f"'{verdict.kind}' class. Retry in {verdict.reset} seconds"
    )


async def _read(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body read before, then waits for the client to leave."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
