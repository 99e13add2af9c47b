"""ZeroGPU quota, short-lived tokens for a Space, and the bill."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.accounts import Token
from spaces_tui.localhub.billing import DAY, quota_of
from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.errors import RefusedError
from spaces_tui.localhub.hardware import FLAVOURS
from spaces_tui.localhub.meter import Stretch
from spaces_tui.localhub.replies import (
    caller_of,
    flag,
    hub_of,
    number,
    readable_space,
    reply,
    signed_in,
    writable_space,
)
from spaces_tui.localhub.space import Space

JWT_SECONDS: Final = 3600


async def zero_gpu(request: Request) -> Response:
    """Answer the GPU seconds that remain."""
    hub, token = hub_of(request), _biller(request)
    person = token.person
    quota = hub.gpu_quotas.setdefault(person.name, quota_of(person))
    return reply(quota.to_json(hub.clock.now()))


async def jwt(request: Request) -> Response:
    """Answer a token for one Space, valid for an hour unless asked otherwise."""
    hub, token = hub_of(request), signed_in(request)
    write = flag(request, "write")
    space = writable_space(request) if write else readable_space(request)
    seconds = number(request, "expires_in", JWT_SECONDS, 1, DAY)
    expires = int(hub.clock.now()) + seconds
    claims: dict[str, Any] = {
        "read": True,
        "write": write,
        "permissions": {"repo.content.read": True} | ({"repo.write": True} if write else {}),
        "onBehalfOf": {"kind": "user", "_id": token.person.oid, "user": token.person.name},
        "sub": f"/spaces/{space.id}",
        "exp": expires,
        "iss": hub.spoken_origin,
    }
    value = hub.signer.sign(claims)
    return reply({"accessToken": f"Bearer {value}", "token": value, "exp": expires})


async def usage(request: Request) -> Response:
    """Answer what the paid Spaces of the caller cost, in micro-dollars."""
    hub, token = hub_of(request), _biller(request)
    now = hub.clock.now()
    spaces = [space for space in hub.spaces.values() if space.namespace == token.person.name]
    entries = [
        _usage(space, stretch, now)
        for space in spaces
        for stretch in space.meter.stretches
        if _is_billed(stretch)
    ]
    period: dict[str, Any] = {
        "_id": token.person.oid,
        "entityType": "user",
        "entityName": token.person.name,
        "periodStart": iso(now - 10 * DAY),
        "periodEnd": iso(now + 20 * DAY),
        "invoice": None,
        "charges": [],
    }
    return reply({"usage": {"Spaces": entries}, "period": period})


def _usage(space: Space, stretch: Stretch, now: float) -> dict[str, Any]:
    flavour = FLAVOURS[stretch.flavour]
    minutes = stretch.minutes(now)
    cost = round(flavour.hourly * 1_000_000 / 60)
    return {
        "entityId": space.hub_id,
        "label": space.id,
        "product": flavour.name,
        "productPrettyName": flavour.pretty,
        "quantity": minutes,
        "unitLabel": "minute",
        "unitCostMicroUSD": cost,
        "totalCostMicroUSD": cost * minutes,
        "startedAt": iso(stretch.began),
        "stoppedAt": None if stretch.ended is None else iso(stretch.ended),
        "freeGrant": False,
        "active": stretch.ended is None,
    }


def _is_billed(stretch: Stretch) -> bool:
    flavour = FLAVOURS.get(stretch.flavour)
    return flavour is not None and flavour.hourly > 0


def _biller(request: Request) -> Token:
    token = caller_of(request)
    if token is None or not token.granted(token.person.name, "user.billing.read"):
        raise RefusedError(401, "Invalid username or password.")
    return token


ROUTES = [
    Route("/api/spaces/zero-gpu/quota", zero_gpu),
    Route("/api/spaces/{namespace}/{name}/jwt", jwt),
    Route("/api/settings/billing/usage", usage),
]
