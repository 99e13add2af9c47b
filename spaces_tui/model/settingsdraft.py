"""Staged settings of one Space, and what of them can be changed at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.card import Card, CardError
from spaces_tui.model.cardfields import BY_KEY, CardField, fields_for
from spaces_tui.model.settings import CardEdit, SettingsNow
from spaces_tui.model.spacename import space_name_problem
from spaces_tui.model.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Collection

    from spaces_tui.model.card import CardValue
    from spaces_tui.model.space import Space

VISIBILITY: Final = "visibility"
NAME: Final = "name"
REPLICAS: Final = "replicas"
DEV_MODE: Final = "dev_mode"
REPOSITORY: Final = (VISIBILITY, NAME, REPLICAS, DEV_MODE)
VISIBILITIES: Final = ("public", "protected", "private")
ON: Final = "on"
OFF: Final = "off"
_FREE: Final = frozenset({None, "cpu-basic", "zero-a10g", "zerogpu"})
"""Flavours that run once and no more."""
MOST_REPLICAS: Final = 100
_NO_CONTAINER: Final = "Static Spaces run no container."


class SettingsDraft:
    """What is there, and what is wanted instead. Card keys go by their own names."""

    def __init__(
        self, now: SettingsNow, *, owners: Collection[str] = (), taken: Collection[str] = ()
    ) -> None:
        """`owners` are the names a Space may be moved to, `taken` those of other Spaces."""
        self._owners = owners
        self._taken = taken
        self.wanted: dict[str, str] = {}
        """By key, what is not as it is now; an empty text takes a key out of the card."""
        self.rebase(now)

    def rebase(self, now: SettingsNow) -> None:
        """Take what is there now; what is staged stays, unless it is so already."""
        self.now = now
        self.card: Card | None = None
        self.card_problem = now.unreadable
        try:
            self.card = None if now.unreadable else Card(now.readme)
        except CardError as error:
            self.card_problem = f"{error} Edit the file itself."
        self.wanted = {key: text for key, text in self.wanted.items() if text != self.present(key)}

    @property
    def space(self) -> Space:
        """The Space as it is now."""
        return self.now.space

    def fields(self) -> tuple[CardField, ...]:
        """Return the card's fields that are shown."""
        if self.card is None:
            return ()
        sdk = self.wanted.get("sdk") or self.card.get("sdk") or self.space.sdk
        return fields_for(sdk, frozenset(self.card.entries) | frozenset(self.wanted))

    def present(self, key: str) -> str:
        """Return what is there now, as a person would type it; empty for nothing."""
        space, runtime = self.space, self.space.runtime
        match key:
            case "visibility":
                return visibility_words(space)
            case "name":
                return space.id
            case "replicas":
                return replicas_words(space)
            case "dev_mode":
                return ON if runtime is not None and runtime.dev_mode else OFF
            case _:
                return (self.card.get(key) or "") if self.card else ""

    def text(self, key: str) -> str:
        """Return what will be there."""
        return self.wanted.get(key, self.present(key))

    def put(self, key: str, text: str) -> None:
        """Stage a value; what is there already is no edit."""
        if text == self.present(key):
            self.wanted.pop(key, None)
        else:
            self.wanted[key] = text

    def undo(self, key: str) -> None:
        """Forget what is staged for a key."""
        self.wanted.pop(key, None)

    def settle(self, done: Collection[str]) -> None:
        """Forget what was done, by the names of the steps."""
        card = {key for key in self.wanted if key not in REPOSITORY} if "card" in done else set()
        for key in (*done, *card):
            self.wanted.pop(key, None)

    def why_not(self, key: str) -> str:
        """Say why a setting cannot be changed; empty when it can."""
        if key == REPLICAS:
            return replicas_refusal(self.space)
        if key == DEV_MODE and self.space.static:
            return _NO_CONTAINER
        if key not in REPOSITORY and self.card is not None and (why := self.card.why_not(key)):
            return f"It {why}: edit README.md itself."
        return ""

    def problem_of(self, key: str, text: str) -> str:
        """Say what is wrong with a value; empty when the Hub will take it."""
        if text == self.present(key):
            return ""
        match key:
            case "visibility":
                fine = text in VISIBILITIES
                return "" if fine else f"One of {', '.join(VISIBILITIES)}."
            case "name":
                return self._name_problem(text)
            case "replicas":
                return replicas_problem(text)
            case "dev_mode":
                return "" if text in (ON, OFF) else "On or off."
            case _:
                return BY_KEY[key].problem(text)

    def problem(self) -> str:
        """Say what holds everything back."""
        for key, text in self.wanted.items():
            if why := self.problem_of(key, text):
                return why
        return ""

    def edits(self) -> tuple[CardEdit, ...]:
        """Return what is staged for the card."""
        return tuple(
            CardEdit(key, self.card.get(key) if self.card else None, _value(key, text))
            for key, text in self.wanted.items()
            if key not in REPOSITORY
        )

    def readme(self) -> str | None:
        """Return the README as it will be; None when nothing is staged for it.

        Raises:
            CardError: it cannot be written.
        """
        edits = self.edits()
        if self.card is None or not edits:
            return None
        return self.card.edited({edit.key: edit.value for edit in edits})

    def full_name(self, text: str) -> str:
        """Return `owner/name` for what was typed; the owner may be left out."""
        return text if "/" in text else f"{self.space.owner}/{text}"

    def _name_problem(self, text: str) -> str:
        owner, _, name = self.full_name(text).partition("/")
        if why := space_name_problem(name):
            return why
        if owner != self.space.owner and owner not in self._owners:
            return f"None of your accounts belongs to {clean_line(owner) or 'nobody'}."
        other = f"{owner}/{name}".lower()
        if other != self.space.id.lower() and other in {one.lower() for one in self._taken}:
            return f"{owner}/{name} is taken."
        return ""


def visibility_words(space: Space) -> str:
    """Return who sees a Space, in the Hub's word; empty when it did not say."""
    return space.visibility or {True: "private", False: "public", None: ""}[space.private]


def replicas_words(space: Space) -> str:
    """Return how many replicas are asked for; `auto` where the Hub decides, empty when unknown."""
    runtime = space.runtime
    if runtime is None:
        return ""
    count = runtime.requested_replicas or runtime.replicas or 1
    return "auto" if runtime.autoscaled else str(count)


def replicas_refusal(space: Space) -> str:
    """Say why a Space runs once and no more; empty when it takes a number."""
    if space.static:
        return _NO_CONTAINER
    paid = space.runtime is not None and space.runtime.requested_hardware not in _FREE
    return "" if paid else "Replicas are for paid hardware: choose some first (h)."


def replicas_problem(text: str) -> str:
    """Say what is wrong with a number of replicas; empty when it can be asked for."""
    fine = text.isascii() and text.isdecimal() and 0 < int(text[:4]) <= MOST_REPLICAS
    return "" if fine else f"A number from 1 to {MOST_REPLICAS}."


def _value(key: str, text: str) -> CardValue | None:
    return BY_KEY[key].value(text) if text else None
