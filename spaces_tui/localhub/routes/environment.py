"""Secrets and variables: one key per request, each change restarts the Space."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.environment import (
    checked_key,
    checked_setting,
    secrets_json,
    variables_json,
)
from spaces_tui.localhub.replies import hub_of, json_body, readable_space, reply, writable_space


async def get_secrets(request: Request) -> Response:
    """Answer names and dates; values never leave the Hub."""
    return reply(secrets_json(writable_space(request).secrets))


async def set_secret(request: Request) -> Response:
    """Insert or overwrite a secret; the answer is an empty object."""
    hub, space = hub_of(request), writable_space(request)
    key, setting = checked_setting(await json_body(request), hub.clock.now())
    space.secrets[key] = setting
    hub.reconfigured(space)
    return reply({})


async def delete_secret(request: Request) -> Response:
    """Delete a secret; also 200 for one that does not exist."""
    hub, space = hub_of(request), writable_space(request)
    if space.secrets.pop(checked_key(await json_body(request)), None) is not None:
        hub.reconfigured(space)
    return reply({})


async def get_variables(request: Request) -> Response:
    """Answer the whole map; who sees the Space sees its variables."""
    return reply(variables_json(readable_space(request).variables))


async def set_variable(request: Request) -> Response:
    """Insert or overwrite a variable and answer the whole map."""
    hub, space = hub_of(request), writable_space(request)
    key, setting = checked_setting(await json_body(request), hub.clock.now())
    space.variables[key] = setting
    hub.reconfigured(space)
    return reply(variables_json(space.variables))


async def delete_variable(request: Request) -> Response:
    """Delete a variable and answer the whole map, unchanged for an unknown key."""
    hub, space = hub_of(request), writable_space(request)
    if space.variables.pop(checked_key(await json_body(request)), None) is not None:
        hub.reconfigured(space)
    return reply(variables_json(space.variables))


_SECRETS = "/api/spaces/{namespace}/{name}/secrets"
_VARIABLES = "/api/spaces/{namespace}/{name}/variables"
ROUTES = [
    Route(_SECRETS, get_secrets, methods=["GET"]),
    Route(_SECRETS, set_secret, methods=["POST"]),
    Route(_SECRETS, delete_secret, methods=["DELETE"]),
    Route(_VARIABLES, get_variables, methods=["GET"]),
    Route(_VARIABLES, set_variable, methods=["POST"]),
    Route(_VARIABLES, delete_variable, methods=["DELETE"]),
]
