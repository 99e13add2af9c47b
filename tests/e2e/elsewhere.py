"""A server of somebody else: it remembers what it is sent, and answers as it is told."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self


class Elsewhere:
    """Serves one body at every path of an origin that is not the Hub's."""

    def __init__(self, body: bytes = b"{}") -> None:
        self.heard: list[bytes] = []
        """Every request: its line, its headers, its body."""
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                self.close_connection = True
                self.raw_requestline = self.rfile.readline(65_536)
                if not self.raw_requestline or not self.parse_request():
                    return
                sent = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                heard.append(f"{self.requestline}\n{self.headers}".encode("latin-1") + sent)
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address, without a trailing slash."""
        return f"http://127.0.0.1:{self._server.server_port}"
