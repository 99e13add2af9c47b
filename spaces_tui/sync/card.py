"""The card of a Space, the YAML block at the top of README.md: asked about before it is sent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final

from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.repo import AddFile
from spaces_tui.model.sync_events import SyncEvent, Warned
from spaces_tui.sync.folder import Refusal
from spaces_tui.sync.oid import blob_oid
from spaces_tui.sync.protocols import RemoteError

README: Final = "README.md"
_BLOCK: Final = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_KEY: Final = re.compile(r"\"?([A-Za-z_]\w*)\"?")
_AT: Final = re.compile(r"\((\d+):\d+\)|\bline (\d+)")
_PATIENCE: Final = 5.0
"""Seconds the Hub may take for its opinion; the commit itself gets it anyway."""


class Cards:
    """Asks once about each front matter, and remembers which were good."""

    def __init__(
        self,
        check: Callable[[str], Awaitable[CardCheck]],
        emit: Callable[[SyncEvent], None],
    ) -> None:
        self._check = check
        self._emit = emit
        self._good: set[bytes] = set()
        self._there: bytes | None = None

    def learn(self, content: bytes) -> bool:
        """Take the README the Space has now for good; return whether its card is another one.

        Another card may make another kind of Space of it.
        """
        before, self._there = self._there, _digest(content)
        self._good.add(self._there)
        return before != self._there

    async def refusal(self, file: AddFile) -> Refusal | None:
        """Ask about a README that is about to be sent; return why it must not be.

        When the Hub does not answer, nothing speaks against it: the commit itself will tell.
        """
        digest = _digest(file.content)
        if digest in self._good:
            return None
        text = file.content.decode("utf-8", "replace")
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._check(text)
        except (RemoteError, TimeoutError):
            return None
        if answer.errors:
            message = answer.errors[0]
            return Refusal(blob_oid(file.content), f"the Hub says: {message}", _line(text, message))
        self._good.add(digest)
        for warning in answer.warnings:
            self._emit(Warned(f"The Hub says: {warning}", README, _line(text, warning)))
        return None


def front_matter(text: str) -> str | None:
    """Return the lines between the two rules at the top; None when there are none."""
    found = _BLOCK.match(text)
    return found[1] if found else None


def _digest(content: bytes) -> bytes:
    block = front_matter(content.decode("utf-8", "replace"))
    return b"" if block is None else sha256(block.encode()).digest()


def _line(text: str, message: str) -> int | None:
    """Find the line a complaint is about: one it names, or the one of a key it names."""
    if at := _AT.search(message):
        # Counted within the block, which begins on the second line.
        return int(at[1] or at[2]) + 1
    block = front_matter(text) or ""
    lines = block.splitlines()
    for key in _KEY.findall(message):
        for number, line in enumerate(lines):
            if line.startswith((f"{key}:", f'"{key}":')):
                return number + 2
    return None
