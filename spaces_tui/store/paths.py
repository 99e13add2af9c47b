"""Where things lie on this machine. Every folder we make is readable by its owner alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

APP = "spaces-tui"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one installation.

    `state` holds what must survive (journals of watched folders, crash reports), `cache` what may
    be thrown away at any time (the list of the last run).
    """

    state: Path
    cache: Path

    @property
    def sync(self) -> Path:
        """Journals and bases of watched folders."""
        return self.state / "sync"

    @property
    def unsent(self) -> Path:
        """Notes of what was left unsent when watching ended."""
        return self.state / "unsent"

    @property
    def guard(self) -> Path:
        """The journal of borrowed hardware."""
        return self.state / "guard"

    @property
    def logs(self) -> Path:
        """The last lines of logs, tokens masked."""
        return self.state / "logs"

    @property
    def crashes(self) -> Path:
        """Crash reports, without secrets."""
        return self.state / "crashes"


def configuration_file() -> Path:
    """Return where the configuration is, such as `~/.config/spaces-tui/config.toml` on Linux."""
    from platformdirs import PlatformDirs  # noqa: PLC0415  (2 ms that `--help` need not pay)

    return Path(PlatformDirs(APP, appauthor=False).user_config_dir) / "config.toml"


def default_paths() -> Paths:
    """Return the platform's own places, such as `~/.local/state/spaces-tui` on Linux."""
    from platformdirs import PlatformDirs  # noqa: PLC0415  (2 ms that `--help` need not pay)

    places = PlatformDirs(APP, appauthor=False)
    return Paths(state=Path(places.user_state_dir), cache=Path(places.user_cache_dir))
