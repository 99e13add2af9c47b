"""Everything the local Hub knows. Lives on the server's loop; nothing here is thread safe."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

from spaces_tui.localhub import stages
from spaces_tui.localhub.accounts import Accounts, Token
from spaces_tui.localhub.billing import GpuQuota, Signer
from spaces_tui.localhub.clock import Clock
from spaces_tui.localhub.commitquota import CommitQuota
from spaces_tui.localhub.dataset import Dataset, Holder, kind_of
from spaces_tui.localhub.errors import (
    DISABLED,
    MovedError,
    RefusedError,
    no_repository,
    out_of_reach,
)
from spaces_tui.localhub.faults import Faults
from spaces_tui.localhub.lfs import LfsStore
from spaces_tui.localhub.lifecycle import Lifecycle
from spaces_tui.localhub.oauth import Logins
from spaces_tui.localhub.ratelimit import RateLimiter
from spaces_tui.localhub.repository import MAIN_REF, Commit
from spaces_tui.localhub.requestlog import RequestLog
from spaces_tui.localhub.shelf import SHELF, Shelved
from spaces_tui.localhub.space import Space, patch, runtime_json
from spaces_tui.localhub.timing import Timing
from spaces_tui.localhub.tree import Blob


class LocalHubState:
    """The state of one server. `origin` and `storage_origin` are set once it listens."""

    def __init__(self, timing: Timing | None = None, seed: int = 7) -> None:
        self.origin = ""
        self.storage_origin = ""
        self.named_origin: str | None = None
        """What replies name instead of the own origin, to test that clients rewrite it."""
        self.app_origin: str | None = None
        """Where info says applications are; None: on hf.space, as the Hub does."""
        self.reload_pending = 1
        """How often the report of a hot reload is asked for before it is there (204)."""
        self.redirect_status = 307
        """What a former name is answered with."""
        self.warnings: list[str] = []
        """Notices on every answer, each `topic; message`."""
        self.list_lag = 0.0
        """Seconds the runtime in lists is behind the runtime call."""
        self.timing = timing or Timing()
        self.clock = Clock()
        self.rng = random.Random(seed)
        self.accounts = Accounts()
        self.spaces: dict[str, Space] = {}
        self.datasets: dict[str, Dataset] = {}
        """Datasets with content; those on the shelf are names alone."""
        self.shelf: list[Shelved] = list(SHELF)
        """What accounts have besides Spaces; only its names are served."""
        self.renames: dict[str, str] = {}
        self._hosts: dict[str, Space] = {}
        self.quotas: dict[str, int] = {}
        """How many Spaces a namespace may have on cpu-basic at once; absent: any number."""
        self.gpu_quotas: dict[str, GpuQuota] = {}
        self.signer = Signer()
        self.lfs = LfsStore(self.clock.now)
        self.rates = RateLimiter(self.clock.monotonic)
        self.commit_quota = CommitQuota(self.clock.monotonic)
        self.logins = Logins(self.accounts, self.clock.now)
        self.faults = Faults()
        self.requests = RequestLog()
        self.lifecycle = Lifecycle(self.timing, self.clock, self.rng)
        self.keep: Callable[[], None] = _nothing
        """Writes what changed to disk, if this server keeps anything there."""
        self.closing = asyncio.Event()
        self.connections: Callable[[], int] = int
        """How many connections are open; the server that listens says so."""
        self.open_streams: set[Callable[[], None]] = set()
        """For each open event stream, a function that cuts its connection."""

    def add(self, space: Space) -> Space:
        """Take in a Space; a former redirect from its name ends."""
        self.renames.pop(space.id, None)
        self.spaces[space.id] = space
        other = self.by_subdomain(space.subdomain)
        if other is not None and other is not space:
            space.alias = f"{space.subdomain}-{space.hub_id[:6]}"
        self._hosts[space.subdomain] = space
        space.build_log.now = space.run_log.now = self.clock.now
        return space

    @property
    def spoken_origin(self) -> str:
        """The origin in the addresses of replies."""
        return self.named_origin or self.origin

    def readable(self, space_id: str, token: Token | None) -> Space:
        """Return a Space the caller may see.

        Raises `MovedError` for a former name and `RefusedError` 401 or 404 otherwise: the same for
        a missing and for an invisible Space.
        """
        space = self.spaces.get(space_id)
        if space is None and (renamed := self.renames.get(space_id)) is not None:
            raise MovedError(renamed)
        if space is None or not self.visible(space, token):
            if space is not None and token and token.person.belongs_to(space.namespace):
                self.check_reach(space.namespace, token)
            raise no_repository(anonymous=token is None)
        if space.disabled:
            raise RefusedError(403, DISABLED)
        return space

    def readable_dataset(self, dataset_id: str, token: Token | None) -> Dataset:
        """Return a dataset the caller may see. Raises `RefusedError` 401 or 404."""
        dataset = self.datasets.get(dataset_id)
        if dataset is None or not self.visible(dataset, token):
            raise no_repository(anonymous=token is None)
        return dataset

    def check_reach(self, namespace: str, token: Token) -> None:
        """Raise `RefusedError` 403 if an organization does not accept the token."""
        if (why := token.restriction(namespace)) is not None:
            raise out_of_reach(why)

    def check_writable(self, space: Holder, token: Token) -> None:
        """Raise `RefusedError` 403 if the caller may not change a repository."""
        if not token.person.may_write(space.namespace, space.creator):
            raise RefusedError(403, f"You don't have the required permissions to change {space.id}")
        self.check_reach(space.namespace, token)
        if not token.granted(space.id, "repo.write", kind_of(space)):
            raise RefusedError(
                403, "Your token does not have the permission to do this: it needs the write role"
            )

    def visible(self, space: Holder, token: Token | None) -> bool:
        """Whether the caller may know of a repository."""
        if space.visibility == "public":
            return True
        return (
            token is not None
            and token.may_read(space.id, kind_of(space))
            and token.restriction(space.namespace) is None
        )

    def commit(
        self,
        space: Holder,
        changes: dict[str, Blob | None],
        *,
        author: str,
        title: str,
        message: str = "",
        ref: str = MAIN_REF,
        base: Commit | None = None,
        hot: bool = False,
    ) -> Commit:
        """Commit to a reference; one to a Space's main branch sets the stage machine going.

        With `hot` the running version is patched instead, where that is possible.
        """
        seconds = int(self.clock.now())
        before = space.head
        commit = space.repo.commit(
            changes,
            author=author,
            seconds=seconds,
            title=title,
            message=message,
            ref=ref,
            base=base,
        )
        if isinstance(space, Dataset):
            return commit
        if ref == MAIN_REF and not (hot and patch(space, before, changes)):
            self.lifecycle.committed(space, denied=self.over_quota(space))
        return commit

    def reconfigured(self, space: Space) -> None:
        """Restart a Space after a change of its settings."""
        self.lifecycle.reconfigured(space, denied=self.over_quota(space))

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
        space.id, space.alias = new, None
        self.add(space)
        self.renames = {name: new if to == old else to for name, to in self.renames.items()}
        self.renames[old] = new
        return space

    def listed_runtime(self, space: Space) -> dict[str, Any]:
        """Return the runtime as lists report it, `list_lag` seconds behind."""
        if not self.list_lag or not space.seen:
            return runtime_json(space)
        moment = self.clock.now() - self.list_lag
        past = [runtime for began, runtime in space.seen if began <= moment]
        return past[-1] if past else space.seen[0][1]

    def app_address(self, space: Space) -> str:
        """Return where info says the application is."""
        return f"{self.app_origin}/{space.subdomain}" if self.app_origin else space.host

    def by_subdomain(self, subdomain: str) -> Space | None:
        """Return the Space whose application has a host name."""
        space = self._hosts.get(subdomain)
        if space is None or space.subdomain != subdomain or self.spaces.get(space.id) is not space:
            return None
        return space

    def delete(self, space: Space) -> None:
        """Remove a Space for good."""
        del self.spaces[space.id]
        self.lifecycle.forget(space)


def _nothing() -> None:
    pass


def _in_use(space: Space) -> bool:
    working = space.runtime.stage in stages.ALLOCATED | stages.BUILDS
    return working and not space.is_static
