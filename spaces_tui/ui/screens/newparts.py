"""The lists from which one part of a new Space is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.draft import SDKS, VISIBILITIES, ZERO, Draft, Part
from spaces_tui.model.newspace import TRAINS
from spaces_tui.model.sleep import PRESETS, parse_sleep, sleep_words
from spaces_tui.ui.present.creating import VISIBLE
from spaces_tui.ui.present.machines import machine_row, table_head
from spaces_tui.ui.present.spans import Line, Role, wrapped
from spaces_tui.ui.screens.pick import Pick, PickForm, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.newspace import Template

_TRAINS: Final = (
    "A page, and a worker that takes tasks from a private dataset: it borrows hardware for each, "
    "and gives it back."
)
_FEW: Final = {Part.SDK: SDKS, Part.VISIBILITY: VISIBILITIES}


def few_values(part: Part, owners: Sequence[str]) -> Sequence[str] | None:
    """Return the values of a part that has but a few; None for others."""
    return owners if part is Part.OWNER else _FEW.get(part)


def part_form(
    part: Part,
    draft: Draft,
    prices: Mapping[str, Hardware],
    owners: Sequence[str],
    templates: Sequence[Template] | None,
) -> PickForm:
    """Return the form of a part; it ends with a value that `Draft.take` takes.

    For templates that is the id of one, or nothing; `templates` is None until they were read.
    """
    if part is Part.TEMPLATE:
        return _template_form(draft, templates)
    if part is Part.HARDWARE:
        return _hardware_form(draft, prices)
    if part is Part.SLEEP:
        return _sleep_form(draft, prices)
    picks = [Pick(one, plain(_words(part, one))) for one in few_values(part, owners) or ()]
    return PickForm(part.value, picks, draft.value(part))


def _words(part: Part, value: str) -> str:
    if part is Part.VISIBILITY:
        return f"{value}: {VISIBLE[value]}"
    return value or "none"


def _template_form(draft: Draft, templates: Sequence[Template] | None) -> PickForm:
    picks = [Pick("", plain("none: an empty Space"))]
    for one in templates or ():
        ours = one.repo == TRAINS
        note = _TRAINS if ours else f"Begins as {one.repo}, with its SDK."
        picks.append(Pick(one.repo, plain(f"{one.name}  {one.sdk}"), note))
    head = None
    if templates is None:
        head = _said("The templates were not read yet: close this and open it again.")
    chosen = draft.template.repo if draft.template else ""
    return PickForm("Template", picks, chosen, head=head)


def _sleep_form(draft: Draft, prices: Mapping[str, Hardware]) -> PickForm:
    picks = [Pick(str(one), plain(sleep_words(one))) for one in PRESETS]
    return PickForm(
        "Sleep time",
        picks,
        str(draft.sleep_time(prices)),
        head=_said("Without visitors it sleeps after"),
        free="or 45m, 2h, 3 days, never",
        fault=_sleep_fault,
    )


def _hardware_form(draft: Draft, prices: Mapping[str, Hardware]) -> PickForm:
    machines = sorted(prices.values(), key=lambda one: (one.usd_per_hour, one.name))
    blocked = "" if draft.sdk == "gradio" else "ZeroGPU runs Gradio only."
    picks = [
        Pick(
            one.name,
            lambda mark, width, one=one: machine_row(one, mark, width),  # type: ignore[misc]  # the default keeps this turn's value
            blocked=blocked if one.name == ZERO else "",
        )
        for one in machines
    ]
    if ZERO not in prices:  # paid by quota: price lists leave it out
        note = "A GPU for moments, shared with others and paid by quota; Gradio alone."
        picks.insert(1, Pick(ZERO, plain(f"{ZERO}  by quota"), note, blocked))
    return PickForm("Hardware", picks, draft.hardware, head=_table_head)


def _sleep_fault(text: str) -> str:
    try:
        parse_sleep(text)
    except ValueError as error:
        return str(error)
    return ""


def _said(text: str) -> Callable[[int], list[Line]]:
    return lambda width: wrapped(text, width, Role.DIM)


def _table_head(width: int) -> list[Line]:
    return [table_head(width)]
