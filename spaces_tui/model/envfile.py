"""Files of `NAME=value` lines, read and written without touching this process's environment.

Nothing is interpolated: `$HOME` in a value stays what it is. Values are kept as secrets, since
nobody knows yet which of them are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dotenv.parser import parse_stream

from spaces_tui.model.environment import Variable
from spaces_tui.model.identity import Secret

_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@%+,-]*")
_LITERAL: Final = re.compile(r"[^'\\\r]*")
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One name and its value."""

    key: str
    value: Secret
    line: int
    """Counted from 1."""


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What a file says."""

    entries: tuple[FileEntry, ...] = ()
    """Each name once, with its last value, in the order of the file."""
    problems: tuple[str, ...] = ()
    """Lines that say nothing one could use, each in one sentence that repeats no value."""


def read_envfile(text: str) -> EnvFile:
    """Read quotes, `export`, comments and values of several lines."""
    entries: dict[str, FileEntry] = {}
    problems: list[str] = []
    for found in parse_stream(io.StringIO(text)):
        original = found.original.string
        blank = original[: len(original) - len(original.lstrip())]
        line = found.original.line + len(re.findall(r"\r\n|\n|\r", blank))
        if found.error:
            problems.append(f"Line {line} cannot be read: is a quote or a name missing?")
        elif found.key is not None and found.value is None:
            problems.append(f"Line {line} names something without a value.")
        elif found.key is not None and found.value is not None:
            if entries.pop(found.key, None) is not None:
                problems.append(f"Line {line} sets again what was set before: the last one counts.")
            entries[found.key] = FileEntry(found.key, Secret(found.value), line)
    return EnvFile(tuple(entries.values()), tuple(problems))


def write_envfile(variables: Iterable[Variable], secrets: Iterable[str] = ()) -> str:
    """Return variables as a file that reads back the same; of secrets, the names as a comment."""
    lines: list[str] = []
    for variable in variables:
        lines += [f"# {line}" for line in variable.description.splitlines()]
        lines.append(f"{variable.key}={_quoted(variable.value)}")
    names = ", ".join(secrets)
    if names:
        lines.append(f"# Secrets cannot be read back: {names}")
    return "".join(f"{line}\n" for line in lines)


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    if _LITERAL.fullmatch(value):
        return f"'{value}'"
    return f'"{value.translate(_ESCAPES)}"'
