"""From an unhappy answer to the error that says what happened.

The Hub explains itself in the `X-Error-Message` header, in one of several JSON shapes, or in
plain text, often in two of them at once. A 401 means a bad token or a repository one cannot see:
the Hub hides private names, so only the message and the kind of URL tell which.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from spaces_tui.hub.errors import (
    BadRequest,
    Conflict,
    EntryNotFound,
    Forbidden,
    HubError,
    Moved,
    NotFound,
    NotFoundOrPrivate,
    NotMeasurable,
    PaymentRequired,
    RateLimited,
    Redirected,
    RepositoryNotFound,
    RevisionNotFound,
    ServerError,
    Unauthorized,
)
from spaces_tui.hub.rate import parse_rate, parse_retry_after
from spaces_tui.model.text import clean, clean_line

BODY_LIMIT: Final = 64 * 1024
"""Bytes of an error's body that are looked at."""
_MESSAGE_LIMIT: Final = 2000
_BAD_TOKEN: Final = ("invalid credentials in authorization header", "invalid username or password")
_REPOSITORY_URL: Final = re.compile(r"/api/(?:spaces|datasets)/[^/?]+/[^/?]+|/resolve/")
_NO_REPOSITORY: Final = re.compile(r"/api/spaces/zero-gpu/quota")

_BY_CODE: Final[dict[str, type[HubError]]] = {
    "RevisionNotFound": RevisionNotFound,
    "EntryNotFound": EntryNotFound,
    "GatedRepo": Forbidden,
    "RepoNotFound": RepositoryNotFound,
}
_BY_STATUS: Final[dict[int, type[HubError]]] = {
    402: PaymentRequired,
    403: Forbidden,
    404: NotFound,
    406: NotMeasurable,
    408: ServerError,
    409: Conflict,
    412: Moved,
}
_DEFAULTS: Final[dict[int, str]] = {
    400: "The Hub did not understand the request.",
    402: "This needs a paid plan or credit.",
    403: "This is not allowed.",
    404: "There is no such thing here.",
    406: "Nothing runs, so there is nothing to measure.",
    409: "This is taken, or another operation is under way.",
    412: "It moved on in the meantime.",
    413: "This is too large for the Hub.",
    429: "The Hub asks to slow down.",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that is no success, with what is needed to read it."""

    call: str
    """Method and path, without query."""
    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    authorized: bool
    """Whether a token went along."""
    request_id: str | None = None

    def error(self) -> HubError:
        """Return the error this answer stands for."""
        code = self.headers.get("x-error-code")
        message = self._message()
        if self.status == 429:
            return self._rate_limited(message, code)
        kind = self._kind(code, message.lower())
        error = kind(
            message or self._default(kind),
            call=self.call,
            status=self.status,
            code=code,
            request_id=self.request_id,
            retry_after=parse_retry_after(self.headers),
        )
        if isinstance(error, Conflict):
            error.url = self._url()
        return error

    def _url(self) -> str | None:
        """Return what the body says stands in the way."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        url = value.get("url") if isinstance(value, dict) else None
        return clean_line(url) if isinstance(url, str) else None

    def _kind(self, code: str | None, message: str) -> type[HubError]:
        if self.status == 401 and any(text in message for text in _BAD_TOKEN):
            return Unauthorized
        if code in _BY_CODE:
            return _BY_CODE[code]
        if self.status == 401:
            return NotFoundOrPrivate if self._names_repository() else Unauthorized
        if self.status >= 500:
            return ServerError
        if self.status < 400:
            return Redirected
        return _BY_STATUS.get(self.status, BadRequest)

    def _names_repository(self) -> bool:
        path = self.call.partition(" ")[2]
        return bool(_REPOSITORY_URL.search(path)) and not _NO_REPOSITORY.search(path)

    def _rate_limited(self, message: str, code: str | None) -> RateLimited:
        rate = parse_rate(self.headers)
        wait = parse_retry_after(self.headers)
        if rate and rate.left == 0 and rate.resets_in is not None:
            wait = float(rate.resets_in)
        return RateLimited(
            message or _DEFAULTS[429],
            by_action=rate is not None and rate.left > 0,
            call=self.call,
            code=code,
            request_id=self.request_id,
            # One second more: windows are whole seconds, and ours began a little earlier.
            retry_after=None if wait is None else wait + 1,
        )

    def _default(self, kind: type[HubError]) -> str:
        if issubclass(kind, Unauthorized):
            return "The token is not valid." if self.authorized else "A token is needed for this."
        if issubclass(kind, NotFoundOrPrivate):
            if self.authorized:
                return "It does not exist, or this account may not see it."
            return "It does not exist, or it is private: sign in to see it."
        if issubclass(kind, ServerError):
            return f"The Hub failed with status {self.status}."
        return _DEFAULTS.get(self.status, f"The Hub answered with status {self.status}.")

    def _message(self) -> str:
        unique: dict[str, None] = {}
        for text in (self.headers.get("x-error-message", ""), *self._body_messages()):
            if cleaned := clean(text).strip():
                unique.setdefault(cleaned)
        return "\n".join(unique)[:_MESSAGE_LIMIT]

    def _body_messages(self) -> Iterator[str]:
        kind = self.headers.get("content-type", "").lower()
        text = self.body[:BODY_LIMIT].decode("utf-8", "replace")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            if "html" not in kind and not text.lstrip().startswith("<"):
                yield text
            return
        yield from _messages_in(value)


def _messages_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    if not isinstance(value, dict):
        return
    for key in ("error", "error_description", "errors", "message"):
        yield from _texts(value.get(key))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(value.get("message"))
    elif isinstance(value, list):
        for item in value:
            if not isinstance(item, list):
                yield from _texts(item)
