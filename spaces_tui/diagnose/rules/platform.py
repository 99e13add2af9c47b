"""What the platform decides: capacity, quota, money, rules, and its own failures."""

from __future__ import annotations

import re
from typing import Final

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.diagnose.rule import (
    HALTED,
    Advice,
    Groups,
    Rank,
    Rule,
    Seen,
    in_build,
    in_logs,
    in_message,
)
from spaces_tui.model.diagnosis import Remedy, Trace, Where

STUCK: Final = 600.0
"""Seconds of building without a line after which something is wrong."""
_HEADER: Final = re.compile(r"^(?:=====.*=====)?\s*$")
_RESTART: Final = Advice(Remedy.RESTART, "Restart the Space")
_REBUILD: Final = Advice(Remedy.REBUILD, "Build again without caches")
_HARDWARE: Final = Advice(Remedy.HARDWARE, "Choose other hardware")
_BILLING: Final = Advice(Remedy.BROWSE, "Open the billing settings", "settings/billing")


def _stuck(evidence: Evidence) -> Seen | None:
    lines = evidence.build
    if lines is None or evidence.stage_for is None or evidence.stage_for < STUCK:
        return None
    if any(not _HEADER.match(line) for line in lines):
        return None
    minutes = int(evidence.stage_for // 60)
    last = next((line for line in reversed(lines) if line.strip()), "no line at all")
    trace = Trace(Where.BUILD, last, None)
    stage = Trace(Where.STAGE, f"BUILDING for {minutes} min at least")
    return Seen({"minutes": str(minutes)}, (stage, trace))


def _replicas(evidence: Evidence) -> Seen | None:
    wanted, ready = evidence.requested_replicas, evidence.replicas
    if wanted is None or ready is None or ready >= wanted:
        return None
    trace = Trace(Where.RUNTIME, f"{ready} of {wanted} replicas run")
    return Seen({"ready": str(ready), "wanted": str(wanted)}, (trace,))


def _domain(evidence: Evidence) -> Seen | None:
    waiting = [(name, stage) for name, stage in evidence.domains if stage and stage != "READY"]
    if not waiting:
        return None
    traces = tuple(Trace(Where.RUNTIME, f"{name}: {stage}") for name, stage in waiting)
    return Seen({"name": waiting[0][0], "page": f"spaces/{evidence.space}/settings"}, traces)


def _hopeless(_evidence: Evidence, groups: Groups) -> Groups | None:
    return groups if groups["limit"] == "0" else None


def _full(_evidence: Evidence, groups: Groups) -> Groups | None:
    return None if groups["limit"] == "0" else groups


_QUOTA: Final = (
    r"[Qq]uota exceeded for flavor (?P<flavor>\S+) \(requested=\d+\): "
    r"current=(?P<current>\d+), limit=(?P<limit>\d+)"
)

RULES: Final = (
    Rule(
        "platform.no-entitlement",
        Rank.DECISIVE,
        "This account may not run Spaces on {flavor}: it needs another plan, or other hardware.",
        looks=in_message(_QUOTA),
        also=_hopeless,
        fixes=(_BILLING, _HARDWARE),
        stages=HALTED,
    ),
    Rule(
        "platform.quota",
        Rank.DECISIVE,
        "{current} of the {limit} Spaces this account may run on {flavor} run already: pause one.",
        looks=in_message(_QUOTA),
        also=_full,
        fixes=(Advice(Remedy.RESTART, "Restart, once another is paused"), _HARDWARE),
        stages=HALTED,
    ),
    Rule(
        "platform.payment",
        Rank.DECISIVE,
        "The platform wants money first: {what}.",
        looks=in_message(
            r"(?P<what>.*\b(?:[Pp]ayment (?:method|required|failed)|402 Payment Required|"
            r"(?:not enough|insufficient|out of|no) (?:pre-paid )?credits?|unpaid invoice|"
            r"billing (?:issue|problem|disabled))\b.*?)\.?$"
        ),
        fixes=(_BILLING, _HARDWARE),
        stages=HALTED,
    ),
    Rule(
        "platform.flagged",
        Rank.DECISIVE,
        "The platform stopped it for its rules: {what}.",
        looks=in_message(
            r"(?P<what>.*\b(?:flagged|[Aa]bus(?:e|ive)|[Tt]erms of [Ss]ervice|"
            r"content policy|suspended by)\b.*?)\.?$"
        ),
        fixes=(Advice(Remedy.BROWSE, "Read the content policy", "content-guidelines"),),
        stages=HALTED,
    ),
    Rule(
        "platform.capacity",
        Rank.DECISIVE,
        "There is no free machine for it now{on}: try again later, or choose other hardware.",
        looks=in_message(
            r"Scheduling failure: (?:unable to schedule|not enough hardware capacity)",
            r"[Nn]o (?:hardware )?capacity (?:left|available)",
        ),
        also=lambda evidence, groups: {
            **groups,
            "on": f" ({evidence.hardware})" if evidence.hardware else "",
        },
        fixes=(_RESTART, _HARDWARE),
    ),
    Rule(
        "platform.container",
        Rank.DECISIVE,
        "The platform could not start the container; that is seldom the app's fault.",
        looks=in_message(r"failed to create (?:containerd|shim) task: (?!.*exec: \").*"),
        fixes=(_RESTART, _REBUILD),
    ),
    Rule(
        "platform.clone",
        Rank.DECISIVE,
        "The platform could not copy the repository before the build.",
        looks=in_logs(r"[Ee]rror while cloning repository"),
        fixes=(_REBUILD,),
    ),
    Rule(
        "platform.registry",
        Rank.GENERAL,
        "The image could not be stored or fetched by the platform; building again mostly helps.",
        looks=in_build(
            r"ERROR: failed to push \S+: .*",
            r"failed to copy: httpReadSeeker: .*",
            r"toomanyrequests: You have reached your (?:unauthenticated )?pull rate limit",
        ),
        fixes=(_REBUILD,),
    ),
    Rule(
        "platform.cancelled",
        Rank.GENERAL,
        "The build was ended from outside before it was done: a newer commit, or the platform.",
        looks=in_message(r"Job failed with exit code: 143\b", r"[Bb]uild (?:was )?cancell?ed"),
        fixes=(_REBUILD,),
    ),
    Rule(
        "platform.slow-build",
        Rank.DECISIVE,
        "The build took longer than the platform allows.",
        looks=in_message(r"(?:[Bb]uild|[Jj]ob) (?:has )?(?:timed out|timeout|exceeded).*"),
        fixes=(Advice(Remedy.BUILD_LOG, "Read the build log"), _REBUILD),
    ),
    Rule(
        "platform.stuck",
        Rank.DECISIVE,
        "It has been building for {minutes} min without a line of log: the build never began.",
        state=_stuck,
        fixes=(_REBUILD,),
        stages=frozenset({"BUILDING", "RUNNING_BUILDING"}),
    ),
    Rule(
        "platform.replicas",
        Rank.GENERAL,
        "Only {ready} of {wanted} replicas run; the others are not healthy or have no machine yet.",
        state=_replicas,
        fixes=(Advice(Remedy.RUN_LOG, "Read the container log"), _RESTART),
        stages=frozenset({"RUNNING"}),
    ),
    Rule(
        "platform.domain",
        Rank.GENERAL,
        "The app runs, but {name} does not lead there yet.",
        state=_domain,
        fixes=(Advice(Remedy.BROWSE, "Open the Space's settings", "{page}"),),
        stages=frozenset({"RUNNING"}),
    ),
    Rule(
        "platform.paused",
        Rank.CONSEQUENCE,
        "The platform paused it and says: {what}.",
        looks=in_message(r"\A(?P<what>.+?)\.?$"),
        fixes=(_RESTART,),
        stages=frozenset({"PAUSED"}),
    ),
)
