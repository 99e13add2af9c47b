"""The tokens that the `hf` command saved: looked at, never changed.

The token file is named by `HF_TOKEN_PATH`, else it is `token` in `HF_HOME`, which is
`huggingface` in the cache folder unless set. Beside it lies `stored_tokens`, an INI file with a
section for each saved name: `hf_token`, and for a browser sign-in `expires_at` in Unix seconds.
"""

from __future__ import annotations

import os
from configparser import ConfigParser, Error
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spaces_tui.accounts.pasted import cleaned
from spaces_tui.model.identity import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LARGEST: Final = 256 * 1024
"""Bytes of a file that are read."""


@dataclass(frozen=True, slots=True)
class SavedToken:
    """One token of the `hf` command."""

    token: Secret
    name: str
    """The name it was saved under; empty where there is only the token file."""
    path: Path
    expires: datetime | None = None

    @property
    def source(self) -> str:
        """Where it comes from, for a person."""
        return f"the hf command's token “{self.name}”" if self.name else "the hf command's token"


def saved_tokens(environment: Mapping[str, str]) -> tuple[SavedToken, ...]:
    """Return the token that the `hf` command uses first, then the others that it saved."""
    path = token_path(environment)
    named = tuple(_stored(path.with_name("stored_tokens")))
    current = cleaned(_content(path))
    if not current:
        return named
    for one in named:
        if one.token.reveal() == current:
            return (one, *(other for other in named if other is not one))
    return (SavedToken(Secret(current), "", path), *named)


def token_path(environment: Mapping[str, str]) -> Path:
    """Return where the `hf` command keeps the token that it uses."""
    if given := environment.get("HF_TOKEN_PATH"):
        return _expanded(given)
    if home := environment.get("HF_HOME"):
        return _expanded(home) / "token"
    cache = environment.get("XDG_CACHE_HOME") or "~/.cache"
    return _expanded(cache) / "huggingface" / "token"


def _expanded(text: str) -> Path:
    return Path(os.path.expandvars(text)).expanduser()


def _content(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_LARGEST).decode()
    except (OSError, ValueError):
        return ""


def _stored(path: Path) -> Iterator[SavedToken]:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(_content(path))
    except Error:
        return
    for name in parser.sections():
        token = cleaned(parser.get(name, "hf_token", fallback=""))
        if token:
            expires = _moment(parser.get(name, "expires_at", fallback=""))
            yield SavedToken(Secret(token), name, path, expires)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
