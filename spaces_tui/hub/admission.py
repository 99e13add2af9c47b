"""With which token a client asks, and whether it may ask at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from spaces_tui.hub.errors import InvalidToken, Withheld

if TYPE_CHECKING:
    from spaces_tui.model.identity import Secret


class Admission:
    """Open with a token or with none, closed while one is looked for, or barred.

    Whoever holds the client keeps it when the token changes: the next request has the new one.
    """

    def __init__(self, token: Secret | None) -> None:
        self._token: Secret | None = None
        self._why = ""
        self._decided = asyncio.Event()
        self.open(token)

    def open(self, token: Secret | None) -> None:
        """Let requests go out, with this token.

        Raises:
            InvalidToken: it cannot be sent.
        """
        if token is not None and not _sendable(token.reveal()):
            raise InvalidToken("The token contains characters that no token has.")
        self._token, self._why = token or None, ""
        self._decided.set()

    def hold(self) -> None:
        """Let requests wait until it is known whether there is a token."""
        self._token, self._why = None, ""
        self._decided.clear()

    def bar(self, why: str) -> None:
        """Let no request go out; each fails with this sentence."""
        self._token, self._why = None, why
        self._decided.set()

    async def passed(self) -> Secret | None:
        """Return the token to ask with, None to ask as nobody; wait until that is known.

        Raises:
            Withheld: nothing may be asked.
        """
        await self._decided.wait()
        if self._why:
            raise Withheld(self._why)
        return self._token

    def current(self, token: Secret | None) -> bool:
        """Whether this is the token that requests go out with now."""
        return not self._why and token is not None and token is self._token


def _sendable(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token
