"""One request to the Hub and everything around it: headers, token, redirects, retries, log.

The token goes into a request only when its URL is of the endpoint's origin, or when the call says
that its own host may have it. GET and HEAD follow at most five redirects by hand. Any other
method never does: a POST that is redirected would become a GET in common HTTP rules and do
nothing, so the new name is confirmed first and the POST repeated.
"""

from __future__ import annotations

import asyncio
import platform
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from contextvars import ContextVar
from typing import Final, TypeVar
from urllib.parse import urlsplit

from spaces_tui.hub import record
from spaces_tui.hub.admission import Admission
from spaces_tui.hub.calls import Answer, Arrived, Bearer, Body, Call, parsed, unexpected
from spaces_tui.hub.endpoint import Endpoint, space_in
from spaces_tui.hub.errors import (
    AnswerLost,
    HubError,
    Redirected,
    SpaceRenamed,
    Unauthorized,
    Untrusted,
)
from spaces_tui.hub.failures import BODY_LIMIT, Failure
from spaces_tui.hub.links import next_link
from spaces_tui.hub.rate import RateLimit, parse_rate
from spaces_tui.hub.retry import Retries
from spaces_tui.hub.trace import note
from spaces_tui.hub.transport import Response, Transport
from spaces_tui.model.identity import Secret

T = TypeVar("T")

ANSWER_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a JSON answer; what is larger is no answer of the Hub."""
_MAX_REDIRECTS: Final = 5
_MAX_PAGES: Final = 1000
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_READING: Final = frozenset({"GET", "HEAD"})
_WITH_LENGTH: Final = frozenset({"POST", "PUT"})
_GOOD: Final = frozenset(range(200, 300)) | _REDIRECTS


_SENT: ContextVar[Callable[[], None] | None] = ContextVar("sent", default=None)


@contextmanager
def counted(sent: Callable[[], None]) -> Iterator[None]:
    """Call `sent` for every request that goes out on behalf of the block, repetitions included."""
    token = _SENT.set(sent)
    try:
        yield
    finally:
        _SENT.reset(token)


class Wire:
    """The way to one endpoint with one identity."""

    def __init__(
        self,
        endpoint: Endpoint,
        token: Secret | None,
        transport: Transport,
        *,
        version: str,
        retries: Retries,
    ) -> None:
        self.endpoint = endpoint
        self.admission = Admission(token)
        self.rates: dict[str, RateLimit] = {}
        self.on_rate: Callable[[RateLimit], None] | None = None
        self.app_origin: Callable[[str], str] = str
        """Where the host of an app really is; tests and stand-ins say otherwise."""
        self.on_unauthorized: Callable[[Unauthorized], None] | None = None
        self._transport = transport
        self._retries = retries
        self._agent = f"spaces-tui/{version}; python/{platform.python_version()}"

    async def json(self, call: Call) -> object:
        """Ask and return the parsed JSON answer.

        Raises:
            AnswerLost: the answer is not JSON.
            HubError: everything else that can go wrong.
        """
        return parsed(call.name, await self.answer(call))

    async def answer(self, call: Call, url: str | None = None) -> Answer:
        """Ask and return the complete answer, retrying as the call allows.

        With `url`, that is asked, and the call's path only names it to people.

        Raises:
            HubError: see there.
        """
        target = url or self.endpoint.url(call.path, call.query)
        if call.changes:
            return await self._retries.change(lambda: self._once(call, target))
        run = self._retries.upload if call.patient else self._retries.read
        return await run(lambda: self._once(call, target))

    async def nap(self, seconds: float) -> None:
        """Wait, as long as tests let it take."""
        await self._retries.sleep(seconds)

    async def again(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Do something that only reads, again if trouble may pass."""
        return await self._retries.read(attempt)

    async def again_and_again(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Do something that only reads and may take long, again and with more patience."""
        return await self._retries.upload(attempt)

    async def pages(self, call: Call) -> AsyncGenerator[list[object], None]:
        """Ask for a list and yield its pages, following `Link` until there is no next one.

        Raises:
            AnswerLost: a page is not a list, or the links lead in a circle.
        """
        url: str | None = self.endpoint.url(call.path, call.query)
        seen: set[str] = set()
        while url is not None:
            if url in seen or len(seen) >= _MAX_PAGES:
                raise AnswerLost("The Hub's list of pages has no end.", call=call.name)
            seen.add(url)
            page = url

            async def ask(page: str = page) -> Answer:
                return await self._once(call, page)

            answer = await self._retries.read(ask)
            items = parsed(call.name, answer)
            if not isinstance(items, list):
                raise unexpected(call.name, answer.request_id)
            yield items
            link = next_link(answer.headers.get("link", ""))
            url = self.endpoint.next_page(link, answer.url) if link else None

    @asynccontextmanager
    async def stream(
        self,
        call: Call,
        url: str | None = None,
        *,
        foreign: bool = False,
        headers: dict[str, str] | None = None,
    ) -> AsyncIterator[Arrived]:
        """Ask, following redirects of a GET, and hand over the answer while it arrives.

        Leaving the block closes it. With `foreign`, redirects may leave the endpoint's origin
        (storage): such a request carries no token and never goes from https to http. With `url`,
        that is asked, and the call's path only names it to people.

        Raises:
            HubError: the answer is no success, or none came.
        """
        url = url or self.endpoint.url(call.path, call.query)
        for _ in range(_MAX_REDIRECTS + 1 if call.method in _READING else 1):
            async with AsyncExitStack() as stack:
                arrived = await stack.enter_async_context(self._send(call, url, headers or {}))
                if arrived.status not in _REDIRECTS:
                    yield arrived
                    return
            url = self._follow(call, arrived, foreign=foreign)
        raise Redirected("The Hub redirects without an end.", call=call.name)

    async def heads(self, call: Call) -> list[Arrived]:
        """Ask with HEAD; return every answer on the way, up to the first that leads elsewhere.

        A redirect to storage is the last one: it is what tells of the file, the storage does not.
        """
        return await self._retries.read(lambda: self._heads(call))

    async def _heads(self, call: Call) -> list[Arrived]:
        url = self.endpoint.url(call.path, call.query)
        plain = {"Accept-Encoding": "identity"}  # so that the length is the file's own
        passed: list[Arrived] = []
        for _ in range(_MAX_REDIRECTS + 1):
            async with self._send(call, url, plain) as arrived:
                passed.append(arrived)
            if arrived.status not in _REDIRECTS:
                return passed
            url = self._follow(call, arrived, foreign=True)
            if not self.endpoint.mine(url):
                return passed
        raise Redirected("The Hub redirects without an end.", call=call.name)

    async def _once(self, call: Call, url: str) -> Answer:
        try:
            async with asyncio.timeout(call.total_seconds):
                if call.method in _READING:
                    return await self._got(call, url)
                return await self._posted(call, url)
        except TimeoutError as error:
            raise AnswerLost("The Hub did not answer in time.", call=call.name) from error

    async def _got(self, call: Call, url: str) -> Answer:
        for _ in range(_MAX_REDIRECTS + 1):
            async with self._send(call, url, {}) as arrived:
                if arrived.status not in _REDIRECTS:
                    return await _complete(call, arrived)
            url = self._follow(call, arrived, foreign=False)
        raise Redirected("The Hub redirects without an end.", call=call.name)

    async def _posted(self, call: Call, url: str) -> Answer:
        async with self._send(call, url, {}) as arrived:
            if arrived.status not in _REDIRECTS:
                return await _complete(call, arrived)
            raise self._renamed(call, arrived)

    def _renamed(self, call: Call, arrived: Arrived) -> Redirected:
        target = self._follow(call, arrived, foreign=False)
        return SpaceRenamed(
            "The Hub redirected the request to another address; nothing was done.",
            new_id=space_in(target),
            call=call.name,
            status=arrived.status,
            request_id=arrived.request_id,
        )

    def _follow(self, call: Call, arrived: Arrived, *, foreign: bool) -> str:
        location = arrived.headers.get("location")
        if not location:
            raise Redirected("The Hub redirected to nowhere.", call=call.name)
        try:
            url = self.endpoint.redirected(location, arrived.url)
        except Untrusted as error:
            raise _located(error, call, arrived) from error
        downgraded = arrived.url.startswith("https:") and url.startswith("http:")
        if not self.endpoint.mine(url) and (not foreign or downgraded):
            host = urlsplit(url).hostname or "?"
            foreign_place = Untrusted(f"The Hub redirected to a foreign address ({host}).")
            raise _located(foreign_place, call, arrived)
        return url

    @asynccontextmanager
    async def _send(self, call: Call, url: str, extra: dict[str, str]) -> AsyncIterator[Arrived]:
        """Send once; yield a 2xx or 3xx answer, raise what else comes."""
        token = await self.admission.passed()
        if sent := _SENT.get():
            sent()
        trace = str(uuid.uuid4())
        headers = self._headers(call, url, token, trace) | extra
        record.asked(call, url, headers)
        began = time.monotonic()
        try:
            async with AsyncExitStack() as stack:
                response = await stack.enter_async_context(self._exchange(call, url, headers))
                request_id = _request_id(response) or trace
                record.answered(call, url, response.status, response.headers, began, request_id)
                note(request_id)
                self._note_rate(response)
                if response.status not in _GOOD:
                    raise await _failure(call, response, "Authorization" in headers, request_id)
                yield Arrived(
                    url, response.status, dict(response.headers), response.chunks, request_id
                )
        except HubError as error:
            if not error.call:
                error.call, error.request_id = call.name, error.request_id or trace
                record.failed(call, url, type(error).__name__, began, trace)
            if call.bearer is Bearer.ENDPOINT and self.endpoint.mine(url):
                self._tell(error, token)
            raise

    def _tell(self, error: HubError, token: Secret | None) -> None:
        """Tell of a token that was not accepted, unless another one is used by now."""
        if (
            isinstance(error, Unauthorized)
            and self.on_unauthorized is not None
            and self.admission.current(token)
        ):
            self.on_unauthorized(error)

    def _exchange(
        self, call: Call, url: str, headers: dict[str, str]
    ) -> AbstractAsyncContextManager[Response]:
        return self._transport.send(
            call.method,
            url,
            headers,
            body=call.body.open() if isinstance(call.body, Body) else call.body,
            read_seconds=call.read_seconds,
            write_seconds=call.total_seconds,
        )

    def _headers(self, call: Call, url: str, token: Secret | None, trace: str) -> dict[str, str]:
        headers = dict(call.headers) | {"User-Agent": self._agent, "Accept": call.accept}
        if call.content_type:
            headers["Content-Type"] = call.content_type
        if call.method in _WITH_LENGTH:
            headers["Content-Length"] = str(call.length)
        if self.endpoint.mine(url):
            headers["X-Amzn-Trace-Id"] = trace
        if token is not None and self._may_have_token(call, url):
            headers["Authorization"] = f"Bearer {token.reveal()}"
        return headers

    def _may_have_token(self, call: Call, url: str) -> bool:
        if call.bearer is Bearer.ENDPOINT:
            return self.endpoint.mine(url)
        return call.bearer is Bearer.HOST

    def _note_rate(self, response: Response) -> None:
        rate = parse_rate(response.headers)
        if rate is not None:
            self.rates[rate.bucket] = rate
            if self.on_rate is not None:
                self.on_rate(rate)


async def _complete(call: Call, arrived: Arrived) -> Answer:
    body = bytearray()
    async for chunk in arrived.chunks:
        body += chunk
        if len(body) > ANSWER_LIMIT:
            raise AnswerLost("The Hub's answer is too large to be one.", call=call.name)
    return Answer(arrived.url, arrived.headers, bytes(body), arrived.request_id)


async def _failure(
    call: Call, response: Response, authorized: bool, request_id: str | None
) -> HubError:
    body = bytearray()
    try:
        async for chunk in response.chunks:
            body += chunk
            if len(body) >= BODY_LIMIT:
                break
    except AnswerLost:
        # The status is what counts; the explanation is welcome but may be cut.
        record.log.debug("%s: the body of the error was cut", call.name)
    headers = dict(response.headers)
    return Failure(call.name, response.status, headers, bytes(body), authorized, request_id).error()


def _located(error: Untrusted, call: Call, arrived: Arrived) -> Untrusted:
    return Untrusted(
        error.message, call=call.name, status=arrived.status, request_id=arrived.request_id
    )


def _request_id(response: Response) -> str | None:
    for name in ("x-request-id", "x-amzn-trace-id", "x-amz-cf-id"):
        if value := response.headers.get(name):
            return value
    return None
