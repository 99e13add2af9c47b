"""The card at the top of README.md, and the file the app starts from."""

from __future__ import annotations

import re
from typing import Final

from spaces_tui.diagnose.evidence import BAD_STAGES, Evidence
from spaces_tui.diagnose.rule import Advice, Rank, Rule, Seen, in_message, in_run
from spaces_tui.model.diagnosis import Remedy, Trace, Where

_README: Final = Advice(Remedy.FILE, "Edit README.md", "README.md")
_NO_CARD: Final = re.compile(
    r"Missing configuration in README|missing yaml metadata", re.IGNORECASE
)
_NO_FILE: Final = re.compile(r"No application file", re.IGNORECASE)
_CANDIDATES: Final = re.compile(r"(?:app|main|streamlit_app|server|index)\.(?:py|js|ts)|.*/app\.py")


def _no_card(evidence: Evidence) -> Seen | None:
    said = [line for line in evidence.message.splitlines() if _NO_CARD.search(line)]
    bare = evidence.readme is not None and not evidence.readme.lstrip().startswith("---")
    if not said and not (bare and evidence.stage == "CONFIG_ERROR"):
        return None
    traces = [Trace(Where.MESSAGE, line, 1) for line in said]
    if bare:
        first = next((line for line in (evidence.readme or "").splitlines() if line.strip()), "")
        shown = f"begins with “{first[:80]}” instead of ---" if first else "is empty or missing"
        traces.append(Trace(Where.CARD, shown, 1))
    return Seen({}, tuple(traces))


def _expected(evidence: Evidence) -> str:
    if evidence.kind == "docker":
        return "Dockerfile"
    if evidence.kind == "static":
        return "index.html"
    return evidence.card_value("app_file") or "app.py"


def _no_app_file(evidence: Evidence) -> Seen | None:
    said = [line for line in evidence.message.splitlines() if _NO_FILE.search(line)]
    files = evidence.files
    expected = _expected(evidence)
    if files is not None and expected in files:
        return None  # it came since: a build is on its way
    if evidence.stage != "NO_APP_FILE" and not said:
        return None
    near = next((path for path in files or () if _CANDIDATES.fullmatch(path)), "")
    traces = [Trace(Where.MESSAGE, line, 1) for line in said]
    if files is None:
        traces.append(Trace(Where.STAGE, evidence.stage or "NO_APP_FILE"))
    elif files:
        traces.append(Trace(Where.FILES, f"{len(files)} files, and no {expected}"))
    else:
        traces.append(Trace(Where.FILES, "the repository is empty"))
    named = evidence.kind not in {"docker", "static"} and bool(near)
    groups = {
        "expected": expected,
        "hint": f"; there is {near}" if near else "",
        "near": near,
        "key": "app_file" if named else "",
    }
    return Seen(groups, tuple(traces))


RULES: Final = (
    Rule(
        "card.missing",
        Rank.DECISIVE,
        "README.md has no card: the block between --- lines that says what to run.",
        state=_no_card,
        fixes=(_README, Advice(Remedy.CARD, "Fill in the card", "sdk")),
        stages=BAD_STAGES,
    ),
    Rule(
        "card.yaml",
        Rank.DECISIVE,
        "The card in README.md is no valid YAML: {what}.",
        looks=in_message(
            r"Invalid YAML(?: metadata)?(?: in README(?:\.md)?)?: (?P<what>.+)$",
            r"(?:YAMLException|YAML parse error|Error parsing YAML)[:,] (?P<what>.+)$",
        ),
        fixes=(_README,),
    ),
    Rule(
        "card.field",
        Rank.DECISIVE,
        "The card's {field} {what}.",
        looks=in_message(
            r"\"(?P<field>[a-zA-Z_]+)\" (?P<what>(?:must|is not|is required|length|contains)"
            r"\b.*?)\.?$",
            r"(?P<field>short_description) (?P<what>length must .*?)\.?$",
        ),
        fixes=(Advice(Remedy.CARD, "Change {field} in the card", "{field}"), _README),
        stages=frozenset({"CONFIG_ERROR", "BUILD_ERROR"}),
    ),
    Rule(
        "card.no-app-file",
        Rank.DECISIVE,
        "There is nothing to run: the repository has no {expected}{hint}.",
        state=_no_app_file,
        fixes=(
            Advice(Remedy.CARD, "Set app_file to {near} in the card", "{key}"),
            Advice(Remedy.FILE, "Write {expected}", "{expected}"),
        ),
        stages=BAD_STAGES,
    ),
    Rule(
        "card.app-file",
        Rank.SPECIFIC,
        "The container starts {path}, which is not there.",
        looks=in_run(
            r"python\d?: can't open file '(?:/home/user/app/|/app/)?(?P<path>[^']+)': \[Errno 2\]",
            r"Error: Invalid value: File does not exist: (?P<path>\S+)",
        ),
        also=lambda evidence, groups: {
            **groups,
            "key": "" if evidence.kind == "docker" else "app_file",
            "file": "Dockerfile" if evidence.kind == "docker" else "",
        },
        fixes=(
            Advice(Remedy.CARD, "Change app_file in the card", "{key}"),
            Advice(Remedy.FILE, "Edit the Dockerfile", "{file}"),
        ),
    ),
)
