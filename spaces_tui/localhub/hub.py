"""Everything the local Hub knows. Lives on the server's loop; nothing here is thread safe."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from spaces_tui.localhub import stages
from spaces_tui.localhub.accounts import Accounts, Token
from spaces_tui.localhub.errors import MovedError, no_repository
from spaces_tui.localhub.faults import Faults
from spaces_tui.localhub.lfs import LfsStore
from spaces_tui.localhub.lifecycle import Lifecycle
from spaces_tui.localhub.ratelimit import RateLimiter
from spaces_tui.localhub.repository import Commit
from spaces_tui.localhub.requestlog import RequestLog
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.timing import Timing
from spaces_tui.localhub.tree import Blob


class LocalHubState:
    """The state of one server. `origin` and `storage_origin` are set once it listens."""

    def __init__(self, timing: Timing | None = None, seed: int = 7) -> None:
        self.origin = ""
        self.storage_origin = ""
        self.timing = timing or Timing()
        self.rng = random.Random(seed)
        self.accounts = Accounts()
        self.spaces: dict[str, Space] = {}
        self.renames: dict[str, str] = {}
        self.quotas: dict[str, int] = {}
        """How many Spaces a namespace may have on cpu-basic at once; absent: any number."""
        self.lfs = LfsStore()
        self.rates = RateLimiter()
        self.faults = Faults()
        self.requests = RequestLog()
        self.lifecycle = Lifecycle(self.timing, self.rng)
        self.closing = asyncio.Event()
        self.open_streams: set[Callable[[], None]] = set()
        """For each open event stream, a function that cuts its connection."""

    def add(self, space: Space) -> Space:
        """Take in a Space; a former redirect from its name ends."""
        self.renames.pop(space.id, None)
        self.spaces[space.id] = space
        return space

    def readable(self, space_id: str, token: Token | None) -> Space:
        """Return a Space the caller may see.

        Raises `MovedError` for a former name and `RefusedError` 401 or 404 otherwise: the same for
        a missing and for an invisible Space.
        """
        space = self.spaces.get(space_id)
        if space is None and (renamed := self.renames.get(space_id)) is not None:
            raise MovedError(renamed)
        if space is None or not self.visible(space, token):
            raise no_repository(anonymous=token is None)
        return space

    def visible(self, space: Space, token: Token | None) -> bool:
        """Whether the caller may know of a Space."""
        return not space.private or (token is not None and token.may_read(space.id))

    def commit(
        self,
        space: Space,
        changes: dict[str, Blob | None],
        *,
        author: str,
        title: str,
        message: str = "",
    ) -> Commit:
        """Commit to the branch and set the stage machine going."""
        seconds = int(time.time())
        commit = space.repo.commit(
            changes, author=author, seconds=seconds, title=title, message=message
        )
        self.lifecycle.committed(space, denied=self.over_quota(space))
        return commit

    def over_quota(self, space: Space) -> str | None:
        """Return the quota text if a Space that does not run may not begin to, else None."""
        limit = self.quotas.get(space.namespace)
        if limit is None or space.runtime.requested != "cpu-basic" or _in_use(space):
            return None
        used = sum(
            _in_use(other) and other.runtime.requested == "cpu-basic"
            for other in self.spaces.values()
            if other.namespace == space.namespace
        )
        if used < limit:
            return None
        text = "Quota exceeded for flavor cpu-basic (requested=1)"
        return f"{text}: current={used}, limit={limit}"

    def rename(self, old: str, new: str) -> Space:
        """Give a Space another id and let the old one redirect. Raises KeyError."""
        space = self.spaces.pop(old)
        space.id = new
        self.add(space)
        self.renames = {name: new if to == old else to for name, to in self.renames.items()}
        self.renames[old] = new
        return space

    def delete(self, space: Space) -> None:
        """Remove a Space for good."""
        del self.spaces[space.id]
        self.lifecycle.forget(space)


def _in_use(space: Space) -> bool:
    working = space.runtime.stage in stages.ALLOCATED | stages.BUILDS
    return working and not space.is_static
