"""Packages that cannot be found, do not fit together or cannot be built."""

from __future__ import annotations

import re
from typing import Final

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.diagnose.rule import Advice, Groups, Rank, Rule, in_build
from spaces_tui.model.diagnosis import Remedy

_EDIT: Final = Advice(Remedy.FILE, "Edit requirements.txt", "requirements.txt")
_PLACE: Final = re.compile(r"-r (?:/tmp/)?requirements\.txt \(line (?P<line>\d+)\)")
_SDK_PIN: Final = re.compile(r"(?P<name>gradio|streamlit)(?:\[[^\]]*\])?==(?P<version>[^\s;,]+)")


def _line_of(evidence: Evidence, groups: Groups) -> Groups:
    """Say on which line of requirements.txt a package stands."""
    name = re.split(r"[\s\[<>=!~;@]", groups.get("name", ""), maxsplit=1)[0].lower()
    for number, line in enumerate((evidence.requirements or "").splitlines(), 1):
        if name and re.match(rf"{re.escape(name)}(?![\w.-])", line.strip().lower()):
            return {**groups, "at": f" (requirements.txt, line {number})"}
    return groups


def _spelled_out(evidence: Evidence, groups: Groups) -> Groups:
    """Put what stands on a line of requirements.txt in place of its number."""
    lines = (evidence.requirements or "").splitlines()

    def named(place: re.Match[str]) -> str:
        at = int(place["line"])
        return lines[at - 1].strip() if at <= len(lines) else place[0]

    return {**groups, "what": _PLACE.sub(named, groups["what"])}


def _sdk_version(evidence: Evidence, groups: Groups) -> Groups | None:
    """Whether the version that is missing is the one the card asks for."""
    pinned = _SDK_PIN.match(groups.get("name", ""))
    version = evidence.card_value("sdk_version")
    if pinned is None or pinned["version"] != version:
        return None
    return {"sdk": pinned["name"], "version": pinned["version"]}


def _python_wanted(evidence: Evidence, groups: Groups) -> Groups:
    docker = evidence.kind == "docker"
    return {
        **groups,
        "file": "Dockerfile" if docker else "",
        "key": "" if docker else "python_version",
    }


RULES: Final = (
    Rule(
        "packages.sdk-version",
        Rank.SPECIFIC,
        "The card asks for {sdk} {version}, and there is no such version.",
        looks=in_build(r"^ERROR: No matching distribution found for (?P<name>.+)$"),
        also=_sdk_version,
        fixes=(Advice(Remedy.CARD, "Change sdk_version in the card", "sdk_version"),),
    ),
    Rule(
        "packages.conflict",
        Rank.SPECIFIC,
        "These packages cannot be installed together: {what}.",
        looks=in_build(
            r"ERROR: Cannot install (?P<what>.+) because these package versions have conflicting",
        ),
        also=_spelled_out,
        fixes=(_EDIT,),
    ),
    Rule(
        "packages.conflict-uv",
        Rank.SPECIFIC,
        "The required packages contradict each other: {what}.",
        looks=in_build(
            r"No solution found when resolving dependencies:\s*\n\s*╰─▶ "
            r"Because (?!there (?:is|are) no|\S+ was not)"
            r"(?=(?P<what>.*(?:\n.+)*?)(?:, we can conclude|unsatisfiable|incompatible))",
        ),
        fixes=(_EDIT,),
    ),
    Rule(
        "packages.python",
        Rank.SPECIFIC,
        "{name} needs another Python: {wanted}.",
        looks=in_build(
            r"ERROR: Package '?(?P<name>[\w.-]+)'? requires a different Python: (?P<wanted>.+)$",
            r"ERROR: Ignored the following versions that require a different python version: "
            r".*?(?P<wanted>Requires-Python [^\s;]+)[^\n]*\n(?:.*\n)??"
            r"ERROR: No matching distribution found for (?P<name>.+)$",
        ),
        also=_python_wanted,
        fixes=(
            Advice(Remedy.CARD, "Set python_version in the card", "{key}"),
            Advice(Remedy.FILE, "Take another Python in the Dockerfile", "{file}"),
            _EDIT,
        ),
    ),
    Rule(
        "packages.missing",
        Rank.SPECIFIC,
        "There is no {name} to install: the name or version is wrong, or it has nothing for this "
        "Python{at}.",
        looks=in_build(
            r"^ERROR: No matching distribution found for (?P<name>.+)$",
            r"Because (?P<name>[\w.-]+) was not found in the package registry",
            r"Because there (?:is|are) no versions? of (?P<name>\S+) and you require",
        ),
        also=_line_of,
        fixes=(_EDIT,),
    ),
    Rule(
        "packages.line",
        Rank.SPECIFIC,
        "A line of {file} is no requirement: {what}.",
        looks=in_build(
            r"ERROR: Invalid requirement: '?(?P<what>.+?)'?"
            r"(?:: .*)? \(from line \d+ of (?:/tmp/)?(?P<file>[\w./-]+)\)",
        ),
        fixes=(Advice(Remedy.FILE, "Edit {file}", "{file}"),),
    ),
    Rule(
        "packages.no-file",
        Rank.SPECIFIC,
        "The build wants {file}, which is not there.",
        looks=in_build(
            r"ERROR: Could not open requirements file: \[Errno 2\] No such file or directory: "
            r"'(?P<file>[^']+)'",
        ),
        fixes=(Advice(Remedy.FILE, "Edit the Dockerfile", "Dockerfile"),),
    ),
    Rule(
        "packages.needs-first",
        Rank.SPECIFIC,
        "A package needs {name} to be there already while it is built.",
        looks=in_build(r"^\s+ModuleNotFoundError: No module named '(?P<name>[\w.]+)'"),
        fixes=(
            _EDIT,
            Advice(
                Remedy.FILE, "Install {name} first, in pre-requirements.txt", "pre-requirements.txt"
            ),
        ),
    ),
    Rule(
        "packages.git",
        Rank.SPECIFIC,
        "A requirement comes from a git repository that is missing or private: {name}.",
        looks=in_build(
            r"fatal: repository '(?P<name>[^']+)' not found",
            r"git clone [^\n]*?(?P<name>https?://\S+) \S+\n(?:.*\n){0,3}?"
            r"\s*fatal: could not read Username",
            r"fatal: could not read Username for '(?P<name>[^']+)'",
        ),
        fixes=(_EDIT,),
    ),
    Rule(
        "packages.hash",
        Rank.SPECIFIC,
        "A package is not the file whose hash is written down for it.",
        looks=in_build(r"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"),
        fixes=(_EDIT, Advice(Remedy.REBUILD, "Build again without caches")),
    ),
    Rule(
        "packages.wheel",
        Rank.GENERAL,
        "{name} has to be compiled here and that fails: take a version that comes ready-made.",
        looks=in_build(
            r"^ERROR: Failed building wheel for (?P<name>[\w.-]+)",
            r"^ERROR: Failed to build installable wheels for some pyproject\.toml based projects "
            r"\((?P<name>[^)]+)\)",
            r"^ERROR: Could not build wheels for (?P<name>[\w., -]+?),? which is required",
            r"(?:\u00d7|x) Failed to build `(?P<name>[^`]+)`",
        ),
        fixes=(_EDIT,),
    ),
    Rule(
        "packages.apt",
        Rank.SPECIFIC,
        "Debian has no package {name}: it has another name, or none, in this image.",
        looks=in_build(
            r"^E: Unable to locate package (?P<name>\S+)",
            r"^E: Package '(?P<name>[^']+)' has no installation candidate",
        ),
        also=lambda evidence, groups: {
            **groups,
            "file": "Dockerfile" if evidence.kind == "docker" else "packages.txt",
        },
        fixes=(Advice(Remedy.FILE, "Edit {file}", "{file}"),),
    ),
    Rule(
        "packages.npm-conflict",
        Rank.SPECIFIC,
        "The packages of package.json contradict each other: {what}.",
        looks=in_build(
            r"npm (?:ERR!|error) code ERESOLVE\n(?:npm (?:ERR!|error).*\n)*?"
            r"npm (?:ERR!|error) (?:Could not resolve dependency:|Conflicting peer dependency:)\n"
            r"npm (?:ERR!|error) (?P<what>.+)",
        ),
        fixes=(Advice(Remedy.FILE, "Edit package.json", "package.json"),),
    ),
    Rule(
        "packages.npm-missing",
        Rank.SPECIFIC,
        "There is no npm package {name}.",
        looks=in_build(r"npm (?:ERR!|error) 404\s+'(?P<name>[^']+)' is not in this registry"),
        fixes=(Advice(Remedy.FILE, "Edit package.json", "package.json"),),
    ),
    Rule(
        "packages.npm-lock",
        Rank.SPECIFIC,
        "package-lock.json does not fit package.json any more: run npm install and commit both.",
        looks=in_build(
            r"`npm ci` can only install packages when your package\.json and package-lock\.json",
            r"The `npm ci` command can only install with an existing package-lock\.json",
        ),
        fixes=(Advice(Remedy.FILE, "Edit package.json", "package.json"),),
    ),
)
