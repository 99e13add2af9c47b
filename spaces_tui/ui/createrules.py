"""Where one may create Spaces, and the sentence that says why nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.identity import Role
from spaces_tui.session.snapshot import Link
from spaces_tui.ui.rules import READ_ONLY

if TYPE_CHECKING:
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.rules import Context

_READS: Final = "read"
_MAY_NOT: Final = (Role.READ, Role.NONE)


def owners(snapshot: Snapshot) -> list[str]:
    """Return the namespaces one may create in: oneself first, then organizations."""
    found: list[str] = []
    for identity in snapshot.identities:
        if identity.token_role == _READS:
            continue
        found.append(identity.name)
        found += [
            one.name
            for one in identity.organizations
            if one.role not in _MAY_NOT and not one.restrictions
        ]
    return list(dict.fromkeys(found))


def can_create(context: Context) -> str:
    """Some namespace takes new Spaces from us."""
    snapshot = context.snapshot
    if snapshot.read_only:
        return READ_ONLY
    if snapshot.connection.link in (Link.SIGNED_OUT, Link.REFUSED):
        return "You are not signed in."
    if not snapshot.identities:
        return "The Hub has not said yet who you are."
    if not owners(snapshot):
        name = snapshot.identities[0].name
        return f"The token of {name} may only read. Sign in with a write token."
    return ""
