"""Server-sent events out of bytes.

Lines end with CR, LF or CRLF and nothing else: a log line may hold U+2028 or U+0085 unescaped
inside its JSON, and splitting there would cut the event in two. So lines are cut on bytes and
decoded one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

EVENT_LIMIT: Final = 8 * 1024 * 1024
"""Size of one event; the rest of a larger one is dropped."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event. `name` is empty unless the server named it."""

    name: str
    data: str


class EventDecoder:
    """Cuts a byte stream into events, however the bytes come in."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._after_cr = False
        self._at_start = True
        self._name = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Take some bytes and yield the events they complete; those without data are dropped."""
        if self._after_cr and chunk:
            self._after_cr = False
            if chunk.startswith(b"\n"):  # the second half of a CRLF
                chunk = chunk[1:]
        self._after_cr = self._after_cr or chunk.endswith(b"\r")
        for piece in chunk.splitlines(keepends=True):
            ended = piece.endswith((b"\r", b"\n"))
            self._append(piece.rstrip(b"\r\n") if ended else piece)
            if ended:
                event = self._end_of_line()
                if event is not None:
                    yield event

    def _append(self, piece: bytes) -> None:
        self._line += piece[: EVENT_LIMIT - len(self._line)]

    def _end_of_line(self) -> ServerEvent | None:
        line, self._line = self._line.decode("utf-8", "replace"), bytearray()
        if self._at_start:
            line, self._at_start = line.removeprefix("\ufeff"), False
        if not line:
            return self._end_of_event()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data" and self._size < EVENT_LIMIT:
            self._data.append(value[: EVENT_LIMIT - self._size])
            self._size += len(value) + 1
        return None

    def _end_of_event(self) -> ServerEvent | None:
        data = "\n".join(self._data)
        event = ServerEvent(self._name, data) if data else None
        self._name, self._data, self._size = "", [], 0
        return event
