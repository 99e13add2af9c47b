"""The body of a creation: what was asked for, checked, and the Space made of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from spaces_tui.localhub.accounts import Token
from spaces_tui.localhub.edits import checked_path, decoded
from spaces_tui.localhub.environment import Settings, checked_list
from spaces_tui.localhub.errors import NEEDS_PLAN, RefusedError, bad_request
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.plans import (
    ZERO,
    check_hardware,
    flavour_name,
    has_plan,
    sleep_time,
    timeout_on,
)
from spaces_tui.localhub.space import Runtime
from spaces_tui.localhub.templates import TEMPLATES, Template
from spaces_tui.localhub.tree import Blob
from spaces_tui.localhub.volumes import Volume, checked_volumes

SDKS: Final = ("gradio", "docker", "static")
VISIBILITIES: Final = ("public", "private", "protected")
_NAME: Final = re.compile(r"(?![-.])(?!.*(--|\.\.))(?!.*\.git$)[A-Za-z0-9._-]{1,96}(?<![-.])")
_LICENSE_NAME: Final = re.compile(r"[a-z0-9.-]+")
_CARD_KEYS: Final = {
    "sdkVersion": "sdk_version",
    "short_description": "short_description",
    "license": "license",
    "license_name": "license_name",
    "license_link": "license_link",
}


@dataclass(frozen=True)
class Order:
    """What `create` and `duplicate` have in common."""

    flavour: str
    gc_timeout: int | None
    secrets: Settings
    variables: Settings
    volumes: list[Volume]
    visibility: str | None

    def runtime(self) -> Runtime:
        """Return the runtime a new Space begins with."""
        return Runtime(
            requested=self.flavour, gc_timeout=self.gc_timeout, volumes=list(self.volumes)
        )


def checked_order(data: dict[str, Any], now: float) -> Order:
    """Read the fields of a creation or duplication. Raises 400."""
    flavour = flavour_name(data.get("hardware"))
    sleep = data.get("sleepTimeSeconds")
    return Order(
        flavour,
        timeout_on(flavour, None if sleep is None else sleep_time(sleep)),
        checked_list(data, "secrets", now),
        checked_list(data, "variables", now),
        checked_volumes(data, required=False),
        checked_visibility(data),
    )


def checked_visibility(data: dict[str, Any]) -> str | None:
    """Return the visibility in either spelling, None if none is given. Raises 400."""
    visibility, private = data.get("visibility"), data.get("private")
    if visibility is not None and private is not None:
        raise bad_request('"visibility" and "private" exclude each other')
    if visibility is not None and visibility not in VISIBILITIES:
        raise bad_request(f'"visibility" must be one of [{", ".join(VISIBILITIES)}]')
    if private is not None and not isinstance(private, bool):
        raise bad_request('"private" must be a boolean')
    if private is None:
        return visibility
    return "private" if private else "public"


def check_name(name: object) -> str:
    """Return a name that a repository may have. Raises 400."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise bad_request('"name" may have letters, digits and - _ . only, at most 96')
    return name


def check_namespace(hub: LocalHubState, token: Token, namespace: str) -> None:
    """Refuse a namespace the caller may not create in. Raises 403."""
    hub.check_reach(namespace, token)
    if not token.may_create(namespace):
        raise RefusedError(
            403, f"You don't have the rights to create a space under the namespace {namespace!r}"
        )


def check_plan(
    hub: LocalHubState, token: Token, namespace: str, order: Order, sdk: str | None
) -> None:
    """Refuse what the plan of a namespace does not cover. Raises 400, 402 and 403."""
    check_hardware(
        hub.accounts,
        namespace,
        token,
        sdk=sdk,
        flavour=order.flavour,
        origin=hub.spoken_origin,
    )
    check_visibility(hub, token, namespace, order.visibility)
    if order.flavour == ZERO:
        _check_zero_count(hub, token, namespace)


def check_visibility(
    hub: LocalHubState, token: Token, namespace: str, visibility: str | None
) -> None:
    """Refuse a protected Space without a plan. Raises 402."""
    if visibility == "protected" and not has_plan(hub.accounts, namespace, token):
        raise RefusedError(402, NEEDS_PLAN.format(what="Protected Spaces"))


def _check_zero_count(hub: LocalHubState, token: Token, namespace: str) -> None:
    organization = namespace in hub.accounts.organizations
    most = 50 if organization else (10 if token.person.is_pro else 2)
    present = sum(
        space.namespace == namespace and space.runtime.requested == ZERO
        for space in hub.spaces.values()
    )
    if present >= most:
        raise RefusedError(403, f"You have reached the limit of {most} ZeroGPU Spaces")


def checked_template(data: dict[str, Any]) -> Template | None:
    """Return the template asked for. Raises 400 for an unknown one or for another SDK."""
    if (wanted := data.get("template")) is None:
        return None
    template = TEMPLATES.get(str(wanted))
    if template is None:
        raise bad_request(f"Unknown template: {wanted}")
    if template.sdk != data.get("sdk"):
        raise bad_request(f'"sdk" must be {template.sdk} for this template')
    return template


def card_keys(data: dict[str, Any]) -> dict[str, str]:
    """Return the keys of the card given in a creation, as YAML. Raises 400."""
    if len(str(data.get("short_description") or "")) > 60:
        raise bad_request("short_description length must be less than or equal to 60 characters")
    name = data.get("license_name")
    if name is not None and not _LICENSE_NAME.fullmatch(str(name)):
        raise bad_request('"license_name" must match ^[a-z0-9-.]+$')
    # JSON text is YAML text, whatever the value contains.
    return {
        written: json.dumps(str(data[key]), ensure_ascii=False)
        for key, written in _CARD_KEYS.items()
        if data.get(key)
    }


def first_files(data: dict[str, Any], template: Template | None) -> dict[str, Blob | None]:
    """Return the files of the first real commit. Raises 400 and 422."""
    files: dict[str, Blob | None] = {
        path: Blob(text.encode()) for path, text in (template.files if template else ())
    }
    for file in data.get("files") or []:
        if not isinstance(file, dict):
            raise bad_request('"files" must be a list of objects')
        files[checked_path(file.get("path"))] = Blob(decoded(file))
    return files
