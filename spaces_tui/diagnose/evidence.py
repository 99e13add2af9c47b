"""What a diagnosis is made from. Everything may be unknown, which is not the same as empty."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from spaces_tui.diagnose.lines import Lines, last_attempt
from spaces_tui.model.card import Card, CardError

GRADIO_PORT: Final = 7860
STREAMLIT_PORT: Final = 8501

BAD_STAGES: Final = frozenset({"NO_APP_FILE", "CONFIG_ERROR", "BUILD_ERROR", "RUNTIME_ERROR"})
STARTING_STAGES: Final = frozenset({"APP_STARTING", "RUNNING_APP_STARTING"})


@dataclass(frozen=True)
class Evidence:
    """What is known of a Space; None stands for what could not be read or was not looked at."""

    space: str = ""
    stage: str | None = None
    """The Hub's word, such as `BUILD_ERROR`."""
    stage_for: float | None = None
    """Seconds it has been in this stage for, at least."""
    message: str = ""
    """The runtime's error message."""
    build: tuple[str, ...] | None = None
    """Lines of the build log, or of its end."""
    run: tuple[str, ...] | None = None
    """Lines of the container log, or of its end."""
    build_first: int | None = 1
    """Number of the first of these lines in the whole log; None when not known."""
    run_first: int | None = 1
    readme: str | None = None
    sdk: str | None = None
    files: tuple[str, ...] | None = None
    """Paths of the files in the repository."""
    requirements: str | None = None
    """The text of `requirements.txt`; empty when there is no such file."""
    variables: frozenset[str] | None = None
    """Names alone."""
    secrets: frozenset[str] | None = None
    hardware: str | None = None
    replicas: int | None = None
    requested_replicas: int | None = None
    domains: tuple[tuple[str, str], ...] = ()
    """Address and its stage, such as `READY`."""
    unread: tuple[tuple[str, str], ...] = ()
    """What could not be read, and why."""

    @property
    def bad(self) -> bool:
        """Whether the Space is in a stage that wants a cause; also when the platform says one."""
        return self.stage in BAD_STAGES or (self.stage == "PAUSED" and bool(self.message))

    @cached_property
    def card(self) -> Card | None:
        """The card, as far as it can be read."""
        try:
            return None if self.readme is None else Card(self.readme)
        except CardError:
            return None

    def card_value(self, key: str) -> str | None:
        """Return what the card says for a key; None when it says nothing or is not known."""
        return self.card.get(key) if self.card else None

    @cached_property
    def kind(self) -> str | None:
        """The SDK."""
        return self.sdk or self.card_value("sdk")

    @property
    def app_file(self) -> str:
        """The file an app most likely starts from; for Docker one that is there."""
        if self.kind == "docker":
            usual = ("app.py", "main.py", "server.js", "index.js")
            return next((name for name in usual if name in (self.files or ())), "Dockerfile")
        return self.card_value("app_file") or "app.py"

    @property
    def port(self) -> int | None:
        """The port that visitors are sent to; None when not known."""
        if self.kind == "docker":
            named = self.card_value("app_port")
            return int(named) if named and named.isdigit() else GRADIO_PORT
        return {"gradio": GRADIO_PORT, "streamlit": STREAMLIT_PORT}.get(self.kind or "")

    @cached_property
    def message_lines(self) -> Lines:
        """The error message, line by line."""
        return Lines(self.message.splitlines(), 1)

    @cached_property
    def build_lines(self) -> Lines:
        """The build log since the last build began."""
        return last_attempt(self.build or (), self.build_first, "===== Build Queued at ")

    @cached_property
    def run_lines(self) -> Lines:
        """The container log since the last start."""
        return last_attempt(self.run or (), self.run_first, "===== Application Startup at ")

    def sets(self, name: str) -> bool | None:
        """Return whether a variable or secret has this name; None when that is not known."""
        known = [names for names in (self.variables, self.secrets) if names is not None]
        if any(name in names for names in known):
            return True
        return False if len(known) == 2 else None
