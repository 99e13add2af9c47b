"""The text of a file as lines with roles: harmless, tabs expanded, its language highlighted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from spaces_tui.model.text import clean
from spaces_tui.ui.present.loglines import LONGEST
from spaces_tui.ui.present.spans import Line, Role, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST: Final = 200_000
"""Characters up to which a text is highlighted; it takes a second or two, beside the loop."""
_LONGEST_LINE: Final = 2_000
"""Characters of a line up to which it is: patterns of lexers may take very long for long ones."""
_LEXERS: Final = {
    "c": "c", "cfg": "ini", "cpp": "cpp", "css": "css", "go": "go", "h": "c", "htm": "html",
    "html": "html", "ini": "ini", "java": "java", "js": "javascript", "json": "json",
    "jsx": "javascript", "lua": "lua", "md": "markdown", "mjs": "javascript", "py": "python",
    "pyi": "python", "r": "r", "rb": "ruby", "rs": "rust", "sh": "bash", "sql": "sql",
    "svg": "xml", "toml": "toml", "ts": "typescript", "tsx": "typescript", "xml": "xml",
    "yaml": "yaml", "yml": "yaml",
}  # fmt: skip
_NAMES: Final = {"dockerfile": "docker", "makefile": "make", ".bashrc": "bash"}


def file_lines(text: str, path: str = "") -> list[Line]:
    """Return a text's lines, highlighted by what `path` says of its language.

    Takes a while for long ones: not for the screen's own loop.
    """
    lines = [_shown(line) for line in text.replace("\r\n", "\n").split("\n")]
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    lexer = _lexer(path)
    tame = len(text) <= _LARGEST and all(len(line) <= _LONGEST_LINE for line in lines)
    if lexer is None or not tame:
        return [(Span(line),) for line in lines]
    return _highlighted("\n".join(lines), lexer, len(lines))


def _shown(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line[:LONGEST]
    return clean(line.replace("\r", "␍")).expandtabs(4)[:LONGEST]


def _lexer(path: str) -> Any:  # noqa: ANN401 - a lexer; its library has no types
    name = path.rpartition("/")[2].lower()
    alias = _NAMES.get(name) or _LEXERS.get(name.rpartition(".")[2])
    if alias is None:
        return None
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415 - only for who looks at files

    return get_lexer_by_name(alias, stripnl=False, ensurenl=False)


def _highlighted(text: str, lexer: Any, count: int) -> list[Line]:  # noqa: ANN401 - the same
    lines: list[Line] = []
    current: list[Span] = []
    for kind, value in lexer.get_tokens(text):
        role = _role(str(kind))
        for at, piece in enumerate(value.split("\n")):
            if at:
                lines.append(tuple(_joined(current)))
                current = []
            if piece:
                current.append(Span(piece, role))
    lines.append(tuple(_joined(current)))
    return lines[:count]


def _joined(spans: list[Span]) -> Iterator[Span]:
    """Put neighbours of one role together."""
    held: Span | None = None
    for span in spans:
        if held is not None and held.role is span.role:
            held = Span(held.text + span.text, span.role)
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


def _role(kind: str) -> Role:
    """Return the role of a token, by the name of its type such as `Token.Name.Function`."""
    name = kind.removeprefix("Token.")
    if name.startswith("Comment"):
        return Role.DIM
    if name.startswith(("Keyword", "Operator.Word", "Name.Tag", "Generic.Heading")):
        return Role.KEYWORD
    if name.startswith(("Literal.String", "Literal.Date")):
        return Role.STRING
    if name.startswith(("Literal.Number", "Name.Decorator", "Name.Attribute")):
        return Role.NUMBER
    if name.startswith(("Name.Function", "Name.Class", "Generic.Subheading")):
        return Role.STRONG
    return Role.TEXT
