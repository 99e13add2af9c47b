"""Commands about time, people, visitors and how the Hub speaks; documented in `control.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from spaces_tui.localhub.accounts import (
    Membership,
    OrgRole,
    Person,
    Scope,
    Token,
    TokenRole,
    new_token_value,
)
from spaces_tui.localhub.billing import quota_of
from spaces_tui.localhub.errors import CREATION_LOCKED
from spaces_tui.localhub.faults import Fault
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.oauth import ALL_SCOPES
from spaces_tui.localhub.space import new_id, new_replica, runtime_json

PRODUCTION: Final = "https://huggingface.co"
WORLD_COMMANDS: Final = (
    "advance",
    "visit",
    "add_person",
    "issue_token",
    "approve_login",
    "deny_login",
    "login_interval",
    "commit_quota",
    "lock_creation",
    "list_lag",
    "name_origin",
    "map_apps",
    "reload_pending",
    "redirect_status",
    "warn",
    "disable",
    "fail_start",
    "scale",
    "use_gpu",
    "secret_values",
    "multipart",
    "refuse_object",
    "url_lifetime",
)


class WorldControl:
    """Commands that are not about one request or one repository."""

    def __init__(self, hub: LocalHubState) -> None:
        self._hub = hub

    async def advance(self, seconds: float) -> float:
        """Push time forward and answer the server's Unix time."""
        await self._hub.clock.advance(seconds)
        return self._hub.clock.now()

    def visit(self, space: str) -> dict[str, Any]:
        """Open the application as a visitor; a Space that sleeps wakes up."""
        found = self._hub.spaces[space]
        self._hub.lifecycle.visited(found, denied=self._hub.over_quota(found))
        return runtime_json(found)

    def add_person(
        self,
        name: str,
        *,
        pro: bool = False,
        can_pay: bool = False,
        organizations: Mapping[str, str] | None = None,
    ) -> str:
        """Open an account, or replace it, and answer the value of a write token."""
        places = tuple(
            Membership(self._hub.accounts.organizations[org], cast("OrgRole", role))
            for org, role in (organizations or {}).items()
        )
        person = Person(new_id(), name, name.title(), pro, can_pay, places)
        self._hub.accounts.people[name] = person
        return self.issue_token(name)

    def issue_token(
        self,
        name: str,
        role: str = "write",
        *,
        label: str | None = None,
        grants: list[str] | None = None,
        scoped: Mapping[str, list[str]] | None = None,
        restricted: Mapping[str, str] | None = None,
        expires_in: float | None = None,
    ) -> str:
        """Make a token and answer its value."""
        now = self._hub.clock.now()
        prefix = "hf_oauth_" if role == "oauth" else "hf_"
        token = Token(
            self._hub.accounts.people[name],
            cast("TokenRole", role),
            label or f"{role}-{len(self._hub.accounts.tokens)}",
            new_token_value(prefix),
            now,
            tuple(self._scope(target, names) for target, names in (scoped or {}).items()),
            frozenset(ALL_SCOPES if grants is None else grants),
            tuple((restricted or {}).items()),
            None if expires_in is None else now + expires_in,
        )
        return self._hub.accounts.remember(token).value

    def _scope(self, target: str, permissions: list[str]) -> Scope:
        accounts = self._hub.accounts
        if target in accounts.organizations:
            return Scope("org", accounts.organizations[target].oid, target, tuple(permissions))
        if target in accounts.people:
            return Scope("user", accounts.people[target].oid, target, tuple(permissions))
        if target in self._hub.datasets:
            return Scope("dataset", self._hub.datasets[target].hub_id, target, tuple(permissions))
        return Scope("space", self._hub.spaces[target].hub_id, target, tuple(permissions))

    def approve_login(self, user_code: str, *, name: str = "ada") -> None:
        """Confirm a device code in the browser as somebody."""
        self._hub.logins.decide(user_code, self._hub.accounts.people[name])

    def deny_login(self, user_code: str) -> None:
        """Refuse a device code in the browser."""
        self._hub.logins.decide(user_code, None)

    def login_interval(self, seconds: int) -> None:
        """Set how far apart programs have to ask for a login's outcome."""
        self._hub.logins.interval = seconds

    def commit_quota(self, quota: int | None) -> None:
        """Set the commits per hour of an account to a Space and begin a fresh hour."""
        self._hub.commit_quota.quota = quota
        self._hub.commit_quota.reset()

    def lock_creation(self, *, count: int | None = 1) -> None:
        """Let the next creations collide with another operation under way."""
        body = json.dumps({"error": CREATION_LOCKED})
        headers = {"X-Error-Message": CREATION_LOCKED}
        self._hub.faults.add(
            Fault("/repos/create", "POST", count, status=409, body=body, headers=headers)
        )

    def list_lag(self, seconds: float) -> None:
        """Let the runtime in lists be so far behind the runtime call."""
        self._hub.list_lag = seconds

    def name_origin(self, origin: str | None = PRODUCTION) -> None:
        """Name another origin in replies; None: the own one."""
        self._hub.named_origin = origin

    def map_apps(self, *, here: bool = True) -> str | None:
        """Let info say that applications are on this server, and answer where."""
        self._hub.app_origin = f"{self._hub.origin}/__apps__" if here else None
        return self._hub.app_origin

    def reload_pending(self, count: int) -> None:
        """Answer so many questions for a reload report with 204 before it is there."""
        self._hub.reload_pending = count

    def redirect_status(self, status: int) -> None:
        """Answer former names with another redirect than 307."""
        if status not in {301, 302, 303, 307, 308}:
            raise ValueError(f"{status} is no redirect")
        self._hub.redirect_status = status

    def warn(self, topic: str | None = None, message: str = "") -> None:
        """Put a notice on every answer from now on; without a topic, end all notices."""
        if topic is None:
            self._hub.warnings.clear()
        else:
            self._hub.warnings.append(f"{topic}; {message}")

    def disable(self, space: str, *, disabled: bool = True) -> None:
        """Take a Space away by moderation, or give it back."""
        self._hub.spaces[space].disabled = disabled

    def fail_start(self, space: str, error: str) -> None:
        """Let the next start of a container fail with a message."""
        self._hub.spaces[space].next_failure = error

    def scale(self, space: str, requested: int | str, *, current: int = 1) -> dict[str, Any]:
        """Have so many containers at once, by request or (`auto`) by load."""
        found = self._hub.spaces[space]
        found.runtime.replicas = requested
        found.runtime.replica_ids = [new_replica() for _ in range(current)]
        return runtime_json(found)

    def use_gpu(self, name: str, seconds: int) -> dict[str, Any]:
        """Use ZeroGPU seconds of a person and answer the quota."""
        now, person = self._hub.clock.now(), self._hub.accounts.people[name]
        quota = self._hub.gpu_quotas.setdefault(name, quota_of(person))
        quota.use(seconds, now)
        return quota.to_json(now)

    def multipart(self, over: int, chunk: int) -> None:
        """Let objects bigger than `over` bytes be sent in parts of `chunk` bytes."""
        self._hub.lfs.multipart_over, self._hub.lfs.chunk = over, chunk

    def refuse_object(
        self, oid: str, *, code: int = 422, message: str = "Object is not accepted"
    ) -> None:
        """Answer an error for one large file, by SHA-256, in the batch call."""
        self._hub.lfs.refused[oid] = (code, message)

    def url_lifetime(self, seconds: int) -> None:
        """Set how long addresses signed from now on are valid."""
        self._hub.lfs.lifetime = seconds

    def secret_values(self, space: str) -> dict[str, str]:
        """Answer the secrets of a Space with their values."""
        secrets = self._hub.spaces[space].secrets
        return {key: setting.value for key, setting in secrets.items()}
