"""Other keys for actions, as a person wants them: checked as a whole before any of them counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from spaces_tui.ui.actions import ACTIONS, BY_ID, SHARING, key_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODIFIERS: Final = frozenset({"ctrl", "shift", "alt", "meta", "super"})
_NAMES: Final = frozenset(key.value for key in Keys if not key.value.startswith("<"))
_OURS: Final = frozenset(key for action in ACTIONS for key in action.keys)
_TAKEN: Final = {"ctrl+c": "says how to quit", "ctrl+z": "suspends the console"}
_SHOWN: Final = {"?": "question_mark", "esc": "escape", "PgDn": "pagedown", "PgUp": "pageup"}


class KeymapError(Exception):
    """A key cannot be that of an action; the message is one sentence."""

    def __init__(self, action: str, message: str) -> None:
        super().__init__(message)
        self.action = action


def checked_keys(wanted: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the keys as Textual names them, by the id of their action.

    Raises:
        KeymapError: there is no such action or key, or two actions would have the same one.
    """
    for name in wanted:
        if name not in BY_ID:
            raise KeymapError(name, f"there is no action {name}{_nearest(name)}.")
    chosen = {name: tuple(_key(name, key) for key in keys) for name, keys in wanted.items()}
    owners: dict[str, str] = {}
    for action in sorted(ACTIONS, key=lambda one: one.id in chosen):
        for key in dict.fromkeys(chosen.get(action.id, action.keys)):
            other = owners.setdefault(key, action.id)
            if other != action.id and not ({other, action.id} <= SHARING):
                shown = key_name(key)
                raise KeymapError(
                    action.id,
                    f"{shown} would be the key of both {other} and {action.id}: "
                    "give one of them another.",
                )
    return chosen


def _key(action: str, said: str) -> str:
    """Return a key as Textual names it."""
    *modifiers, last = said.strip().split("+") if len(said.strip()) > 1 else [said.strip()]
    name = _SHOWN.get(last, last)
    if len(name) == 1:
        name = _of_character(name)
    known = len(last) == 1 or name in _NAMES or name in _OURS
    if not name or not known or not _MODIFIERS.issuperset(modifiers):
        raise KeymapError(
            action, f"{action} cannot have the key “{said}”: write it as x, X, $, f5 or ctrl+x."
        )
    key = "+".join([*modifiers, name])
    if key in _TAKEN:
        raise KeymapError(action, f"{action} cannot have {key}: it {_TAKEN[key]}.")
    return key


def _of_character(character: str) -> str:
    import unicodedata  # noqa: PLC0415 - only where keys are changed

    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _nearest(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only where a name is wrong

    near = get_close_matches(name, BY_ID, 1)
    return f"; is {near[0]} meant?" if near else ": “spaces-tui config --keys” lists them"
