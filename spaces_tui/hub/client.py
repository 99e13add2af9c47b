"""The Hub: who we are, which Spaces there are, and one Space at a time."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from types import TracebackType
from typing import Final, Self

from spaces_tui.hub.calls import Call, unexpected
from spaces_tui.hub.endpoint import Endpoint, repeated
from spaces_tui.hub.rate import RateLimit
from spaces_tui.hub.read_identity import read_identity
from spaces_tui.hub.read_space import read_hardware, read_space
from spaces_tui.hub.retry import Retries
from spaces_tui.hub.space import SpaceResource
from spaces_tui.hub.transport import HttpTransport, Transport
from spaces_tui.hub.wire import Wire
from spaces_tui.model.hardware import Hardware
from spaces_tui.model.identity import Identity, Secret
from spaces_tui.model.space import Space

DASHBOARD: Final = (
    "author",
    "private",
    "sdk",
    "runtime",
    "sha",
    "subdomain",
    "lastModified",
    "createdAt",
    "likes",
    "tags",
    "disabled",
)
"""What a list of Spaces shows; one request then brings the runtimes of a whole page."""


class Hub:
    """One endpoint, one identity, one pool of connections.

    Everything but the constructor runs on one asyncio loop. Every call may raise `HubError`.
    """

    def __init__(
        self,
        endpoint: str,
        token: Secret | None,
        *,
        version: str,
        transport: HttpTransport | None = None,
        retries: Retries | None = None,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            endpoint: base address, such as `https://huggingface.co`.
            token: None to be nobody.
            version: ours, for the `User-Agent`.
            transport: stands in for the network.
            retries: how patiently reads are repeated.

        Raises:
            InvalidEndpoint: the endpoint is not an http(s) address.
            InvalidToken: the token cannot be sent.
        """
        place = Endpoint.parse(endpoint)
        self._transport = Transport(use_proxies=not place.loopback, stand_in=transport)
        self._wire = Wire(
            place, token, self._transport, version=version, retries=retries or Retries()
        )
        self.spaces = SpacesResource(self._wire)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection, for good."""
        await self._transport.aclose()

    @property
    def endpoint(self) -> str:
        """The base address, without a trailing slash."""
        return self._wire.endpoint.base

    @property
    def rate(self) -> RateLimit | None:
        """What the newest answers said of the `api` counter, None before the first."""
        return self._wire.rates.get("api")

    @property
    def on_rate(self) -> Callable[[RateLimit], None] | None:
        """Called, on the loop, for every answer that carries `RateLimit` headers."""
        return self._wire.on_rate

    @on_rate.setter
    def on_rate(self, listener: Callable[[RateLimit], None] | None) -> None:
        self._wire.on_rate = listener

    async def whoami(self) -> Identity:
        """Return who the token belongs to. It has a strict quota: ask once and keep the answer.

        Raises:
            Unauthorized: the token is missing, wrong or expired.
        """
        call = Call("GET", "/api/whoami-v2")
        identity = read_identity(await self._wire.json(call))
        if identity is None:
            raise unexpected(call.name)
        return identity

    def space(self, space: str) -> SpaceResource:
        """Return one Space to act on, by its id `owner/name`; nothing is asked yet.

        Raises:
            InvalidSpaceId: it is not of that form.
        """
        return SpaceResource(self._wire, space)


class SpacesResource:
    """All Spaces."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(
        self,
        author: str | None = None,
        search: str | None = None,
        limit: int = 100,
        expand: tuple[str, ...] = DASHBOARD,
    ) -> AsyncGenerator[Space, None]:
        """Yield Spaces, page by page of `limit`, to the last one.

        Args:
            author: a person or an organization, exactly.
            search: a part of the id.
            limit: how many a request brings.
            expand: the fields to ask for; only these and the id are filled then.
        """
        asked = (("author", author), ("search", search), ("limit", str(limit)))
        query = tuple((name, value) for name, value in asked if value is not None)
        call = Call("GET", "/api/spaces", query + repeated("expand", expand))
        async for page in self._wire.pages(call):
            for item in page:
                if space := read_space(item):
                    yield space

    async def hardware(self) -> tuple[Hardware, ...]:
        """Return the public price list. Flavours that are not in it exist, too."""
        call = Call("GET", "/api/spaces/hardware")
        items = await self._wire.json(call)
        if not isinstance(items, list):
            raise unexpected(call.name)
        return tuple(flavour for item in items if (flavour := read_hardware(item)))
