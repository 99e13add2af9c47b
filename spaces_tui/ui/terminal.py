"""The terminal around us: is it one, is it far away, is it still there."""

from __future__ import annotations

import os
import select
import shutil
import sys
from typing import TYPE_CHECKING, Final

from spaces_tui.model.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEAD: Final = (
    getattr(select, "POLLHUP", 0) | getattr(select, "POLLERR", 0) | getattr(select, "POLLNVAL", 0)
)


BELL: Final = "\a"
_LONGEST_NOTICE: Final = 200
_SPEAKS_777: Final = ("foot", "rxvt")
_SPEAKS_9: Final = ("xterm-kitty", "xterm-ghostty", "wezterm", "rio")
_PROGRAMS_9: Final = ("iterm.app", "wezterm", "ghostty", "warpterminal", "rio")


def unusable(environ: Mapping[str, str]) -> str:
    """Say why no console can be drawn here; empty when it can."""
    if not (
        sys.__stdin__ and sys.__stdin__.isatty() and sys.__stderr__ and sys.__stderr__.isatty()
    ):
        return "The console needs a terminal. Without one: spaces-tui watch PATH SPACE."
    if environ.get("TERM") == "dumb":
        return "TERM is dumb: the console cannot be drawn. Use spaces-tui watch PATH SPACE."
    return ""


def is_remote(environ: Mapping[str, str] | None = None) -> bool:
    """Whether this terminal is at the other end of an SSH connection."""
    given = os.environ if environ is None else environ
    return bool(given.get("SSH_CONNECTION") or given.get("SSH_TTY"))


def has_browser(environ: Mapping[str, str] | None = None) -> bool:
    """Whether a browser can be opened next to the terminal, rather than in it."""
    given = os.environ if environ is None else environ
    if is_remote(given):
        return False
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(given.get("DISPLAY") or given.get("WAYLAND_DISPLAY"))


def hung_up(descriptor: int = 0) -> bool:
    """Whether the terminal has gone away without a signal, as under `nohup`."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(descriptor, 0)
    return any(event & _DEAD for _, event in poll.poll(0))


def clipboard_tool(environ: Mapping[str, str] | None = None) -> list[str] | None:
    """Return the command that takes text for the clipboard from its input; None: use OSC 52.

    Inside tmux its own buffer is the one way that works with every setting of tmux, and it hands
    the text on to the outer terminal.
    """
    given = os.environ if environ is None else environ
    if given.get("TMUX") and shutil.which("tmux"):
        return ["tmux", "load-buffer", "-w", "-"]
    if is_remote(given):
        return None
    for needed, command in (
        ("WAYLAND_DISPLAY", ["wl-copy"]),
        ("DISPLAY", ["xclip", "-selection", "clipboard"]),
    ):
        if given.get(needed) and shutil.which(command[0]):
            return command
    return ["pbcopy"] if sys.platform == "darwin" and shutil.which("pbcopy") else None


def clipboard_sequence(text: bytes, environ: Mapping[str, str] | None = None) -> str | None:
    """Return OSC 52 for a text, wrapped for GNU screen; None when it is too long for terminals."""
    from base64 import b64encode  # noqa: PLC0415 - rarely needed

    given = os.environ if environ is None else environ
    encoded = b64encode(text).decode("ascii")
    if len(encoded) > 74_994:
        return None
    sequence = f"\x1b]52;c;{encoded}\x07"
    if given.get("STY") or given.get("TERM", "").startswith("screen"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence


def notification(title: str, text: str, environ: Mapping[str, str]) -> str:
    """Return what makes a terminal show a notification of the desktop.

    OSC 777 or OSC 9, whichever it is known to understand; with the bell beside it where nobody
    knows, and the bell alone where an unknown sequence would be printed. tmux (if it lets it) and
    GNU screen hand it on to the terminal around them.
    """
    shown = " ".join(clean_line(text).replace(";", ",").split())[:_LONGEST_NOTICE]
    term = environ.get("TERM", "")
    if term in ("linux", "dumb", ""):
        return BELL
    if term.startswith(_SPEAKS_777) or environ.get("VTE_VERSION"):
        sequence = f"\x1b]777;notify;{title};{shown}{BELL}"
    else:
        sequence = f"\x1b]9;{title}: {shown}{BELL}"
    if environ.get("TMUX"):
        escaped = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{escaped}\x1b\\{BELL}"
    if environ.get("STY"):
        return f"\x1bP{sequence}\x1b\\{BELL}"
    return sequence if _understands(environ) else sequence + BELL


def _understands(environ: Mapping[str, str]) -> bool:
    """Whether this terminal is known to show notifications."""
    program = environ.get("LC_TERMINAL") or environ.get("TERM_PROGRAM", "")
    term = environ.get("TERM", "")
    known = (*_SPEAKS_777, *_SPEAKS_9)
    return term.startswith(known) or program.lower() in _PROGRAMS_9
