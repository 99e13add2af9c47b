"""The style sheets. Colours come from the theme; without colour, edges tell the focus."""

from __future__ import annotations

from typing import Final

CSS: Final = """
MainScreen { background: $background; color: $foreground; }
#header, #footer { height: 1; background: $panel; }
#panes { height: 1fr; }
#sidebar { width: 35%; min-width: 38; max-width: 56; border: round $edge-line;
           border-title-color: $foreground; border-subtitle-color: $accent; }
#detail { width: 1fr; border: round $edge-line; border-title-color: $foreground;
          border-title-style: bold; }
#sidebar:focus, #detail:focus-within { border: round $primary; }
#sidebar:focus { border-title-style: bold; }
#head { height: 2; }
#overview, #logs, #watch, #files, #configured { height: 1fr; }
#welcome { height: 1fr; }
MainScreen { layers: default prompt; }
#prompt { layer: prompt; dock: bottom; height: 1; border: none; padding: 0 1;
          background: $surface; color: $foreground; }

MainScreen.-narrow #sidebar { width: 1fr; max-width: 100%; }
MainScreen.-narrow #detail { display: none; }
MainScreen.-narrow.-open #sidebar { display: none; }
MainScreen.-narrow.-open #detail { display: block; }
MainScreen.-short #sidebar, MainScreen.-short #detail { border: none; }

MainScreen:ansi #sidebar:focus, MainScreen:ansi #detail:focus-within { border: heavy $primary; }
MainScreen:nocolor #sidebar:focus, MainScreen:nocolor #detail:focus-within {
    border: heavy $primary;
}

Toast { padding: 0 1; max-width: 60; background: $panel; }
"""

DIALOG_CSS: Final = """
Dialog { align: center middle; background: $background 60%; }
Dialog:ansi { background: transparent; }
Dialog #box { width: 68; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
               border: round $primary; background: $surface; border-title-color: $foreground;
               border-title-style: bold; }
Dialog #body { height: auto; background: $surface; }
Dialog #buttons { height: 3; align-horizontal: right; padding: 1 0 1 0; }
Dialog Button { margin-left: 2; min-width: 12; }
Dialog Button, Dialog #yes { background: $panel; color: $foreground; background-tint: transparent; }
Dialog #yes { color: $error; }
Dialog Button:focus, Dialog #yes:focus { background: $primary; color: $background;
                                           background-tint: transparent; text-style: bold; }
Dialog Button:ansi:focus { text-style: bold reverse; }
Dialog Input { height: 1; background: $panel; border: none; padding: 0 1; }
"""
"""Read when the first dialog opens, so that the first frame does not pay for it."""

EDITOR_CSS: Final = """
Editor { align: center middle; background: $background 60%; }
Editor #content { height: auto; }
Editor #content > * { margin: 0; }
Editor #said { background: $surface; }
Editor Choices { height: 1fr; background: $surface; }
Editor TextArea { height: 1fr; border: none; background: $panel; }
"""

FORM_CSS: Final = """
Form Input { padding: 0 1 !important; }
Form TextArea { height: 1; border: none; background: $panel; padding: 0; }
Form SecretField, Form Cycle { height: 1; background: $panel; }
Form #said { background: $surface; }
Form Choices { height: 1; background: $surface; }
Form Input:focus, Form TextArea:focus { border: none; }
"""

READER_CSS: Final = """
Reader #view { height: 1fr; background: $surface; }
Reader #keys { background: $surface; }
"""
