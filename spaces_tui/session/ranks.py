"""Which of several accounts is best for the Spaces of an owner, and how they stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.tokendoctor import Deed, May, may
from spaces_tui.session.snapshot import Link, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spaces_tui.model.identity import Identity
    from spaces_tui.session.snapshot import Gauge

_RIGHTS: Final = {May.YES: 3, May.UNKNOWN: 2, May.NO: 1}
_LINKS: Final = {
    Standing.LIVE: Link.LIVE,
    Standing.CONNECTING: Link.CONNECTING,
    Standing.OFFLINE: Link.OFFLINE,
    Standing.REFUSED: Link.REFUSED,
    Standing.UNREACHABLE: Link.SIGNED_OUT,
}
"""The best first."""


def rights(identity: Identity, owner: str) -> int:
    """Return how much an identity may do with an owner's Spaces; 0 where it is not at home."""
    if owner not in identity.namespaces:
        return 0
    return _RIGHTS[may(identity, Deed.UPLOAD, owner).may]


def best(standings: Iterable[Standing]) -> Standing | None:
    """Return the best of several standings; None of none."""
    order = list(_LINKS)
    return min(standings, key=order.index, default=None)


def link_of(standing: Standing) -> Link:
    """Return what a standing means for the session, where no account stands better."""
    return _LINKS[standing]


def tightest(gauges: Iterable[Gauge | None]) -> Gauge | None:
    """Return the rate limit of which the smallest share is left; None where none is known."""
    known = [gauge for gauge in gauges if gauge is not None]
    return min(known, key=lambda one: one.left / one.quota if one.quota else 1.0, default=None)
