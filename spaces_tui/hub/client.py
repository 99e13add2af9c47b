"""The Hub: who we are, which Spaces there are, and one Space at a time."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from spaces_tui.hub.accounts import AccountCalls
from spaces_tui.hub.admission import Admission
from spaces_tui.hub.cards import validate_yaml
from spaces_tui.hub.dataset import DatasetResource
from spaces_tui.hub.endpoint import Endpoint
from spaces_tui.hub.errors import Unauthorized
from spaces_tui.hub.mountable import MountableResource
from spaces_tui.hub.oauth import OAuthResource
from spaces_tui.hub.rate import RateLimit
from spaces_tui.hub.repos import ReposResource
from spaces_tui.hub.retry import Retries
from spaces_tui.hub.space import SpaceResource
from spaces_tui.hub.spaces import DASHBOARD, SpacesResource
from spaces_tui.hub.transport import HttpTransport, Transport
from spaces_tui.hub.wire import Wire
from spaces_tui.model.identity import Secret
from spaces_tui.model.newspace import CardCheck

__all__ = ["DASHBOARD", "Hub", "SpacesResource"]


class Hub(AccountCalls):
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
        super().__init__(
            Wire(place, token, self._transport, version=version, retries=retries or Retries())
        )
        self.spaces = SpacesResource(self._wire)
        self.repos = ReposResource(self._wire)
        self.mountable = MountableResource(self._wire)
        self.oauth = OAuthResource(self._wire)

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
    def admission(self) -> Admission:
        """With which token this client asks; it may change while the client is used."""
        return self._wire.admission

    @property
    def on_unauthorized(self) -> Callable[[Unauthorized], None] | None:
        """Called, on the loop, for every answer that does not accept the token used now."""
        return self._wire.on_unauthorized

    @on_unauthorized.setter
    def on_unauthorized(self, listener: Callable[[Unauthorized], None] | None) -> None:
        self._wire.on_unauthorized = listener

    @property
    def rate(self) -> RateLimit | None:
        """What the newest answers said of the `api` counter, None before the first."""
        return self._wire.rates.get("api")

    @property
    def app_origin(self) -> Callable[[str], str]:
        """From the origin of an app's host to where requests for it go: by default, the same.

        A stand-in for the Hub has no hosts of apps; what this returns is sent the app's name in
        the `Host` header, and the token.
        """
        return self._wire.app_origin

    @app_origin.setter
    def app_origin(self, place: Callable[[str], str]) -> None:
        self._wire.app_origin = place

    @property
    def on_rate(self) -> Callable[[RateLimit], None] | None:
        """Called, on the loop, for every answer that carries `RateLimit` headers."""
        return self._wire.on_rate

    @on_rate.setter
    def on_rate(self, listener: Callable[[RateLimit], None] | None) -> None:
        self._wire.on_rate = listener

    def space(self, space: str) -> SpaceResource:
        """Return one Space to act on, by its id `owner/name`; nothing is asked yet.

        Raises:
            InvalidSpaceId: it is not of that form.
        """
        return SpaceResource(self._wire, space)

    def dataset(self, dataset: str) -> DatasetResource:
        """Return one dataset to act on, by its id `owner/name`; nothing is asked yet.

        Raises:
            InvalidSpaceId: it is not of that form.
        """
        return DatasetResource(self._wire, dataset)

    async def validate_yaml(self, readme: str) -> CardCheck:
        """Return the Hub's complaints about a README's card. Nothing is changed."""
        return await validate_yaml(self._wire, readme)
