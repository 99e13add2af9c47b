"""Failures in one sentence: what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spaces_tui.hub.errors import HubError


def sentence(error: HubError) -> str:
    """Return the error as one clear sentence, with the hint when there is one."""
    said = error.message.strip().rstrip(".") or "The Hub gave no reason"
    hint = (error.hint or "").strip()
    return f"{said}. {hint}".strip() if hint else f"{said}."
