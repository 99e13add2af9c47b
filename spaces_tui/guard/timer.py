"""What runs the guard again and again: a systemd user timer or a line of the crontab, as text."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from spaces_tui.model.redaction import redacted

if TYPE_CHECKING:
    from pathlib import Path

SERVICE: Final = "spaces-tui-guard.service"
TIMER: Final = "spaces-tui-guard.timer"
MARK: Final = "# spaces-tui-guard"
"""At the end of our line of the crontab; for the shell, a comment."""
_KEPT: Final = (
    "HF_ENDPOINT",
    "HF_HOME",
    "HF_TOKEN_PATH",
    "SPACES_TUI_CONFIG",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "PYTHONPATH",
)
"""Variables that say where the guard finds what the console has: addresses and places alone."""
_BUS: Final = "DBUS_SESSION_BUS_ADDRESS"


class TimerError(Exception):
    """The timer cannot be made, seen or removed; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Run:
    """How the guard is run."""

    command: Sequence[str]
    variables: Mapping[str, str]


def run_of(environment: Mapping[str, str]) -> Run:
    """Return how this very program runs its guard, with what differs from the usual.

    Raises:
        TimerError: a variable holds what must not be written down.
    """
    found = {name: environment[name] for name in _KEPT if environment.get(name)}
    if endpoint := environment.get("SPACES_TUI_ENDPOINT"):
        found["HF_ENDPOINT"] = endpoint
    for name, value in found.items():
        if not value.isprintable():
            raise TimerError(f"{name} holds characters that a timer cannot have: change it first.")
        if redacted(value) != value or "@" in value.partition("://")[2].partition("/")[0]:
            raise TimerError(
                f"{name} holds a password or a token, which is never written down: take it out."
            )
    if not sys.executable:
        raise TimerError("It is not known which Python runs this program.")
    return Run((sys.executable, "-m", "spaces_tui", "guard"), found)


def service_text(run: Run) -> str:
    """Return the unit that runs the guard once."""
    variables = [f"Environment={_unit(f'{name}={value}')}" for name, value in _sorted(run)]
    command = " ".join(_unit(word).replace("$", "$$") for word in run.command)
    return "\n".join(
        [
            "[Unit]",
            "Description=Give borrowed Spaces hardware back (spaces-tui guard)",
            "",
            "[Service]",
            "Type=oneshot",
            *variables,
            f"ExecStart={command}",
            "TimeoutStartSec=5min",
            "",
        ]
    )


def timer_text() -> str:
    """Return the unit that says when: every two minutes, and at once after a time switched off."""
    return (
        "[Unit]\n"
        "Description=See to borrowed Spaces hardware every two minutes\n"
        "\n"
        "[Timer]\n"
        "OnCalendar=*:0/2\n"
        "AccuracySec=15s\n"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


def cron_line(run: Run, environment: Mapping[str, str]) -> str:
    """Return the line of the crontab. Its mails tell of trouble alone.

    The keyring of a desktop is reached over its bus, where that is at its usual place.
    """
    variables = dict(run.variables)
    bus = environment.get(_BUS, "")
    if bus.startswith("unix:path=/run/user/") and "," not in bus:
        variables[_BUS] = bus
    words = [f"{name}={shlex.quote(value)}" for name, value in sorted(variables.items())]
    words += [shlex.quote(word) for word in run.command]
    return f"*/2 * * * * {' '.join(words)} >/dev/null {MARK}".replace("%", "\\%")


def with_line(crontab: str, line: str) -> str:
    """Return a crontab with our line in it, once."""
    return without_line(crontab) + line + "\n"


def without_line(crontab: str) -> str:
    """Return a crontab without our line; all other lines are as they were."""
    kept = [line for line in crontab.splitlines(keepends=True) if not is_ours(line)]
    text = "".join(kept)
    return text if not text or text.endswith("\n") else text + "\n"


def is_ours(line: str) -> bool:
    """Whether a line of the crontab is the one we wrote."""
    return line.rstrip().endswith(MARK) and not line.lstrip().startswith("#")


def units_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Return where a person's own units of systemd are."""
    named = environment.get("XDG_CONFIG_HOME", "")
    base = home.joinpath(named) if named.startswith("/") else home / ".config"
    return base / "systemd" / "user"


def _sorted(run: Run) -> list[tuple[str, str]]:
    return sorted(run.variables.items())


def _unit(word: str) -> str:
    """Quote a word for a unit of systemd."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{plain}"'
