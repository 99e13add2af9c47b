"""One Space: what it is, what it does, what is in it, and how to change that."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from spaces_tui.hub.calls import unexpected
from spaces_tui.hub.changes import Changes
from spaces_tui.hub.control import Controls
from spaces_tui.hub.endpoint import quoted
from spaces_tui.hub.environment import SecretsResource, VariablesResource
from spaces_tui.hub.follow import Patience, follow
from spaces_tui.hub.lfs import LfsUploads
from spaces_tui.hub.lfs_files import LfsFilesResource
from spaces_tui.hub.place import Place
from spaces_tui.hub.read_space import read_space
from spaces_tui.hub.reload import reload_report
from spaces_tui.hub.replay import Delivery
from spaces_tui.hub.settings import SettingsResource
from spaces_tui.hub.streams import SpaceEvent, log_chunks, metrics, space_events
from spaces_tui.hub.volumes import VolumesResource
from spaces_tui.hub.wire import Wire
from spaces_tui.model.hotreload import ReloadEvent
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import LogChunk, Metric
from spaces_tui.model.space import Space


class SpaceResource(Changes, Controls):
    """One Space on the Hub. Every call may raise `HubError`.

    A renamed Space keeps answering to its old name. When an answer shows that, `id` becomes the
    new one and later calls use it.
    """

    def __init__(self, wire: Wire, space: str) -> None:
        place = Place(wire, space)
        super().__init__(place)
        self._wire = wire
        self.secrets = SecretsResource(place)
        self.variables = VariablesResource(place)
        self.volumes = VolumesResource(place)
        self.settings = SettingsResource(place)
        self.lfs_files = LfsFilesResource(place)
        self.lfs = LfsUploads(place)

    async def info(self, revision: str | None = None) -> Space:
        """Return everything the Hub tells about it; `sha` is the head of `revision`."""
        suffix = "" if revision is None else f"/revision/{quoted(revision)}"
        call = self._place.call("GET", suffix)
        space = read_space(await self._wire.json(call))
        if space is None:
            raise unexpected(call.name)
        self._place.called(space.id)
        return space

    def logs(self, stream: LogStream, tail: int | None = None) -> AsyncGenerator[LogChunk, None]:
        """Yield one log from its buffered start (or its last `tail` lines) over one connection.

        Close the iterator (`contextlib.aclosing`) to close the connection.

        Raises:
            AnswerLost: it broke, or was silent for too long.
        """
        return log_chunks(self._wire, f"{self._place.path}/logs/{stream}", tail=tail)

    def follow(
        self, stream: LogStream, *, tail: int | None = None, patience: Patience | None = None
    ) -> AsyncGenerator[list[Delivery], None]:
        """Yield one log for as long as it lives, over as many connections as that takes.

        What arrived together comes as one list, which is never empty.
        See `follow.follow` for what is promised. Close it with `contextlib.aclosing`.
        """
        path = f"{self._place.path}/logs/{stream}"
        return follow(self._wire, path, tail=tail, patience=patience or Patience())

    def metrics(self) -> AsyncGenerator[Metric, None]:
        """Yield measurements, about one a second and replica.

        Raises:
            NotMeasurable: nothing runs.
        """
        return metrics(self._wire, f"{self._place.path}/metrics")

    def reload_report(
        self, space: Space, replica: str, commit: str
    ) -> AsyncGenerator[ReloadEvent, None]:
        """Yield what one replica reports of the hot reload to `commit`; it ends by itself.

        `space` is an answer of `info`, which names the app's host. Close the iterator
        (`contextlib.aclosing`) to close the connection.

        Raises:
            NotFound: the replica does not know this reload.
            Untrusted: the app's address is not one that the token may go to.
        """
        return reload_report(
            self._wire,
            host=space.host or "",
            subdomain=space.subdomain or "",
            replica=replica,
            commit=commit,
        )

    def events(self) -> AsyncGenerator[SpaceEvent, None]:
        """Yield hints that something changed. Of no use for static Spaces."""
        return space_events(self._wire, f"{self._place.path}/events")
