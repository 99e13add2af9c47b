"""Opens a text in the person's own editor, while the session goes on."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spaces_tui.ui.handover import HandOverError, hand_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spaces_tui.ui.app import ConsoleApp

_USUAL: Final = ("nano", "vim", "vi")


class ExternalEditorError(Exception):
    """The text could not be edited; the message is one sentence for a person."""


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """Return the command of the editor: `VISUAL`, `EDITOR`, or one that is usually there.

    Raises:
        ExternalEditorError: there is none.
    """
    for name in ("VISUAL", "EDITOR"):
        if words := shlex.split(environ.get(name, "")):
            return words
    for name in _USUAL:
        if found := shutil.which(name):
            return [found]
    raise ExternalEditorError("There is no editor: set EDITOR to the command of yours.")


async def edit_externally(app: ConsoleApp, text: str, *, suffix: str = ".txt") -> str:
    """Return the text as the editor left it.

    The file is the owner's alone and gone afterwards. Nothing is painted meanwhile, and the
    session's thread goes on.

    Raises:
        ExternalEditorError: there is no editor, or it failed; the text is as it was.
    """
    try:
        command = editor_command(os.environ)
    except ValueError as error:
        raise ExternalEditorError("EDITOR is not a command: a quote is missing.") from error
    path = await asyncio.to_thread(_written, text, suffix)
    try:
        await _run(app, [*command, str(path)])
        return await asyncio.to_thread(_read, path)
    finally:
        with suppress(OSError):
            path.unlink()


async def _run(app: ConsoleApp, command: list[str]) -> None:
    try:
        status = await hand_over(app, command)
    except HandOverError as error:
        raise ExternalEditorError(str(error)) from error
    if status:
        raise ExternalEditorError(
            f"{command[0]} ended with status {status}: nothing was taken over."
        )


def _written(text: str, suffix: str) -> Path:
    folder = os.environ.get("XDG_RUNTIME_DIR")
    usable = folder if folder and Path(folder).is_dir() else None
    handle, name = tempfile.mkstemp(prefix="spaces-tui-", suffix=suffix, dir=usable)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)
    return Path(name)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ExternalEditorError("What the editor left cannot be read as UTF-8 text.") from error
