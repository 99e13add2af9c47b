"""One account as the session holds it: its client, and how it stands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from spaces_tui import __version__
from spaces_tui.hub.client import Hub
from spaces_tui.session.snapshot import Account, Gauge, Standing
from spaces_tui.session.waiting import Nudge

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.hub.errors import Unauthorized
    from spaces_tui.hub.rate import RateLimit
    from spaces_tui.model.identity import Identity, Secret
    from spaces_tui.session.config import Candidate

_API = "api"


class Acting:
    """One identity at one Hub. Its client stays the same when its token changes."""

    def __init__(
        self,
        candidate: Candidate,
        *,
        refused: Callable[[Hub, Unauthorized], None],
        rated: Callable[[], None],
    ) -> None:
        """Prepare; nothing is asked until there is a token.

        Raises:
            InvalidEndpoint: there can be no Hub.
        """
        self.name = candidate.name
        self.source = candidate.source
        self.standing = Standing.CONNECTING
        self.sentence = ""
        self.token: Secret | None = None
        self.retry_in: float | None = None
        """Seconds until the next attempt, while offline."""
        self.identity: Identity | None = None
        self.owners: tuple[str, ...] = ()
        self.gauge: Gauge | None = None
        self.wake = Nudge()
        """Ends the pause before its list is read again."""
        self.vouched = 0.0
        """Until when, on the loop's clock, a refusal is no news: the last doubt was in vain."""
        self.doubted = False
        """Whether the Hub is being asked right now if it accepts the token."""
        self._usable = asyncio.Event()
        self._rated = rated
        self.hub = Hub(candidate.endpoint, None, version=__version__)
        self.hub.admission.hold()
        self.hub.on_rate = self._note_rate
        self.hub.on_unauthorized = lambda error: refused(self.hub, error)

    @property
    def endpoint(self) -> str:
        """The Hub's base address."""
        return self.hub.endpoint

    @property
    def usable(self) -> bool:
        """Whether it has a token that may be asked with."""
        return self._usable.is_set()

    @property
    def account(self) -> Account:
        """What is shown of it."""
        return Account(
            self.name,
            self.endpoint,
            self.source,
            self.standing,
            self.sentence,
            self.identity,
            self.owners,
        )

    def take(self, token: Secret, source: str, identity: Identity | None = None) -> None:
        """Act with this token from now on.

        Raises:
            InvalidToken: it cannot be sent.
        """
        self.hub.admission.open(token)
        self.source, self.sentence, self.retry_in = source, "", None
        self.standing = Standing.CONNECTING
        self.vouched = 0.0
        self.token, self.identity = token, identity
        if identity is not None:
            self.name = identity.name
        if self.usable:
            self.wake.nudge()
        self._usable.set()

    def bar(self, standing: Standing, sentence: str) -> None:
        """Ask nothing more until there is another token."""
        self._usable.clear()
        self.hub.admission.bar(sentence)
        self.standing, self.sentence, self.retry_in = standing, sentence, None

    async def until_usable(self) -> None:
        """Wait for a token that may be asked with."""
        await self._usable.wait()

    def _note_rate(self, rate: RateLimit) -> None:
        if rate.bucket == _API:
            self.gauge = Gauge(rate.left, rate.quota, rate.resets_in)
            self._rated()
