"""Small text files that a person names: read whole, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

from spaces_tui.model.text import clean_name


class UnreadableError(Exception):
    """The file cannot be used; the message is one sentence for a person, without its content."""


def read_text(path: Path, limit: int) -> str:
    """Return a file's text. It may take long: not for the screen's own loop.

    Raises:
        UnreadableError: there is none, it has more than `limit` bytes, or it is not UTF-8.
    """
    name = clean_name(str(path))
    try:
        if not path.is_file():
            raise UnreadableError(f"There is no file {name}.")
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise UnreadableError(f"{name} cannot be read: {error.strerror}.") from error
    if len(content) > limit:
        raise UnreadableError(f"{name} has more than {limit:,} bytes.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # Its message, and so a chained one, would repeat bytes of the file.
        raise UnreadableError(f"{name} is not UTF-8 text.") from None
