"""What the screen shows before anything is known: the list of the last run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.session.snapshot import Connection, Link, Snapshot
from spaces_tui.store.listing import read_listing

if TYPE_CHECKING:
    from spaces_tui.session.config import SessionConfig


def first_snapshot(config: SessionConfig, endpoint: str) -> Snapshot:
    """Return the first snapshot; the cached list is in it where there is one.

    Reads one small file, so that the first frame can show it.
    """
    empty = Snapshot(
        endpoint=endpoint,
        connection=Connection(Link.CONNECTING),
        demo=config.demo,
        read_only=config.read_only,
    )
    listing = None
    if config.fleet and not config.demo:
        listing = read_listing(config.paths.cache, endpoint)
    if listing is None:
        return empty
    return Snapshot(
        endpoint=endpoint,
        connection=empty.connection,
        spaces=listing.spaces,
        as_of=listing.as_of,
        cached=True,
        demo=config.demo,
        read_only=config.read_only,
    )
