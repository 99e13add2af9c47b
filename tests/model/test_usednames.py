"""Names that code asks its environment for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.model.usednames import may_use_names, names_in


@pytest.mark.parametrize(
    ("line", "name", "optional"),
    [
        ('os.environ["A_B"]', "A_B", False),
        ("environ [ 'X' ]", "X", False),
        ("os.environ.get('X')", "X", False),
        ("os.environ.get('X', '')", "X", True),
        ('os.getenv("X")', "X", False),
        ('getenv("X", None)', "X", True),
        ("if os.environ['X'] == 'yes':", "X", False),
    ],
)
def test_python(line: str, name: str, optional: bool) -> None:
    (found,) = names_in("app.py", f"import os\n{line}\n")
    assert (found.name, found.line, found.optional) == (name, 2, optional)


@pytest.mark.parametrize(
    "line",
    ['os.environ["X"] = "1"', '# os.environ["X"]', "os.environ[name]", 'os.environ["1X"]'],
)
def test_python_that_needs_nothing(line: str) -> None:
    assert names_in("app.py", line) == []


@pytest.mark.parametrize(
    ("line", "optional"),
    [
        ("process.env.X", False),
        ('process.env["X"]', False),
        ("process.env?.X ?? 1", True),
        ("import.meta.env.X", False),
        ("window.huggingface.variables.X", False),
        ("process.env.X === 'a'", False),
    ],
)
def test_scripts(line: str, optional: bool) -> None:
    (found,) = names_in("a/b.ts", line)
    assert (found.name, found.optional) == ("X", optional)


def test_dockerfiles() -> None:
    text = """FROM x
ARG NEEDED
ARG WITH=1
ENV OWN=${NEEDED} OTHER=$MISSING
RUN --mount=type=secret,id=TOKEN,mode=0444 cat $IGNORED
CMD run --port ${PORT:-7860} $OWN
"""
    found = {one.name: one.optional for one in names_in("Dockerfile", text)}
    assert found == {
        "NEEDED": False,
        "WITH": True,
        "MISSING": False,
        "TOKEN": False,
        "PORT": True,
    }


def test_a_name_used_twice_is_needed_if_one_use_needs_it() -> None:
    (found,) = names_in("a.py", "os.getenv('X', 1)\nos.environ['X']\nos.environ['X']\n")
    assert (found.line, found.optional) == (2, False)


def test_files_worth_reading() -> None:
    wanted = [path for path in (
        "app.py", "Dockerfile", "web/x.tsx", "node_modules/x.js", ".venv/a.py", "lib.min.js",
        "README.md", "tests/test_app.py", "model.safetensors",
    ) if may_use_names(path)]  # fmt: skip
    assert wanted == ["app.py", "Dockerfile", "web/x.tsx"]


@given(st.text() | st.text("environ.get['\"]( )processX$ARGENV{}\n", max_size=80))
def test_any_text_is_searched(text: str) -> None:
    for path in ("a.py", "a.js", "Dockerfile"):
        for one in names_in(path, text):
            assert one.name.isidentifier()
