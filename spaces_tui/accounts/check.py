"""Asks the Hub who a token belongs to, before it is kept or shown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from spaces_tui import __version__
from spaces_tui.hub.client import Hub
from spaces_tui.hub.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.identity import Identity, Secret


def check(endpoint: str, tokens: Sequence[Secret]) -> list[Identity | HubError]:
    """Return who each token belongs to, or why that cannot be told; asks for all at once.

    Blocks; not for an event loop.
    """

    async def everybody() -> list[Identity | HubError]:
        return await asyncio.gather(*(_whoami(endpoint, token) for token in tokens))

    return asyncio.run(everybody())


async def _whoami(endpoint: str, token: Secret) -> Identity | HubError:
    try:
        async with Hub(endpoint, token, version=__version__) as hub:
            return await hub.whoami()
    except HubError as error:
        return error
