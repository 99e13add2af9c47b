"""A question to the Hub and its answer, as plain values."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final
from urllib.parse import urlencode

from spaces_tui.hub.endpoint import Query
from spaces_tui.hub.errors import AnswerLost

READ_SECONDS: Final = 30.0
STREAM_SECONDS: Final = 120.0
ANSWER_SECONDS: Final = 120.0
"""A whole JSON answer takes no longer, however slowly its bytes drip."""


class Bearer(Enum):
    """Where a call may carry the token."""

    ENDPOINT = "endpoint"
    """To the endpoint's origin, and nowhere else."""
    NEVER = "never"
    """Nowhere: signed addresses, and calls that sign somebody in."""
    HOST = "host"
    """To the host the call was given too: an app of ours on its own host."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body that is read while it is sent. `open` begins it anew for each attempt."""

    length: int
    """Bytes, exactly."""
    open: Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask. `path` is quoted and begins with `/`."""

    method: str
    path: str
    query: Query = ()
    body: bytes | Body | None = field(default=None, repr=False)
    content_type: str | None = None
    accept: str = "application/json"
    read_seconds: float = READ_SECONDS
    total_seconds: float = ANSWER_SECONDS
    changes: bool = False
    """Whether it changes the Hub, so that it must not be sent twice."""
    patient: bool = False
    """Whether it belongs to an upload, which is repeated for longer than a read."""
    bearer: Bearer = Bearer.ENDPOINT
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What the Hub told us to send along."""

    @property
    def name(self) -> str:
        """Method and path, for people and logs."""
        return f"{self.method} {self.path}"

    @property
    def length(self) -> int:
        """Bytes of the body."""
        return self.body.length if isinstance(self.body, Body) else len(self.body or b"")

    def with_json(self, value: object) -> Call:
        """Return the same call with a JSON body."""
        body = json.dumps(value).encode("ascii")
        return replace(self, body=body, content_type="application/json")

    def with_form(self, values: Sequence[tuple[str, str]]) -> Call:
        """Return the same call with a form as body; lists repeat their name."""
        body = urlencode(values, errors="surrogateescape").encode("ascii")
        return replace(self, body=body, content_type="application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer with a 2xx status."""

    url: str
    headers: dict[str, str]
    body: bytes = field(repr=False)
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A 2xx or 3xx answer whose body is still to be read."""

    url: str
    status: int
    headers: dict[str, str]
    chunks: AsyncIterator[bytes]
    request_id: str | None


def unexpected(call: str, request_id: str | None = None) -> AnswerLost:
    """Return the error for an answer that is JSON but not of the shape this call gives."""
    return AnswerLost("The Hub's answer has an unexpected form.", call=call, request_id=request_id)


def parsed(call: str, answer: Answer) -> object:
    """Return the JSON of an answer.

    Raises:
        AnswerLost: it is none.
    """
    try:
        value: object = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise AnswerLost(
            "The Hub's answer is not readable (no JSON).", call=call, request_id=answer.request_id
        ) from error
    return value
