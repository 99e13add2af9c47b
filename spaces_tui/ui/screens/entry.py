"""One variable or one secret: its name, its value, its description."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input, TextArea

from spaces_tui.model.environment import EntryKind
from spaces_tui.model.envnames import looks_secret
from spaces_tui.model.identity import Secret
from spaces_tui.model.text import clean, clean_line
from spaces_tui.ui.external import ExternalEditorError, edit_externally
from spaces_tui.ui.present.spans import Line, Role, Span, wrapped
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.textfiles import UnreadableError, read_text
from spaces_tui.ui.widgets.fields import (
    Field,
    LongField,
    SecretField,
    one_way_to_break_lines,
    without_last_break,
)

if TYPE_CHECKING:
    from textual.widget import Widget

_MOST: Final = 8
"""Rows of a value that are shown at once, where there is room."""
_LARGEST: Final = 64 * 1024
"""Bytes of a file that a secret is read from."""


class Entry(NamedTuple):
    """What was filled in."""

    key: str
    value: str | Secret
    description: str


class _EntryForm(Form[Entry]):
    """A name that is new or fixed, a description, and the fields of the value between them."""

    KIND: ClassVar[EntryKind]

    def __init__(
        self, key: str, description: str, *, fixed: bool, naming: Callable[[str], str]
    ) -> None:
        """`naming` says why a name cannot be taken; `fixed` when it is not to be chosen."""
        super().__init__()
        self._fixed = fixed
        self._naming = naming
        self._described = description
        self._key = Field(key, placeholder="NAME", id="name")
        self._description = Field(description, placeholder="description", id="description")

    def title_text(self) -> str:
        """Return what it is."""
        return f"{self.KIND.capitalize()} {clean_line(self.key)}".strip()

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the fields; a fixed name is in the title."""
        name: list[tuple[str, Widget]] = [] if self._fixed else [("Name", self._key)]
        return [*name, *self.value_fields(), ("Description", self._description)]

    def value_fields(self) -> list[tuple[str, Widget]]:
        """Return the fields of the value."""
        raise NotImplementedError

    @property
    def key(self) -> str:
        """The name as it is filled in."""
        return self._key.value if self._fixed else self._key.value.strip()

    @property
    def description(self) -> str:
        """The description as it is filled in; one of several lines stays so while not edited."""
        typed = self._description.value.strip()
        return self._described if typed == clean_line(self._described) else typed

    def problem(self) -> str:
        """Say what is wrong with the name; an empty one is not told before one tries."""
        return self._naming(self.key) if self.key else ""

    def complete(self) -> bool:
        """Whether the name can be taken; says why not."""
        why = self._naming(self.key)
        if why:
            self.failed(why)
        return not why

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()

    def goes_on(self, field: Widget) -> bool:
        """The description is the last field."""
        return field is not self._description


class VariableForm(_EntryForm):
    """A variable, whose value may have any number of lines."""

    KIND = EntryKind.VARIABLE
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+e", "after_typing('external')", "In your editor", priority=True)
    ]

    def __init__(
        self,
        key: str,
        value: str,
        description: str,
        *,
        fixed: bool,
        naming: Callable[[str], str],
        at_once: bool = False,
    ) -> None:
        """`at_once` opens the person's editor right away."""
        super().__init__(key, description, fixed=fixed, naming=naming)
        self._value = LongField(value, id="value")
        self._original = value
        self._at_once = at_once

    def tall(self) -> tuple[str, int]:
        """Give the value what room there is."""
        return "value", max(3, min(_MOST, self._value.text.count("\n") + 2))

    def value_fields(self) -> list[tuple[str, Widget]]:
        """Return the text."""
        return [("Value", self._value)]

    def on_mount(self) -> None:
        """Begin with what has to be filled in."""
        super().on_mount()
        self._value.move_cursor(self._value.document.end)
        if self._fixed or self._key.value:
            self.set_focus(self._value)
        if self._at_once:
            self.action_external()

    def lines(self, width: int) -> list[Line]:
        """Say who will read it."""
        said: list[Line] = [(Span("Everybody who sees the Space can read it.", Role.DIM),)]
        if looks_secret(self.key, self._value.text):
            said = wrapped(
                "This looks like a secret: as a variable everybody who sees the Space reads it.",
                width,
                Role.BUSY,
            )
        if clean(self._original) != self._original:
            said += wrapped(
                "It holds control characters, which are not shown; an edit leaves them out.",
                width,
                Role.BUSY,
            )
        return said

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (
            ("ctrl+s", "stage"),
            ("tab", "next field"),
            ("ctrl+e", "in $EDITOR"),
            ("esc", "back"),
        )

    def action_done(self) -> None:
        """Stage it."""
        if not self.complete():
            return
        text = self._value.text
        value = self._original if text == clean(self._original) else text
        self.dismiss(Entry(self.key, value, self.description))

    def action_external(self) -> None:
        """Edit the value in the person's own editor."""
        self.run_worker(self._external(), group="editor", exclusive=True)

    async def _external(self) -> None:
        text = self._value.text
        try:
            edited = await edit_externally(self.console, text)
        except ExternalEditorError as error:
            self.failed(str(error))
            return
        edited = clean(one_way_to_break_lines(edited))
        if not text.endswith("\n"):
            edited = edited.removesuffix("\n")  # editors end every text with one
        self._value.text = edited
        self.edited()

    @on(TextArea.Changed)
    def _value_typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.edited()


class SecretForm(_EntryForm):
    """A secret: typed or pasted without being shown, or read from a file."""

    KIND = EntryKind.SECRET
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+e", "after_typing('external')", "Not for secrets", priority=True)
    ]

    def __init__(
        self, key: str, description: str, *, fixed: bool, naming: Callable[[str], str]
    ) -> None:
        super().__init__(key, description, fixed=fixed, naming=naming)
        self._value = SecretField(placeholder="type or paste the value", id="value")
        self._path = Field(placeholder="or read it from this file", id="path")

    def value_fields(self) -> list[tuple[str, Widget]]:
        """Return the masked field and the one for a file."""
        return [("Value", self._value), ("", self._path)]

    def on_mount(self) -> None:
        """Begin with what has to be filled in."""
        super().on_mount()
        if self._fixed or self._key.value:
            self.set_focus(self._value)

    def lines(self, width: int) -> list[Line]:
        """Say what happens to the value."""
        said = "Only the app will read it again: it is not shown, not even here. ctrl+u clears it."
        return wrapped(said, width, Role.DIM)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("ctrl+s", "stage"), ("tab", "next field"), ("esc", "back"))

    def action_done(self) -> None:
        """Stage it, once there is a value."""
        path = self._path.value.strip()
        if not self.complete():
            return
        if self._value.secret and path:
            self.failed("Type a value or name a file, not both.")
        elif self._value.secret:
            self._finish(self._value.secret)
        elif path:
            self.run_worker(self._from_file(path), group="file", exclusive=True)
        else:
            self.failed("A secret needs a value.")

    def action_external(self) -> None:
        """Say why not."""
        self.failed("A secret is never handed to an editor: paste it, or name its file.")

    async def _from_file(self, path: str) -> None:
        try:
            secret = await asyncio.to_thread(_read_secret, path)
        except UnreadableError as error:
            self.failed(str(error))
            return
        if secret:
            self._finish(secret)
        else:
            self.failed("The file is empty.")

    def _finish(self, secret: Secret) -> None:
        self._value.clear()
        self.dismiss(Entry(self.key, secret, self.description))

    @on(SecretField.Changed)
    def _value_typed(self, event: SecretField.Changed) -> None:
        event.stop()
        self.edited()


def _read_secret(path: str) -> Secret:
    return Secret(without_last_break(read_text(Path(path).expanduser(), _LARGEST)))
