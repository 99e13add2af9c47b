"""From a wish for a Space to the JSON of create and duplicate, and from their answers."""

from __future__ import annotations

import base64

from spaces_tui.hub.control import check_sleep_time
from spaces_tui.hub.endpoint import check_space_id, space_in
from spaces_tui.hub.environment import secrets_json, variables_json
from spaces_tui.hub.fields import fields, flag, text
from spaces_tui.hub.read_volume import volumes_json
from spaces_tui.model.newspace import CreatedSpace, NewSpace, SpaceCopy


def create_json(space: NewSpace) -> dict[str, object]:
    """Return the body of a create request; it holds the secrets' values.

    The type is always named: without it the Hub would make a model.

    Raises:
        InvalidSpaceId: no `owner/name`.
        InvalidKey: a secret or variable cannot be named so.
        ValueError: no SDK, a bad volume, or a sleep time of 0.
    """
    owner, _, name = check_space_id(space.id).partition("/")
    if not space.sdk:
        raise ValueError("a Space needs an SDK")
    body: dict[str, object] = {
        "name": name,
        "organization": owner,
        "type": "space",
        "sdk": space.sdk,
        "visibility": space.visibility,
        "template": space.template,
        "devModeEnabled": space.dev_mode,
        "sdkVersion": space.sdk_version,
        "short_description": space.short_description,
        "license": space.license,
        "license_name": space.license_name,
        "license_link": space.license_link,
        "region": space.region,
        "files": [
            {
                "path": file.path,
                "content": base64.b64encode(file.content).decode("ascii"),
                "encoding": "base64",
            }
            for file in space.files
        ],
    }
    return _said(body | _common(space))


def duplicate_json(copy: SpaceCopy) -> dict[str, object]:
    """Return the body of a duplicate request.

    Raises:
        InvalidSpaceId, InvalidKey, ValueError: as for `create_json`.
    """
    named = {"repository": check_space_id(copy.id), "visibility": copy.visibility}
    return _said(named | _common(copy))


def _common(space: NewSpace | SpaceCopy) -> dict[str, object]:
    sleep = space.sleep_time
    return {
        "hardware": space.hardware,
        "sleepTimeSeconds": None if sleep is None else check_sleep_time(sleep),
        "secrets": secrets_json(space.secrets),
        "variables": variables_json(space.variables),
        "volumes": volumes_json(space.volumes),
        "resourceGroupId": space.resource_group,
    }


def _said(body: dict[str, object]) -> dict[str, object]:
    """Leave out what was not asked for."""
    return {name: value for name, value in body.items() if value is not None and value != []}


def read_created(value: object, asked: str) -> CreatedSpace | None:
    """Read the answer of create or duplicate; None when it names no repository at all."""
    data = fields(value)
    url = text(data.get("url"))
    name = text(data.get("name"))
    if not url and not name:
        return None
    return CreatedSpace(
        id=name or space_in(url or "") or asked,
        url=url,
        uid=text(data.get("id")) or "",
        files_pending=flag(data.get("filesCopyPending")) or False,
    )
