"""What is set on a Space, row by row, and which action changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.cardfields import BY_KEY
from spaces_tui.model.devmode import ssh_target
from spaces_tui.model.environment import Variable
from spaces_tui.model.mountpath import STORAGE_PATH
from spaces_tui.model.settings import SettingsNow
from spaces_tui.model.settingsdraft import (
    DEV_MODE,
    NAME,
    OFF,
    ON,
    REPLICAS,
    VISIBILITY,
    SettingsDraft,
)
from spaces_tui.model.sleep import FIXED, sleep_words
from spaces_tui.model.space import SHARED_GPUS
from spaces_tui.model.storage import tier_called
from spaces_tui.model.text import clean_line
from spaces_tui.ui.present.environment import MASK, one_line
from spaces_tui.ui.present.money import per_hour
from spaces_tui.ui.present.overview import space_url
from spaces_tui.ui.present.settings import LABELS, VISIBILITY_WORDS, shell_words
from spaces_tui.ui.present.sleeping import now_words
from spaces_tui.ui.present.spans import Line, Role, Span, line
from spaces_tui.ui.present.times import ago
from spaces_tui.ui.present.volumes import mode_words, source_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from spaces_tui.model.environment import Environment, SecretInfo
    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.space import Runtime, Space
    from spaces_tui.session.snapshot import Snapshot

SETTINGS: Final = "space.settings"
ENVIRONMENT: Final = "space.environment"
HARDWARE: Final = "space.hardware"
SLEEP: Final = "space.sleep"
VOLUMES: Final = "space.volumes"
SHELL: Final = "space.shell"
PAGE: Final = "space.open"
FILES: Final = "tab.4"
_FREE: Final = "cpu-basic"
_REGION: Final = "region:"


class SettingsRow(NamedTuple):
    """One row of the Settings tab."""

    label: str
    value: Line = ()
    action: str = ""
    """Id of the action that changes it; empty where nothing here does."""
    at: str = ""
    """Which row of the settings' editor it is."""
    why_not: str = ""
    """Why this alone cannot be changed, whoever asks."""
    note: str = ""
    """What else is to be said of it."""
    aside: str = ""
    """What stands at the right where there is room, such as an age."""
    heading: bool = False
    bad: bool = False
    """Whether it says that something could not be read."""
    copies: str = ""
    """What enter copies, where nothing can be changed."""

    @property
    def place(self) -> tuple[str, str, str, bool]:
        """Tells it from other rows, also when its value changes."""
        return self.label, self.action, self.at, self.heading


class Known(NamedTuple):
    """What was read of one Space, as far as it was."""

    settings: SettingsNow | None = None
    settings_error: str = ""
    environment: Environment | None = None
    environment_error: str = ""


def settings_rows(
    space: Space, known: Known, snapshot: Snapshot, now: datetime, busy: str = ""
) -> list[SettingsRow]:
    """Return every row; what was not read yet, or could not be, says so.

    `busy` tells of a new read of what is known already.
    """
    draft = _draft(space, known.settings)
    doing = line(Span(f"  {clean_line(busy)}", Role.BUSY)) if busy else ()
    return [
        SettingsRow("Space", doing, SETTINGS, heading=True),
        *_space(draft, snapshot),
        *_machine(draft, snapshot, now),
        *_storage(draft.space),
        *_environment(known, now),
        *_card(draft, known),
    ]


def _draft(space: Space, read: SettingsNow | None) -> SettingsDraft:
    """Return the settings as they were read, with the runtime, which is known to be newer."""
    if read is None:
        return SettingsDraft(SettingsNow(space, ""))
    joined = replace(read.space, runtime=space.runtime or read.space.runtime)
    return SettingsDraft(replace(read, space=joined))


def _space(draft: SettingsDraft, snapshot: Snapshot) -> Iterator[SettingsRow]:
    space = draft.space
    yield SettingsRow(LABELS[NAME], line(Span(space.id, Role.STRONG)), SETTINGS, NAME)
    seen = draft.present(VISIBILITY)
    words = VISIBILITY_WORDS.get(seen, "").partition(";")[0]
    value = line(seen) if seen else _dim("the Hub does not say")
    yield SettingsRow(LABELS[VISIBILITY], value, SETTINGS, VISIBILITY, note=words)
    on = draft.present(DEV_MODE) == ON
    value = line(Span(ON, Role.BUSY)) if on else line(OFF)
    yield SettingsRow(LABELS[DEV_MODE], value, SETTINGS, DEV_MODE, draft.why_not(DEV_MODE))
    if on:
        target = ssh_target(space)
        copies = f"ssh {target}" if target else ""
        yield SettingsRow("Shell", line(shell_words(draft)), SHELL, copies=copies)
    page = space_url(space, snapshot.endpoint or "https://huggingface.co")
    yield SettingsRow("Page", line(page), PAGE)
    yield from _addresses(space)
    regions = [tag.removeprefix(_REGION) for tag in space.tags if tag.startswith(_REGION)]
    if regions:
        yield SettingsRow(
            "Region", line(", ".join(regions)), note="chosen once, when it is created"
        )


def _addresses(space: Space) -> Iterator[SettingsRow]:
    domains = space.runtime.domains if space.runtime else ()
    for domain in domains:
        address = f"https://{domain.name}"
        words = ["own domain"] if domain.custom else []
        words += [domain.stage] if domain.stage != "READY" else []
        yield SettingsRow("App", line(address), note=", ".join(words), copies=address)
    if not domains and space.host:
        yield SettingsRow("App", line(space.host), copies=space.host)


def _machine(draft: SettingsDraft, snapshot: Snapshot, now: datetime) -> Iterator[SettingsRow]:
    space = draft.space
    runtime = space.runtime
    if space.static:
        yield SettingsRow("Hardware", _dim("none"), HARDWARE)
        return
    yield SettingsRow("Hardware", _hardware(space, snapshot, now), HARDWARE)
    free = runtime is not None and runtime.shown_hardware == _FREE
    words = f"after {sleep_words(FIXED)}" if free else now_words(space).removeprefix("sleeps ")
    yield SettingsRow("Sleep time", line(words), SLEEP)
    replicas = _replicas(runtime, snapshot.hardware)
    yield SettingsRow(LABELS[REPLICAS], replicas, SETTINGS, REPLICAS, draft.why_not(REPLICAS))


def _hardware(space: Space, snapshot: Snapshot, now: datetime) -> Line:
    runtime = space.runtime
    if runtime is None or runtime.shown_hardware is None:
        return _dim("not known")
    has, wants = runtime.hardware, runtime.requested_hardware
    spans = [*_priced(runtime.shown_hardware, snapshot.hardware)]
    if has is None:
        spans.append(Span("  asked for, nothing is allocated now", Role.DIM))
    elif wants not in (None, has):
        assert wants is not None
        since = ago(snapshot.hardware_asked.get(space.id), now)
        spans += [Span(" → ", Role.BUSY), *_priced(wants, snapshot.hardware)]
        spans.append(Span(f"  asked for{f' {since}' if since else ''}, not granted yet", Role.BUSY))
    return tuple(spans)


def _priced(flavor: str, prices: Mapping[str, Hardware]) -> Line:
    known = prices.get(flavor)
    if flavor in SHARED_GPUS or (known is not None and not known.usd_per_hour):
        return line(f"{flavor} ", Span("free", Role.DIM))
    price = "price not known" if known is None else per_hour(known.usd_per_hour)
    return line(f"{flavor} ", Span(price, Role.MONEY if known else Role.DIM))


def _replicas(runtime: Runtime | None, prices: Mapping[str, Hardware]) -> Line:
    if runtime is None:
        return _dim("not known")
    if runtime.autoscaled:
        return line("as many as are needed", Span(f"  {runtime.replicas or 0} now", Role.DIM))
    wanted = runtime.requested_replicas or runtime.replicas or 1
    spans = [Span(str(wanted))]
    known = prices.get(runtime.shown_hardware or "")
    if wanted > 1 and known is not None and known.usd_per_hour:
        total = f"  {per_hour(wanted * known.usd_per_hour)} in all while it runs"
        spans.append(Span(total, Role.MONEY))
    if runtime.stage.serving and runtime.replicas not in (None, wanted):
        spans.append(Span(f"  {runtime.replicas} now", Role.BUSY))
    return tuple(spans)


def _storage(space: Space) -> Iterator[SettingsRow]:
    runtime = space.runtime
    volumes = runtime.volumes if runtime else ()
    if space.static:
        return
    yield SettingsRow("Volumes", action=VOLUMES, heading=True, note=_count(len(volumes)))
    for volume in volumes:
        value = line(Span(f"{volume.type} ", Role.DIM), source_words(volume))
        yield SettingsRow(volume.mount_path or "?", value, VOLUMES, note=mode_words(volume))
    if runtime is not None and runtime.storage:
        tier = tier_called(runtime.storage)
        size = f", {tier.size} at {STORAGE_PATH}" if tier else ""
        yield SettingsRow("Storage tier", line(f"{runtime.storage}{size}"), VOLUMES)


def _environment(known: Known, now: datetime) -> Iterator[SettingsRow]:
    found = known.environment
    if found is None:
        yield SettingsRow("Variables and secrets", action=ENVIRONMENT, heading=True)
        yield _missing(known.environment_error, ENVIRONMENT)
        return
    count = _count(len(found.variables))
    yield SettingsRow("Variables", action=ENVIRONMENT, heading=True, note=count)
    yield from (_entry(one, now) for one in found.variables.values())
    secrets = found.secrets
    count = "cannot be listed" if secrets is None else _count(len(secrets))
    yield SettingsRow("Secrets", action=ENVIRONMENT, heading=True, note=count)
    if secrets is None:
        yield SettingsRow("", line(Span(clean_line(found.unlisted), Role.BUSY)), ENVIRONMENT)
        return
    for key in found.variables:
        if key in secrets:
            said = f"{clean_line(key)} is in both lists: the Space cannot run."
            yield SettingsRow("", line(Span(said, Role.BAD)), ENVIRONMENT)
    yield from (_entry(one, now) for one in secrets.values())


def _entry(one: Variable | SecretInfo, now: datetime) -> SettingsRow:
    since = ago(one.updated, now)
    described = clean_line(one.description)
    if isinstance(one, Variable):
        value, aside = line(one_line(one.value)), since
    else:
        value, aside = _dim(MASK), f"set {since}" if since else ""
    return SettingsRow(one.key, value, ENVIRONMENT, note=described, aside=aside)


def _card(draft: SettingsDraft, known: Known) -> Iterator[SettingsRow]:
    yield SettingsRow("Card", action=SETTINGS, heading=True, note="README.md")
    if known.settings is None:
        yield _missing(known.settings_error, SETTINGS)
        return
    if draft.card is None:
        yield SettingsRow("", line(Span(clean_line(draft.card_problem), Role.BUSY)), FILES)
        return
    unset: list[str] = []
    for field in draft.fields():
        text, why = draft.card.get(field.key), draft.why_not(field.key)
        if text or why:
            value = line(clean_line(text or draft.card.written(field.key)))
            yield SettingsRow(field.label, value, SETTINGS, field.key, why)
        else:
            unset.append(field.label)
    for key in draft.card.entries:
        if key not in BY_KEY:
            written = line(clean_line(draft.card.written(key)))
            yield SettingsRow(clean_line(key), written, FILES)
    if unset:
        yield SettingsRow("Not set", _dim(", ".join(unset)), SETTINGS)


def _missing(why: str, action: str) -> SettingsRow:
    """Return the row that stands for what was not read."""
    if not why:
        return SettingsRow("", _dim("reading …"), action)
    return SettingsRow("", line(Span(clean_line(why), Role.BAD)), action, bad=True)


def _dim(text: str) -> Line:
    return (Span(text, Role.DIM),)


def _count(number: int) -> str:
    return str(number) if number else "none"
