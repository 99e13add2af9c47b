"""Folders of this machine as a person writes them."""

from __future__ import annotations

from pathlib import Path

from spaces_tui.model.text import clean_name


def short_folder(folder: str) -> str:
    """Return a folder's name with the home folder as `~`, so that the end of it stays in view."""
    home = str(Path.home())
    if folder == home or (home != "/" and folder.startswith(f"{home}/")):
        folder = "~" + folder[len(home) :]
    return clean_name(folder)
