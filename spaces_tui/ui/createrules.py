"""Where one may create Spaces, and the sentence that says why nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.tokendoctor import Deed, May, may
from spaces_tui.session.snapshot import Link
from spaces_tui.ui.rules import READ_ONLY, SIGNED_OUT

if TYPE_CHECKING:
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.rules import Context


def owners(snapshot: Snapshot) -> list[str]:
    """Return the namespaces one may create in: oneself first, then organizations.

    As deleting, creating needs rights on the owner: those on a single Space are not enough.
    """
    found: list[str] = []
    for identity in snapshot.identities:
        found += [
            owner
            for owner in identity.namespaces
            if may(identity, Deed.DELETE, owner).may is not May.NO
        ]
    return list(dict.fromkeys(found))


def can_create(context: Context) -> str:
    """Some namespace takes new Spaces from us."""
    snapshot = context.snapshot
    if snapshot.read_only:
        return READ_ONLY
    if snapshot.connection.link in (Link.SIGNED_OUT, Link.REFUSED):
        return SIGNED_OUT
    if not snapshot.identities:
        return "The Hub has not said yet who you are."
    if not owners(snapshot):
        return f"The token of {snapshot.identities[0].name} creates nothing: press a for accounts."
    return ""
