"""Volumes of one Space: the whole list at once, or none."""

from __future__ import annotations

from collections.abc import Sequence

from spaces_tui.hub.place import Place
from spaces_tui.hub.read_volume import volumes_json
from spaces_tui.model.volume import Volume


class VolumesResource:
    """What is mounted into one Space. Every change restarts it."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def list(self) -> tuple[Volume, ...]:
        """Return what is mounted; the Hub tells it as part of the runtime."""
        return (await self._place.runtime(self._place.call("GET", "/runtime"))).volumes

    async def put(self, volumes: Sequence[Volume]) -> None:
        """Replace all volumes by these: to add one, read the list and send it with one more.

        Sent once. The Hub's answer is not documented: read the list again.

        Raises:
            ValueError: there are none, or one has a hidden source, which would be lost, or no
                proper source or mount path; nothing was sent.
            BadRequest: it is static.
        """
        if not volumes:
            raise ValueError("at least one volume is needed; `delete` removes all")
        body = {"volumes": volumes_json(volumes)}
        await self._place.answer(self._place.call("PUT", "/volumes").with_json(body))

    async def delete(self) -> None:
        """Unmount all. Sent once.

        Raises:
            BadRequest: there are none, or it is static.
        """
        await self._place.answer(self._place.call("DELETE", "/volumes"))
