"""Textual with nothing of ours: what the console's first frame is measured against.

`python -m tests.bench.bare line` shows one line of text; `… app` a header, a footer and a list.
"""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Label, ListItem, ListView, Static


class Line(App[None]):
    """The least there is to show."""

    def compose(self) -> ComposeResult:
        """Show one line."""
        yield Static("something to see")


class Listing(App[None]):
    """What a small program usually shows."""

    def compose(self) -> ComposeResult:
        """Show a list."""
        yield Header()
        yield ListView(*(ListItem(Label(f"line {number}")) for number in range(20)))
        yield Footer()


if __name__ == "__main__":
    {"line": Line, "app": Listing}[sys.argv[1]]().run()
