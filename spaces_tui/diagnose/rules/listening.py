"""Apps that run and cannot be reached, or never got so far."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from spaces_tui.diagnose.evidence import STARTING_STAGES, Evidence
from spaces_tui.diagnose.rule import Advice, Groups, Rank, Rule, Seen, in_message, in_run
from spaces_tui.model.diagnosis import Remedy, Trace, Where

_TIMED_OUT: Final = re.compile(
    r"[Ll]aunch timed out, (?:space|workload) was not healthy after (?P<time>\d+ ?\w+)"
)
_LISTENS: Final = re.compile(
    r"""
    (?: Running\ on\ (?:local\ URL:\s*)? | Uvicorn\ running\ on\s | Listening\ at:\s
      | Network\ URL:\s | Local\ URL:\s | ^\s*URL:\s | \bLocal:\s* | \bNetwork:\s*
      | started\ server\ on\s (?:\S+,\ url:\s)? | Serving\ (?:Flask\ app\ )?on\s
      | [Ll]istening\ (?:on|at)\s | [Ss]erver\ (?:is\ )?(?:running|started|listening)\ (?:on|at)\s
      | Serving\ HTTP\ on\s\S+\s | Starting\ server\ on\s )
    (?: (?:https?|tcp)://)? (?: (?P<host>\[::\]|\[::1\]|localhost|[\d.]{7,}|[\w-]+\.local) : )?
    (?: port:?\ )? (?P<port>\d{2,5}) \b
    """,
    re.VERBOSE,
)
_LOOPBACK: Final = re.compile(r"127\.0\.0\.1|localhost|\[::1\]")
_LOADING: Final = re.compile(
    r"(?:Downloading|Fetching \d+ files|Loading (?:checkpoint|pipeline)|Loading weights)[^\n]*\d+%"
    r"|\d+%\|.*\|.*[kMG]B?/s|^Downloading .*|^Loading (?:checkpoint shards|pipeline components)"
)


class _Listener(NamedTuple):
    at: int
    """Index of its line."""
    host: str
    port: int


def _listeners(evidence: Evidence) -> list[_Listener]:
    found = []
    for index, line in enumerate(evidence.run_lines.all):
        if match := _LISTENS.search(line):
            found.append(_Listener(index, match["host"] or "", int(match["port"])))
    return found


def _waits(evidence: Evidence) -> bool:
    """Whether the platform waits for the app to be reachable, or has waited in vain."""
    if evidence.stage in STARTING_STAGES:
        return True
    return bool(_TIMED_OUT.search(evidence.message))


def _traces(evidence: Evidence, found: list[_Listener]) -> tuple[Trace, ...]:
    lines = evidence.run_lines
    traces = [Trace(Where.RUN, lines.all[one.at], lines.number(one.at)) for one in found]
    said = _TIMED_OUT.search(evidence.message)
    return (*traces, Trace(Where.MESSAGE, said[0], 1)) if said else tuple(traces)


def _other_port(evidence: Evidence) -> Seen | None:
    found = _listeners(evidence)
    expected = evidence.port
    if not found or expected is None or not _waits(evidence):
        return None
    if any(one.port == expected for one in found):
        return None
    docker = evidence.kind == "docker"
    groups = {
        "port": str(found[-1].port),
        "expected": str(expected),
        "key": "app_port" if docker else "",
        "file": "" if docker else (evidence.card_value("app_file") or "app.py"),
    }
    return Seen(groups, _traces(evidence, found[-1:]))


def _loopback(evidence: Evidence) -> Seen | None:
    found = _listeners(evidence)
    right = [one for one in found if one.port == evidence.port]
    if not right or not _waits(evidence):
        return None
    if any(not _LOOPBACK.fullmatch(one.host) for one in right):
        return None
    file = "Dockerfile" if evidence.kind == "docker" else "app.py"
    return Seen({"port": str(right[-1].port), "file": file}, _traces(evidence, right[-1:]))


def _loading(evidence: Evidence) -> Seen | None:
    """Whether the last thing it did before the time was up is a download."""
    said = _TIMED_OUT.search(evidence.message)
    lines = evidence.run_lines
    index = next((i for i in range(len(lines.all) - 1, -1, -1) if lines.all[i].strip()), None)
    if said is None or index is None or not _LOADING.search(lines.all[index]):
        return None
    trace = Trace(Where.RUN, lines.all[index], lines.number(index))
    return Seen({"time": said["time"]}, (trace, Trace(Where.MESSAGE, said[0], 1)))


def _silent(evidence: Evidence, groups: Groups) -> Groups:
    expected = f" on port {evidence.port}" if evidence.port else ""
    return {**groups, "port": expected}


_LONGER: Final = Advice(
    Remedy.CARD, "Allow a longer start: startup_duration_timeout", "startup_duration_timeout"
)

RULES: Final = (
    Rule(
        "listening.port",
        Rank.SPECIFIC,
        "The app listens on port {port}, and visitors are sent to port {expected}.",
        state=_other_port,
        fixes=(
            Advice(Remedy.CARD, "Set app_port to {port} in the card", "{key}"),
            Advice(Remedy.FILE, "Make the app listen on port {expected}", "{file}"),
        ),
        stages=frozenset({"RUNTIME_ERROR"}) | STARTING_STAGES,
    ),
    Rule(
        "listening.loopback",
        Rank.SPECIFIC,
        "The app listens on port {port} for its own container alone: it must listen on 0.0.0.0.",
        state=_loopback,
        fixes=(Advice(Remedy.FILE, "Edit {file}", "{file}"),),
        stages=frozenset({"RUNTIME_ERROR"}) | STARTING_STAGES,
    ),
    Rule(
        "listening.loading",
        Rank.SPECIFIC,
        "After {time} the app was still loading, so the platform gave up.",
        state=_loading,
        fixes=(
            _LONGER,
            Advice(Remedy.CARD, "Download while building: preload_from_hub", "preload_from_hub"),
        ),
        stages=frozenset({"RUNTIME_ERROR"}),
    ),
    Rule(
        "listening.timed-out",
        Rank.GENERAL,
        "The app was not reachable{port} within {time}.",
        looks=in_message(_TIMED_OUT.pattern),
        also=_silent,
        fixes=(Advice(Remedy.RUN_LOG, "Read the container log"), _LONGER),
    ),
    Rule(
        "listening.taken",
        Rank.SPECIFIC,
        "The port is taken already: two servers are started, or one of them twice.",
        looks=in_run(
            r"^OSError: Cannot find empty port in range: \d+-\d+",
            r"^OSError: \[Errno 98\] [Aa]ddress already in use",
            r"\[[Ee]rrno 98\] error while attempting to bind on address .*: "
            r"(?:\[errno 98\] )?address already in use",
            r"^Error: listen EADDRINUSE: address already in use",
        ),
        fixes=(Advice(Remedy.FILE, "Edit {app}", "{app}"),),
    ),
    Rule(
        "listening.ended",
        Rank.SPECIFIC,
        "The app came to its end without an error, so nothing serves: it has to keep running.",
        looks=in_message(r"^(?:Space failed\. )?Exit code: 0\b"),
        fixes=(Advice(Remedy.FILE, "Edit {app}: does it call launch()?", "{app}"),),
    ),
    Rule(
        "listening.share",
        Rank.SPECIFIC,
        "Gradio cannot reach itself: mostly the fault of versions of gradio and pydantic that do "
        "not fit.",
        looks=in_run(r"^ValueError: When localhost is not accessible, a shareable link must be"),
        fixes=(Advice(Remedy.CARD, "Change sdk_version in the card", "sdk_version"),),
    ),
)
