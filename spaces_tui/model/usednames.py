"""Names that code asks its environment for, found without running or parsing it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from spaces_tui.model.environment import UsedName, is_key

_NAME: Final = r"""['"`](?P<name>\w+)['"`]"""
_PYTHON: Final = re.compile(
    rf"""
      \b environ \s* \[ \s* {_NAME} \s* \] (?! \s* = [^=] )                # not where it is set
    | \b environ \s* \. \s* get \s* \( \s* {_NAME.replace("name", "got")} \s* (?P<more>,)?
    | \b getenv \s* \( \s* {_NAME.replace("name", "env")} \s* (?P<other>,)?
    """,
    re.VERBOSE,
)
_SCRIPT: Final = re.compile(
    rf"""
    \b (?: process \s* \. \s* env | import \. meta \. env | huggingface \s* \. \s* variables )
    (?: \s* \?? \. \s* (?P<name>[A-Za-z]\w*)
      | \s* (?: \?\. )? \[ \s* {_NAME.replace("name", "got")} \s* \] )
    (?! \s* = [^=] ) (?P<more> \s* (?: \|\| | \?\? ) )?
    """,
    re.VERBOSE,
)
_DOCKER_ARG: Final = re.compile(r"^\s*ARG\s+(?P<name>[A-Za-z]\w*)\s*(?P<more>=)?", re.IGNORECASE)
_DOCKER_SECRET: Final = re.compile(r"--mount=type=secret,\S*?\bid=(?P<name>[A-Za-z]\w*)")
_DOCKER_OWN: Final = re.compile(r"^\s*(?:ARG|ENV)\s+(?P<name>[A-Za-z]\w*)", re.IGNORECASE)
_SHELL: Final = re.compile(
    r"(?<!\\)\$(?:\{(?P<name>[A-Za-z]\w*)(?P<more>:?[-=+])?|(?P<got>[A-Za-z]\w*))"
)

_PYTHON_FILES: Final = frozenset({".py", ".pyw"})
_SCRIPT_FILES: Final = frozenset(
    {".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".svelte", ".vue", ".html"}
)
_BUILT: Final = frozenset(
    {"node_modules", "dist", "build", "vendor", "site-packages", "venv", "__pycache__", "test",
     "tests"}
)  # fmt: skip
_DOCKER_GIVEN: Final = frozenset({"TARGETPLATFORM", "TARGETARCH", "TARGETOS", "BUILDPLATFORM"})


class _Use(NamedTuple):
    name: str
    line: int
    optional: bool


def may_use_names(path: str) -> bool:
    """Whether a file of this name is worth reading."""
    place = PurePosixPath(path)
    if any(part in _BUILT or part.startswith(".") for part in place.parts):
        return False
    if ".min." in place.name:
        return False
    return _docker(place) or place.suffix in _PYTHON_FILES or place.suffix in _SCRIPT_FILES


def names_in(path: str, text: str) -> list[UsedName]:
    """Return the names one file asks for, each where it is asked for first."""
    place = PurePosixPath(path)
    lines = text.splitlines()
    if _docker(place):
        uses = _in_dockerfile(lines)
    elif place.suffix in _PYTHON_FILES:
        uses = _in_lines(lines, _PYTHON, "#")
    else:
        uses = _in_lines(lines, _SCRIPT, "//")
    return merged(UsedName(use.name, path, use.line, use.optional) for use in uses)


def merged(names: Iterable[UsedName]) -> list[UsedName]:
    """Return each name once; it is optional only where every use has a default."""
    found: dict[str, UsedName] = {}
    for one in names:
        known = found.get(one.name)
        if known is None or (known.optional and not one.optional):
            found[one.name] = one
    return list(found.values())


def _docker(place: PurePosixPath) -> bool:
    return place.name == "Dockerfile" or place.suffix == ".dockerfile"


def _in_lines(lines: list[str], pattern: re.Pattern[str], comment: str) -> Iterator[_Use]:
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith(comment):
            continue
        for match in pattern.finditer(line):
            groups = match.groupdict()
            name = groups.get("name") or groups.get("got") or groups.get("env")
            if name and is_key(name):
                optional = bool(groups.get("more") or groups.get("other"))
                yield _Use(name, number, optional)


def _in_dockerfile(lines: list[str]) -> Iterator[_Use]:
    """Build arguments without a value, secrets, and variables that no line of the file sets."""
    own = {match["name"] for line in lines if (match := _DOCKER_OWN.match(line))}
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("#"):
            continue
        if (argument := _DOCKER_ARG.match(line)) and argument["name"] not in _DOCKER_GIVEN:
            yield _Use(argument["name"], number, bool(argument["more"]))
        for secret in _DOCKER_SECRET.finditer(line):
            yield _Use(secret["name"], number, optional=False)
        if re.match(r"\s*(?:ENV|CMD|ENTRYPOINT)\b", line, re.IGNORECASE):
            for match in _SHELL.finditer(line):
                name = match["name"] or match["got"]
                if name not in own:
                    yield _Use(name, number, bool(match["more"]))
