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
    from collections.abc import Collection, Mapping

    from spaces_tui.ui.app import ConsoleApp

_USUAL: Final = ("nano", "vim", "vi")


class ExternalEditorError(Exception):
    """The text could not be edited; the message is one sentence for a person."""


class _UnreadableError(Exception):
    """What the editor left is not UTF-8 text."""


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


async def edit_externally(
    app: ConsoleApp, text: str, *, suffix: str = ".txt", away_from: Collection[str] = ()
) -> str:
    """Return the text as the editor left it.

    The file is the owner's alone and gone afterwards; it never lies in a folder of `away_from`.
    Nothing is painted meanwhile, and the session's thread goes on.

    Raises:
        ExternalEditorError: there is no editor, or it failed; the text is as it was. What it left
            is kept if it is not UTF-8 text, and the message says where.
    """
    try:
        command = editor_command(os.environ)
    except ValueError as error:
        raise ExternalEditorError("EDITOR is not a command: a quote is missing.") from error
    path = await asyncio.to_thread(_written, text, suffix, away_from)
    kept = False
    try:
        await _run(app, [*command, str(path)])
        return await asyncio.to_thread(_read, path)
    except _UnreadableError as error:
        kept = True
        raise ExternalEditorError(
            f"What the editor left cannot be read as UTF-8 text; it is kept in {path}."
        ) from error
    finally:
        if not kept:
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


def _written(text: str, suffix: str, away_from: Collection[str]) -> Path:
    place = _place([Path(folder).resolve() for folder in away_from])
    handle, name = tempfile.mkstemp(prefix="spaces-tui-", suffix=suffix, dir=place)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)
    return Path(name)


def _place(away_from: Collection[Path]) -> Path:
    """Return a folder for the file: the person's own for such things, or a common one."""
    names = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp", "/var/tmp")  # noqa: S108 - mkstemp makes a file nobody else can have made
    for name in names:
        folder = Path(name).resolve() if name else None
        if folder is None or not folder.is_dir():
            continue
        if not any(folder.is_relative_to(other) for other in away_from):
            return folder
    raise ExternalEditorError("Every folder for temporary files is being watched: set TMPDIR.")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ExternalEditorError("What the editor left cannot be read.") from error
    except UnicodeDecodeError:
        # Its message, and so a chained one, would repeat what was written.
        raise _UnreadableError from None
