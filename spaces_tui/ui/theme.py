"""Our two themes, and the style of each role in whatever theme is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from spaces_tui.ui.present.spans import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

DARK: Final = Theme(
    name="spaces-dark",
    primary="#6cb6ff",
    secondary="#b9a3f5",
    accent="#ffb454",
    foreground="#d7dde5",
    background="#101418",
    surface="#161b21",
    panel="#1c232b",
    success="#7ecf8a",
    warning="#f2c55c",
    error="#ff8f86",
    dark=True,
    variables={
        "dim": "#8b98a8",
        "edge": "#313b46",
        "cursor": "#1b3149",
        "cursor-blurred": "#1c232b",
        "block-cursor-background": "#1b3149",
        "block-cursor-foreground": "#ffffff",
        "button-focus-text-style": "bold",
    },
)
LIGHT: Final = Theme(
    name="spaces-light",
    primary="#0b57a8",
    secondary="#64399a",
    accent="#8f4700",
    foreground="#1f2933",
    background="#fbfbf8",
    surface="#f3f3ef",
    panel="#e9e9e4",
    success="#0f6427",
    warning="#7a5000",
    error="#a81f17",
    dark=False,
    variables={
        "dim": "#566270",
        "edge": "#c9ccc9",
        "cursor": "#d6e6f8",
        "cursor-blurred": "#e9e9e4",
        "block-cursor-background": "#d6e6f8",
        "block-cursor-foreground": "#10202f",
        "button-focus-text-style": "bold",
    },
)

_VARIABLES: Final[dict[Role, str]] = {
    Role.DIM: "dim",
    Role.GOOD: "success",
    Role.BUSY: "warning",
    Role.BAD: "error",
    Role.REST: "secondary",
    Role.MONEY: "accent",
    Role.KEY: "primary",
    Role.MARK: "accent",
    Role.KEYWORD: "secondary",
    Role.STRING: "success",
    Role.NUMBER: "accent",
}
_BOLD: Final = frozenset({Role.STRONG, Role.TITLE, Role.KEY, Role.MARK, Role.ACTIVE})


class Palette:
    """The Rich style of each role, and of the cursor's row."""

    def __init__(self, variables: Mapping[str, str], *, ansi: bool) -> None:
        self.ansi = ansi
        self._styles = {role: self._style(role, variables) for role in Role}
        self.cursor = Style(reverse=True) if ansi else _background(variables, "cursor", "primary")
        self.cursor_blurred = (
            Style(bold=True) if ansi else _background(variables, "cursor-blurred", "panel")
        )

    def style(self, role: Role) -> Style:
        """Return a role's style, to be laid over the widget's own."""
        return self._styles[role]

    def _style(self, role: Role, variables: Mapping[str, str]) -> Style:
        if role in (Role.ACTIVE, Role.MATCH, Role.CURRENT):
            return self._block(role, variables)
        if role is Role.DIM and "dim" not in variables:
            return Style(dim=True)
        name = _VARIABLES.get(role)
        color = Color.parse(variables[name]).rich_color if name else None
        return Style(color=color, bold=True if role in _BOLD else None)

    def _block(self, role: Role, variables: Mapping[str, str]) -> Style:
        if self.ansi:
            return Style(reverse=True, bold=role is not Role.MATCH)
        name = {Role.ACTIVE: "primary", Role.MATCH: "warning", Role.CURRENT: "accent"}[role]
        back = Color.parse(variables[name])
        return Style(
            color=back.get_contrast_text(1.0).rich_color, bgcolor=back.rich_color, bold=True
        )


def _background(variables: Mapping[str, str], name: str, fallback: str) -> Style:
    color = Color.parse(variables[name]) if name in variables else None
    if color is None:
        base = Color.parse(variables["background"])
        color = base.blend(Color.parse(variables[fallback]), 0.25)
    return Style(bgcolor=color.rich_color)


def known_themes() -> frozenset[str]:
    """Return the names that `--theme` takes: ours and Textual's own."""
    return frozenset({DARK.name, LIGHT.name, *BUILTIN_THEMES})
