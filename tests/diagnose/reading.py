"""Examples of broken and of healthy Spaces: logs in the shape that real tools print them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.model.diagnosis import Trace, Verdict

FOLDER: Final = Path(__file__).parent / "examples"
BROKEN: Final = sorted((FOLDER / "broken").glob("*.toml"))
QUIET: Final = sorted((FOLDER / "quiet").glob("*.toml"))
_LOGS: Final = ("build", "run")
_NAMES: Final = ("variables", "secrets")
_PLAIN: Final = (
    "stage",
    "stage_for",
    "sdk",
    "hardware",
    "replicas",
    "requested_replicas",
    "message",
    "readme",
    "requirements",
)


def load(path: Path) -> tuple[Evidence, dict[str, Any]]:
    """Return the evidence of an example, and what is expected of it."""
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    known: dict[str, Any] = {key: read[key] for key in _PLAIN if key in read}
    known |= {key: tuple(read[key].splitlines()) for key in _LOGS if key in read}
    known |= {key: frozenset(read[key]) for key in _NAMES if key in read}
    if "files" in read:
        known["files"] = tuple(read["files"])
    if "domains" in read:
        known["domains"] = tuple(tuple(one.split("=")) for one in read["domains"])
    expect: dict[str, Any] = read.get("expect", {})
    return Evidence("ada/example", **known), expect


def shown(trace: Trace) -> str:
    """Return a line of evidence as an example writes it down."""
    return f"{trace.place}: {trace.text}"


def advised(verdict: Verdict) -> list[str]:
    """Return the fixes as an example writes them down."""
    return [
        f"{fix.remedy}: {fix.target}" if fix.target else str(fix.remedy) for fix in verdict.fixes
    ]
