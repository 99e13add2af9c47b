"""The front door: what happens to every request before and after its handler.

Requests are written down, hit by faults, counted against quotas and checked for a valid token;
answers get the headers that every answer of the Hub has.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import partial
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spaces_tui.localhub.accounts import Token
from spaces_tui.localhub.dates import http_date
from spaces_tui.localhub.errors import CREDENTIALS, RefusedError
from spaces_tui.localhub.exchange import Exchange, Finish, guarded
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.ratelimit import Verdict, class_of
from spaces_tui.localhub.replies import refusal_reply
from spaces_tui.localhub.requestlog import Received, visible_headers

CONTROL: Final = "/__local__/"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
EXPOSED: Final = (
    "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,"
    "Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash"
)
_SECRETS: Final = re.compile(r"/api/spaces/[^/]+/[^/]+/secrets")
"""Answers about these are for no page of another origin, and have no headers for such."""


class Front:
    """The ASGI application. `sever` cuts the TCP connection a scope belongs to."""

    def __init__(
        self,
        hub: LocalHubState,
        routes: ASGIApp,
        storage: ASGIApp,
        sever: Callable[..., None],
    ) -> None:
        self._hub = hub
        self._routes = routes
        self._storage = storage
        self._sever = sever

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = await _read(receive)
        if body is None:
            return
        # Routes see the path as sent: a quoted slash in a branch or file name is not a separator.
        scope["path"] = scope["raw_path"].decode("latin-1")
        scope["hub"] = self._hub
        send = kept(self._hub, scope["method"], send)
        scope["sever"] = partial(self._sever, scope)
        headers = Headers(scope=scope)
        storage = self._hub.storage_origin.endswith(f":{scope['server'][1]}")
        token = None if storage else self._token(headers)
        scope["token"] = token
        if not storage and scope["path"].startswith(CONTROL):
            await self._control(scope, _replay(body, receive), send, headers)
            return
        self._write_down(scope, body, token, storage=storage)
        exchange = Exchange(self._hub, scope, _replay(body, receive), send)
        if storage:
            await exchange.run(self._storage, Finish({"Date": http_date(self._hub.clock.now())}))
            return
        await self._api(exchange, headers, token)

    async def _api(self, exchange: Exchange, headers: Headers, token: Token | None) -> None:
        verdict = self._hub.rates.count(token, class_of(exchange.scope["path"]))
        common = _common(headers, verdict, self._hub.clock.now())
        if not _SECRETS.fullmatch(exchange.scope["path"]):
            common["Access-Control-Expose-Headers"] = EXPOSED
        finish = Finish(common, self._hub.warnings)
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
        return self._find(value) if kind.lower() == "bearer" else None

    def _find(self, value: str) -> Token | None:
        return self._hub.accounts.find(value.strip(), self._hub.clock.now())

    def _write_down(self, scope: Scope, body: bytes, token: Token | None, *, storage: bool) -> None:
        self._hub.requests.add(
            Received(
                time=self._hub.clock.now(),
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"].decode("latin-1"),
                headers=visible_headers(scope["headers"]),
                body_size=len(body),
                account=token.person.name if token else None,
                role=token.role if token else None,
                origin="storage" if storage else "hub",
                body=self._hub.requests.kept(body),
            )
        )


def kept(hub: LocalHubState, method: str, send: Send) -> Send:
    """Return a `send` that lets nothing be answered before changes are on disk."""
    if method in {"GET", "HEAD"}:
        return send

    async def after(message: Message) -> None:
        if message["type"] == "http.response.start":
            hub.keep()
        await send(message)

    return after


def _common(headers: Headers, verdict: Verdict, now: float) -> dict[str, str]:
    trace = f"Root=1-{int(now):08x}-{secrets.token_hex(12)}"
    client = headers.get("x-amzn-trace-id") or secrets.token_hex(16)
    return {
        "Date": http_date(now),
        "X-Powered-By": "huggingface-moon",
        "X-Request-Id": f"{trace};{client}",
        **verdict.headers(),
    }


def _too_many(verdict: Verdict) -> str:
    return (
        f"You have exceeded the rate limit of {verdict.quota} requests in 5 minutes for the "
        f"'{verdict.kind}' class. Retry in {verdict.reset} seconds"
    )


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body; None if the client left before its end."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
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
