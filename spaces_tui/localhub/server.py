"""Two loopback sockets, one application: the Hub and its storage."""

from __future__ import annotations

import asyncio
import socket
import struct

from starlette.types import Scope
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from spaces_tui.localhub.front import Front
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.routes import router
from spaces_tui.localhub.storage import storage

KEEP_ALIVE = 75
"""Seconds an idle connection is kept, longer than clients keep theirs."""

_AT_ONCE = struct.pack("ii", 1, 0)
"""Linger not at all: closing sends a reset."""

_LAST_TURNS = 5
"""Turns of the loop that accepting, aborting and forgetting a connection take."""


class Server:
    """Serves one Hub on the running loop. Use `start` and `stop`."""

    def __init__(self, hub: LocalHubState) -> None:
        self._hub = hub
        self._state = ServerState()
        self._servers: list[asyncio.Server] = []
        hub.connections = lambda: len(self._state.connections)
        front = Front(hub, router(), storage, self.sever)
        self._config = Config(
            front,
            http=H11Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE,
        )
        self._config.load()

    async def start(self, port: int = 0) -> None:
        """Accept connections; `port` 0 takes any free one. Raises OSError when it is taken."""
        main, store = listening_socket(port), listening_socket(0)
        self._hub.origin = f"http://127.0.0.1:{main.getsockname()[1]}"
        self._hub.storage_origin = f"http://127.0.0.1:{store.getsockname()[1]}"
        loop = asyncio.get_running_loop()
        for sock in (main, store):
            self._servers.append(await loop.create_server(self._protocol, sock=sock))

    async def stop(self) -> None:
        """End open streams, finish what is being answered, close everything. Takes under 2 s."""
        await self._deafen()
        for server in self._servers:
            server.close()
        self._hub.closing.set()
        for connection in list(self._state.connections):
            connection.shutdown()
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=1.0)
        for connection in self._connections():
            connection.transport.abort()
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=0.5)
        await self._hub.lifecycle.close()
        for server in self._servers:
            await server.wait_closed()
        await self._abandon()

    async def _deafen(self) -> None:
        """Take no further connection, and let those that are being accepted become protocols.

        asyncio of Python 3.11 drops one, socket open, whose server closes between the two.
        """
        loop = asyncio.get_running_loop()
        for server in self._servers:
            for sock in server.sockets:
                loop.remove_reader(sock.fileno())
        for _ in range(_LAST_TURNS):
            await asyncio.sleep(0)

    async def _abandon(self) -> None:
        """Let go of connections that came or stayed while the others were closed."""
        for _ in range(_LAST_TURNS):
            await asyncio.sleep(0)
            for connection in self._connections():
                connection.transport.abort()

    def sever(self, scope: Scope, *, reset: bool = False) -> None:
        """Cut the connection a request came by, after what was written is flushed.

        With `reset` the other side gets a reset at once, and perhaps not what was written last.
        """
        for connection in self._connections():
            if connection.client == scope["client"]:
                # The protocol must know at once, or it would call the silence a bug.
                connection.cycle.disconnected = True
                if reset:
                    sock = connection.transport.get_extra_info("socket")
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                    connection.transport.abort()
                else:
                    connection.transport.close()

    def _protocol(self) -> H11Protocol:
        return H11Protocol(config=self._config, server_state=self._state, app_state={})

    def _connections(self) -> list[H11Protocol]:
        return [item for item in self._state.connections if isinstance(item, H11Protocol)]


def listening_socket(port: int) -> socket.socket:
    """Return a socket bound to loopback.

    The protocol is named so that asyncio switches Nagle's algorithm off on accepted connections;
    otherwise every small answer waits 40 ms for an acknowledgement.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        sock.close()
        raise
    return sock
