"""Settings of one Space: visibility, discussions, access requests.

Title, SDK, port and the like are no settings: they are in the README card, so a commit sets them.
"""

from __future__ import annotations

from dataclasses import fields as fields_of
from typing import Final

from spaces_tui.hub.calls import unexpected
from spaces_tui.hub.fields import Fields, flag, text
from spaces_tui.hub.place import Place
from spaces_tui.model.settings import SpaceSettings
from spaces_tui.model.text import clean_line

_NAMES: Final = {
    "visibility": "visibility",
    "discussions_disabled": "discussionsDisabled",
    "discussions_sorting": "discussionsSorting",
    "gated": "gated",
    "org_members_gated": "orgMembersGated",
    "gated_notifications_email": "gatedNotificationsEmail",
    "gated_notifications_mode": "gatedNotificationsMode",
}


class SettingsResource:
    """What of one Space is not in its repository."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def update(self, changes: SpaceSettings) -> SpaceSettings:
        """Change what is not None, and return the settings as they are then. Sent once.

        Raises:
            ValueError: nothing is to be changed; nothing was sent.
            PaymentRequired, Forbidden: the plan or the role does not allow it.
        """
        body = {
            _NAMES[each.name]: value
            for each in fields_of(changes)
            if (value := getattr(changes, each.name)) is not None
        }
        if not body:
            raise ValueError("at least one setting is needed")
        call = self._place.call("PUT", "/settings").with_json(body)
        value = await self._place.json(call)
        if not isinstance(value, dict):
            raise unexpected(call.name)
        return _read(value)


def _read(data: Fields) -> SpaceSettings:
    visibility = text(data.get("visibility"))
    private = flag(data.get("private"))
    if visibility is None and private is not None:
        visibility = "private" if private else "public"
    gated = data.get("gated")
    return SpaceSettings(
        visibility=_line(visibility),
        discussions_disabled=flag(data.get("discussionsDisabled")),
        discussions_sorting=_line(text(data.get("discussionsSorting"))),
        gated=gated if isinstance(gated, bool) else _line(text(gated)),
        org_members_gated=flag(data.get("orgMembersGated")),
        gated_notifications_email=_line(text(data.get("gatedNotificationsEmail"))),
        gated_notifications_mode=_line(text(data.get("gatedNotificationsMode"))),
    )


def _line(value: str | None) -> str | None:
    return None if value is None else clean_line(value)
