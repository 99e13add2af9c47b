"""What belongs to an account: profile, repositories, bill, quota. Every call here only reads."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from spaces_tui.hub.calls import Call, unexpected
from spaces_tui.hub.endpoint import quoted
from spaces_tui.hub.fields import Fields
from spaces_tui.hub.read_account import (
    read_member,
    read_owned,
    read_profile,
    read_usage,
    read_zero_gpu,
)
from spaces_tui.hub.read_identity import read_identity
from spaces_tui.hub.wire import Wire
from spaces_tui.model.account import OwnedRepository, Usage, ZeroGpuQuota
from spaces_tui.model.identity import Identity
from spaces_tui.model.people import Member, Profile


class AccountCalls:
    """What the Hub knows of people and organizations, as calls."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def whoami(self) -> Identity:
        """Return who the token belongs to. It has a strict quota: ask once and keep the answer.

        Raises:
            Unauthorized: the token is missing, wrong or expired.
        """
        call = Call("GET", "/api/whoami-v2")
        identity = read_identity(await self._wire.json(call))
        if identity is None:
            raise unexpected(call.name)
        return identity

    async def user(self, name: str) -> Profile:
        """Return what everybody sees of a person.

        Raises:
            NotFound: there is no such person.
        """
        return await self._profile(f"/api/users/{quoted(name)}/overview", "user")

    async def organization(self, name: str) -> Profile:
        """Return what everybody sees of an organization.

        Raises:
            NotFound: there is no such organization.
        """
        return await self._profile(f"/api/organizations/{quoted(name)}/overview", "org")

    async def members(self, organization: str) -> AsyncGenerator[Member, None]:
        """Yield the people of an organization, page by page."""
        call = Call("GET", f"/api/organizations/{quoted(organization)}/members")
        async for page in self._wire.pages(call):
            for item in page:
                if member := read_member(item):
                    yield member

    async def my_repositories(
        self,
        *,
        organization: str | None = None,
        search: str | None = None,
        type: str | None = "space",  # noqa: A002  (the Hub's own word)
        sort: str | None = None,
        direction: str | None = None,
        limit: int = 100,
    ) -> AsyncGenerator[OwnedRepository, None]:
        """Yield one's own repositories, or an organization's, page by page.

        No other list states the visibility, and has private ones for sure.

        Args:
            organization: None for the person's own.
            search: a part of the id.
            type: `space`, or None for all.
            sort: `storage` or `updatedAt`.
            direction: `asc` or `desc`.
            limit: how many a request brings.
        """
        place = f"/api/organizations/{quoted(organization)}" if organization else "/api"
        asked = (
            ("search", search),
            ("type", type),
            ("limit", str(limit)),
            ("sort", sort),
            ("direction", direction),
        )
        query = tuple((name, value) for name, value in asked if value is not None)
        async for page in self._wire.pages(Call("GET", f"{place}/settings/repositories", query)):
            for item in page:
                if repository := read_owned(item):
                    yield repository

    async def billing_usage(self, period: str | None = None) -> Usage:
        """Return what was used and what it costs, in the present billing period or another one.

        Args:
            period: the Hub's id of a period, 24 hexadecimal digits.

        Raises:
            Unauthorized, Forbidden: the token may not read the bill.
        """
        query = () if period is None else (("periodId", period),)
        return read_usage(await self._object(Call("GET", "/api/settings/billing/usage", query)))

    async def zero_gpu_quota(self) -> ZeroGpuQuota:
        """Return what is left of the time on shared GPUs.

        Raises:
            Unauthorized: not signed in, or the token may not read the bill.
        """
        return read_zero_gpu(await self._object(Call("GET", "/api/spaces/zero-gpu/quota")))

    async def _profile(self, path: str, kind: str) -> Profile:
        call = Call("GET", path)
        profile = read_profile(await self._wire.json(call), kind)
        if profile is None:
            raise unexpected(call.name)
        return profile

    async def _object(self, call: Call) -> Fields:
        value = await self._wire.json(call)
        if not isinstance(value, dict):
            raise unexpected(call.name)
        return value
