"""Dockerfiles and their steps."""

from __future__ import annotations

from typing import Final

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.diagnose.rule import Advice, Groups, Rank, Rule, in_build, in_logs, in_run
from spaces_tui.model.diagnosis import Remedy

_DOCKERFILE: Final = Advice(Remedy.FILE, "Edit the Dockerfile", "Dockerfile")


def _missing_path(evidence: Evidence, groups: Groups) -> Groups:
    wanted = groups["path"].lstrip("/")
    near = next((one for one in evidence.files or () if one.lower() == wanted.lower()), "")
    return {**groups, "path": wanted, "hint": f"; there is {near}" if near else ""}


RULES: Final = (
    Rule(
        "docker.line",
        Rank.SPECIFIC,
        "The Dockerfile cannot be read at line {line}: {what}.",
        looks=in_build(r"dockerfile parse error on line (?P<line>\d+): (?P<what>.+)$"),
        fixes=(_DOCKERFILE,),
    ),
    Rule(
        "docker.copy",
        Rank.SPECIFIC,
        "The Dockerfile copies {path}, which is not in the repository{hint}.",
        looks=in_build(
            r"(?:failed to calculate checksum of ref|failed to compute cache key|"
            r"failed to walk)[^\n]*?\"(?P<path>/[^\"]+)\": not found",
            r"COPY failed: (?:file not found in build context or excluded by \.dockerignore: )?"
            r"stat (?P<path>\S+?):? (?:file does not exist|no such file)",
        ),
        also=_missing_path,
        fixes=(_DOCKERFILE,),
    ),
    Rule(
        "docker.image",
        Rank.SPECIFIC,
        "The base image {image} cannot be had: its name is wrong, or it is private.",
        looks=in_build(
            r"(?:ERROR: )?failed to (?:solve|resolve)[^\n]*?(?:source metadata for )"
            r"(?P<image>[\w./:@-]+?): [^\n]*(?:not found|pull access denied|denied|unauthorized)",
            r"pull access denied for (?P<image>[\w./-]+), repository does not exist",
            r"manifest for (?P<image>[\w./:@-]+) not found",
        ),
        fixes=(_DOCKERFILE,),
    ),
    Rule(
        "docker.stage",
        Rank.SPECIFIC,
        "The Dockerfile has no stage {name} to build or copy from.",
        looks=in_build(r"target stage \"?(?P<name>[\w.-]+)\"? could not be found"),
        fixes=(_DOCKERFILE,),
    ),
    Rule(
        "docker.endings",
        Rank.SPECIFIC,
        "A script has Windows line endings, so the container cannot start it.",
        looks=in_logs(
            r"(?:/usr/bin/)?env: (?:\u2018|'|can't execute ')?\w+\\r['\u2019]?: "
            r"No such file or directory",
            r"/bin/(?:ba)?sh\^M: bad interpreter",
            r"exec [\w./-]+\.sh: no such file or directory",
        ),
        fixes=(_DOCKERFILE,),
    ),
    Rule(
        "docker.start",
        Rank.SPECIFIC,
        "The container's command {command} cannot be started: {what}.",
        looks=in_run(
            r"exec: \"(?P<command>[^\"]+)\": (?P<what>executable file not found in \$PATH|"
            r"permission denied|stat [^:]+: no such file or directory)",
            r"^exec (?P<command>\S+): (?P<what>exec format error|permission denied)",
        ),
        fixes=(_DOCKERFILE,),
    ),
    Rule(
        "docker.command",
        Rank.SPECIFIC,
        "The command {command} is not in the image.",
        looks=in_logs(
            r"^(?:\S+ )?/bin/(?:da|ba)?sh: (?:line )?\d+: (?P<command>[\w./+-]+): "
            r"(?:command )?not found",
            r"^(?:\S+: )?line \d+: (?P<command>[\w./+-]+): command not found",
            r"^sh: (?:\d+: )?(?P<command>[\w./+-]+): (?:command )?not found",
        ),
        fixes=(_DOCKERFILE,),
    ),
    Rule(
        "docker.step",
        Rank.CONSEQUENCE,
        "A step of the build failed with status {code}: {step}.",
        looks=in_build(
            r"process \"(?:/bin/(?:ba)?sh -c )?(?P<step>[^\n]+?)\" did not complete successfully: "
            r"exit code: (?P<code>\d+)",
        ),
        fixes=(Advice(Remedy.BUILD_LOG, "Read the build log"), _DOCKERFILE),
    ),
)
