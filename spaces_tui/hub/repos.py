"""Making, copying, renaming and deleting Spaces, and making datasets. Each request is sent once.

The Hub takes a request without a type for a model's; every request here says what it means.
"""

from __future__ import annotations

from typing import Final

from spaces_tui.hub.calls import Call, unexpected
from spaces_tui.hub.endpoint import check_space_id, space_in
from spaces_tui.hub.environment import masking
from spaces_tui.hub.errors import (
    Conflict,
    Forbidden,
    HubError,
    NotFound,
    NotFoundOrPrivate,
    PaymentRequired,
    Unauthorized,
)
from spaces_tui.hub.fields import fields, text
from spaces_tui.hub.new_spaces import create_json, duplicate_json, read_created
from spaces_tui.hub.place import Place
from spaces_tui.hub.wire import Wire
from spaces_tui.model.newspace import CreatedSpace, NewSpace, SpaceCopy

_LOCKED_TRIES: Final = 4
_LOCKED_WAIT: Final = 2.0
"""Seconds until a create that met another one under way is sent again."""


class ReposResource:
    """The life of Spaces as repositories."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def create(self, space: NewSpace, *, exist_ok: bool = False) -> CreatedSpace:
        """Create a Space.

        A create that meets another one under way changes nothing and is sent again, a few times.

        Args:
            space: what to create.
            exist_ok: a Space of that name is as good. It is also taken for one when the Hub
                refuses for other reasons (plan, role) and the Space is there.

        Raises:
            Conflict: the name is taken.
            PaymentRequired: Gradio and Docker on `cpu-basic` need a plan.
            Forbidden: no write role in that namespace, or the token's scope.
            RateLimited: the quota for creations is used up.
            InvalidSpaceId, InvalidKey, ValueError: nothing was sent.
        """
        call = Call("POST", "/api/repos/create", changes=True).with_json(create_json(space))
        try:
            with masking(*(secret.value for secret in space.secrets)):
                return await self._created(call, space.id)
        except (Conflict, Forbidden, PaymentRequired, Unauthorized, NotFoundOrPrivate) as error:
            found = await self._existing(error, space.id) if exist_ok else None
            if found is None:
                raise
            return found

    async def create_dataset(self, dataset: str, *, private: bool = True) -> None:
        """Create an empty dataset; one of that name that is there already is as good.

        Raises:
            Forbidden: no write role in that namespace, or the token's scope.
            InvalidSpaceId: nothing was sent.
        """
        owner, _, name = check_space_id(dataset).partition("/")
        body = {"name": name, "organization": owner, "type": "dataset", "private": private}
        call = Call("POST", "/api/repos/create", changes=True).with_json(body)
        try:
            await self._wire.answer(call)
        except Conflict as error:
            if error.url is None:
                raise

    async def duplicate(
        self, source: str, copy: SpaceCopy, *, exist_ok: bool = False
    ) -> CreatedSpace:
        """Copy a Space to a new name.

        Raises:
            Conflict: the name is taken.
            PaymentRequired, Forbidden: as for `create`.
            InvalidSpaceId, InvalidKey, ValueError: nothing was sent.
        """
        place = Place(self._wire, source)
        call = place.call("POST", "/duplicate").with_json(duplicate_json(copy))
        try:
            with masking(*(secret.value for secret in copy.secrets)):
                created = read_created(await place.json(call), copy.id)
        except Conflict as error:
            if not exist_ok or error.url is None:
                raise
            return CreatedSpace(space_in(error.url) or copy.id, error.url, existed=True)
        if created is None:
            raise unexpected(call.name)
        return created

    async def move(self, space: str, new_id: str) -> None:
        """Rename a Space, or hand it to an organization. Its app gets a new address and restarts.

        The old name leads to the new one until somebody takes it.

        Raises:
            Conflict, BadRequest: the new name is taken.
            Forbidden: the role here or there does not allow it.
        """
        body = {
            "fromRepo": check_space_id(space),
            "toRepo": check_space_id(new_id),
            "type": "space",
        }
        await self._wire.answer(Call("POST", "/api/repos/move", changes=True).with_json(body))

    async def delete(self, space: str, *, missing_ok: bool = False) -> None:
        """Delete a Space with everything in it. There is no way back, and the name is free.

        An old name of a renamed Space is not followed.

        Raises:
            NotFoundOrPrivate: there is none, and `missing_ok` is not set.
            Forbidden: not the owner, nor an admin of the organization.
        """
        owner, _, name = check_space_id(space).partition("/")
        body = {"name": name, "organization": owner, "type": "space"}
        call = Call("DELETE", "/api/repos/delete", accept="*/*", changes=True).with_json(body)
        try:
            await self._wire.answer(call)
        except NotFound:
            if not missing_ok:
                raise

    async def _created(self, call: Call, asked: str) -> CreatedSpace:
        for _ in range(_LOCKED_TRIES - 1):
            try:
                return await self._create_once(call, asked)
            except Conflict as error:
                if error.url is not None or not _under_way(error):
                    raise
            await self._wire.nap(_LOCKED_WAIT)
        return await self._create_once(call, asked)

    async def _create_once(self, call: Call, asked: str) -> CreatedSpace:
        created = read_created(await self._wire.json(call), asked)
        if created is None:
            raise unexpected(call.name)
        return created

    async def _existing(self, error: HubError, space: str) -> CreatedSpace | None:
        """Return the Space that stands in the way of a create, None when there is none."""
        if isinstance(error, Conflict):
            if error.url is None:
                return None
            return CreatedSpace(space_in(error.url) or space, error.url, existed=True)
        try:
            info = fields(await self._wire.json(Call("GET", f"/api/spaces/{space}")))
        except HubError:
            return None  # the refusal of the create is what the caller should see
        name = text(info.get("id")) or ""
        # Another id means that the name only leads to a Space that was renamed.
        return CreatedSpace(name, existed=True) if name.lower() == space.lower() else None


def _under_way(error: Conflict) -> bool:
    return "conflicting operation" in error.message.lower()
