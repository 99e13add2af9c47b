"""The model's door: constructors that clean the text they are given."""

from __future__ import annotations

from spaces_tui.model.text import clean, clean_line


def clean_lines_of(instance: object, *names: str) -> None:
    """Clean the named one-line fields of a frozen dataclass, from its `__post_init__`.

    A field that is None stays None.
    """
    for name in names:
        value = getattr(instance, name)
        if value:
            object.__setattr__(instance, name, clean_line(value))


def clean_texts_of(instance: object, *names: str) -> None:
    """Clean the named many-line fields of a frozen dataclass, from its `__post_init__`."""
    for name in names:
        value = getattr(instance, name)
        if value:
            object.__setattr__(instance, name, clean(value))
