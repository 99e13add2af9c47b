"""Edits of what is mounted, which wait to be sent.

The Hub takes the whole list at once, so what somebody else changed meanwhile would be lost: edits
are kept one by one, laid over what was read last, and told from what others did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spaces_tui.model.mountpath import STORAGE_PATH, mount_problem, tidy_mount
from spaces_tui.model.storage import refusal
from spaces_tui.model.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


@dataclass(frozen=True, slots=True)
class Mounted:
    """What a Space keeps its data on now."""

    space: str
    volumes: tuple[Volume, ...] = ()
    storage: str | None = None
    """The tier of its persistent storage."""

    def at(self, mount_path: str) -> Volume | None:
        """Return what is mounted there."""
        return _at(self.volumes, mount_path)


@dataclass(frozen=True, slots=True)
class VolumeEdit:
    """One volume that is added, changed or removed."""

    before: Volume | None
    """What the person has seen there; None: it is added."""
    after: Volume | None
    """None: it is removed."""
    contested: bool = False
    """Whether somebody else changed it after it was staged, and the person can see that."""


@dataclass(frozen=True, slots=True)
class StorageEdit:
    """A tier that is asked for, or the deletion of the one there is."""

    wanted: str | None
    """None: delete it, with all its data."""


def same(one: Volume, other: Volume) -> bool:
    """Whether two are the same mount once the Hub's defaults are filled in."""
    return one.spelled_out == other.spelled_out


def differences(seen: Sequence[Volume], now: Sequence[Volume]) -> list[str]:
    """Return what is other than it was seen, in words, one for each mount path."""
    before = {one.mount_path: one for one in seen}
    after = {one.mount_path: one for one in now}
    words = []
    for path in [*before, *(path for path in after if path not in before)]:
        old, new = before.get(path), after.get(path)
        if old is None and new is not None:
            words.append(f"{new.source} was mounted at {path}")
        elif new is None:
            words.append(f"{path} was removed")
        elif old is not None and not same(old, new):
            words.append(f"{path} was changed")
    if not words and len(seen) != len(now):
        words.append("the list was changed")
    return words


class MountStaging:
    """The edits of one Space, in the order they were made."""

    def __init__(self, mounted: Mounted) -> None:
        self.mounted = mounted
        self.storage: StorageEdit | None = None
        self._edits: list[VolumeEdit] = []

    @property
    def edits(self) -> tuple[VolumeEdit, ...]:
        """Everything about volumes that waits."""
        return tuple(self._edits)

    @property
    def count(self) -> int:
        """How many edits wait."""
        return len(self._edits) + (self.storage is not None)

    @property
    def added(self) -> tuple[VolumeEdit, ...]:
        """The volumes that are new."""
        return tuple(one for one in self._edits if one.before is None)

    @property
    def result(self) -> tuple[Volume, ...]:
        """The whole list as it would be sent."""
        kept = []
        for volume in self.mounted.volumes:
            edit = self.edit(volume)
            after = volume if edit is None else edit.after
            if after is not None:
                kept.append(after)
        return (*kept, *(one.after for one in self.added if one.after is not None))

    def result_at(self, mount_path: str) -> Volume | None:
        """Return what will be mounted there."""
        return _at(self.result, mount_path)

    def edit(self, volume: Volume) -> VolumeEdit | None:
        """Return what waits for a volume that is there."""
        return next((one for one in self._edits if one.before == volume), None)

    def put(self, before: Volume | None, after: Volume, staged: VolumeEdit | None = None) -> None:
        """Stage a volume: a new one, or another one in place of `before`.

        `staged` is the edit it takes the place of. What is there already is no edit, and a new
        one in the place of one that was to be removed changes that one.
        """
        if before is None:
            there = self.mounted.at(after.mount_path)
            removal = None if there is None else self.edit(there)
            if removal is not None and removal.after is None:
                before = there
                self.undo(removal)
        replaced = self._replaced(before, staged)
        place = self._edits.index(replaced) if replaced else len(self._edits)
        if replaced is not None:
            self.undo(replaced)
        if before is not None and same(before, after):
            return
        edit: VolumeEdit | None = VolumeEdit(before, after)
        unseen = before is not None and before not in self.mounted.volumes
        if unseen or replaced != staged:  # it was read anew since the person began with this
            edit = self._moved(VolumeEdit(before, after), self._edits)
        if edit is not None:
            self._edits.insert(place, edit)

    def remove(self, volume: Volume) -> None:
        """Stage the removal of a volume that is there."""
        edit = self.edit(volume)
        if edit is not None:
            self.undo(edit)
        self._edits.append(VolumeEdit(volume, None))

    def undo(self, edit: VolumeEdit) -> None:
        """Forget one edit."""
        self._edits = [one for one in self._edits if one != edit]

    def settle(self, done: Collection[str]) -> None:
        """Take steps (`volumes`, `storage`) that were done as what is there now."""
        if "volumes" in done:
            self.mounted = replace(self.mounted, volumes=self.result)
            self._edits.clear()
        if "storage" in done and self.storage is not None:
            self.mounted = replace(self.mounted, storage=self.storage.wanted)
            self.storage = None

    def taken(self, besides: Volume | None = None) -> tuple[str, ...]:
        """Return where volumes will be mounted, without that of one."""
        return tuple(one.mount_path for one in self.result if one is not besides)

    def rebase(self, mounted: Mounted) -> None:
        """Take what was read anew: edits stay, and those of what has changed are contested."""
        old, self.mounted = self._edits, mounted
        moved = [self._moved(one, old) for one in old]
        self._edits = [one for one in moved if one is not None]
        if self.storage and self.storage.wanted == mounted.storage:
            self.storage = None

    def problem(self) -> str:
        """Say why what is staged cannot be sent; empty when it can."""
        if self._edits and (hidden := next((o for o in self.mounted.volumes if o.masked), None)):
            return hidden_words(hidden)
        result = self.result
        for edit in self._edits:
            if edit.after is None:
                continue
            others = [one.mount_path for one in result if one is not edit.after]
            if why := mount_problem(edit.after.mount_path, others, self.mounted.storage):
                return why
        if self.storage is None or self.storage.wanted is None:
            return ""
        if _at(result, STORAGE_PATH) is not None:
            return f"A volume is mounted at {STORAGE_PATH}, where the storage tier has to be."
        return refusal(self.mounted.storage, self.storage.wanted)

    def _replaced(self, before: Volume | None, staged: VolumeEdit | None) -> VolumeEdit | None:
        """Return the edit that another one takes the place of, also when it was laid anew."""
        if staged in self._edits:
            return staged
        if before is not None and (edit := self.edit(before)) is not None:
            return edit
        old = before or (staged.after if staged else None)
        if old is None:
            return None
        there = self.mounted.at(old.mount_path)
        return None if there is None else self.edit(there)

    def _moved(self, edit: VolumeEdit, others: Sequence[VolumeEdit]) -> VolumeEdit | None:
        """Lay an edit over what is there now; None when that is what it wants already.

        A new volume may stand where one of the `others` takes something away.
        """
        place = edit.before or edit.after
        assert place is not None
        now = self.mounted.at(place.mount_path)
        if edit.after is not None:
            there = self.mounted.at(edit.after.mount_path)
            if there is not None and same(there, edit.after):
                return None
        cleared = any(
            one.before is not None
            and tidy_mount(one.before.mount_path) == tidy_mount(place.mount_path)
            for one in others
        )
        if edit.before is None and (now is None or cleared):
            return edit
        if now is None:
            return None if edit.after is None else VolumeEdit(None, edit.after, contested=True)
        if edit.before is not None and same(edit.before, now):
            return replace(edit, before=now)
        return VolumeEdit(now, edit.after, contested=True)


def hidden_words(volume: Volume) -> str:
    """Return why a list with a hidden source cannot be changed."""
    place = f"at {volume.mount_path} " if volume.mount_path else ""
    return (
        f"The source mounted {place}is hidden from this account. The Hub takes the whole list at "
        "once, so a change from here would lose it: ask somebody who sees it."
    )


def _at(volumes: Sequence[Volume], mount_path: str) -> Volume | None:
    wanted = tidy_mount(mount_path)
    return next((one for one in volumes if tidy_mount(one.mount_path) == wanted), None)
