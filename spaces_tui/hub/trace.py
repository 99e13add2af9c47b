"""The ids of the requests that a piece of work made, for whoever keeps a record of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_IDS: Final[ContextVar[list[str] | None]] = ContextVar("request ids", default=None)


@contextmanager
def request_ids() -> Iterator[list[str]]:
    """Collect the Hub's ids of all requests answered inside the block, in order.

    What tasks do that are started inside counts too.
    """
    ids: list[str] = []
    token = _IDS.set(ids)
    try:
        yield ids
    finally:
        _IDS.reset(token)


def note(request_id: str) -> None:
    """Add the id of a request that was answered."""
    ids = _IDS.get()
    if ids is not None:
        ids.append(request_id)
