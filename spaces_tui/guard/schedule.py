"""Installs, shows and removes what runs the guard. All of it may block: run it in a thread."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final

from spaces_tui.guard.timer import (
    MARK,
    SERVICE,
    TIMER,
    TimerError,
    cron_line,
    is_ours,
    run_of,
    service_text,
    timer_text,
    units_folder,
    with_line,
    without_line,
)
from spaces_tui.model.text import clean_line
from spaces_tui.model.tokens import without_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LIMIT: Final = 20.0
"""Seconds a program of the system may take."""


class Way(StrEnum):
    """What can run the guard."""

    SYSTEMD = "systemd"
    CRON = "cron"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one way stands on this machine."""

    way: Way
    installed: bool
    why_not: str = ""
    """Why it cannot be used here; empty where it can."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that installing does."""

    what: str
    """Such as `write PATH` or `run COMMAND`."""
    text: str = ""
    """What is written there."""


class Schedule:
    """The guard's timer of one person on this machine."""

    def __init__(self, environment: Mapping[str, str], home: Path | None = None) -> None:
        self._environment = environment
        self._folder = units_folder(environment, home or Path.home())

    def standing(self, way: Way) -> Standing:
        """Return how a way stands; never raises."""
        try:
            if way is Way.CRON:
                return Standing(way, any(is_ours(line) for line in self._crontab().splitlines()))
            installed = (self._folder / TIMER).exists()
            self._run(("systemctl", "--user", "show-environment"))
        except TimerError as error:
            there = way is Way.SYSTEMD and (self._folder / TIMER).exists()
            return Standing(way, there, str(error))
        return Standing(way, installed)

    def steps(self, way: Way) -> tuple[Step, ...]:
        """Return exactly what installing does.

        Raises:
            TimerError: it cannot be installed from here.
        """
        run = run_of(self._environment)
        if way is Way.CRON:
            return (Step("add to your crontab", cron_line(run, self._environment)),)
        return (
            Step(f"write {self._folder / SERVICE}", service_text(run)),
            Step(f"write {self._folder / TIMER}", timer_text()),
            Step("run systemctl --user daemon-reload"),
            Step(f"run systemctl --user enable --now {TIMER}"),
        )

    def removal(self, way: Way) -> tuple[Step, ...]:
        """Return exactly what removing does."""
        if way is Way.CRON:
            return (Step(f"take the line that ends in {MARK} out of your crontab"),)
        return (
            Step(f"run systemctl --user disable --now {TIMER}"),
            Step(f"remove {self._folder / SERVICE}"),
            Step(f"remove {self._folder / TIMER}"),
            Step("run systemctl --user daemon-reload"),
        )

    def install(self, way: Way) -> None:
        """Install it, or replace what was installed before.

        Raises:
            TimerError: it did not work; what was there before is there again.
        """
        run = run_of(self._environment)
        if way is Way.CRON:
            line = cron_line(run, self._environment)
            self._run(("crontab", "-"), with_line(self._crontab(), line))
            return
        files = {self._folder / SERVICE: service_text(run), self._folder / TIMER: timer_text()}
        before = {path: _content(path) for path in files}
        try:
            for path, text in files.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            self._run(("systemctl", "--user", "daemon-reload"))
            self._run(("systemctl", "--user", "enable", "--now", TIMER))
        except (OSError, TimerError) as error:
            for path, content in before.items():
                _put_back(path, content)
            if isinstance(error, TimerError):
                raise
            raise TimerError(f"{error.filename}: {error.strerror}.") from error

    def remove(self, way: Way) -> None:
        """Remove it; there may be none.

        Raises:
            TimerError: it did not work.
        """
        if way is Way.CRON:
            crontab = self._crontab()
            if any(is_ours(line) for line in crontab.splitlines()):
                self._run(("crontab", "-"), without_line(crontab))
            return
        if not any((self._folder / name).exists() for name in (SERVICE, TIMER)):
            return
        self._run(("systemctl", "--user", "disable", "--now", TIMER))
        try:
            for name in (SERVICE, TIMER):
                (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise TimerError(f"{error.filename}: {error.strerror}.") from error
        self._run(("systemctl", "--user", "daemon-reload"))

    def _crontab(self) -> str:
        """Return a person's crontab; empty where there is none."""
        done = self._ask(("crontab", "-l"))
        if done.returncode == 0:
            return done.stdout
        if "no crontab" in done.stderr.lower():
            return ""
        raise TimerError(_complaint("crontab -l", done))  # written over, the rest would be lost

    def _run(self, command: Sequence[str], text: str | None = None) -> None:
        done = self._ask(command, text)
        if done.returncode != 0:
            raise TimerError(_complaint(" ".join(command), done))

    def _ask(
        self, command: Sequence[str], text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the system.

        Raises:
            TimerError: there is none, or it takes too long.
        """
        program = which(command[0], path=self._environment.get("PATH"))
        if program is None:
            raise TimerError(f"There is no {command[0]} on this machine.")
        try:
            return subprocess.run(  # noqa: S603  (fixed words, no shell)
                [program, *command[1:]],
                input=text if text is not None else "",
                capture_output=True,
                text=True,
                errors="surrogateescape",
                timeout=_LIMIT,
                check=False,
                env={**without_tokens(self._environment), "LC_ALL": "C"},
            )
        except subprocess.TimeoutExpired as error:
            raise TimerError(f"{' '.join(command)} did not answer in {_LIMIT:g} s.") from error
        except OSError as error:
            raise TimerError(f"{command[0]} cannot be run: {error.strerror}.") from error


def _complaint(command: str, done: subprocess.CompletedProcess[str]) -> str:
    said = next((line for line in done.stderr.splitlines() if line.strip()), "")
    why = clean_line(said.strip().rstrip(".")) or f"exit code {done.returncode}"
    return f"{command} failed: {why}."


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _put_back(path: Path, content: bytes | None) -> None:
    with suppress(OSError):
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content)
