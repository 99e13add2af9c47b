"""What clients asked for, so that tests can count requests and look at headers."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Final

from spaces_tui.localhub.logs import Signal

KEPT: Final = 20_000


@dataclass(frozen=True)
class Received:
    """One request. Values of `Authorization` are replaced; `account` says whose token came."""

    time: float
    """Unix seconds."""
    method: str
    path: str
    """As sent: still quoted, without query."""
    query: str
    headers: dict[str, str]
    body_size: int
    account: str | None
    role: str | None
    origin: str
    """`hub`, or `storage` for the second origin."""
    body: bytes | None = field(default=None, repr=False)
    """As sent, secrets included; None unless bodies are kept, and when there is no room left."""


class RequestLog:
    """The newest requests, oldest first."""

    def __init__(self) -> None:
        self._received: deque[Received] = deque(maxlen=KEPT)
        self._room = 0
        self.arrived = Signal()

    def keep_bodies(self, room: int) -> None:
        """Remember bodies from now on, so many bytes in all; 0 ends it, as at the beginning."""
        self._room = room

    def kept(self, body: bytes) -> bytes | None:
        """Return a body if it is to be remembered, which takes room."""
        if self._room <= 0 or len(body) > self._room:
            return None
        self._room -= len(body)
        return body

    def add(self, received: Received) -> None:
        """Remember a request."""
        self._received.append(received)
        self.arrived.set()

    def clear(self) -> None:
        """Forget everything."""
        self._received.clear()

    def matching(self, method: str | None, path: str) -> list[Received]:
        """Return requests by method (None: any) and a regular expression found in the path."""
        pattern = re.compile(path)
        return [
            received
            for received in self._received
            if method in {None, received.method} and pattern.search(received.path)
        ]

    def all(self) -> list[Received]:
        """Return what is remembered."""
        return list(self._received)

    def to_json(self) -> list[dict[str, object]]:
        """Return what is remembered as plain objects, without bodies."""
        plain = [asdict(received) for received in self._received]
        for each in plain:
            del each["body"]
        return plain


def visible_headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by lower-case name, repeated ones joined, without credentials."""
    headers: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name = name_bytes.decode("latin-1").lower()
        value = "(hidden)" if name == "authorization" else value_bytes.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
