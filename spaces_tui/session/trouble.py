"""Failures in one sentence: what is wrong and what to do."""

from __future__ import annotations

from spaces_tui.hub.errors import HubError, NotFoundOrPrivate


def sentence(error: HubError) -> str:
    """Return the error as one clear sentence, with the hint when there is one."""
    said = error.message.strip().rstrip(".") or "The Hub gave no reason"
    hint = (error.hint or "").strip()
    return f"{said}. {hint}".strip() if hint else f"{said}."


def about(space: str, error: HubError) -> str:
    """Return the error as a sentence that names the Space where the Hub's own would not."""
    if isinstance(error, NotFoundOrPrivate):
        return f"There is no Space {space} that this account can see. {error.hint}"
    return sentence(error)
