"""What can be done with the files of a Space."""

from __future__ import annotations

from typing import Final

from spaces_tui.ui.action import FILES, Action
from spaces_tui.ui.filerules import can_download, can_edit_file
from spaces_tui.ui.rules import needs_space

FILE_ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "files.edit",
        ("ctrl+e",),
        "Edit the file",
        "In $EDITOR; then one commit, once you said yes",
        FILES,
        can_edit_file,
        danger=True,
    ),
    Action(
        "files.download",
        ("d",),
        "Download",
        "The file, the folder or everything, to a folder here",
        FILES,
        can_download,
    ),
    Action(
        "files.history",
        ("H",),
        "Commit history",
        "Every commit, what it changed, and the way back to it",
        FILES,
        needs_space,
    ),
)
