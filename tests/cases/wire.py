"""A wire between the program and the Hub that can be cut, throttled, closed or made deaf."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

_PIECE: Final = 4096


class Wire:
    """Forwards bytes to a Hub; `url` is the endpoint to give to the program."""

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        assert address.hostname
        assert address.port
        self._target = (address.hostname, address.port)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.connections = 0
        """Connections taken so far."""
        self.refuse = 0
        """So many connections are closed as soon as they are taken."""
        self.cuts: list[int] = []
        """The next connections are cut after so many bytes of the program's."""
        self.pause: Callable[[], object] = bool
        """Called before each piece that is passed on to the Hub."""
        self._listen(0)

    def _listen(self, port: int) -> None:
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, args=(self._server,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.down()

    def down(self) -> None:
        """Take no connection any more, and cut those that are open."""
        if self._server.fileno() == -1:
            return
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._server.close()
        self.drop()

    def up(self) -> None:
        """Take connections again, on the same port."""
        self._listen(self.port)

    def drop(self) -> None:
        """Cut the connections that are open."""
        with self._lock:
            dropped, self._open = self._open, set()
        for each in dropped:
            _end(each)

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                near, _ = server.accept()
            except OSError:
                return
            self.connections += 1
            if self.refuse > 0:
                self.refuse -= 1
                near.close()
                continue
            limit = self.cuts.pop(0) if self.cuts else None
            try:
                far = socket.create_connection(self._target)
            except OSError:
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
            for one, other, most in ((near, far, limit), (far, near, None)):
                way = (one, other, most, one is near)
                threading.Thread(target=self._pass, args=way, daemon=True).start()

    def _pass(
        self, one: socket.socket, other: socket.socket, limit: int | None, to_hub: bool
    ) -> None:
        passed = 0
        try:
            while piece := one.recv(_PIECE):
                if to_hub:
                    self.pause()
                passed += len(piece)
                if limit is not None and passed >= limit:
                    break
                other.sendall(piece)
        except OSError:
            pass
        with self._lock:
            self._open -= {one, other}
        _end(one)
        _end(other)


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
