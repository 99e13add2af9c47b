"""What was looked at, for whoever has to decide without a verdict."""

from __future__ import annotations

from collections.abc import Iterator

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.diagnose.lines import Lines
from spaces_tui.model.diagnosis import Fact


def facts_of(evidence: Evidence) -> tuple[Fact, ...]:
    """Return what is known, and what could not be read, in a person's words."""
    return tuple(_facts(evidence))


def _facts(evidence: Evidence) -> Iterator[Fact]:
    if evidence.stage:
        yield Fact("Stage", evidence.stage)
    if evidence.message:
        yield Fact("Error message", evidence.message.splitlines()[0][:200])
    if evidence.kind:
        port = f", port {evidence.port}" if evidence.port and evidence.kind == "docker" else ""
        yield Fact("SDK", f"{evidence.kind}{port}")
    if evidence.hardware:
        yield Fact("Hardware", evidence.hardware)
    if evidence.requested_replicas and evidence.requested_replicas > 1:
        yield Fact("Replicas", f"{evidence.replicas or 0} of {evidence.requested_replicas}")
    if evidence.build is not None:
        yield Fact("Build log", _ends(evidence.build_lines))
    if evidence.run is not None:
        yield Fact("Container log", _ends(evidence.run_lines))
    if evidence.files is not None:
        yield Fact("Files", str(len(evidence.files)))
    if evidence.variables is not None:
        yield Fact("Variables", _names(evidence.variables))
    if evidence.secrets is not None:
        yield Fact("Secrets", _names(evidence.secrets))
    for what, why in evidence.unread:
        yield Fact(f"Not read: {what}", why)


def _ends(lines: Lines) -> str:
    last = next((line.strip() for line in reversed(lines.all) if line.strip()), "")
    return f"ends with: {last[:200]}" if last else "empty"


def _names(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"
