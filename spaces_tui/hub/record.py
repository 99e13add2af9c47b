"""What the log says of a request: how it went and, for bug reports, its headers.

Only headers that are known to be harmless are shown with their values. Of all others, and so of
the token and of what storage is to be told, the log has the names alone. Queries are left out:
they are what somebody searches for, or the signature of an address.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from spaces_tui.hub.rate import RateLimit, parse_rate
from spaces_tui.model.text import clean_line

if TYPE_CHECKING:
    from spaces_tui.hub.calls import Call

log = logging.getLogger("spaces_tui.hub")

_REFUSALS: Final = 400
"""The first status that is none of success."""
_HARMLESS: Final = frozenset(
    {
        "accept", "accept-encoding", "accept-ranges", "age", "cache-control", "connection",
        "content-encoding", "content-length", "content-range", "content-type", "etag", "host",
        "if-match", "if-none-match", "last-event-id", "range", "retry-after", "server",
        "transfer-encoding", "user-agent", "via", "x-amz-cf-id", "x-amzn-trace-id", "x-cache",
        "x-error-code", "x-linked-etag", "x-linked-size", "x-powered-by", "x-repo-commit",
        "x-total-count",
    }
)  # fmt: skip
_TOLD: Final = frozenset(
    {"access-control-expose-headers", "date", "ratelimit", "ratelimit-policy", "x-request-id"}
)
"""What an entry says anyway, or is of no use."""


def asked(call: Call, url: str, headers: Mapping[str, str]) -> None:
    """Note a request that goes out now."""
    if log.isEnabledFor(logging.DEBUG):
        log.debug("%s %s > %s", call.method, _place(url), _shown(headers))


def answered(
    call: Call, url: str, status: int, headers: Mapping[str, str], began: float, request_id: str
) -> None:
    """Note the head of an answer; a refusal also where only what matters is noted.

    `began` is by the monotonic clock.
    """
    level = logging.INFO if status >= _REFUSALS else logging.DEBUG
    if log.isEnabledFor(level):
        left = _left(parse_rate(headers))
        shown = f" < {_shown(headers)}" if log.isEnabledFor(logging.DEBUG) else ""
        entry = (call.method, _place(url), status, _since(began), request_id, left, shown)
        log.log(level, "%s %s %d %s %s%s%s", *entry)


def failed(call: Call, url: str, error: str, began: float, request_id: str) -> None:
    """Note that there was no answer, by the name of the error."""
    log.info("%s %s %s %s %s", call.method, _place(url), error, _since(began), request_id)


def _place(url: str) -> str:
    parts = urlsplit(url)
    return clean_line(f"{parts.netloc.rpartition('@')[2]}{parts.path}")


def _since(began: float) -> str:
    return f"{(time.monotonic() - began) * 1000:.0f} ms"


def _left(rate: RateLimit | None) -> str:
    if rate is None:
        return ""
    quota = f" of {rate.quota}" if rate.quota is not None else ""
    new = f", new in {rate.resets_in} s" if rate.resets_in is not None else ""
    return f" ({rate.bucket}: {rate.left}{quota} left{new})"


def _shown(headers: Mapping[str, str]) -> str:
    useful = ((name, value) for name, value in headers.items() if name.lower() not in _TOLD)
    return clean_line("; ".join(_header(name, value) for name, value in useful))


def _header(name: str, value: str) -> str:
    if name.lower() in _HARMLESS:
        return f"{name}: {value}"
    kind = "Bearer " if value.startswith("Bearer ") else ""
    return f"{name}: {kind}•••"
