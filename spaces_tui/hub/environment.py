"""Secrets and variables of one Space.

Every change restarts the Space, also one that sets the same value again, and there is no call for
several at once. One name must not be both a secret and a variable: the Hub takes it and the Space
then fails with `CONFIG_ERROR` until one of the two is gone, so compare both maps before a change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from spaces_tui.hub.calls import Call, unexpected
from spaces_tui.hub.errors import HubError, InvalidKey
from spaces_tui.hub.fields import fields, moment, text
from spaces_tui.hub.place import Place
from spaces_tui.model.environment import NewSecret, NewVariable, SecretInfo, Variable, is_key
from spaces_tui.model.identity import Secret
from spaces_tui.model.text import clean

_MASK: Final = "•••"


class SecretsResource:
    """The secrets of one Space. On a static Space they reach every visitor of the page."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def list(self) -> dict[str, SecretInfo]:
        """Return what is set, by key, without values. Needs write access.

        Raises:
            Forbidden, NotFound, BadRequest: this Hub or this token cannot list them; setting and
                deleting by name may work all the same.
        """
        call = self._place.call("GET", "/secrets")
        entries = _map(call, await self._place.json(call))
        return {key: _secret(key, value) for key, value in entries.items()}

    async def set(self, key: str, value: Secret, description: str | None = None) -> None:
        """Set a secret, new or not; restarts the Space. Sent once.

        Args:
            key: letters, digits and underscores, beginning with a letter.
            value: what only the app will see again.
            description: None sends none; whether the Hub then keeps the old one is not known.

        Raises:
            InvalidKey: the Hub would not take the key; nothing was sent.
            Forbidden: no write access.
        """
        call = self._place.call("POST", "/secrets")
        body = _entry(key, value.reveal(), description)
        with masking(value):
            await self._place.answer(call.with_json(body))

    async def delete(self, key: str) -> None:
        """Delete a secret; one that is not there is no error. Restarts the Space. Sent once.

        Raises:
            InvalidKey: no key can be named so; nothing was sent.
        """
        call = self._place.call("DELETE", "/secrets").with_json({"key": check_key(key)})
        await self._place.answer(call)


class VariablesResource:
    """The variables of one Space; public where the Space is, and copied with it."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def list(self) -> dict[str, Variable]:
        """Return all variables by key, in the order they were made."""
        return await self._ask(self._place.call("GET", "/variables"))

    async def set(
        self, key: str, value: str, description: str | None = None
    ) -> dict[str, Variable]:
        """Set a variable, new or not, and return all of them. Restarts the Space. Sent once.

        Raises:
            InvalidKey: the Hub would not take the key; nothing was sent.
            Forbidden: no write access.
        """
        call = self._place.call("POST", "/variables")
        return await self._ask(call.with_json(_entry(key, value, description)))

    async def delete(self, key: str) -> dict[str, Variable]:
        """Delete a variable and return those left; one that is not there is no error. Sent once.

        Raises:
            InvalidKey: no key can be named so; nothing was sent.
        """
        call = self._place.call("DELETE", "/variables")
        return await self._ask(call.with_json({"key": check_key(key)}))

    async def _ask(self, call: Call) -> dict[str, Variable]:
        entries = _map(call, await self._place.json(call))
        return {key: _variable(key, value) for key, value in entries.items()}


def check_key(key: str) -> str:
    """Return a key the Hub takes.

    Raises:
        InvalidKey: it is none.
    """
    if not is_key(key):
        raise InvalidKey(
            "A name begins with a letter and has letters, digits and underscores only."
        )
    return key


def secrets_json(secrets: Sequence[NewSecret]) -> list[dict[str, str]]:
    """Return secrets as a create request spells them, values included: for a body alone."""
    return [_entry(each.key, each.value.reveal(), each.description) for each in secrets]


def variables_json(variables: Sequence[NewVariable]) -> list[dict[str, str]]:
    """Return variables as a create request spells them."""
    return [_entry(each.key, each.value, each.description) for each in variables]


def _entry(key: str, value: str, description: str | None) -> dict[str, str]:
    entry = {"key": check_key(key), "value": value}
    return entry if description is None else entry | {"description": description}


def _map(call: Call, value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise unexpected(call.name)
    return value


def _secret(key: str, value: object) -> SecretInfo:
    data = fields(value)
    return SecretInfo(key, text(data.get("description")) or "", moment(data.get("updatedAt")))


def _variable(key: str, value: object) -> Variable:
    data = fields(value)
    return Variable(
        key,
        text(data.get("value")) or "",
        text(data.get("description")) or "",
        moment(data.get("updatedAt")),
    )


@contextmanager
def masking(*values: Secret) -> Iterator[None]:
    """Take these values out of a refusal that repeats them, plain or as JSON."""
    try:
        yield
    except HubError as error:
        for value in filter(None, values):
            plain = value.reveal()
            for spelled in (plain, clean(plain), json.dumps(plain)[1:-1]):
                error.message = error.message.replace(spelled, _MASK) if spelled else _MASK
        error.args = (error.message,)
        raise
