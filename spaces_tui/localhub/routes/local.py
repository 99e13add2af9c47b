"""The controls over HTTP; they are documented in `control.py`."""

from __future__ import annotations

import inspect
import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.control import COMMANDS, Control, command
from spaces_tui.localhub.errors import bad_request
from spaces_tui.localhub.replies import hub_of, json_body, part, reply


async def list_commands(request: Request) -> Response:
    """Answer the names of the commands and the accounts without their tokens."""
    people = [
        {"name": account["name"], "role": account["role"]}
        for account in hub_of(request).accounts.announced(hub_of(request).clock.now())
    ]
    return reply({"commands": list(COMMANDS), "accounts": people})


async def run_command(request: Request) -> Response:
    """Run one command."""
    arguments = await json_body(request)
    try:
        result = command(Control(hub_of(request)), part(request, "command"))(**arguments)
        if inspect.isawaitable(result):
            result = await result
    except KeyError as error:
        raise bad_request(f"Unknown: {error}") from error
    except (TypeError, ValueError) as error:
        raise bad_request(str(error)) from error
    return Response(json.dumps(result), media_type="application/json")


ROUTES = [
    Route("/__local__/", list_commands),
    Route("/__local__/{command}", run_command, methods=["POST"]),
]
