"""A Space that is being thought up, in rows, and what creating it would cost and cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.draft import FREE, Draft, Missing, Part
from spaces_tui.model.newspace import NameState
from spaces_tui.model.sleep import NEVER, sleep_words
from spaces_tui.model.storage import tier_called
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.present.environment import count_words
from spaces_tui.ui.present.money import per_hour
from spaces_tui.ui.present.plan import skipped_line
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, padded, wrapped
from spaces_tui.ui.present.spark import size
from spaces_tui.ui.present.volumes import mode_words, source_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.identity import Identity
    from spaces_tui.model.newspace import NameCheck
    from spaces_tui.model.sync import SyncPlan
    from spaces_tui.model.volume import Volume

_LABEL: Final = 14
_DAY: Final = 24
_NAMED: Final = 4
VISIBLE: Final = {
    "private": "only you, or the organization's members",
    "public": "everybody sees the app, the code and the variables",
    "protected": "everybody sees the app, nobody the code; needs a plan",
}
HELP: Final = {
    Part.SOURCE: "any public Space, or one of yours",
    Part.OWNER: "you, or an organization you may write in",
    Part.SDK: "gradio and docker run on a machine; static is files alone, free for everyone",
    Part.TEMPLATE: "files to begin with",
    Part.HARDWARE: "billed by the minute while it starts and runs",
    Part.SLEEP: "asleep it costs nothing, and the next visitor wakes it",
    Part.ENVIRONMENT: "variables, readable by others, and secrets, which are not",
    Part.VOLUMES: "buckets and repositories, mounted into the container",
    Part.STORAGE: "the former persistent storage, where this Hub still has it",
    Part.DEV_MODE: "SSH and an editor in the container; needs a plan",
    Part.FOLDER: "a local folder; keys, .env files and what is ignored stay out",
}


class Folder(NamedTuple):
    """What is known of the folder of the first commit."""

    plan: SyncPlan | None = None
    """None while it is being looked at."""
    failure: str = ""


def part_line(part: Part, draft: Draft, prices: Mapping[str, Hardware], width: int) -> Line:
    """Return one row: what can be chosen, and what is."""
    label = Span(padded(part.value, _LABEL), Role.DIM)
    blocked = draft.blocked(part, prices)
    if blocked and part not in (Part.SDK, Part.TEMPLATE):
        return clip((label, Span(_blocked_value(part, draft), Role.DIM)), width)
    value, note = _value(part, draft, prices)
    spans: Line = (label, Span(value, Role.DIM if blocked else Role.TEXT))
    return clip((*spans, Span(f"  {note}", Role.DIM)) if note else spans, width)


def name_lines(
    draft: Draft, check: NameCheck | None, failure: str, width: int, *, checking: bool
) -> list[Line]:
    """Return what is known of the name that was typed."""
    if not draft.name:
        return [(Span(f"{draft.owner}/", Role.STRONG), Span("…  its name", Role.DIM))]
    name = Span(draft.id, Role.STRONG)
    if check is not None and check.state is NameState.FREE:
        return [clip((Span("✔ ", Role.GOOD), name, Span(" is free", Role.DIM)), width)]
    if check is not None and check.state is NameState.LEADS_ON:
        said = f"{draft.id} leads to {check.leads_to} now, and would not any more."
        return wrapped(said, width, Role.BUSY)
    if failure:
        return wrapped(f"{draft.id} could not be looked up: {failure}", width, Role.BUSY)
    said = " is being looked up …" if checking else ""
    return [clip((name, Span(said, Role.DIM)), width)]


def plan_warning(draft: Draft, identities: Sequence[Identity], width: int) -> list[Line]:
    """Say that a free account gets no free machine, before the Hub does."""
    mine = next((one for one in identities if one.name == draft.owner), None)
    if mine is None or mine.pro or draft.static or draft.hardware != FREE:
        return []
    zero = ", ZeroGPU" if draft.sdk == "gradio" else ""
    said = (
        f"The Hub may refuse {draft.sdk} on {FREE} without PRO (402). Static{zero} and hardware "
        "paid by the hour need none."
    )
    return wrapped(said, width, Role.BUSY)


def missing_lines(draft: Draft, width: int) -> list[Line]:
    """Return the secrets that a duplicate would lack."""
    source = draft.source
    if source is None:
        return []
    if source.environment is None:
        return wrapped(f"Its environment cannot be read: {source.unread}", width, Role.BUSY)
    mounted = source.space.runtime.volumes if source.space.runtime else ()
    places = ", ".join(one.mount_path for one in mounted)
    said = f"Volumes are not known to come along. It has {places}: mount what it needs."
    volumes = wrapped(said, width, Role.BUSY) if mounted else []
    return [*_missing_secrets(draft.missing(), width), *volumes]


def _missing_secrets(missing: Missing, width: int) -> list[Line]:
    names = ", ".join(clean_line(one.name) for one in missing.names)
    if missing.certain:
        if not names:
            return [(Span("No secret will be missing.", Role.DIM),)]
        said = f"Secrets do not come along. Missing: {names}."
        return wrapped(said, width, Role.BUSY)
    if not names:
        return wrapped(
            "Secrets do not come along; which it has cannot be listed, and its code names none.",
            width,
            Role.DIM,
        )
    said = f"Secrets do not come along, and cannot be listed. Its code asks for: {names}."
    return wrapped(said, width, Role.BUSY)


def folder_lines(folder: Folder, width: int) -> list[Line]:
    """Return what would be committed first."""
    if folder.failure:
        return wrapped(folder.failure, width, Role.BAD)
    if folder.plan is None:
        return [(Span("The folder is being looked at …", Role.DIM),)]
    return wrapped(folder_words(folder.plan), width, Role.DIM)


def folder_words(plan: SyncPlan) -> str:
    """Return how many files go, how large they are, and how many stay out."""
    count, total = len(plan.upload), sum(one.size for one in plan.upload)
    files = "1 file" if count == 1 else f"{count} files"
    out = f", {len(plan.skipped)} not sent" if plan.skipped else ""
    return f"First commit: {files}, {size(total)}{out}."


def summary_lines(
    draft: Draft, prices: Mapping[str, Hardware], folder: Folder, width: int
) -> list[Line]:
    """Return everything that would be made, what it costs, and what happens next."""
    verb = f"Duplicate {draft.source.space.id} to " if draft.source else "Create "
    lines = wrapped(f"{verb}{draft.id}", width, Role.STRONG)
    begins = f" from the template {draft.template.name}" if draft.template else ""
    lines += _item(f"{draft.sdk}{begins} · {draft.visibility}: {VISIBLE[draft.visibility]}", width)
    lines += _machine_lines(draft, prices, width)
    edits = draft.staging.edits
    if edits:
        names = ", ".join(clean_line(one.key) for one in edits)
        lines += _item(f"{count_words(edits)}: {names}", width)
    lines += trains_lines(draft, width)
    lines += missing_lines(draft, width)
    if draft.publishes():
        said = "It is static: every visitor can read its secrets in the page."
        lines += wrapped(said, width, Role.BAD)
    if not draft.static:
        for volume in draft.volumes:
            lines += _item(volume_words(volume), width)
        if draft.dev_mode:
            lines += _item("Dev Mode on", width)
        if draft.storage:
            lines += _storage_lines(draft.storage, width)
    if draft.folder and not draft.source:
        lines += _folder_part(draft.folder, folder, width)
    return [*lines, BLANK, *wrapped(next_words(draft), width, Role.DIM)]


def trains_lines(draft: Draft, width: int) -> list[Line]:
    """Return what a Space that trains on demand needs besides; nothing for others."""
    if not draft.trains:
        return []
    from spaces_tui.trainer.scopes import CARRIED_IN, scopes_needed  # noqa: PLC0415 - seldom needed
    from spaces_tui.trainer.tasks import dataset_of  # noqa: PLC0415 - the same

    lines = _item(f"the private dataset {dataset_of(draft.id)} for its tasks (t)", width)
    lines += _item(
        f"Then make a fine-grained token and set it as the secret {CARRIED_IN} (e). It needs:",
        width,
    )
    for need in scopes_needed(draft.id):
        lines += wrapped(need.text, width, Role.TEXT, "    ")
    return lines


def exists_lines(draft: Draft, prices: Mapping[str, Hardware], width: int) -> list[Line]:
    """Say that the Space is there, and what it costs, while something is left to do."""
    lines = wrapped(f"{draft.id} is there now: {draft.sdk}, {draft.visibility}.", width, Role.GOOD)
    return [*lines, *_machine_lines(draft, prices, width)]


def next_words(draft: Draft) -> str:
    """Return what happens once it is there."""
    filled = draft.folder or draft.template or draft.source
    if draft.static:
        return "It is served at once." if filled else "It is served at once, with nothing in it."
    if filled:
        return "It is built at once; nothing is billed before it starts."
    return "Nothing runs before it has an app: w watches a folder, u uploads one."


def done_words(draft: Draft) -> str:
    """Return what happens now that it is there."""
    filled = draft.folder or draft.template or draft.source
    if draft.static:
        return f"{draft.id} is there and served."
    if filled:
        return f"{draft.id} is there and being built: b follows the build."
    return f"{draft.id} is there, without an app yet: w watches a folder, u uploads one."


def costs(draft: Draft, prices: Mapping[str, Hardware]) -> bool:
    """Whether it costs something, or nobody knows."""
    return draft.price(prices) != 0 or bool(draft.storage)


def price_words(draft: Draft, prices: Mapping[str, Hardware]) -> str:
    """Return the price of an hour; empty when it is free."""
    price = draft.price(prices)
    if price is None:
        return "price unknown"
    return per_hour(price) if price else ""


def volume_words(volume: Volume) -> str:
    """Return one volume on one line."""
    return f"{volume.mount_path} ← {volume.type} {source_words(volume)}, {mode_words(volume)}"


def _value(part: Part, draft: Draft, prices: Mapping[str, Hardware]) -> tuple[str, str]:
    """Return what is chosen, and what there is to know about it."""
    price = draft.price(prices)
    day = f" · ${price * _DAY:,.2f} a day" if price else ""
    proposed = "proposed, so that nothing runs by accident" if draft.sleep is None else ""
    edits = draft.staging.edits
    copied = len(draft.staging.environment.variables)
    return {
        Part.SOURCE: (draft.source.space.id if draft.source else "", ""),
        Part.OWNER: (draft.owner, ""),
        Part.SDK: (draft.sdk, ""),
        Part.TEMPLATE: (draft.template.name if draft.template else "none", ""),
        Part.VISIBILITY: (draft.visibility, VISIBLE[draft.visibility]),
        Part.HARDWARE: (draft.hardware, (price_words(draft, prices) or "free") + day),
        Part.SLEEP: (sleep_words(draft.sleep_time(prices)), proposed),
        Part.ENVIRONMENT: (
            count_words(edits) if edits else "none",
            f"{copied} come along" if copied else "",
        ),
        Part.VOLUMES: (_mounted(draft), ""),
        Part.STORAGE: (draft.storage or "none", ""),
        Part.DEV_MODE: ("on" if draft.dev_mode else "off", ""),
        Part.FOLDER: (clean_name(draft.folder) if draft.folder else "none", ""),
    }[part]


def _blocked_value(part: Part, draft: Draft) -> str:
    if part is Part.SLEEP:
        return "never" if draft.static else "48 h"
    return "none" if part is not Part.FOLDER else "the source's files"


def _mounted(draft: Draft) -> str:
    words = [volume_words(one) for one in draft.volumes]
    words += [f"{draft.storage} storage"] if draft.storage else []
    if not words:
        return "none"
    more = len(words) - 1
    return words[0] + (f" and {more} more" if more else "")


def _machine_lines(draft: Draft, prices: Mapping[str, Hardware], width: int) -> list[Line]:
    if draft.static:
        return []
    price = draft.price(prices)
    if price == 0:
        return _item(f"{draft.hardware}, free; sleeps after 48 h without visitors", width)
    if price is None:
        lines = wrapped(f"  {draft.hardware}: its price is not known.", width, Role.MONEY)
    else:
        said = f"  {draft.hardware}: {per_hour(price)}, ${price * _DAY:,.2f} a day while it runs"
        lines = wrapped(said, width, Role.MONEY)
    seconds = draft.sleep_time(prices)
    if seconds == NEVER:
        said = "  It never sleeps: billed day and night until somebody stops it."
        return [*lines, *wrapped(said, width, Role.BAD)]
    return [*lines, *_item(f"sleeps after {sleep_words(seconds)} without visitors", width)]


def _storage_lines(name: str, width: int) -> list[Line]:
    tier = tier_called(name)
    price = f", ${tier.usd_per_month:g} a month when it was last sold" if tier else ""
    said = f"  {name} storage, asked for afterwards{price}; billed whether it runs or not"
    return wrapped(said, width, Role.MONEY)


def _folder_part(name: str, folder: Folder, width: int) -> list[Line]:
    lines = _item(f"then commits {clean_name(name)}", width)
    if folder.plan is None:
        return [*lines, *folder_lines(folder, width)]
    lines += _item(folder_words(folder.plan), width)
    lines += [clip(skipped_line(one), width) for one in folder.plan.skipped[:_NAMED]]
    more = len(folder.plan.skipped) - _NAMED
    if more > 0:
        lines.append((Span(f"   and {more} more", Role.DIM),))
    return lines


def _item(text: str, width: int) -> list[Line]:
    return wrapped(text, width, Role.TEXT, "  ")
