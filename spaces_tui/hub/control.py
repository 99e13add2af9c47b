"""Starting, stopping and equipping one Space.

All of this needs write access; a refusal is `Forbidden` with the Hub's words. Every call that
changes something is sent once. Static Spaces refuse all of it with `BadRequest`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from spaces_tui.hub.calls import unexpected
from spaces_tui.hub.fields import fields, integer, text
from spaces_tui.hub.place import Placed
from spaces_tui.model.access import SpacePass
from spaces_tui.model.identity import Secret
from spaces_tui.model.space import Runtime

NEVER: Final = -1
"""The sleep time of a Space that never sleeps, as requests spell it."""


class Controls(Placed):
    """What runs a Space, as calls."""

    async def runtime(self) -> Runtime:
        """Return its stage, hardware, replicas."""
        return await self._place.runtime(self._place.call("GET", "/runtime"))

    async def pause(self) -> Runtime:
        """Stop it until somebody restarts it. Sent once.

        Raises:
            BadRequest: it is static.
            Forbidden: no write access.
        """
        return await self._place.runtime(self._place.call("POST", "/pause"))

    async def restart(self, *, factory: bool = False) -> Runtime:
        """Restart it, wake it or resume it; `factory` rebuilds without caches. Sent once.

        Raises:
            BadRequest: it is static.
            Forbidden: no write access, or the account's quota is used up.
        """
        query = (("factory", "true"),) if factory else ()
        return await self._place.runtime(self._place.call("POST", "/restart", query))

    async def set_hardware(self, flavor: str, sleep_time: int | None = None) -> Runtime:
        """Ask for other hardware; the app restarts, and billing begins once it starts.

        The answer has the new flavour as requested; it is allocated later.

        Args:
            flavor: a name of the price list, or one that is not in it.
            sleep_time: seconds without visitors until it sleeps, `NEVER`, or None to leave that
                as it is. `cpu-basic` ignores it.

        Raises:
            PaymentRequired: no credit, or `cpu-basic` on a free account.
            Forbidden: no payment method, or not allowed.
            BadRequest: it is static, or there is no such flavour.
            ValueError: no flavour, or a sleep time of 0.
        """
        if not flavor:
            raise ValueError("a flavour is needed")
        body: dict[str, object] = {"flavor": flavor}
        if sleep_time is not None:
            body["sleepTimeSeconds"] = check_sleep_time(sleep_time)
        return await self._place.runtime(self._place.call("POST", "/hardware").with_json(body))

    async def set_sleep_time(self, seconds: int | None) -> Runtime:
        """Set how long it waits for visitors until it sleeps; None is never.

        `cpu-basic` takes the request and stays at two days.

        Raises:
            ValueError: 0 or fewer seconds, other than `NEVER`.
        """
        body = {"seconds": check_sleep_time(NEVER if seconds is None else seconds)}
        return await self._place.runtime(self._place.call("POST", "/sleeptime").with_json(body))

    async def set_replicas(self, count: int) -> None:
        """Ask for so many copies, each billed by itself; paid hardware only.

        What the Hub answers is not documented: read the runtime again.

        Raises:
            ValueError: fewer than one.
        """
        if count < 1:
            raise ValueError("at least one replica is needed")
        await self._place.answer(
            self._place.call("POST", "/replicas").with_json({"replicas": count})
        )

    async def set_dev_mode(self, *, enabled: bool) -> Runtime:
        """Turn the developer mode (SSH, editor) on or off; on needs a plan.

        Raises:
            PaymentRequired, Forbidden: the plan does not have it.
            BadRequest: it is static.
        """
        call = self._place.call("POST", "/dev-mode").with_json({"enabled": enabled})
        return await self._place.runtime(call)

    async def request_storage(self, tier: str) -> Runtime:
        """Ask for persistent storage of a tier: `small`, `medium` or `large`; it only grows.

        The Hub no longer sells it, and may not have this call any more.
        """
        return await self._place.runtime(
            self._place.call("POST", "/storage").with_json({"tier": tier})
        )

    async def delete_storage(self) -> Runtime:
        """Give the persistent storage up, with everything in it.

        Raises:
            BadRequest: there is none.
        """
        return await self._place.runtime(self._place.call("DELETE", "/storage"))

    async def jwt(self, *, write: bool = False, expires_in: int | None = None) -> SpacePass:
        """Return a short-lived token for this one Space.

        Args:
            write: whether it may write.
            expires_in: seconds, at most a day; None is the Hub's default.
        """
        asked = (
            ("write", "true" if write else None),
            ("expires_in", None if expires_in is None else str(expires_in)),
        )
        query = tuple((name, value) for name, value in asked if value is not None)
        call = self._place.call("GET", "/jwt", query)
        data = fields(await self._place.json(call))
        token = text(data.get("token")) or (text(data.get("accessToken")) or "").removeprefix(
            "Bearer "
        )
        if not token:
            raise unexpected(call.name)
        return SpacePass(Secret(token), _expiry(data.get("exp")))

    async def auth_check(self, *, write: bool = False) -> None:
        """Ask whether this identity may read, or write; no error means yes.

        Raises:
            NotFoundOrPrivate, Forbidden, Unauthorized: no, and why.
        """
        await self._place.answer(
            self._place.call("GET", "/auth-check/write" if write else "/auth-check")
        )


def check_sleep_time(seconds: int) -> int:
    """Return a sleep time the Hub takes.

    Raises:
        ValueError: it is 0, or negative without being `NEVER`.
    """
    if seconds <= 0 and seconds != NEVER:
        raise ValueError("a sleep time is a positive number of seconds")
    return seconds


def _expiry(value: object) -> datetime | None:
    seconds = integer(value)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
