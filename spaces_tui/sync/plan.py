"""From three sides to one plan: the folder, the Space, and what both were when they agreed.

Pure functions. The guards say why a plan should not be carried out without a yes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from spaces_tui.sync.appfile import app_files
from spaces_tui.sync.clash import Clash
from spaces_tui.sync.ledger import NOWHERE, Ledger
from spaces_tui.sync.read import Content

MAX_FILE: Final = 10 * 1024 * 1024
"""Bytes of the largest file that is read whole, and that goes without a yes."""
LARGEST: Final = 50 * 1000**3
"""Bytes of the largest file the Hub takes in the way it is sent here."""
MAX_BATCH: Final = 100 * 1024 * 1024
"""Bytes in one plan that go without a yes."""
MAX_NEW: Final = 200
"""New files that go without a yes while watching."""
MAX_DELETES: Final = 20
DELETE_SHARE: Final = 0.2
_KEPT: Final = ".gitattributes"


@dataclass(frozen=True, slots=True)
class Diff:
    """What would have to happen so that the Space holds what the folder holds."""

    uploads: dict[str, Content] = field(default_factory=dict)
    deletes: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    """Changed here and on the Space."""
    remote_only: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    """Changed on the Space alone: left as it is on both sides."""
    agreed: dict[str, str] = field(default_factory=dict)
    """Paths with the same content on both sides, whatever they had before."""
    unchanged: int = 0
    pairs: tuple[str, ...] = ()
    """Names that differ in their bytes and not in their letters."""
    clashes: dict[str, Clash] = field(default_factory=dict)
    """Conflicts about a name that is a file on one side and a folder on the other."""
    bound: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Uploads that take the place of files, with those: they must go in the same commit."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do, and nothing to decide."""
        return not self.uploads and not self.deletes and not self.conflicts

    @property
    def paths(self) -> tuple[str, ...]:
        """Everything the plan touches."""
        return (*self.uploads, *self.deletes)

    def without(self, paths: Iterable[str]) -> Diff:
        """Return the plan without these paths."""
        gone = set(paths)
        gone |= {name for name, each in self.clashes.items() if not gone.isdisjoint(each.here)}
        return replace(
            self,
            uploads={path: content for path, content in self.uploads.items() if path not in gone},
            deletes=tuple(path for path in self.deletes if path not in gone),
            conflicts=tuple(path for path in self.conflicts if path not in gone),
            clashes={name: each for name, each in self.clashes.items() if name not in gone},
        )

    def content(self, path: str) -> str | None:
        """Return the content id the plan puts at a path; None for a deletion."""
        found = self.uploads.get(path)
        return found.id if found else None


def compare(
    ledger: Ledger,
    local: Mapping[str, Content],
    deleted: Callable[[str], bool],
    *,
    fresh: bool = False,
    settled: dict[str, Content] | None = None,
) -> Diff:
    """Compare the three sides, path by path.

    Args:
        ledger: the Space's tree and the anchors.
        local: every file that could be read.
        deleted: whether a path is surely gone from the folder, not hidden and not unreadable.
        fresh: nothing is known of the past, so a difference is not a conflict but an upload that
            the first plan shows.
        settled: files that were found the same on all sides before, and are not compared again
            as long as the very same record stands for them; new ones are added. Whoever changes
            the ledger otherwise than by a plan's outcome must empty it.
    """
    settled = {} if settled is None else settled
    rest = [item for item in local.items() if settled.get(item[0]) is not item[1]]
    uploads: dict[str, Content] = {}
    agreed: dict[str, str] = {}
    conflicts: list[str] = []
    stale: list[str] = []
    remote, anchors = ledger.remote, ledger.anchors
    pairs = _pairs([path for path, _ in rest], remote)
    unchanged = len(local) - len(rest)
    for path, content in rest:
        stored = remote.get(path)
        there = stored.content if stored else None
        anchor = anchors.get(path, NOWHERE)
        if content.oid == there == anchor.here == anchor.there:  # nearly all of them
            unchanged += 1
            if path.isascii():
                settled[path] = content
            continue
        if content.is_(there):
            unchanged += 1
            if anchor != (there, there):
                agreed[path] = there or ""
        elif content.is_(anchor.here):
            if there != anchor.there:
                stale.append(path)
        elif path in pairs:
            continue
        elif there == anchor.there or fresh:
            uploads[path] = content
        else:
            conflicts.append(path)
    deletes: list[str] = []
    remote_only: list[str] = []
    for path in remote.keys() - local.keys():
        if not deleted(path):
            continue
        stored = remote[path]
        anchor = anchors.get(path, NOWHERE)
        if anchor.here is None or path.rpartition("/")[2] == _KEPT:
            remote_only.append(path)
        elif anchor.there == stored.content:
            deletes.append(path)
        else:
            conflicts.append(path)
    return Diff(
        dict(sorted(uploads.items())),
        tuple(sorted(deletes)),
        tuple(sorted(conflicts)),
        tuple(sorted(remote_only)),
        tuple(sorted(stale)),
        agreed,
        unchanged,
        tuple(sorted(pairs)),
    )


def guard(
    diff: Diff, ledger: Ledger, into: str, *, first: bool, app: Collection[str] | None = None
) -> str | None:
    """Say why a plan should wait for a yes; None when it may go.

    A file that moved is not a deletion: its content comes back in the same plan. New files and
    bytes are counted only while watching, since a first plan is shown anyway, with its sizes.
    `app` are the app's own files, as paths of the folder; None: nothing is known of the Space.
    """
    moved = {name for content in diff.uploads.values() for name in content.ids}
    lost = [path for path in diff.deletes if ledger.stored(path) not in moved]
    own = app_files(None, into) if app is None else app
    tree = max(1, len(ledger.remote))
    if len(lost) > MAX_DELETES and len(lost) > DELETE_SHARE * tree:
        return f"{len(lost):,} of {tree:,} files would be deleted on the Space."
    for path in diff.deletes:
        whole = f"{into}/{path}" if into else path
        if whole == "README.md":
            return "README.md would be deleted; it holds the Space's configuration."
        if path in own:
            return f"{whole} would be deleted; the Space cannot start without its app file."
    size = sum(content.size for content in diff.uploads.values())
    if not first and size > MAX_BATCH:
        return f"{size / 1e6:,.0f} MB would be uploaded at once."
    new = [path for path in diff.uploads if path not in ledger.remote and path not in moved]
    fresh = len(new) - (len(diff.deletes) - len(lost))
    if not first and fresh > MAX_NEW:
        return f"{fresh:,} new files ({size / 1e6:,.1f} MB) would be uploaded."
    return None


def _pairs(local: Collection[str], remote: Collection[str]) -> set[str]:
    """Return local names that some other name, here or there, would be taken for."""
    seen: dict[str, set[str]] = {}
    for path in [path for names in (local, remote) for path in names if not path.isascii()]:
        seen.setdefault(unicodedata.normalize("NFC", path), set()).add(path)
    here = set(local)
    return {path for same in seen.values() if len(same) > 1 for path in same & here}
