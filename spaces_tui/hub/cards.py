"""Asking the Hub what it thinks of a README's card before it is committed."""

from __future__ import annotations

from spaces_tui.hub.calls import Call, unexpected
from spaces_tui.hub.errors import BadRequest
from spaces_tui.hub.fields import objects, text
from spaces_tui.hub.wire import Wire
from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.text import clean_line


async def validate_yaml(wire: Wire, readme: str) -> CardCheck:
    """Return the Hub's complaints about a whole README. Nothing is changed.

    A card the Hub would refuse comes back with status 400, which is an answer here.
    """
    call = Call("POST", "/api/validate-yaml")
    body = {"content": readme, "repoType": "space"}
    try:
        value = await wire.json(call.with_json(body))
    except BadRequest as error:
        if error.status != 400:
            raise
        return CardCheck(errors=tuple(error.message.splitlines()))
    if not isinstance(value, dict):
        raise unexpected(call.name)
    return CardCheck(_messages(value.get("errors")), _messages(value.get("warnings")))


def _messages(value: object) -> tuple[str, ...]:
    return tuple(
        clean_line(message) for item in objects(value) if (message := text(item.get("message")))
    )
