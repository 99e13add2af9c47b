"""`spaces-tui guard --install`, `--remove` and `--show`: what runs the guard by itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from spaces_tui.guard.schedule import Schedule, Way
from spaces_tui.guard.timer import TimerError
from spaces_tui.headless.exits import Exit
from spaces_tui.model.tokens import TOKEN_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spaces_tui.guard.schedule import Step

_LINGER: Final = "It runs while you are logged in; “loginctl enable-linger” lets it run always."


def show_timer(environment: Mapping[str, str]) -> Exit:
    """Say what runs the guard on this machine, and what could; return the exit code."""
    schedule = Schedule(environment)
    for way in Way:
        stands = schedule.standing(way)
        said = "installed" if stands.installed else "not installed"
        print(f"{way:<8} {said}{f'; {stands.why_not}' if stands.why_not else ''}")
    return Exit.DONE


def install_timer(way: str, environment: Mapping[str, str], *, yes: bool) -> Exit:
    """Show what is written where, and write it after a yes; return the exit code."""
    schedule, chosen = Schedule(environment), Way(way)
    try:
        stands = schedule.standing(chosen)
        if stands.why_not:
            raise TimerError(stands.why_not)
        _print(schedule.steps(chosen))
        if any(environment.get(name) for name in TOKEN_VARIABLES):
            print("No token is written down: it acts with those that spaces-tui login keeps.")
        if not _agreed(yes=yes):
            return Exit.USAGE
        schedule.install(chosen)
    except TimerError as error:
        print(f"spaces-tui: {error}", file=sys.stderr)
        return Exit.FAILED
    print(f"Installed. {_LINGER if chosen is Way.SYSTEMD else 'It runs every two minutes.'}")
    return Exit.DONE


def remove_timer(environment: Mapping[str, str], *, yes: bool) -> Exit:
    """Remove all that was installed, after a yes; return the exit code."""
    schedule = Schedule(environment)
    installed = [way for way in Way if schedule.standing(way).installed]
    if not installed:
        print("Nothing runs the guard by itself.")
        return Exit.DONE
    for way in installed:
        _print(schedule.removal(way))
    if not _agreed(yes=yes):
        return Exit.USAGE
    return _removed(schedule, installed)


def _removed(schedule: Schedule, installed: Sequence[Way]) -> Exit:
    code = Exit.DONE
    for way in installed:
        try:
            schedule.remove(way)
        except TimerError as error:
            print(f"spaces-tui: {error}", file=sys.stderr)
            code = Exit.FAILED
        else:
            print(f"Removed from {way}.")
    return code


def _print(steps: Sequence[Step]) -> None:
    for step in steps:
        print(step.what)
        for line in step.text.splitlines():
            print(f"    {line}".rstrip())


def _agreed(*, yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        print("spaces-tui: nothing was changed: add --yes to do this.", file=sys.stderr)
        return False
    if input("Do this? [y/N] ").strip().lower() in ("y", "yes"):
        return True
    print("Nothing was changed.")
    return False
