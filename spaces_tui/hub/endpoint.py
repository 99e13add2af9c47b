"""The Hub's address, and how things are spelled in its URLs."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urljoin, urlsplit, urlunsplit

from spaces_tui.hub.errors import InvalidEndpoint, InvalidSpaceId, Untrusted

_PORTS: Final = {"http": 80, "https": 443}
_PRODUCTION: Final = frozenset(
    {
        ("https", "huggingface.co", 443),
        ("https", "hub-ci.huggingface.co", 443),
        ("https", "hf.co", 443),
    }
)
"""Origins that answers name even when they come through another endpoint."""
_ID_PART: Final = re.compile(r"[A-Za-z0-9_.-]{1,96}")
_ID_IN_PATH: Final = re.compile(r"/(?:api/)?(?:spaces|datasets)/([^/]+/[^/]+)(?:/|$)")

Origin = tuple[str, str, int]
"""Scheme, host in lower case, port."""
Query = tuple[tuple[str, str], ...]


def origin_of(url: str) -> Origin | None:
    """Return the origin of an absolute http(s) URL, None for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname.lower(), port or _PORTS[parts.scheme]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The Hub's base address, without a trailing slash; it may have a path."""

    base: str
    origin: Origin

    @classmethod
    def parse(cls, text: str) -> Endpoint:
        """Read an endpoint as a person or `HF_ENDPOINT` gives it.

        Raises:
            InvalidEndpoint: with one sentence that says what is wrong.
        """
        base = text.strip().rstrip("/")
        try:
            parts = urlsplit(base)
        except ValueError:
            raise InvalidEndpoint("The endpoint is not a valid address.") from None
        if parts.username is not None or parts.password is not None:
            raise InvalidEndpoint("The endpoint must not contain a user name or password.")
        origin = origin_of(base)
        if origin is None or parts.query or parts.fragment or not base.isprintable():
            raise InvalidEndpoint(
                f"The endpoint must look like https://huggingface.co, not like {text.strip()!r}."
            )
        return cls(urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")), origin)

    @property
    def loopback(self) -> bool:
        """Whether the endpoint is this machine itself, which no proxy can reach."""
        host = self.origin[1]
        if host == "localhost" or host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def url(self, path: str, query: Query = ()) -> str:
        """Return the URL of a quoted path that begins with `/`."""
        return f"{self.base}{path}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")

    def mine(self, url: str) -> bool:
        """Whether a URL is of this endpoint's origin: the only place a token goes to."""
        return origin_of(url) == self.origin

    def next_page(self, link: str, current: str) -> str:
        """Return the URL of a next page, moved to this endpoint whatever origin it names."""
        url = urljoin(current, link)
        return url if self.mine(url) else self._moved_here(url)

    def redirected(self, location: str, current: str) -> str:
        """Return where a `Location` points to; the production Hub's origin is read as ours.

        Raises:
            Untrusted: it carries credentials or is not http(s).
        """
        try:
            url = urljoin(current, location)
            credentials = "@" in urlsplit(url).netloc
        except ValueError:
            raise Untrusted("The Hub redirected to an address that cannot be read.") from None
        origin = origin_of(url)
        if origin is None or credentials:
            raise Untrusted("The Hub redirected to an address that is not a plain web address.")
        return self._moved_here(url) if origin in _PRODUCTION and origin != self.origin else url

    def href(self, link: str, current: str) -> str:
        """Return an address an answer tells us to use; the production Hub's origin is ours.

        Storage of another origin stays as it is, to the last letter of its signature.

        Raises:
            Untrusted: it carries credentials, is not http(s), or leaves https for http.
        """
        url = self.redirected(link, current)
        if self.origin[0] == "https" and not url.startswith("https:"):
            raise Untrusted("The Hub names an address that is not secure.")
        return url

    def _moved_here(self, url: str) -> str:
        parts = urlsplit(url)
        return f"{self.base}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def check_space_id(space: str) -> str:
    """Return `space` if it is of the form `owner/name`, with nothing that could change a path.

    Raises:
        InvalidSpaceId: it is not.
    """
    if not is_space_id(space):
        raise InvalidSpaceId(f"A Space is named owner/name, not {space!r}.")
    return space


def is_space_id(space: str) -> bool:
    """Whether a name is of the form `owner/name`."""
    parts = space.split("/")
    return len(parts) == 2 and all(_good_part(part) for part in parts)


def _good_part(part: str) -> bool:
    return bool(_ID_PART.fullmatch(part)) and part not in (".", "..")


def space_in(url: str) -> str | None:
    """Return the id of the Space or dataset that a URL of the Hub names; None for no such URL."""
    found = _ID_IN_PATH.search(urlsplit(url).path)
    name = found[1].removesuffix(".git") if found else ""
    return name if is_space_id(name) else None


def quoted(text: str) -> str:
    """Quote a revision, or a path in a `tree` call: everything, `/` too."""
    return quote(text, safe="", errors="surrogateescape")


def quoted_path(path: str) -> str:
    """Quote a path for `/resolve/`, where `/` stays."""
    return quote(path, safe="/", errors="surrogateescape")


def repeated(name: str, values: Iterable[str]) -> Query:
    """Return a query that repeats `name` for each value, as the Hub wants lists."""
    return tuple((name, value) for value in values)
