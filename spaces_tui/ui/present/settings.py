"""The settings of one Space: rows, and what a change of each would cause."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.cardfields import BY_KEY
from spaces_tui.model.devmode import ssh_target
from spaces_tui.model.settingsdraft import (
    DEV_MODE,
    NAME,
    ON,
    REPLICAS,
    VISIBILITY,
    SettingsDraft,
)
from spaces_tui.model.stage import Kind
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.present.money import per_hour, rate
from spaces_tui.ui.present.spans import Line, Role, Span, clip, padded, shorten, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.space import Space

_LABEL: Final = 17
LABELS: Final[Mapping[str, str]] = {
    VISIBILITY: "Visibility",
    NAME: "Name",
    REPLICAS: "Replicas",
    DEV_MODE: "Dev Mode",
}
VISIBILITY_WORDS: Final[Mapping[str, str]] = {
    "public": "everybody sees the app, the code and the whole history",
    "protected": "everybody sees the app, the code stays private; needs PRO or Team",
    "private": "only people with access see anything",
}
_HINTS: Final[Mapping[str, str]] = {
    VISIBILITY: "public, protected or private",
    NAME: "rename it, or hand it to an organization with owner/name",
    REPLICAS: "how many copies run, each billed by itself",
    DEV_MODE: "a shell and an editor in the running container; needs PRO or Team",
}


class SettingKind(Enum):
    """What a row is."""

    HEADING = "heading"
    SETTING = "setting"
    SHELL = "shell"
    """The line for ssh."""


class SettingRow(NamedTuple):
    """One row of the list."""

    kind: SettingKind
    key: str
    label: str


def setting_rows(draft: SettingsDraft) -> list[SettingRow]:
    """Return the rows: the Space's own settings, then those of its card."""
    rows = [SettingRow(SettingKind.HEADING, "", "Space")]
    rows += [SettingRow(SettingKind.SETTING, key, label) for key, label in LABELS.items()]
    if draft.present(DEV_MODE) == ON:
        rows.append(SettingRow(SettingKind.SHELL, "", "Shell"))
    if draft.card is not None:
        rows.append(SettingRow(SettingKind.HEADING, "", "Card (README.md, one commit for all)"))
    rows += [SettingRow(SettingKind.SETTING, each.key, each.label) for each in draft.fields()]
    return rows


def setting_line(row: SettingRow, draft: SettingsDraft, width: int) -> Line:
    """Return one row: what it is, what it is now, and what is staged."""
    if row.kind is SettingKind.HEADING:
        return clip((Span(row.label, Role.TITLE),), width)
    label = Span("  " + padded(row.label, _LABEL), Role.DIM)
    if row.kind is SettingKind.SHELL:
        return clip((label, Span(shell_words(draft), Role.KEY)), width)
    now = clean_line(draft.present(row.key))
    if row.key in draft.wanted:
        then = clean_line(draft.wanted[row.key])
        arrow = Span(" → ", Role.BUSY)
        end = Span(then, Role.STRONG) if then else Span("taken out", Role.BAD)
        room = max(8, (width - _LABEL) // 2 - 4)
        return clip((label, Span(shorten(now, room), Role.DIM), arrow, end), width)
    if why := draft.why_not(row.key):
        return clip((label, Span(f"{now}  " if now else ""), Span(why, Role.DIM)), width)
    return clip((label, Span(now)), width)


def shell_words(draft: SettingsDraft) -> str:
    """Return the line for ssh, or that there is none."""
    target = ssh_target(draft.space)
    return f"ssh {target}" if target else "the Hub gives no address for ssh"


def hint_line(row: SettingRow, draft: SettingsDraft, width: int) -> Line:
    """Return what the row under the cursor takes, or why it takes nothing."""
    if row.kind is SettingKind.SHELL:
        said = "enter copies it; S opens it here, with a key that the account knows."
    elif row.kind is SettingKind.HEADING:
        said = ""
    elif why := draft.why_not(row.key):
        said = why
    else:
        field = BY_KEY.get(row.key)
        said = field.hint if field else _HINTS.get(row.key, "")
    return clip((Span(said, Role.DIM),), width)


def hint_of(key: str) -> str:
    """Return what a setting takes, in a few words."""
    field = BY_KEY.get(key)
    return field.hint if field else _HINTS.get(key, "")


def summary_lines(
    draft: SettingsDraft, prices: Mapping[str, Hardware], folder: str | None, width: int
) -> list[Line]:
    """Return every change and what it causes; `folder` is the one watched for the Space."""
    lines: list[Line] = [(Span(draft.space.id, Role.STRONG),)]
    for key, text in draft.wanted.items():
        field = BY_KEY.get(key)
        label = LABELS.get(key) or (field.label if field else key)
        now = clean_line(draft.present(key)) or "nothing"
        then = clean_line(draft.full_name(text) if key == NAME else text) or "taken out"
        lines += wrapped(f"{label}: {now} → {then}", width, Role.TEXT, "  ")
    lines += _visibility_lines(draft, width)
    if draft.edits():
        lines += _card_lines(draft, prices, folder, width)
    lines += _replica_lines(draft, prices, width)
    if DEV_MODE in draft.wanted:
        lines += dev_mode_lines(draft.wanted[DEV_MODE] == ON, width)
        lines += start_lines([draft.space], prices, width)
    if NAME in draft.wanted:
        lines += _name_lines(draft, width)
    return lines


def publishes(draft: SettingsDraft) -> bool:
    """Whether everybody could read the code and its history from then on."""
    return draft.wanted.get(VISIBILITY) == "public"


def is_danger(draft: SettingsDraft) -> bool:
    """Whether something is lost, seen by others, or costs money."""
    more = DEV_MODE in draft.wanted or NAME in draft.wanted or REPLICAS in draft.wanted
    return more or VISIBILITY in draft.wanted or "sdk" in draft.wanted


def _visibility_lines(draft: SettingsDraft, width: int) -> list[Line]:
    wanted = draft.wanted.get(VISIBILITY)
    if wanted is None:
        return []
    return visibility_lines(wanted, draft.present(VISIBILITY), width, static=draft.space.static)


def visibility_lines(wanted: str, present: str, width: int, *, static: bool) -> list[Line]:
    """Return what a visibility means for everybody else; `present` is the one there is."""
    if wanted == "public":
        lines = wrapped(
            "Everybody can read every file and the whole history, also what was deleted long ago. "
            "A secret that was ever committed is known to everybody then: revoke it first.",
            width,
            Role.BAD,
        )
    elif wanted == "protected":
        said = (
            "The app stays open to everybody; files and history can be read no more."
            if present == "public"
            else "Everybody can use the app; files and history stay private."
        )
        lines = wrapped(said, width, Role.BUSY)
    else:
        said = "Visitors are shut out: only people with access see the app."
        lines = wrapped(said, width, Role.BUSY)
    if static and wanted != "private":
        said = "On a static Space every visitor can read its variables and secrets."
        lines += wrapped(said, width, Role.BAD)
    return lines


def _card_lines(
    draft: SettingsDraft, prices: Mapping[str, Hardware], folder: str | None, width: int
) -> list[Line]:
    count = len(draft.edits())
    keys = "1 key" if count == 1 else f"{count} keys"
    kind = draft.space.stage.kind
    if kind is Kind.PAUSED:
        effect = "it stays paused"
    elif draft.space.static:
        effect = "the pages are served anew"
    else:
        effect = "the Space is built anew and restarts; disk content outside volumes is wiped"
    lines = wrapped(f"{keys} in one commit to README.md: {effect}.", width, Role.DIM)
    if kind is Kind.ASLEEP:
        price = rate(draft.space, prices)
        cost = f", at {per_hour(price)}" if price else ""
        lines += wrapped(f"The commit wakes it up{cost}.", width, Role.MONEY)
    if sdk := draft.wanted.get("sdk"):
        needs = {"docker": "a Dockerfile", "static": "an index.html"}.get(sdk, "an app file")
        said = f"As a {clean_line(sdk)} Space it needs {needs}, and may need another plan."
        lines += wrapped(said, width, Role.BAD)
    if folder is not None:
        name = clean_name(folder)
        said = f"{name} is watched: its own README.md is older then, the Watch tab says so."
        lines += wrapped(said, width, Role.BUSY)
    return lines


def _replica_lines(draft: SettingsDraft, prices: Mapping[str, Hardware], width: int) -> list[Line]:
    wanted = draft.wanted.get(REPLICAS, "")
    if not wanted.isdecimal():
        return []
    return replica_lines([draft.space], int(wanted), prices, width)


def replica_lines(
    spaces: Sequence[Space], wanted: int, prices: Mapping[str, Hardware], width: int
) -> list[Line]:
    """Return what so many replicas of each Space cost, against those there are."""
    more = total = 0.0
    for space in spaces:
        runtime = space.runtime
        flavour = prices.get((runtime.shown_hardware if runtime else None) or "")
        if runtime is None or flavour is None:
            return wrapped("What they cost is not known.", width, Role.MONEY)
        before = runtime.requested_replicas or runtime.replicas or 1
        more += (wanted - before) * flavour.usd_per_hour
        total += wanted * flavour.usd_per_hour
    end = f"{per_hour(total)} in all while {'it runs' if len(spaces) == 1 else 'they run'}"
    if more > 0:
        said = f"Costs {per_hour(more)} more, ${more * 24:,.2f} a day; {end}."
    else:
        said = f"Saves {per_hour(-more)}; {end}."
    return wrapped(said, width, Role.MONEY)


def dev_mode_lines(on: bool, width: int) -> list[Line]:
    """Return what switching Dev Mode causes."""
    if on:
        said = (
            "The app restarts. While Dev Mode is on, commits do not rebuild it as usual; what is "
            "edited in the container is lost unless you push it; it ends after 48 h without use."
        )
        return wrapped(said, width, Role.BUSY)
    said = "The app restarts; what was edited in the container and not pushed is lost."
    return wrapped(said, width, Role.BAD)


def start_lines(spaces: Sequence[Space], prices: Mapping[str, Hardware], width: int) -> list[Line]:
    """Return what a restart costs that starts Spaces which are not billed now."""
    resting = [one for one in spaces if not one.static and not one.stage.billed]
    hourly = sum(rate(one, prices) or 0.0 for one in resting)
    if not hourly:
        return []
    return wrapped(f"What rests may start by that, at {per_hour(hourly)}.", width, Role.MONEY)


def _name_lines(draft: SettingsDraft, width: int) -> list[Line]:
    owner = draft.full_name(draft.wanted[NAME]).partition("/")[0]
    said = (
        "The app gets another address and restarts; its old address stops working. The old page "
        "leads to the new one until somebody takes the old name."
    )
    lines = wrapped(said, width, Role.BUSY)
    if owner != draft.space.owner:
        said = f"{clean_line(owner)} owns it then, pays for it and decides who may change it."
        lines += wrapped(said, width, Role.BAD)
    return lines
