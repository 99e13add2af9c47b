"""Server-sent events out of bytes.

Lines end with CR, LF or CRLF and nothing else: a log line may hold U+2028 or U+0085 unescaped
inside its JSON, and splitting there would cut the event in two. So lines are cut on bytes and
decoded one by one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

EVENT_LIMIT: Final = 8 * 1024 * 1024
"""Size of one event; the rest of a larger one is dropped."""

_PLAIN: Final = b"data: "


class ServerEvent(NamedTuple):
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

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Take some bytes; return the events they complete. Those without data are dropped."""
        events: list[ServerEvent] = []
        for piece in self.cut(chunk):
            events += self.whole(piece) if isinstance(piece, bytes) else piece
        return events

    def cut(self, chunk: bytes) -> list[list[ServerEvent] | bytes]:
        """Take some bytes; return the events they complete, and what holds whole events as bytes.

        Such bytes begin and end with an event and hold no carriage return. Each has to go to
        `whole` before anything else is cut, unless it can be read otherwise.
        """
        if b"\r" in chunk or self._after_cr or self._at_start:
            return [self._by_lines(chunk)]
        begin = 0
        if self._line or self._data or self._name:
            # What is under way ends with the first empty line.
            begin = chunk.find(b"\n\n") + 2
            if begin < 2:
                return [self._by_lines(chunk)]
        end = chunk.rfind(b"\n\n") + 2
        if end <= max(begin, 2):
            return [self._by_lines(chunk)]
        return [self._by_lines(chunk[:begin]), chunk[begin:end], self._by_lines(chunk[end:])]

    def whole(self, run: bytes) -> list[ServerEvent]:
        """Return the events of such bytes.

        Nearly all are one line of data each: they are not cut into lines first.
        """
        events: list[ServerEvent] = []
        for part in run[:-2].split(b"\n\n"):
            if part.startswith(_PLAIN) and b"\n" not in part and len(_PLAIN) < len(part):
                data = part[len(_PLAIN) : EVENT_LIMIT]
                events.append(ServerEvent("", data.decode("utf-8", "replace")))
            else:
                events += self._by_lines(part + b"\n\n")
        return events

    def _by_lines(self, chunk: bytes) -> list[ServerEvent]:
        events = []
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
                    events.append(event)
        return events

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
