"""One client and one local Hub, with a network between them that can be made to fail."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from spaces_tui.hub.client import Hub
from spaces_tui.hub.retry import Retries
from spaces_tui.hub.space import SpaceResource
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.localhub.timing import Timing
from spaces_tui.model.identity import Secret
from tests.patience import PATIENCE

SPACE = "ada/demo"
VALUE = "a-value-nobody-may-see"
NEVER = 1e9
"""Seconds. No deployment gets on by itself, so that every stage entered is somebody's doing."""
MANY = 1000
SILENCE = 0.01


class Network(httpx.AsyncBaseTransport):
    """Real connections, except for what is asked for requests that `watch` is told of.

    `refuse` is how many of them are led to a port where nobody listens.
    """

    def __init__(self, server: LocalHub) -> None:
        self.refuse = 0
        self.attempts = 0
        """Requests that matched, refused ones included."""
        self._method = ""
        self._path = re.compile("")
        self._impatient = 0
        self._head = False
        self._server = server
        self._real = httpx.AsyncHTTPTransport(verify=False)
        self._nobody = socket.socket()
        self._nobody.bind(("127.0.0.1", 0))

    def watch(self, method: str, path: str) -> None:
        """Count from now on, and let fail, what has this method and path."""
        self._method, self._path, self.attempts = method, re.compile(path), 0

    def impatient(self, count: int | None, *, head: bool) -> None:
        """Bear next to no silence in the answers to so many requests, or to all (None).

        With `head`, from the moment on that the Hub has the request; else from the answer's head
        on. So how short it is does not matter.
        """
        self._impatient, self._head = MANY if count is None else count, head

    def heal(self) -> None:
        """Let nothing fail any more."""
        self.refuse = self._impatient = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        path = request.url.raw_path.partition(b"?")[0].decode()
        if request.method != self._method or not self._path.fullmatch(path):
            return await self._real.handle_async_request(request)
        self.attempts += 1
        if self.refuse:
            self.refuse -= 1
            request.url = request.url.copy_with(port=self._nobody.getsockname()[1])
        if not self._impatient:
            return await self._real.handle_async_request(request)
        self._impatient -= 1
        patience = request.extensions["timeout"]

        async def sent(event: str, _info: object) -> None:
            if event == "http11.receive_response_headers.started":
                path, count = self._path.pattern, self.attempts
                self._server.wait_requests(path, method=self._method, count=count)
                patience["read"] = SILENCE

        if self._head:
            request.extensions["trace"] = sent
        response = await self._real.handle_async_request(request)
        patience["read"] = SILENCE
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        self._nobody.close()
        await self._real.aclose()


@dataclass
class World:
    """A Hub with one running Space of the PRO person's, and her client."""

    server: LocalHub
    network: Network
    hub: Hub
    note: Any = field(default=None, repr=False)
    """What was prepared and is needed later."""
    tokens: list[str] = field(default_factory=list, repr=False)
    """What no error may show."""

    @property
    def space(self) -> SpaceResource:
        """The Space as the client sees it."""
        return self.hub.space(SPACE)

    @property
    def kept(self) -> Space:
        """The Space as the Hub keeps it. Only to be looked at."""
        return self.server.call(lambda state: state.spaces[SPACE])

    def exists(self, space: str) -> bool:
        """Whether the Hub has a Space."""
        return self.server.call(lambda state: space in state.spaces)

    def entered(self, stage: str) -> int:
        """How often the Space entered a stage by somebody's doing."""
        return self.server.stages_seen(SPACE).count(stage)

    def restarts(self) -> int:
        """How often a change of settings restarted the Space."""
        return self.entered("RUNNING_APP_STARTING")

    def deployments(self) -> int:
        """How often the Space was restarted by itself.

        It enters BUILDING at once, and again when the deployment begins.
        """
        return -(-self.entered("BUILDING") // 2)

    def all_closed(self) -> bool:
        """Whether no connection is open, once the Hub has heard of it."""
        ends = time.monotonic() + PATIENCE
        while (left := self.server.call(lambda state: state.connections())) > 0:
            if time.monotonic() > ends:
                break
        return left == 0


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """A fresh Hub and a client; waits between attempts pass on the Hub's clock, not on ours."""
    timing = Timing(lag=NEVER, build=NEVER, cached_build=NEVER, start=NEVER, metrics=0.01)
    with LocalHub(timing=timing) as server:
        server.create(SPACE, files={"app.py": "print(1)\n"})

        async def nap(seconds: float) -> None:
            server.advance(seconds)

        network, token = Network(server), server.token("ada")
        retries = Retries(sleep=nap)
        client = Hub(server.url, Secret(token), version="0", transport=network, retries=retries)
        async with client as hub:
            yield World(server, network, hub, tokens=[token, VALUE])
