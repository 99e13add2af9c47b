"""What an action is; the registry of all of them is in `actions`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from spaces_tui.ui.rules import Context, always

if TYPE_CHECKING:
    from collections.abc import Callable

MOVE: Final = "Move"
VIEW: Final = "Look"
SPACE: Final = "This Space, or all marked"
WATCH: Final = "Watched folder"
FILES: Final = "Files"
LOGS: Final = "Logs"
CONSOLE: Final = "Console"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do."""

    id: str
    keys: tuple[str, ...]
    """As Textual names them; the first is the one that is shown."""
    title: str
    help: str
    group: str
    when: Callable[[Context], str] = always
    """Empty when it can work now, else a sentence why not."""
    danger: bool = False
    """Whether it asks before it acts."""
    footer: int = 0
    """Rank in the footer, 1 the first to stay when room is short; 0: not there."""
    palette: bool = True
