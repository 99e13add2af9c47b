"""A Space that is being thought up: what is chosen, what does not go together, what is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from spaces_tui.model.environment import (
    EntryKind,
    Environment,
    NewSecret,
    NewVariable,
    UsedName,
    UsedNames,
)
from spaces_tui.model.envnames import given, looks_secret
from spaces_tui.model.identity import Secret
from spaces_tui.model.mounting import Mounted, MountStaging
from spaces_tui.model.newspace import TRAINS, NewSpace, Rest, SpaceCopy
from spaces_tui.model.sleep import PRESETS, parse_sleep
from spaces_tui.model.spacename import space_name_problem
from spaces_tui.model.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.newspace import Source, Template
    from spaces_tui.model.volume import Volume

FREE: Final = "cpu-basic"
ZERO: Final = "zero-a10g"
STATIC: Final = "static"
SDKS: Final = ("gradio", "docker", STATIC)
VISIBILITIES: Final = ("private", "public", "protected")
"""The careful one first: it is what a draft begins with."""
_PRESETS: Final = frozenset(map(str, PRESETS))
USUAL_SLEEP: Final = 3600
"""Seconds. The Hub's own default on paid hardware is to run, and to bill, day and night."""


class Part(StrEnum):
    """What can be chosen beside the name."""

    SOURCE = "From"
    OWNER = "Owner"
    SDK = "SDK"
    TEMPLATE = "Template"
    VISIBILITY = "Visibility"
    HARDWARE = "Hardware"
    SLEEP = "Sleep time"
    ENVIRONMENT = "Environment"
    VOLUMES = "Volumes"
    DEV_MODE = "Dev Mode"
    FOLDER = "First commit"
    STORAGE = "Storage"
    """Chosen with the volumes; on its own only while it is what is left to do."""


@dataclass(slots=True)
class Draft:
    """What was chosen so far."""

    owner: str
    name: str = ""
    sdk: str = SDKS[0]
    template: Template | None = None
    visibility: str = VISIBILITIES[0]
    hardware: str = FREE
    sleep: int | None = None
    """Seconds or `NEVER`; None while nothing was chosen: `USUAL_SLEEP` on paid hardware."""
    mounts: MountStaging = field(default_factory=lambda: MountStaging(Mounted("")))
    """Volumes, and a tier of the former persistent storage."""
    dev_mode: bool = False
    folder: str = ""
    source: Source | None = None
    """What is duplicated; None for a new Space."""
    staging: Staging = field(default_factory=lambda: Staging(Environment("", {}, {})))
    """Variables and secrets. Those a source's variables bring are its environment."""

    @property
    def id(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def static(self) -> bool:
        """Whether it has no machine, so that nothing about one is sent."""
        return self.sdk == STATIC

    @property
    def trains(self) -> bool:
        """Whether it takes tasks from a dataset of its own."""
        return self.source is None and self.template is not None and self.template.repo == TRAINS

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """What is mounted."""
        return () if self.static else self.mounts.result

    @property
    def storage(self) -> str:
        """The tier of the former persistent storage that is asked for; empty for none."""
        wanted = self.mounts.storage.wanted if self.mounts.storage else None
        return "" if self.static else wanted or ""

    def take_source(self, source: Source) -> None:
        """Duplicate this Space; edits of names stay."""
        self.source = source
        self.sdk = source.space.sdk or self.sdk
        known = source.environment.variables if source.environment else {}
        self.staging.rebase(Environment(source.space.id, known, {}))

    def value(self, part: Part) -> str:
        """Return what was chosen for a part that has a few values."""
        return {
            Part.OWNER: self.owner,
            Part.SDK: self.sdk,
            Part.VISIBILITY: self.visibility,
            Part.HARDWARE: self.hardware,
        }[part]

    def take(self, part: Part, value: str) -> None:
        """Choose one of a few values, hardware, or a sleep time as seconds or as people write it.

        Raises:
            ValueError: it is no sleep time.
        """
        match part:
            case Part.OWNER:
                self.owner = value
            case Part.SDK:
                self.take_sdk(value)
            case Part.VISIBILITY:
                self.visibility = value
            case Part.SLEEP:
                self.sleep = int(value) if value in _PRESETS else parse_sleep(value)
            case _:
                self.hardware = value

    def take_sdk(self, sdk: str) -> None:
        """Choose the SDK; a template of another one is given up."""
        self.sdk = sdk
        if self.template is not None and self.template.sdk != sdk:
            self.template = None

    def take_template(self, template: Template | None) -> None:
        """Choose what it begins as, and with that its SDK."""
        self.template = template
        if template is not None:
            self.sdk = template.sdk
            if template.prefer_private:
                self.visibility = "private"

    def price(self, prices: Mapping[str, Hardware]) -> float | None:
        """Return dollars per hour while it runs; None when nobody knows."""
        if self.static or self.hardware in (FREE, ZERO):
            return 0.0
        known = prices.get(self.hardware)
        return None if known is None else known.usd_per_hour

    def sleep_time(self, prices: Mapping[str, Hardware]) -> int | None:
        """Return the sleep time to send; None where none can be chosen."""
        if self.price(prices) == 0:
            return None
        return USUAL_SLEEP if self.sleep is None else self.sleep

    def blocked(self, part: Part, prices: Mapping[str, Hardware]) -> str:
        """Say why a part cannot be chosen with the others as they are; empty when it can."""
        copied = self.source is not None
        if part in (Part.SDK, Part.TEMPLATE) and copied:
            return "It is the source's."
        if part is Part.FOLDER and copied:
            return "The files are the source's."
        if self.static and part in (Part.HARDWARE, Part.VOLUMES, Part.DEV_MODE):
            return "A static Space is served without a machine."
        if part is Part.SLEEP and self.price(prices) == 0:
            if self.static:
                return "A static Space never sleeps."
            return "Without paid hardware it sleeps after 48 h; that cannot be changed."
        return ""

    def problem(self) -> str:
        """Say what does not go together, in one sentence; empty when all does."""
        if why := space_name_problem(self.name):
            return why
        if self.template is not None and self.folder:
            return "Begin from a template or from a folder, not from both."
        if self.hardware == ZERO and self.sdk not in ("gradio", STATIC):
            return "ZeroGPU runs Gradio only: choose other hardware."
        return self.staging.problem() or ("" if self.static else self.mounts.problem())

    def publishes(self) -> bool:
        """Whether it would show a secret to every visitor."""
        return self.static and any(one.kind is EntryKind.SECRET for one in self.staging.edits)

    def variables(self) -> tuple[NewVariable, ...]:
        """Return the variables to send."""
        return tuple(
            NewVariable(one.key, one.value, one.description or None)
            for one in self.staging.edits
            if isinstance(one.value, str)
        )

    def secrets(self) -> tuple[NewSecret, ...]:
        """Return the secrets to send."""
        return tuple(
            NewSecret(one.key, one.value, one.description or None)
            for one in self.staging.edits
            if isinstance(one.value, Secret)
        )

    def wish(self, prices: Mapping[str, Hardware]) -> NewSpace:
        """Return the request for a new Space."""
        return NewSpace(
            self.id,
            self.sdk,
            visibility=self.visibility,
            template=self.template.repo if self.template else None,
            hardware=None if self.static else self.hardware,
            sleep_time=self.sleep_time(prices),
            secrets=self.secrets(),
            variables=self.variables(),
            volumes=self.volumes,
            dev_mode=True if self.dev_mode and not self.static else None,
        )

    def copy(self, prices: Mapping[str, Hardware]) -> SpaceCopy:
        """Return the request for a duplicate."""
        return SpaceCopy(
            self.id,
            visibility=self.visibility,
            hardware=None if self.static else self.hardware,
            sleep_time=self.sleep_time(prices),
            secrets=self.secrets(),
            variables=self.variables(),
            volumes=self.volumes,
        )

    def rest(self) -> Rest:
        """Return what is done once it is there. Only a duplicate's Dev Mode comes after."""
        return Rest(
            folder="" if self.source else self.folder,
            dev_mode=self.dev_mode and self.source is not None and not self.static,
            storage=self.storage,
            tasks=self.trains,
        )

    def missing(self) -> Missing:
        """Return the secrets that the source has and this would not have."""
        if self.source is None:
            return Missing((), certain=True)
        here = self.staging.names(EntryKind.SECRET) | self.staging.names(EntryKind.VARIABLE)
        listed = self.source.environment.secrets if self.source.environment else None
        if listed is not None:
            names = tuple(UsedName(key, "", 0) for key in listed if key not in here)
            return Missing(names, certain=True)
        used = self.source.used.names if self.source.used else ()
        found = (one for one in used if one.name not in here and not given(one.name))
        return Missing(tuple(one for one in found if looks_secret(one.name)), certain=False)

    def wanted_names(self) -> UsedNames | None:
        """Return what a source's code asks for, and the secrets it has that do not come along."""
        if self.source is None:
            return None
        used = self.source.used or UsedNames(whole=False)
        listed = self.source.environment.secrets if self.source.environment else None
        secrets = tuple(UsedName(key, "", 0) for key in listed or ())
        known = {one.name for one in secrets}
        names = secrets + tuple(one for one in used.names if one.name not in known)
        return UsedNames(names, used.files, used.whole)


@dataclass(frozen=True, slots=True)
class Missing:
    """Secrets a duplicate would lack."""

    names: tuple[UsedName, ...]
    certain: bool
    """Whether they are the source's list; else its code asks for them, and there may be others."""
