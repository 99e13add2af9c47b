"""The Hub's streams: logs, metrics, events. One connection each, until the server ends it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from spaces_tui.hub.bulk import read_log_lines
from spaces_tui.hub.calls import STREAM_SECONDS, Call
from spaces_tui.hub.endpoint import Query
from spaces_tui.hub.fields import Fields, fields, integer, moment, number, text
from spaces_tui.hub.sse import EventDecoder, ServerEvent
from spaces_tui.hub.wire import Wire
from spaces_tui.model.logs import GpuMetric, LogChunk, LogLines, Metric
from spaces_tui.model.text import clean_line


@dataclass(frozen=True, slots=True)
class SpaceEvent:
    """Something happened to a Space: a hint to read its runtime again, no more."""

    name: str
    """`stage`, `space`, `zero-gpu-count`, or what the Hub thinks of next."""
    data: str
    """As it came: plain text or JSON, depending on the name. Not cleaned."""


async def server_events(
    wire: Wire, path: str, query: Query = (), *, silence: float = STREAM_SECONDS
) -> AsyncGenerator[ServerEvent, None]:
    """Yield the events of one connection, one by one; see `_arrivals`."""
    decoder = EventDecoder()
    async with aclosing(_arrivals(wire, path, query, silence=silence)) as arrivals:
        async for chunk in arrivals:
            for event in decoder.feed(chunk):
                yield event


async def _arrivals(
    wire: Wire, path: str, query: Query = (), *, silence: float = STREAM_SECONDS
) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of one connection as they arrive.

    `silence`: seconds without a byte until it is dead.

    Raises:
        HubError: it could not be opened, or broke (`AnswerLost`).
    """
    call = Call("GET", path, query, accept="text/event-stream", read_seconds=silence)
    # A compressor on the way would hold events back.
    plain = {"Accept-Encoding": "identity", "Cache-Control": "no-cache"}
    async with wire.stream(call, headers=plain) as arrived:
        async for chunk in arrived.chunks:
            yield chunk


async def log_chunks(
    wire: Wire, path: str, *, tail: int | None = None, silence: float = STREAM_SECONDS
) -> AsyncGenerator[LogChunk, None]:
    """Yield a log's history and then what is new, until the server ends it."""
    async with aclosing(log_arrivals(wire, path, tail=tail, silence=silence)) as arrivals:
        async for together in arrivals:
            for part in together:
                for chunk in part.chunks() if isinstance(part, LogLines) else (part,):
                    yield chunk


async def log_arrivals(
    wire: Wire, path: str, *, tail: int | None = None, silence: float = STREAM_SECONDS
) -> AsyncGenerator[list[LogChunk | LogLines], None]:
    """Yield the same, what arrived together as one list, many whole lines as one part of it."""
    query = () if tail is None else (("tail", str(tail)),)
    decoder = EventDecoder()
    async with aclosing(_arrivals(wire, path, query, silence=silence)) as arrivals:
        async for chunk in arrivals:
            if together := _log_parts(decoder, chunk):
                yield together


def _log_parts(decoder: EventDecoder, arrived: bytes) -> list[LogChunk | LogLines]:
    parts: list[LogChunk | LogLines] = []
    for piece in decoder.cut(arrived):
        if isinstance(piece, bytes):
            lines = read_log_lines(piece)
            if lines is not None:
                parts.append(lines)
                continue
            piece = decoder.whole(piece)  # noqa: PLW2901 - the same, read with more care
        if piece:
            parts += read_log_chunks([one.data for one in piece if one.name in ("", "message")])
    return parts


def read_log_chunks(output: list[str]) -> list[LogChunk]:
    """Read the data of log events, without those that are none.

    All are read as one JSON list, which is twice as fast; if that fails, one by one.
    """
    try:
        values = json.loads(f"[{','.join(output)}]")
    except (ValueError, RecursionError):
        values = []
    if len(values) != len(output):
        return [chunk for data in output if (chunk := read_log_chunk(data))]
    return [chunk for value in values if (chunk := _log_chunk(fields(value)))]


def read_log_chunk(data: str) -> LogChunk | None:
    """Read the data of a log event; None when it is none."""
    return _log_chunk(_json_object(data))


def _log_chunk(value: Fields) -> LogChunk | None:
    output = value.get("data")
    if not isinstance(output, str):
        return None
    stamp = text(value.get("timestamp")) or ""
    return LogChunk(moment(stamp), output, stamp)


async def metrics(wire: Wire, path: str) -> AsyncGenerator[Metric, None]:
    """Yield about one measurement a second and replica."""
    async with aclosing(server_events(wire, path)) as events:
        async for event in events:
            if event.name in ("", "metric") and (metric := read_metric(event.data)):
                yield metric


def read_metric(data: str) -> Metric | None:
    """Read the data of a metric event; None when it is no object."""
    value = _json_object(data)
    if not value:
        return None
    return Metric(
        replica=text(value.get("replica")) or "",
        cpu_percent=number(value.get("cpu_usage_pct")),
        cpu_millicores=number(value.get("cpu_millicores")),
        memory_used=integer(value.get("memory_used_bytes")),
        memory_total=integer(value.get("memory_total_bytes")),
        received=number(value.get("rx_bps")),
        sent=number(value.get("tx_bps")),
        gpus=tuple(_gpu(fields(gpu)) for gpu in fields(value.get("gpus")).values()),
    )


def _gpu(value: Fields) -> GpuMetric:
    return GpuMetric(
        number(value.get("utilization")),
        integer(value.get("memory_used_bytes")),
        integer(value.get("memory_total_bytes")),
    )


async def space_events(wire: Wire, path: str) -> AsyncGenerator[SpaceEvent, None]:
    """Yield the events of a Space; the first ones give its present state."""
    async with aclosing(server_events(wire, path)) as events:
        async for event in events:
            yield SpaceEvent(clean_line(event.name), event.data)


def _json_object(data: str) -> Fields:
    try:
        return fields(json.loads(data))
    except (ValueError, RecursionError):
        return {}
