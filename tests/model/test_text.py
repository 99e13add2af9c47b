"""What strangers may put on a terminal: nothing that it would obey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.model.text import _HOSTILE, clean, clean_line, clean_name

HOSTILE = [
    ("\x1b]52;c;c2VjcmV0\x07after", "after"),
    ("\x1b]0;title\x1b\\after", "after"),
    ("\x9d0;title\x9cafter", "after"),
    ("\x1bPq#0\x1b\\after", "after"),
    ("\x1b[31mred\x1b[0m", "red"),
    ("\x9b31mred", "red"),
    ("\x1bcreset", "reset"),
    ("cut \x1b[3", "cut "),
    ("open \x1b]52;c;never closed", "open "),
    ("bell\x07 back\x08 del\x7f", "bell back del"),
    ("left\u202eright", "leftright"),
    ("a\u2066b\u2069c", "abc"),
    ("half \ud800 pair", "half  pair"),
]


@pytest.mark.parametrize(("given_text", "shown"), HOSTILE)
def test_what_a_terminal_would_obey_is_dropped(given_text: str, shown: str) -> None:
    assert clean(given_text) == shown


def test_ordinary_text_is_untouched() -> None:
    text = "naïve 日本語 🎉 tab\tand\nnewline [red]not markup[/red]"
    assert clean(text) == text


def test_one_line_stays_one_line() -> None:
    assert clean_line("a\n\tb\u2028c ") == "a b c"


@given(st.text(st.characters(codec=None)))
def test_nothing_hostile_survives(text: str) -> None:
    for character in clean(text):
        code = ord(character)
        assert character in "\t\n" or not (code < 32 or 0x7F <= code < 0xA0)
        assert not 0xD800 <= code <= 0xDFFF
        assert not 0x202A <= code <= 0x202E


@given(st.text(), st.text())
def test_names_that_differ_look_different(one: str, other: str) -> None:
    # A name that spells out an escape with a real backslash is the one exception.
    if "\\" not in one + other:
        assert (clean_name(one) == clean_name(other)) == (one == other)


def test_names_show_what_is_strange_about_them() -> None:
    assert clean_name("a\x1b]0;x\u202e.py") == "a\\x1b]0;x\\u202e.py"
    assert clean_name("bad\udcff.py") == "bad\\xff.py"


def test_nothing_that_counts_as_printable_would_be_dropped() -> None:
    for code in range(0x110000):
        character = chr(code)
        if character.isprintable():
            assert _HOSTILE.sub("", character) == character
