"""The text of a file as lines: harmless, highlighted, and nothing of it lost."""

from __future__ import annotations

import pytest

from spaces_tui.ui.present.highlight import file_lines
from spaces_tui.ui.present.spans import Role, Span, text_of

CODE = 'import os\n\n\ndef main():\n\t"""Two\n\nlines."""\n    return 1  # one\n'


def test_roles_follow_the_language_and_lines_stay_lines() -> None:
    lines = file_lines(CODE, "src/app.py")
    assert [text_of(line) for line in lines] == CODE.expandtabs(4).split("\n")[:-1]
    assert lines[0][0] == Span("import", Role.KEYWORD)
    assert [line[-1].role for line in lines[4:7:2]] == [Role.STRING, Role.STRING]
    assert Span("# one", Role.DIM) in lines[-1]


@pytest.mark.parametrize("name", ["a.py", "README.md", "x.json", "Dockerfile", "c.yaml", "q.html"])
def test_every_language_keeps_every_letter(name: str) -> None:
    text = "# a\n\n{[('\"<b>\n\n\n  x: 1\n"
    shown = [text_of(line) for line in file_lines(text, name)]
    assert shown == text.split("\n")[:-1]


def test_what_a_terminal_would_obey_is_gone_and_line_ends_are_seen() -> None:
    lines = file_lines("a\x1b[31mb\r\nc\rd\x07", "a.py")
    assert [text_of(line) for line in lines] == ["ab", "c␍d"]


def test_long_lines_and_long_texts_are_plain() -> None:
    assert file_lines("x = 1" + " " * 3_000, "a.py")[0][0].role is Role.TEXT
    assert len(file_lines("import os\n" * 30_000, "a.py")) == 30_000
    assert file_lines("import os\n" * 30_000, "a.py")[0] == (Span("import os"),)
    assert file_lines("", "a.py") == [()]
