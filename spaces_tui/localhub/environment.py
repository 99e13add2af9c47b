"""Secrets and variables of a Space."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.errors import bad_request

COLLISION: Final = "Collision on variables and secrets names"
_KEY: Final = re.compile(r"[a-zA-Z][_a-zA-Z0-9]*")


@dataclass(frozen=True)
class Setting:
    """One value. It is left out of representations: it may be a secret."""

    value: str = field(repr=False)
    updated: float
    """Unix seconds."""
    description: str | None = None


Settings = dict[str, Setting]


def checked_key(data: dict[str, Any]) -> str:
    """Return the key in a body. Raises 400."""
    key = data.get("key")
    if not isinstance(key, str):
        raise bad_request('"key" is required')
    if not _KEY.fullmatch(key):
        raise bad_request(
            f'"key" with value "{key}" fails to match the required pattern: '
            "/^[a-zA-Z][_a-zA-Z0-9]*$/"
        )
    return key


def checked_setting(data: dict[str, Any], now: float) -> tuple[str, Setting]:
    """Return the key and the setting in a body. Raises 400."""
    key = checked_key(data)
    value, description = data.get("value", ""), data.get("description")
    if not isinstance(value, str):
        raise bad_request('"value" must be a string')
    if description is not None and not isinstance(description, str):
        raise bad_request('"description" must be a string')
    return key, Setting(value, now, description or None)


def checked_list(data: dict[str, Any], name: str, now: float) -> Settings:
    """Return the settings listed under `name` when a Space is created. Raises 400."""
    items = data.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_request(f'"{name}" must be a list of objects')
    return dict(checked_setting(item, now) for item in items)


def secrets_json(secrets: Settings) -> dict[str, Any]:
    """Return the map of secrets: never a value."""
    return {key: {"key": key, **_about(setting)} for key, setting in secrets.items()}


def variables_json(variables: Settings) -> dict[str, Any]:
    """Return the map of variables, in order of insertion, keys in the recorded order."""
    return {key: {"value": setting.value, **_about(setting)} for key, setting in variables.items()}


def _about(setting: Setting) -> dict[str, Any]:
    described = {"description": setting.description} if setting.description else {}
    return described | {"updatedAt": iso(setting.updated)}
