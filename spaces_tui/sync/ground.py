"""The watched folder itself: whether it is there, and still the one the engine began with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spaces_tui.sync.folder import Look
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.questions import Questions
from spaces_tui.sync.scan import FolderError, RootId, RootLostError


@dataclass(slots=True)
class Ground:
    """Nothing is taken for deleted because the folder is another one, or none."""

    place: Path
    ledger: Ledger
    questions: Questions
    lost: bool = False
    """The folder could not be looked at."""
    files: int = 0
    """How many it held at the last look."""
    _root: RootId | None = None
    _empty_meant: bool = False

    def meant(self) -> None:
        """Somebody said yes: the folder is what it is."""
        self._root, self._empty_meant = None, True

    def missed(self, error: RootLostError | FolderError) -> None:
        """Say that the folder could not be looked at.

        Raises:
            FolderError: it never could, and holds more than anyone means to publish.
        """
        self.lost = isinstance(error, RootLostError)
        if isinstance(error, FolderError) and self._root is None:
            raise error
        self.questions.ask_root(None, str(error))

    def seen(self, look: Look) -> None:
        """Take in a look."""
        self.lost = False
        self.files = len(look.scan.files)

    def ours(self, look: Look, diff: Diff) -> bool:
        """Whether the folder is still the one we began with; else say so."""
        held_files = any(anchor.here for anchor in self.ledger.anchors.values())
        if self.files == 0 and held_files and self._root is not None and not self._empty_meant:
            self.questions.ask_root(diff, f"{self.place} is empty.")
            return False
        if self._root not in {None, look.scan.root} and not diff.empty:
            self.questions.ask_root(diff, f"{self.place} is another folder now.")
            return False
        self._root = look.scan.root
        self._empty_meant &= self.files == 0
        return True
