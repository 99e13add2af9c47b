"""A Space and its runtime, as the Hub reports them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from spaces_tui.model.cleaned import clean_lines_of, clean_texts_of
from spaces_tui.model.stage import Stage
from spaces_tui.model.text import clean_line

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.hotreload import HotReloading
    from spaces_tui.model.volume import Volume


SHARED_GPUS: Final = frozenset({"zero-a10g", "zerogpu"})
"""ZeroGPU: used by quota, not paid by the hour. The price list may leave it out."""


@dataclass(frozen=True, slots=True)
class Domain:
    """An address the app answers at."""

    name: str
    stage: str
    """`READY`, `PENDING`, … as the Hub spells it."""
    custom: bool = False

    def __post_init__(self) -> None:
        clean_lines_of(self, "name", "stage")


@dataclass(frozen=True, slots=True)
class Runtime:
    """The runtime block: stage, hardware, sleep time, replicas.

    Every field may be missing in the Hub's answer; None means "the Hub did not say".
    """

    stage: Stage
    hardware: str | None = None
    """The flavour that is allocated now; None while building, paused or static."""
    requested_hardware: str | None = None
    sleep_time: int | None = None
    """Seconds without visitors until the Space sleeps (`gcTimeout`); None: never, or static."""
    replicas: int | None = None
    requested_replicas: int | None = None
    """None when not said, or when the Hub scales by itself (see `autoscaled`)."""
    autoscaled: bool = False
    error_message: str = ""
    """May come with any stage, also with `PAUSED` (quota)."""
    sha: str | None = None
    """The commit that the running container was built from; absent outside running stages."""
    dev_mode: bool = False
    domains: tuple[Domain, ...] = ()
    storage: str | None = None
    """Tier of the persistent storage that is no longer sold: `small`, `medium`, `large`."""
    volumes: tuple[Volume, ...] = ()
    hot_reloading: HotReloading | None = None
    """What became of the newest hot reload; None when this version was not hot-reloaded."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "hardware", "requested_hardware", "sha", "storage")
        clean_texts_of(self, "error_message")

    @property
    def shown_hardware(self) -> str | None:
        """The flavour to show: what is allocated, else what was asked for."""
        return self.hardware or self.requested_hardware

    def is_live(self, commit: str) -> bool:
        """Whether `commit` is what visitors see: running, and the running commit or unknown."""
        return self.stage.running and self.sha in (None, commit)


@dataclass(frozen=True, slots=True)
class Space:
    """One Space. `id` is `owner/name`."""

    id: str
    uid: str = ""
    """The Hub's `_id`: it survives renames, `id` does not."""
    private: bool | None = None
    visibility: str | None = None
    """`public`, `private`, `protected` where the Hub says it."""
    sdk: str | None = None
    sdk_version: str | None = None
    title: str = ""
    app_file: str | None = None
    sha: str | None = None
    """Head of the repository, not the commit that runs."""
    subdomain: str | None = None
    host: str | None = None
    created: datetime | None = None
    modified: datetime | None = None
    likes: int = 0
    tags: tuple[str, ...] = ()
    disabled: bool = False
    runtime: Runtime | None = None

    def __post_init__(self) -> None:
        clean_lines_of(
            self, "id", "visibility", "sdk", "sdk_version", "title", "subdomain", "host", "sha"
        )
        clean_lines_of(self, "app_file")
        object.__setattr__(self, "tags", tuple(clean_line(tag) for tag in self.tags))

    @property
    def owner(self) -> str:
        """The namespace: a person or an organization."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The name without its owner."""
        return self.id.partition("/")[2]

    @property
    def stage(self) -> Stage:
        """The stage, `UNKNOWN` when the Hub did not send a runtime."""
        return self.runtime.stage if self.runtime else Stage("UNKNOWN")

    @property
    def shares_gpus(self) -> bool:
        """Whether it is on ZeroGPU: GPUs are lent for moments, by a quota instead of a price."""
        return self.runtime is not None and self.runtime.shown_hardware in SHARED_GPUS

    @property
    def static(self) -> bool:
        """Whether it is a static Space: always served, never billed, not controllable."""
        return self.sdk == "static"
