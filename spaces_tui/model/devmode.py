"""Where a Space in Dev Mode can be reached by ssh."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spaces_tui.model.space import Space

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_HOST: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_USUAL: Final = "hf.space"


def ssh_target(space: Space) -> str | None:
    """Return `user@host` for ssh: the app's name, at the host its address belongs to.

    None when the Hub does not say where the app is, or says something no command should get.
    """
    domains = space.runtime.domains if space.runtime else ()
    own = next((one.name for one in domains if not one.custom), None)
    name, _, place = (own or f"{space.subdomain or ''}.{_USUAL}").partition(".")
    if not _NAME.fullmatch(name) or not _HOST.fullmatch(place):
        return None
    return f"{name}@ssh.{place}"
