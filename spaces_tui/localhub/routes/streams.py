"""Logs, metrics and status events of a Space."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub import stages
from spaces_tui.localhub.errors import RefusedError, no_repository
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.logs import Cursor, LogBuffer
from spaces_tui.localhub.metrics import Walk
from spaces_tui.localhub.replies import caller_of, hub_of, number, part, readable_space
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.streams import KEEP_ALIVE, EventStream


async def logs(request: Request) -> Response:
    """Stream the build or run log: its history, then what is written, until it is reset."""
    space = readable_space(request)
    token = caller_of(request)
    if token is None:
        raise no_repository(anonymous=True)
    if not token.person.may_write(space.namespace, space.creator):
        raise RefusedError(403, "You don't have the required permissions to read these logs")
    which = part(request, "which")
    buffer = {"build": space.build_log, "run": space.run_log}.get(which)
    if buffer is None:
        raise RefusedError(404, "Not Found")
    tail = number(request, "tail", -1, 0, 1_000_000)
    hub = hub_of(request)
    # The reader's place is taken before the headers go out: what is written after that is news.
    cursor = buffer.cursor(None if tail < 0 else tail)
    return EventStream(hub, _log_events(hub, buffer, cursor))


async def _log_events(
    hub: LocalHubState, buffer: LogBuffer, cursor: Cursor
) -> AsyncIterator[bytes]:
    while (fresh := cursor.read()) is not None:
        if fresh:
            yield fresh
        elif not await buffer.changed.wait(hub.timing.keep_alive):
            yield KEEP_ALIVE


async def metrics(request: Request) -> Response:
    """Stream measurements of every replica while the Space runs."""
    space = readable_space(request)
    if space.is_static or space.runtime.stage not in stages.SERVING:
        raise RefusedError(406, "Space is stale")
    hub = hub_of(request)
    return EventStream(hub, _metric_events(hub, space))


async def _metric_events(hub: LocalHubState, space: Space) -> AsyncIterator[bytes]:
    while space.runtime.stage in stages.SERVING:
        for replica in space.runtime.replica_ids:
            flavour = space.runtime.requested or "cpu-basic"
            walk = space.walks.get(replica)
            if walk is None:
                walk = space.walks[replica] = Walk(replica, flavour, hub.rng)
            data = json.dumps(walk.step(), separators=(",", ":"))
            yield f"event: metric\ndata: {data}\n\n".encode()
        await space.stage_changed.wait(hub.timing.metrics)


async def events(request: Request) -> Response:
    """Stream the stage, now and at every change."""
    hub, space = hub_of(request), readable_space(request)
    return EventStream(hub, _status_events(hub, space))


async def _status_events(hub: LocalHubState, space: Space) -> AsyncIterator[bytes]:
    told = None
    while True:
        present = _status(space)
        if present != told:
            told = present
            yield present
        elif not await space.stage_changed.wait(hub.timing.keep_alive):
            yield KEEP_ALIVE


def _status(space: Space) -> bytes:
    runtime = space.runtime
    # The status service knows nothing of static sites and reports them as broken.
    stage = stages.CONFIG_ERROR if space.is_static else runtime.stage
    status: dict[str, object] = {"stage": stage}
    message = "Static SDK is not supported" if space.is_static else runtime.error
    if message:
        status["message"] = message
    spec = {"sdk": space.sdk, "hardwareFlavor": runtime.requested, "region": "us"}
    ready = len(runtime.replica_ids) if stage in stages.SERVING else 0
    current = {
        "spec": spec,
        "status": {"stage": stage, "readyReplicas": ready, "targetReplicas": 1},
    }
    domains = [{"domain": f"{space.subdomain}.hf.space"}]
    body = {
        "compute": {"spec": spec, "status": status, "current": current},
        "service": {"status": {"domains": domains}},
    }
    data = json.dumps(body, separators=(",", ":"))
    text = f"event: stage\ndata: {stage}\n\nevent: space\ndata: {data}\n\n"
    if runtime.requested == "zero-a10g":
        text += "event: zero-gpu-count\ndata: 1\n\n"
    return text.encode()


_SPACE = "/api/spaces/{namespace}/{name}"
ROUTES = [
    Route(f"{_SPACE}/logs/{{which}}", logs),
    Route(f"{_SPACE}/metrics", metrics),
    Route(f"{_SPACE}/events", events),
]
