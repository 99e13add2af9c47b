"""HTTP itself. The only module of ours that knows httpx; everybody else sees `Response`.

One client, made when it is needed first; redirects are never followed here; nothing is added to
requests by the client itself: no token, no cookies. Failures come out as `Unreachable` (nothing
was sent), `Untrusted` or `AnswerLost` (sent, then lost).
"""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, TypeAlias

from spaces_tui.hub.errors import AnswerLost, HubError, Unreachable, Untrusted
from spaces_tui.hub.lean import httpx

HttpTransport: TypeAlias = httpx.AsyncBaseTransport
"""What can stand in for the network."""

CONNECT_SECONDS: Final = 10.0
_LIMITS: Final = httpx.Limits(max_connections=32, max_keepalive_connections=8)
_NOTHING_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_ENDED_IN_TLS: Final = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


@dataclass(frozen=True, slots=True)
class Response:
    """The head of an answer, and its body as it comes."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    chunks: AsyncIterator[bytes]
    """The body, decoded; can be read once. Failures come out as `AnswerLost`."""


@functools.lru_cache(maxsize=1)
def _ssl_context() -> ssl.SSLContext:
    """Return the one TLS context: loading certificates costs tens of milliseconds."""
    return httpx.create_ssl_context()


class Transport:
    """Sends requests over connections that are kept and reused."""

    def __init__(self, *, use_proxies: bool, stand_in: HttpTransport | None = None) -> None:
        self._use_proxies = use_proxies
        self._stand_in = stand_in
        self._client: httpx.AsyncClient | None = None
        self._closed = False
        self._making = asyncio.Lock()

    async def aclose(self) -> None:
        """Close every connection, for good. Closing twice is fine."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    @asynccontextmanager
    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        body: bytes | AsyncIterable[bytes] | None = None,
        read_seconds: float,
        write_seconds: float = 30.0,
    ) -> AsyncIterator[Response]:
        """Send one request; leaving the block closes the answer, read to its end or not.

        `read_seconds` is the longest silence, `write_seconds` the longest the body may take.
        A body that is iterated needs a `Content-Length`, or it is sent in chunks, which storage
        refuses.

        Raises:
            Unreachable: nothing was sent.
            Untrusted: the certificate is not good.
            AnswerLost: anything after that.
        """
        timeout = httpx.Timeout(
            CONNECT_SECONDS, read=read_seconds, write=write_seconds, pool=CONNECT_SECONDS
        )
        with _translated():
            client = await self._ready()
            request = client.build_request(
                method, url, headers=dict(headers), content=body, timeout=timeout
            )
            response = await client.send(request, stream=True)
        try:
            yield Response(response.status_code, _lower(response.headers), _body(response))
        finally:
            await response.aclose()

    async def _ready(self) -> httpx.AsyncClient:
        async with self._making:
            if self._client is None and not self._closed:
                # The first one loads code and certificates: a tenth of a second, off the loop.
                self._client = await asyncio.to_thread(self._made)
        if self._closed or self._client is None:
            raise Unreachable("The connection to the Hub was closed here.")
        return self._client

    def _made(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=_ssl_context(),
            transport=self._stand_in,
            trust_env=self._use_proxies,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            limits=_LIMITS,
        )


async def _body(response: httpx.Response) -> AsyncIterator[bytes]:
    with _translated():
        async for chunk in response.aiter_bytes():
            yield chunk


def _lower(headers: httpx.Headers) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except httpx.InvalidURL as error:
        raise Unreachable("The address cannot be used.") from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise _meaning(error) from error


def _meaning(error: Exception) -> HubError:
    if not isinstance(error, _NOTHING_SENT):
        return AnswerLost(_why_lost(error))
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, _ENDED_IN_TLS):
            reason = getattr(cause, "verify_message", "") or cause.reason or "TLS failed"
            return Untrusted(f"The connection is not secure: {reason}.")
    return Unreachable(f"No connection{_where(error)}{_why_unreachable(error, causes)}.")


def _why_lost(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "The Hub did not answer in time."
    if isinstance(error, httpx.DecodingError):
        return "The Hub's answer could not be decoded."
    return "The connection broke before the answer was complete."


def _why_unreachable(error: Exception, causes: list[BaseException]) -> str:
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return ": the host's name does not resolve"
        if isinstance(cause, ConnectionRefusedError):
            return ": it was refused"
    if isinstance(error, httpx.ProxyError):
        return ": the proxy did not let it through"
    if isinstance(error, httpx.TimeoutException):
        return " within the time limit"
    return ""


def _where(error: Exception) -> str:
    """Return the address that was tried, without its path and query."""
    if not isinstance(error, httpx.RequestError):
        return ""
    try:
        url = error.request.url
    except RuntimeError:  # httpx does not always know
        return ""
    return f" to {url.netloc.decode('ascii').rpartition('@')[2]}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk the chain of causes, into groups too."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
