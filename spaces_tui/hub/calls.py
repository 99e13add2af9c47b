"""A question to the Hub and its answer, as plain values."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from spaces_tui.hub.endpoint import Query
from spaces_tui.hub.errors import AnswerLost

READ_SECONDS: Final = 30.0
STREAM_SECONDS: Final = 120.0
ANSWER_SECONDS: Final = 120.0
"""A whole JSON answer takes no longer, however slowly its bytes drip."""


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask. `path` is quoted and begins with `/`."""

    method: str
    path: str
    query: Query = ()
    body: bytes | None = field(default=None, repr=False)
    content_type: str | None = None
    accept: str = "application/json"
    read_seconds: float = READ_SECONDS
    total_seconds: float = ANSWER_SECONDS
    changes: bool = False
    """Whether it changes the Hub, so that it must not be sent twice."""

    @property
    def name(self) -> str:
        """Method and path, for people and logs."""
        return f"{self.method} {self.path}"


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
