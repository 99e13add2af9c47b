"""What is worth a word about files before they are sent, or about changes that cannot be sent."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spaces_tui.model.repo import AddFile
from spaces_tui.model.space import Space
from spaces_tui.model.sync_events import SyncEvent, Warned
from spaces_tui.model.text import clean_name
from spaces_tui.sync.card import README, Cards
from spaces_tui.sync.folder import Load, Look, Refusal
from spaces_tui.sync.ledger import Ledger, Stored
from spaces_tui.sync.read import MovingError, read_file
from spaces_tui.sync.repository import Repository
from spaces_tui.sync.syntax import faults

if TYPE_CHECKING:
    from spaces_tui.sync.courier import OnDisk

_DOCKERFILE: Final = "Dockerfile"
_START: Final = re.compile(r"\s*(CMD|ENTRYPOINT)\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[\w./-]+")
_FEW: Final = 20
"""Changes at once up to which a change of mode is a person's doing."""


class Checks:
    """Looks at contents on their way to the Space. Only the Hub's refusal of a card stops any."""

    def __init__(
        self,
        root: Path,
        repository: Repository,
        into: str,
        on_disk: OnDisk,
        emit: Callable[[SyncEvent], None],
    ) -> None:
        self._root = root
        self._on_disk = on_disk
        self._emit = emit
        self._cards = Cards(repository.check_card, emit)
        self._readme = "" if into else README
        """The card's path in the folder; empty when the folder does not hold it."""
        self._agreed = self._dockerfile = ""
        self._warned: dict[str, bytes] = {}
        self._noted: set[str] = set()
        self.broken: frozenset[str] = frozenset()
        """Files of the last batch that are not valid Python."""

    async def looked(self, look: Look, ledger: Ledger, space: Space | None) -> None:
        """Take a look at the folder: learn the card both sides have, notice changed modes."""
        await self._learn(look, ledger)
        await self._started(look, space)
        same = [
            path
            for path in look.seen
            if path in look.local and look.local[path].is_(ledger.stored(path))
        ]
        if same and len(same) <= _FEW:
            await self._modes(same, space)

    async def before(
        self, load: Load, known: Mapping[str, Stored], space: Space | None
    ) -> dict[str, Refusal]:
        """Look at what is about to be sent; return what must not be, and why."""
        files = [each for each in load.operations if isinstance(each, AddFile)]
        self.broken = await self._parse(files)
        if space is not None and space.sdk == "docker":
            await self._modes([file.path for file in files if file.path not in known], space)
        for file in files:
            if file.path == self._readme and (refusal := await self._cards.refusal(file)):
                return {file.path: refusal}
        return {}

    def landed(self, load: Load) -> bool:
        """Note that this is on the Space; return whether the Space may be of another kind now."""
        return any(
            isinstance(each, AddFile)
            and each.path == self._readme
            and self._cards.learn(each.content)
            for each in load.operations
        )

    async def _learn(self, look: Look, ledger: Ledger) -> None:
        mine = look.local.get(self._readme)
        if mine is None or mine.id == self._agreed or not mine.is_(ledger.stored(self._readme)):
            return
        self._agreed = mine.id
        try:
            content, _ = await self._on_disk(read_file, self._root / self._readme)
        except (MovingError, OSError):  # then the Hub is asked once more than needed
            return
        self._cards.learn(content)

    async def _started(self, look: Look, space: Space | None) -> None:
        """Look for scripts that the Dockerfile starts as if the Space kept their modes."""
        mine = look.local.get(_DOCKERFILE)
        docker = space is not None and space.sdk == "docker"
        if not docker or mine is None or mine.id == self._dockerfile:
            return
        self._dockerfile = mine.id
        try:
            content, _ = await self._on_disk(read_file, self._root / _DOCKERFILE)
        except (MovingError, OSError):  # it is looked at again when it changes
            return
        text = content.decode("utf-8", "replace")
        starts = " ".join(line for line in text.splitlines() if _START.match(line))
        if starts and "chmod" not in text:
            words = {word.removeprefix("./") for word in _WORD.findall(starts)}
            await self._modes(sorted(words & look.local.keys()), space)

    async def _parse(self, files: Collection[AddFile]) -> frozenset[str]:
        if not any(file.path.endswith(".py") for file in files):
            return frozenset()
        found = await self._on_disk(lambda: list(faults(files)))
        contents = {file.path: file.content for file in files}
        for fault in found:
            if self._warned.get(fault.path) != contents[fault.path]:
                self._warned[fault.path] = contents[fault.path]
                self._emit(Warned(fault.message, fault.path, fault.line))
        return frozenset(fault.path for fault in found)

    async def _modes(self, paths: Collection[str], space: Space | None) -> None:
        new = [path for path in paths if path not in self._noted]
        if not new:
            return
        for path in await self._on_disk(executable, self._root, new):
            self._noted.add(path)
            name = clean_name(path)
            said = f"{name} is executable here, and the Space does not keep that"
            if space is not None and space.sdk == "docker":
                said += f": write RUN chmod +x {name} into the Dockerfile"
            self._emit(Warned(f"{said}.", path))


def executable(root: Path, paths: Collection[str]) -> list[str]:
    """Return those of `paths` that are files their owner may execute. Blocks."""
    found = []
    for path in paths:
        try:
            mode = (root / path).lstat().st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode) and mode & stat.S_IXUSR:
            found.append(path)
    return found
