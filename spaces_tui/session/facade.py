"""The session as screens and headless commands see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:  # loading these takes time that the first frame need not pay
    from collections.abc import Callable
    from concurrent.futures import Future

    from spaces_tui.model.loadhistory import LoadHistory
    from spaces_tui.model.log_stream import LogStream
    from spaces_tui.model.ring import LineRing
    from spaces_tui.model.sync import Comparison, WatchOptions
    from spaces_tui.model.sync_events import SyncEvent
    from spaces_tui.session.requests.base import Request
    from spaces_tui.session.snapshot import Snapshot


T = TypeVar("T")


class CommandError(Exception):
    """A command failed. The message is one sentence for a person."""

    def __init__(self, message: str, *, request_id: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.request_id = request_id


class SessionPort(Protocol):
    """Commands in, immutable snapshots out. Safe to call from any thread; nothing here blocks.

    Every command returns a future that ends with None (`compare_watch`: with what was read) or
    with a `CommandError`; its progress and its outcome are in the snapshots as well.
    """

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed`, on the session's thread, whenever there is a newer snapshot or log line.

        Calls are coalesced: after one, the next comes only once `acknowledge` was called.
        Returns a function that ends the subscription.
        """
        ...

    def acknowledge(self) -> None:
        """Say that the newest snapshot was read."""
        ...

    def log(self, space: str, stream: LogStream) -> LineRing:
        """Return the ring of one log; it is empty until somebody follows it."""
        ...

    def load(self, space: str) -> LoadHistory:
        """Return what was measured of a Space; it is empty until somebody looked at it."""
        ...

    def start(self) -> None:
        """Start the session's thread."""
        ...

    def attend(self, space: str | None, *, logs: frozenset[LogStream] = frozenset()) -> None:
        """Say which Space is in view, and which of its logs: they are kept live."""
        ...

    def rest(self, *, resting: bool) -> None:
        """Say whether nobody can see what is shown, as while the terminal is suspended.

        Then nothing is asked for that only a screen needs; afterwards everything is read at once.
        """
        ...

    def ask(self, request: Request[T]) -> Future[T]:
        """Ask for something; the answer comes in the future, or a `CommandError`.

        Cancelling the future cancels the work, as far as it was not sent yet.
        """
        ...

    def find(self, space: str) -> Future[None]:
        """Bring a Space onto the list that belongs to none of the identities."""
        ...

    def refresh(self) -> Future[None]:
        """Read everything again now, without waiting for the next turn."""
        ...

    def pause(self, space: str) -> Future[None]:
        """Pause a Space."""
        ...

    def restart(self, space: str, *, factory: bool = False) -> Future[None]:
        """Restart a Space, wake it or resume it; `factory`: rebuild without caches."""
        ...

    def watch(
        self,
        space: str,
        folder: str,
        options: WatchOptions,
        listener: Callable[[SyncEvent], None] | None = None,
    ) -> Future[None]:
        """Watch a folder. The future ends once the engine runs; the rest is in the snapshots."""
        ...

    def tell_watch(self, space: str, command: str, *paths: str) -> Future[None]:
        """Say something to a watched folder's engine.

        Commands: `accept`, `drop`, `pause`, `resume`, `sync`, `stop`; and for paths in conflict
        `mine`, `theirs`, `both`: without paths they mean all. `theirs` without paths also fills an
        empty folder while `status.plan.fetch` asks for that. `restore` puts back on the Space what
        batches changed since it was live last, while `status.good` names that commit.
        """
        ...

    def compare_watch(self, space: str, path: str) -> Future[Comparison]:
        """Read both sides of a path of a watched folder, up to 1 MiB each.

        The texts are exact: show them through `clean`. The future may end with a `CommandError`.
        """
        ...

    def forget_unsent(self, space: str, folder: str) -> Future[None]:
        """Tell no more of what an earlier run left unsent in this folder."""
        ...

    def close(self, timeout: float = 2.0) -> None:
        """End in order: commits in flight are settled or journaled. Waits up to `timeout` s."""
        ...
