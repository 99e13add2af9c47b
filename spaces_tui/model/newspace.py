"""What a Space is made of, or copied with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from spaces_tui.model.cleaned import clean_lines_of

if TYPE_CHECKING:
    from spaces_tui.model.environment import Environment, NewSecret, NewVariable, UsedNames
    from spaces_tui.model.space import Space
    from spaces_tui.model.volume import Volume


@dataclass(frozen=True, slots=True)
class FirstFile:
    """A file that a new Space begins with."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class NewSpace:
    """A Space to be created. None leaves a choice to the Hub."""

    id: str
    """`owner/name`; the owner is the person or one of their organizations."""
    sdk: str
    """`gradio`, `docker` or `static`; with a template, the template's."""
    visibility: str | None = None
    """`public`, `private` or `protected`; the Hub's default is public."""
    template: str | None = None
    """The Space to begin as, by its id."""
    hardware: str | None = None
    sleep_time: int | None = None
    """Seconds, or -1 for never; `cpu-basic` ignores it."""
    secrets: tuple[NewSecret, ...] = ()
    variables: tuple[NewVariable, ...] = ()
    volumes: tuple[Volume, ...] = ()
    dev_mode: bool | None = None
    sdk_version: str | None = None
    short_description: str | None = None
    """At most 60 characters."""
    license: str | None = None
    license_name: str | None = None
    license_link: str | None = None
    region: str | None = None
    """`us` or `eu`; a paid feature of organizations."""
    resource_group: str | None = None
    """Id of an organization's resource group, 24 hexadecimal digits."""
    files: tuple[FirstFile, ...] = ()


@dataclass(frozen=True, slots=True)
class SpaceCopy:
    """How a Space is duplicated. The source's variables come along, secrets and hardware do not."""

    id: str
    """`owner/name` of the copy."""
    visibility: str | None = None
    """None: as the source."""
    hardware: str | None = None
    """None: `cpu-basic`."""
    sleep_time: int | None = None
    """Seconds, or -1 for never."""
    secrets: tuple[NewSecret, ...] = ()
    variables: tuple[NewVariable, ...] = ()
    volumes: tuple[Volume, ...] = ()
    resource_group: str | None = None


@dataclass(frozen=True, slots=True)
class CreatedSpace:
    """A Space that was created or duplicated, or was there already."""

    id: str
    url: str | None = None
    uid: str = ""
    """The Hub's own id; empty when it did not say."""
    existed: bool = False
    """It was there before, which the caller had allowed."""
    files_pending: bool = False
    """Large files of the source are still being copied."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "id", "url", "uid")


TRAINS: Final = "train-on-demand"
"""Id of the template that comes with this program: a Space that takes tasks from a dataset."""


@dataclass(frozen=True, slots=True)
class Template:
    """A Space to begin a new one as."""

    name: str
    sdk: str
    repo: str
    """Its id, for `NewSpace.template`."""
    prefer_private: bool = False
    """Make it private where the person chose nothing."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "name", "sdk", "repo")


@dataclass(frozen=True, slots=True)
class CardCheck:
    """What the Hub says of a README's card."""

    errors: tuple[str, ...] = ()
    """A commit with this README would be refused."""
    warnings: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether a commit with it would be taken."""
        return not self.errors


class NameState(StrEnum):
    """Whether a name can be taken, as far as this identity can see."""

    FREE = "free"
    TAKEN = "taken"
    LEADS_ON = "leads on"
    """The old name of a renamed Space: it can be taken, and leads to that one no more."""


@dataclass(frozen=True, slots=True)
class NameCheck:
    """What the Hub says of one name."""

    id: str
    state: NameState
    leads_to: str = ""
    """The Space that an old name leads to."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "leads_to")


@dataclass(frozen=True, slots=True)
class Source:
    """A Space as something to duplicate."""

    space: Space
    environment: Environment | None = None
    """None when not even its variables can be read. Its secrets are None when they cannot be
    listed."""
    unread: str = ""
    """Why its environment cannot be read, in one sentence."""
    used: UsedNames | None = None
    """The names its code asks for; None when the code was not read."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What cannot go with the request that makes a Space, and is done once it is there."""

    folder: str = ""
    """The local folder the first commit is made of; empty for none."""
    dev_mode: bool = False
    storage: str = ""
    """A tier of the former persistent storage; empty for none."""
    tasks: bool = False
    """Whether a private dataset for the tasks of a Space that trains on demand is made."""

    def __bool__(self) -> bool:
        return bool(self.folder or self.dev_mode or self.storage or self.tasks)
