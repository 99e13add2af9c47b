"""Checking a README card before it is committed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.card import parse_card
from spaces_tui.localhub.errors import bad_request
from spaces_tui.localhub.replies import json_body, reply


async def validate_yaml(request: Request) -> Response:
    """Answer warnings, or 400 with errors."""
    data = await json_body(request)
    if not isinstance(data.get("content"), str) or data.get("repoType") != "space":
        raise bad_request('"content" and "repoType" (space) are required')
    card = parse_card(data["content"])
    answer = {
        "errors": [{"message": message} for message in card.errors],
        "warnings": [{"message": message} for message in card.warnings],
    }
    return reply(answer, 400 if card.errors else 200)


ROUTES = [Route("/api/validate-yaml", validate_yaml, methods=["POST"])]
