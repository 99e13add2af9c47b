"""What a diagnosis says: the cause, where it shows, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from spaces_tui.model.cleaned import clean_lines_of


class Where(StrEnum):
    """Places evidence is found at."""

    STAGE = "stage"
    MESSAGE = "error message"
    BUILD = "build log"
    RUN = "container log"
    CARD = "README.md"
    FILES = "files"
    REQUIREMENTS = "requirements.txt"
    ENVIRONMENT = "variables and secrets"
    HARDWARE = "hardware"
    RUNTIME = "runtime"


class Remedy(StrEnum):
    """What a person can do about a cause, from here."""

    VARIABLE = "variable"
    """Set or change a variable; the target is its name."""
    SECRET = "secret"  # noqa: S105  (the word, not a value)
    """Set or change a secret; the target is its name."""
    CARD = "card"
    """Change a key of the card; the target is the key."""
    FILE = "file"
    """Edit a file of the repository; the target is its path."""
    HARDWARE = "hardware"
    STORAGE = "storage"
    RESTART = "restart"
    REBUILD = "rebuild"
    """Build again without caches."""
    BUILD_LOG = "build log"
    RUN_LOG = "container log"
    BROWSE = "browse"
    """Open a page of the Hub; the target is its path, such as `settings/billing`."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of evidence and its place."""

    where: Where
    text: str
    number: int | None = None
    """Line in its place, counted from 1; None where that means nothing or is not known."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "text")

    @property
    def place(self) -> str:
        """In words: `container log, line 12`."""
        return str(self.where) if self.number is None else f"{self.where}, line {self.number}"


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to do."""

    remedy: Remedy
    what: str
    """In words, such as `Set the secret API_KEY`."""
    target: str = ""
    """A name, key or path, as the remedy says."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "what", "target")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The cause, with what shows it. There is none without evidence."""

    rule: str
    """Id of the rule that found it, such as `python.module`."""
    cause: str
    """One sentence."""
    evidence: tuple[Trace, ...]
    fixes: tuple[Fix, ...] = ()

    def __post_init__(self) -> None:
        clean_lines_of(self, "cause")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is known, or that could not be found out."""

    what: str
    value: str

    def __post_init__(self) -> None:
        clean_lines_of(self, "what", "value")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The cause, or None when nothing shows one; and what was looked at."""

    space: str
    verdict: Verdict | None = None
    others: tuple[Verdict, ...] = ()
    """What else was found, the likelier first: mostly consequences."""
    facts: tuple[Fact, ...] = ()
    trouble: bool = False
    """Whether the Space is in a stage that wants a cause at all."""
