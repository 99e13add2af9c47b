"""A road to the Hub that can be closed: for the console, the same as a Hub that has gone."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class Relay:
    """Passes connections on to the Hub at `url`, from an address that stays the same."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._target = (parts.hostname, parts.port)
        self._lock = Lock()
        self._sockets: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self._port = 0
        self.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Our own address."""
        return f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        """Accept connections, on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        """Refuse new connections and cut all there are."""
        with self._lock:
            if self._listener is not None:
                _end(self._listener)
            self._listener = None
            for one in self._sockets:
                _end(one)
            self._sockets.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                self._join(client, listener)

    def _join(self, client: socket.socket, listener: socket.socket) -> None:
        server = socket.create_connection(self._target)
        with self._lock:
            if listener is not self._listener:
                _end(client)
                _end(server)
                return
            self._sockets += [client, server]
        for source, sink in ((client, server), (server, client)):
            Thread(target=_pass_on, args=(source, sink), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
