"""What a Space runs on: hardware, sleep time, replicas, dev mode, volumes, storage."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.accounts import Token
from spaces_tui.localhub.errors import NEEDS_PLAN, RefusedError, bad_request
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.plans import (
    FREE_OF_CHARGE,
    check_hardware,
    flavour_name,
    has_plan,
    sleep_time,
    timeout_on,
)
from spaces_tui.localhub.replies import (
    caller_of,
    hub_of,
    json_body,
    reply,
    runtime_for,
)
from spaces_tui.localhub.routes.control import controllable_space
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.stages import SERVING
from spaces_tui.localhub.volumes import checked_volumes

MOST_REPLICAS: Final = 20
TIERS: Final = ("small", "medium", "large")


async def set_hardware(request: Request) -> Response:
    """Request a flavour; what runs now changes with the restart."""
    hub, space, token = _asked(request)
    data = await json_body(request)
    if "flavor" not in data:
        raise bad_request('"flavor" is required')
    flavour, runtime = flavour_name(data["flavor"]), space.runtime
    sleep = data.get("sleepTimeSeconds")
    seconds = sleep_time(sleep) if sleep is not None else None
    changed = flavour != runtime.requested
    if changed:
        check_hardware(
            hub.accounts,
            space.namespace,
            token,
            sdk=space.sdk,
            flavour=flavour,
            origin=hub.spoken_origin,
        )
        if runtime.stage in SERVING:
            runtime.allotted = runtime.allotted or runtime.requested
        before, runtime.requested = runtime.requested, flavour
        kept = None if before in FREE_OF_CHARGE else runtime.gc_timeout
        runtime.gc_timeout = timeout_on(flavour, kept if sleep is None else seconds)
        hub.reconfigured(space)
    elif sleep is not None:
        runtime.gc_timeout = timeout_on(flavour, seconds)
    hub.lifecycle.sleep_time_changed(space)
    return runtime_for(request, space)


async def set_sleep_time(request: Request) -> Response:
    """Set the sleep time; on cpu-basic it is taken and stays 48 hours."""
    hub, space, _token = _asked(request)
    seconds = sleep_time((await json_body(request)).get("seconds"))
    space.runtime.gc_timeout = timeout_on(space.runtime.requested or "cpu-basic", seconds)
    hub.lifecycle.sleep_time_changed(space)
    return runtime_for(request, space)


async def set_replicas(request: Request) -> Response:
    """Request a number of containers, on paid hardware only."""
    hub, space, _token = _asked(request)
    count = (await json_body(request)).get("replicas")
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_REPLICAS:
        raise bad_request(f'"replicas" must be a number between 1 and {MOST_REPLICAS}')
    if space.runtime.requested in FREE_OF_CHARGE and count > 1:
        raise bad_request("Replicas are only available on paid hardware")
    space.runtime.replicas = count
    hub.lifecycle.scaled(space)
    return runtime_for(request, space)


async def set_dev_mode(request: Request) -> Response:
    """Switch dev mode; switching it on needs a plan."""
    hub, space, token = _asked(request)
    enabled = (await json_body(request)).get("enabled")
    if not isinstance(enabled, bool):
        raise bad_request('"enabled" must be a boolean')
    if enabled and not has_plan(hub.accounts, space.namespace, token):
        raise RefusedError(402, NEEDS_PLAN.format(what="Dev Mode"))
    if enabled != space.runtime.dev_mode:
        space.runtime.dev_mode = enabled
        hub.reconfigured(space)
    return runtime_for(request, space)


async def put_volumes(request: Request) -> Response:
    """Replace the list of volumes; the Space restarts."""
    hub, space, _token = _asked(request)
    space.runtime.volumes = checked_volumes(await json_body(request), required=True)
    hub.reconfigured(space)
    return reply({})


async def delete_volumes(request: Request) -> Response:
    """Remove all volumes."""
    hub, space, _token = _asked(request)
    if not space.runtime.volumes:
        raise bad_request("This Space has no volumes")
    space.runtime.volumes = []
    hub.reconfigured(space)
    return reply({})


async def set_storage(request: Request) -> Response:
    """Grant a tier of the former persistent storage; it never shrinks."""
    hub, space, _token = _asked(request)
    tier, present = (await json_body(request)).get("tier"), space.runtime.storage
    if tier not in TIERS:
        raise bad_request(f'"tier" must be one of [{", ".join(TIERS)}]')
    if present and TIERS.index(str(tier)) < TIERS.index(present):
        raise bad_request(f"Cannot downgrade the storage of a Space from {present} to {tier}")
    if tier != present:
        space.runtime.storage = str(tier)
        hub.reconfigured(space)
    return runtime_for(request, space)


async def delete_storage(request: Request) -> Response:
    """Delete the former persistent storage with all its data."""
    hub, space, _token = _asked(request)
    if space.runtime.storage is None:
        raise bad_request("This Space has no persistent storage")
    space.runtime.storage = None
    hub.reconfigured(space)
    return runtime_for(request, space)


def _asked(request: Request) -> tuple[LocalHubState, Space, Token]:
    space, token = controllable_space(request), caller_of(request)
    assert token is not None
    return hub_of(request), space, token


_SPACE = "/api/spaces/{namespace}/{name}"
ROUTES = [
    Route(f"{_SPACE}/hardware", set_hardware, methods=["POST"]),
    Route(f"{_SPACE}/sleeptime", set_sleep_time, methods=["POST"]),
    Route(f"{_SPACE}/replicas", set_replicas, methods=["POST"]),
    Route(f"{_SPACE}/dev-mode", set_dev_mode, methods=["POST"]),
    Route(f"{_SPACE}/volumes", put_volumes, methods=["PUT"]),
    Route(f"{_SPACE}/volumes", delete_volumes, methods=["DELETE"]),
    Route(f"{_SPACE}/storage", set_storage, methods=["POST"]),
    Route(f"{_SPACE}/storage", delete_storage, methods=["DELETE"]),
]
