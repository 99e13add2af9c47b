"""Run the console on a session. Textual is imported only here, after its switches are set."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from spaces_tui.ui import terminal

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from pathlib import Path

    from spaces_tui.session.facade import SessionPort
    from spaces_tui.ui.app import ConsoleApp

_USAGE = 2


def run_console(
    session: SessionPort,
    *,
    target: str | None = None,
    theme: str | None = None,
    low_bandwidth: bool = False,
    crash_dir: Path | None = None,
    notify: str | None = None,
    keys: Mapping[str, tuple[str, ...]] | None = None,
    theme_from: str = "",
) -> int:
    """Show the console until it is left; return the exit code.

    The session is started after the first frame, and closed by the caller. `notify` is how a
    person who looked away is told of a Space that runs or broke, see `ui.ringing`; `keys`
    are other keys for actions, by the id; `theme_from` is where the theme's name stands in a file.
    """
    reason = terminal.unusable(os.environ)
    if reason:
        print(reason, file=sys.stderr)
        return _USAGE
    slow = low_bandwidth or terminal.is_remote()
    no_color = "NO_COLOR" in os.environ
    set_switches(os.environ, slow=slow, plain=no_color)
    gc.disable()  # nothing that the first frame makes is garbage
    try:
        app = _make(
            session,
            target,
            theme,
            slow=slow,
            plain=no_color,
            crash_dir=crash_dir,
            notify=notify,
            keys=keys,
        )
        if isinstance(app, str):
            print(f"{theme_from}: {app}" if theme_from else app, file=sys.stderr)
            return _USAGE
        app.run(mouse=not low_bandwidth)
    finally:
        gc.enable()
    if app.crashed:
        where = f" Report: {app.crash_report}" if app.crash_report else ""
        print(f"spaces-tui: something went wrong that should not.{where}", file=sys.stderr)
    return app.return_code or 0


def set_switches(environ: MutableMapping[str, str], *, slow: bool, plain: bool) -> None:
    """Set what Textual reads when it is imported; what a person set already stays."""
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    for tracing in ("TEXTUAL_LOG", "TEXTUAL"):
        environ.pop(tracing, None)  # they write down every key and paste, those of secrets too
    if slow:
        environ.setdefault("TEXTUAL_FPS", "15")
    if plain:
        environ["TEXTUAL_THEME"] = "ansi-dark"


def _make(
    session: SessionPort,
    target: str | None,
    theme: str | None,
    *,
    slow: bool,
    plain: bool,
    crash_dir: Path | None,
    notify: str | None,
    keys: Mapping[str, tuple[str, ...]] | None,
) -> ConsoleApp | str:
    """Return the app, or a sentence why there is none."""
    from spaces_tui.ui.app import ConsoleApp  # noqa: PLC0415 - after the switches are set
    from spaces_tui.ui.theme import known_themes  # noqa: PLC0415 - the same

    wanted = "ansi-dark" if plain else theme
    if wanted is not None and wanted not in known_themes():
        names = ", ".join(sorted(known_themes()))
        return f"There is no theme {wanted!r}. Known themes: {names}."
    return ConsoleApp(
        session,
        target=target,
        theme=wanted,
        slow=slow,
        crash_dir=crash_dir,
        notify=notify,
        keys=keys,
    )
