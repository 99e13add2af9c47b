"""Asking a person in a terminal, with what they type hidden where it must be."""

from __future__ import annotations

import getpass
import sys
import warnings
from typing import Protocol


class Dialogue(Protocol):
    """Somebody who answers. Both raise `EOFError` when nobody does (any more)."""

    def hidden(self, prompt: str) -> str:
        """Ask for something that is shown nowhere."""

    def ask(self, prompt: str) -> str:
        """Ask for a word."""


class TerminalDialogue:
    """The terminal of standard input."""

    def hidden(self, prompt: str) -> str:
        """Ask without echo.

        Raises:
            EOFError: nobody answers, or this terminal cannot hide what is typed.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                return getpass.getpass(prompt)
            except getpass.GetPassWarning as error:
                raise EOFError("This terminal would show what is typed.") from error

    def ask(self, prompt: str) -> str:
        """Ask for a word."""
        return input(prompt).strip()


def somebody() -> Dialogue | None:
    """Return the person at the terminal; None when standard input is a file or a pipe."""
    return TerminalDialogue() if sys.stdin.isatty() else None
