"""The board: the one place where the newest snapshot hangs.

Parts of the session change it on their loop; screens read it from theirs. Readers are told that
there is something newer once, and again only after they have said that they looked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.snapshot import Connection, Detail, Link, Notice, Pending, Snapshot
from spaces_tui.session.stagebook import StageBook
from spaces_tui.session.waiting import Nudge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from spaces_tui.model.space import Runtime, Space
    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.store.asked import Asked

_KEPT_NOTICES: Final = 50

Value = TypeVar("Value")


class Board:
    """Holds the newest snapshot. Changed on the session's loop only; read from anywhere."""

    def __init__(self, first: Snapshot) -> None:
        self._snapshot = first
        self._lock = Lock()
        self._readers: list[Callable[[], None]] = []
        self._told = False
        self._stale = False
        self._notices = 0
        self.wishes: Mapping[str, Asked] = {}
        """Hardware that was asked for from here and is not granted yet, by Space."""
        self.stages = StageBook()
        self.looked = Nudge()
        """Nudged when Spaces were looked at, for who counts what they cost."""

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        return self._snapshot

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` when there is something newer; return what ends that."""
        with self._lock:
            self._readers.append(changed)

        def unsubscribe() -> None:
            with self._lock:
                if changed in self._readers:
                    self._readers.remove(changed)

        return unsubscribe

    def acknowledge(self) -> None:
        """Note that the newest snapshot was read, and tell of what came since."""
        with self._lock:
            self._told = False
            again = self._stale
            self._stale = False
        if again:
            self.touch()

    def touch(self) -> None:
        """Tell readers that something they show has changed."""
        with self._lock:
            if self._told:
                self._stale = True
                return
            self._told = bool(self._readers)
            readers = tuple(self._readers)
        for reader in readers:
            reader()

    def change(self, **fields: Any) -> None:  # noqa: ANN401  (the fields of a Snapshot)
        """Hang up a new snapshot that differs in these fields; nothing happens if none does."""
        current = self._snapshot
        if all(getattr(current, name) == value for name, value in fields.items()):
            return
        self._snapshot = replace(current, version=current.version + 1, **fields)
        self.touch()

    def notify(self, text: str, *, severity: str = "information", space: str | None = None) -> None:
        """Add a notice."""
        self._notices += 1
        notice = Notice(self._notices, text, severity, space)
        self.change(notices=(*self._snapshot.notices, notice)[-_KEPT_NOTICES:])

    def link(self, link: Link, sentence: str = "", *, retry_in: float | None = None) -> None:
        """Say how we stand with the Hub; `since` moves only when the kind of link changes."""
        before = self._snapshot.connection
        since = before.since if before.link is link and before.since else datetime.now(UTC)
        self.change(connection=Connection(link, sentence, since, retry_in))

    def pending(self, space: str, pending: Pending | None) -> None:
        """Show a command on its way on the row of a Space, or take it off."""
        self.change(pending=_with(self._snapshot.pending, space, pending))

    def changed(self, space: str) -> None:
        """Note that something was done to a Space from here."""
        self.change(changed=_with(self._snapshot.changed, space, datetime.now(UTC)))

    def watching(self, space: str, status: SyncStatus | None) -> None:
        """Show how a watched folder stands, or take it off."""
        self.change(watches=_with(self._snapshot.watches, space, status))

    def detail(self, space: str, **fields: Any) -> None:  # noqa: ANN401  (the fields of a Detail)
        """Change what is known of the Space in view; ignored when it is not in view any more."""
        current = self._snapshot.detail
        if current is not None and current.space == space:
            self.change(detail=replace(current, **fields))

    def view(self, space: str | None) -> None:
        """Bring another Space into view."""
        current = self._snapshot.detail
        if (current.space if current else None) != space:
            past = self.stages.of(self.space(space)) if space else ()
            self.change(detail=Detail(space, stages=past) if space else None)

    def spaces(self, spaces: Iterable[Space], owners: tuple[str, ...]) -> None:
        """Hang up a new list, sorted as the screen shows it."""
        shown = ordered(spaces, owners)
        self._grant(shown)
        self.change(spaces=shown, hardware_asked=self._asked(shown))

    def listed(self, spaces: Iterable[Space], owners: tuple[str, ...], as_of: datetime) -> None:
        """Hang up the Hub's own list, as it is at that moment."""
        shown = ordered(spaces, owners)
        self._grant(shown)
        asked = self._asked(shown)
        self.change(spaces=shown, hardware_asked=asked, as_of=as_of, cached=False)
        self._look(one for one in shown if one.owner in owners)

    def wished(self, wishes: Mapping[str, Asked]) -> None:
        """Take note of hardware that was asked for from here, now or in an earlier run."""
        self.wishes = {**self.wishes, **wishes}
        self.change(hardware_asked=self._asked(self._snapshot.spaces))

    def runtime(self, space: str, runtime: Runtime) -> None:
        """Change the runtime of one Space."""
        shown = tuple(
            replace(known, runtime=runtime) if known.id == space else known
            for known in self._snapshot.spaces
        )
        self._grant(shown)
        self.change(spaces=shown, hardware_asked=self._asked(shown))
        self._look(one for one in shown if one.id == space)

    def _look(self, spaces: Iterable[Space]) -> None:
        """Note in which stages these Spaces are now; show it of the one in view."""
        self.stages.look(spaces)
        self.looked.nudge()
        detail = self._snapshot.detail
        if detail is not None:
            self.detail(detail.space, stages=self.stages.of(self.space(detail.space)))

    def _asked(self, spaces: tuple[Space, ...]) -> Mapping[str, datetime]:
        """Note since when Spaces wait for other hardware than they have, where we know it."""
        known = self._snapshot.hardware_asked
        before = {space.id: space for space in self._snapshot.spaces}
        waiting = {
            space.id: since
            for space in spaces
            if (flavor := awaited_hardware(space)) is not None
            and (since := self._since(space.id, flavor, before.get(space.id))) is not None
        }
        return known if waiting == known else MappingProxyType(waiting)

    def _grant(self, spaces: Iterable[Space]) -> None:
        """Forget what Spaces waited for that have it now, or asked for something else since."""
        for space in spaces:
            wish, runtime = self.wishes.get(space.id), space.runtime
            if wish is None or runtime is None:
                continue
            if runtime.hardware == wish.flavor or runtime.requested_hardware != wish.flavor:
                self.wishes = {name: one for name, one in self.wishes.items() if name != space.id}

    def _since(self, space: str, flavor: str, before: Space | None) -> datetime | None:
        """Return when a flavour was asked for: from here, or while we looked."""
        wish = self.wishes.get(space)
        if wish is not None and wish.flavor == flavor:
            return wish.at
        if before is None or before.runtime is None:
            return None
        earlier = before.runtime.requested_hardware
        if earlier == flavor:
            return self._snapshot.hardware_asked.get(space)
        return None if earlier is None or self._snapshot.cached else datetime.now(UTC)

    def removed(self, space: str) -> None:
        """Take a Space off the list."""
        left = tuple(known for known in self._snapshot.spaces if known.id != space)
        watches = _with(self._snapshot.watches, space, None)
        self.change(spaces=left, watches=watches, hardware_asked=self._asked(left))

    def watched_folder(self, space: str) -> str | None:
        """Return the folder that is watched for a Space; None when none is."""
        status = self._snapshot.watches.get(space)
        if status is None or status.state is SyncState.STOPPED:
            return None
        return status.folder

    def space(self, space: str) -> Space | None:
        """Return one Space of the list."""
        return next((known for known in self._snapshot.spaces if known.id == space), None)


def awaited_hardware(space: Space) -> str | None:
    """Return the flavour that a Space asked for and does not have yet; None when it has it."""
    runtime = space.runtime
    if runtime is None or runtime.requested_hardware in (None, runtime.hardware):
        return None
    waits = runtime.hardware is not None or space.stage.transitional
    return runtime.requested_hardware if waits else None


def ordered(spaces: Iterable[Space], owners: tuple[str, ...]) -> tuple[Space, ...]:
    """Sort by owner, in the order given and then by name, and within an owner by name."""
    ranks = {owner: rank for rank, owner in enumerate(owners)}
    last = len(ranks)

    def key(space: Space) -> tuple[int, str, str]:
        return ranks.get(space.owner, last), space.owner.lower(), space.name.lower()

    return tuple(sorted(spaces, key=key))


def _with(known: Mapping[str, Value], key: str, value: Value | None) -> Mapping[str, Value]:
    changed = dict(known)
    if value is None:
        changed.pop(key, None)
    else:
        changed[key] = value
    return MappingProxyType(changed)
