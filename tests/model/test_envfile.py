"""Files of names and values, and what is proposed for each name."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.model.envfile import read_envfile, write_envfile
from spaces_tui.model.environment import Variable
from spaces_tui.model.envnames import looks_secret, name_problem

TEXT = """\
# a comment
PLAIN=value # and a comment
export SHELL_LIKE=yes
QUOTED="two words\\nand a second line"
LITERAL='no $HOME, no \\n'
EMPTY=
LONG="-----BEGIN
middle
END-----"
REFERENCE=${PLAIN}/x

PLAIN=again
LONELY
= nothing
"""


def values(text: str) -> dict[str, str]:
    return {entry.key: entry.value.reveal() for entry in read_envfile(text).entries}


def test_quotes_export_comments_and_many_lines() -> None:
    assert values(TEXT) == {
        "SHELL_LIKE": "yes",
        "QUOTED": "two words\nand a second line",
        "LITERAL": "no $HOME, no \\n",
        "EMPTY": "",
        "LONG": "-----BEGIN\nmiddle\nEND-----",
        "REFERENCE": "${PLAIN}/x",
        "PLAIN": "again",
    }
    assert read_envfile(TEXT).problems == (
        "Line 12 sets again what was set before: the last one counts.",
        "Line 13 names something without a value.",
        "Line 14 cannot be read: is a quote or a name missing?",
    )


def test_windows_files_and_byte_order_marks() -> None:
    assert values("\ufeffONE=1\r\nTWO='a\r\nb'\r\n") == {"ONE": "1", "TWO": "a\r\nb"}


def test_nothing_of_a_value_is_repeated_and_the_own_environment_is_left_alone() -> None:
    before = dict(os.environ)
    found = read_envfile("TOKEN=planted\nBROKEN='planted\n")
    assert "planted" not in repr(found)
    assert found.problems
    assert dict(os.environ) == before


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-zA-Z][_a-zA-Z0-9]{0,8}", fullmatch=True),
            st.text() | st.text("ab'\"\\$# \n\r=", max_size=12),
            st.text("ab'\n#=", max_size=8),
        ),
        unique_by=lambda one: one[0],
    )
)
def test_what_is_written_reads_back_the_same(given_: list[tuple[str, str, str]]) -> None:
    variables = [Variable(*one) for one in given_]
    written = write_envfile(variables, ["HF_TOKEN"])
    found = read_envfile(written)
    assert found.problems == ()
    assert values(written) == {one.key: one.value for one in variables}


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    found = read_envfile(text)
    assert len({entry.key for entry in found.entries}) == len(found.entries)


def test_plain_values_are_written_as_anybody_would() -> None:
    variables = [Variable("MODEL", "org/model-7b", "which one"), Variable("NAME", "two words")]
    assert write_envfile(variables) == "# which one\nMODEL=org/model-7b\nNAME='two words'\n"


@pytest.mark.parametrize(
    "name",
    ["HF_TOKEN", "OPENAI_API_KEY", "DB_PASSWORD", "my_secret", "GITHUB_PAT", "SENTRY_DSN"],
)
def test_names_of_secrets(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize("name", ["MAX_TOKENS", "TOKENIZER", "KEYBOARD", "PUBLIC_KEY", "MODEL"])
def test_names_that_only_sound_like_it(name: str) -> None:
    assert not looks_secret(name)


@pytest.mark.parametrize(
    "value",
    ["hf_" + "a" * 34, "postgres://me:pw@host/db", "sk-" + "x" * 40, "-----BEGIN PRIVATE KEY-----"],
)
def test_values_of_secrets(value: str) -> None:
    assert looks_secret("PLAIN", value)
    assert not looks_secret("PLAIN", value[:3])


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("", "needs a name"),
        ("1X", "begins with a letter"),
        ("_X", "begins with a letter"),
        ("ÄX", "begins with a letter"),
        ("A-B", "letters, digits and underscores"),
        ("A\n", "letters, digits and underscores"),
        ("SPACE_ID", "sets SPACE_ID itself"),
        ("MEMORY", "sets MEMORY itself"),
    ],
)
def test_names_the_hub_does_not_take(name: str, part: str) -> None:
    assert part in name_problem(name)


def test_names_the_hub_takes() -> None:
    assert name_problem("SPACESHIP") == ""
    assert name_problem("a_1") == ""
