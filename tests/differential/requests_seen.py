"""What a client asked of a local Hub, in a form in which two clients can be compared.

A request is a line (`GET /api/spaces/ada/demo`) and facts about it: `query.limit`, `accept`,
`body.visibility`, `body[0].value.path` for line-wise JSON, each with its value as text. What
differs between any two runs has a name instead: the servers' addresses, ids of commits and of
replicas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from spaces_tui.localhub.requestlog import Received
from spaces_tui.localhub.thread import LocalHub

_OF_EACH_RUN: Final = frozenset({"user-agent", "host", "connection", "x-amzn-trace-id"})
_SIGNED: Final = re.compile(r"X-Amz-.*|uploadId", re.IGNORECASE)
_REPLICA: Final = re.compile(r"(?<=/--replicas/\+)\w+")
_COMMIT: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")


@dataclass(frozen=True)
class Asked:
    """One request."""

    line: str
    facts: Mapping[str, str]


def all_asked(server: LocalHub) -> list[Asked]:
    """Return the requests a server received, its bodies having been kept."""
    named = {server.url: "{hub}", server.storage_url: "{storage}"}
    return [_asked(received, named) for received in server.requests()]


def _asked(received: Received, named: Mapping[str, str]) -> Asked:
    assert received.body is not None, "bodies have to be kept"
    line = f"{received.method} {_neutral(received.path, named)}"
    if received.origin == "storage":
        line = f"storage {line}"
    query = dict(_pairs("query", received.query))
    if part := query.get("query.partNumber"):
        line = f"{line} part {part}"
    facts = query | dict(_headers(received)) | dict(_body(received))
    return Asked(line, {name: _neutral(value, named) for name, value in facts.items()})


def _headers(received: Received) -> Iterator[tuple[str, str]]:
    for name, value in received.headers.items():
        if name == "content-length":
            yield name, "right" if int(value) == received.body_size else "wrong"
        elif name == "accept-encoding":
            # Which compressions a client knows depends on what is installed beside it.
            yield name, "compressed" if "gzip" in value else value
        elif name not in _OF_EACH_RUN:
            yield name, value


def _body(received: Received) -> Iterator[tuple[str, str]]:
    body, kind = received.body or b"", received.headers.get("content-type", "")
    if not body:
        return
    if "ndjson" in kind:
        for number, row in enumerate(body.splitlines()):
            yield from _leaves(f"body[{number}]", json.loads(row))
    elif "json" in kind:
        yield from _leaves("body", json.loads(body))
    elif "form" in kind:
        yield from _pairs("body", body.decode("ascii"))
    else:
        yield "body", repr(body)


def _pairs(place: str, text: str) -> Iterator[tuple[str, str]]:
    """Tell pairs by name, in any order; a repeated name has all its values, in their order."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        values.setdefault(name, []).append("…" if _SIGNED.fullmatch(name) else value)
    for name, found in values.items():
        yield f"{place}.{name}", ",".join(found)


def _leaves(place: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from _leaves(f"{place}.{name}", each)
    elif isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield from _leaves(f"{place}[{number}]", each)
    else:
        yield place, json.dumps(value)


def _neutral(text: str, named: Mapping[str, str]) -> str:
    for address, name in named.items():
        text = text.replace(address, name)
    text = _REPLICA.sub("{replica}", text)
    return _COMMIT.sub(lambda found: "{commit}" if found[0].strip("0") else found[0], text)
