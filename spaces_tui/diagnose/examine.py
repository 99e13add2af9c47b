"""Runs the rules over the evidence and orders what they find: causes before consequences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from spaces_tui.diagnose.evidence import STARTING_STAGES, Evidence
from spaces_tui.diagnose.facts import facts_of
from spaces_tui.diagnose.lines import Lines
from spaces_tui.diagnose.rule import Advice, Groups, Rank, Rule, Seen
from spaces_tui.diagnose.rules import RULES
from spaces_tui.model.diagnosis import Diagnosis, Fix, Trace, Verdict, Where

_SHOWN_TRACES: Final = 4
_LONGEST_GROUP: Final = 160
_LONGEST_TRACE: Final = 400
_OTHERS: Final = 4
_BUILD_STAGES: Final = frozenset({"BUILD_ERROR", "BUILDING"})
_RUN_STAGES: Final = frozenset({"RUNTIME_ERROR", "STOPPED", "PAUSED"}) | STARTING_STAGES


class _Match(NamedTuple):
    rule: Rule
    order: tuple[int, ...]
    """The lowest is the likeliest: no consequence, not survived, rank, log before message, line."""
    groups: Groups
    traces: tuple[Trace, ...]


def diagnose(evidence: Evidence, rules: Sequence[Rule] = RULES) -> Diagnosis:
    """Return what the evidence says. Takes up to half a second on the longest logs."""
    found = sorted(_matches(evidence, rules), key=lambda match: match.order)
    verdicts = [_verdict(match, evidence.app_file) for match in found]
    return Diagnosis(
        evidence.space,
        verdicts[0] if verdicts else None,
        tuple(verdicts[1 : 1 + _OTHERS]),
        facts_of(evidence),
        trouble=evidence.bad,
    )


def _matches(evidence: Evidence, rules: Iterable[Rule]) -> Iterator[_Match]:
    texts = _texts(evidence)
    for position, rule in enumerate(rules):
        if evidence.stage is not None and evidence.stage not in rule.stages:
            continue
        match = _by_state(evidence, rule, position) if rule.state else None
        match = match or _by_text(evidence, rule, position, texts)
        if match is not None:
            yield match


def _texts(evidence: Evidence) -> Mapping[Where, Lines]:
    """Return what patterns look through: the log that belongs to the stage, not the other one."""
    texts = {Where.MESSAGE: evidence.message_lines}
    if evidence.stage is None or evidence.stage in _BUILD_STAGES:
        texts[Where.BUILD] = evidence.build_lines
    if evidence.stage is None or evidence.stage in _RUN_STAGES:
        texts[Where.RUN] = evidence.run_lines
    return texts


def _by_state(evidence: Evidence, rule: Rule, position: int) -> _Match | None:
    seen: Seen | None = rule.state(evidence) if rule.state else None
    if seen is None or not seen.traces:
        return None
    order = (int(rule.rank is Rank.CONSEQUENCE), 0, rule.rank, 0, 0, position)
    return _Match(rule, order, seen.groups, seen.traces)


def _by_text(
    evidence: Evidence, rule: Rule, position: int, texts: Mapping[Where, Lines]
) -> _Match | None:
    best: _Match | None = None
    traces: dict[int, list[Trace]] = defaultdict(list)
    for look in rule.looks:
        lines = texts.get(look.where)
        if not lines:
            continue
        death = lines.last_chain() if look.where is Where.RUN else 0
        for found in look.pattern.finditer(lines.text):
            groups: Groups | None = {key: _short(value) for key, value in found.groupdict().items()}
            if rule.also is not None:
                groups = rule.also(evidence, groups or {})
            if groups is None:
                continue
            index = _said_at(lines, found.start(), found.end())
            survived = int(index < death)
            repeats = int(look.where is Where.MESSAGE)
            consequence = int(rule.rank is Rank.CONSEQUENCE)
            order = (consequence, survived, rule.rank, repeats, index, position)
            trace = Trace(look.where, lines.all[index][:_LONGEST_TRACE], lines.number(index))
            traces[survived].append(trace)
            if best is None or order < best.order:
                best = _Match(rule, order, groups, (trace,))
    if best is None:
        return None
    return best._replace(traces=_chosen([*best.traces, *traces[min(traces)]]))


def _said_at(lines: Lines, start: int, end: int) -> int:
    """Return the line a match is told by: its last one that says something."""
    index = lines.index(max(start, end - 1))
    while index > lines.index(start) and not lines.all[index].strip():
        index -= 1
    return index


def _chosen(traces: Sequence[Trace]) -> tuple[Trace, ...]:
    """Return the trace that told, then others; a log's own line stands for what repeats it."""
    in_logs = {trace.text.strip() for trace in traces if trace.where is not Where.MESSAGE}
    kept = [
        trace
        for trace in traces
        if trace.where is not Where.MESSAGE or trace.text.strip() not in in_logs
    ]
    return tuple(dict.fromkeys(kept))[:_SHOWN_TRACES]


def _verdict(match: _Match, app_file: str) -> Verdict:
    named = defaultdict(str, {"app": app_file} | dict(match.groups))
    advice = [_fix(one, named) for one in match.rule.fixes]
    fixes = tuple(dict.fromkeys(fix for fix in advice if fix is not None))
    return Verdict(match.rule.id, match.rule.cause.format_map(named), match.traces, fixes)


def _fix(advice: Advice, named: Mapping[str, str]) -> Fix | None:
    target = advice.target.format_map(named).strip()
    missing = advice.when and not advice.when.format_map(named)
    if missing or (advice.target and not target):
        return None
    return Fix(advice.remedy, advice.what.format_map(named), target)


def _short(value: str | None) -> str:
    text = " ".join((value or "").split())
    return text if len(text) <= _LONGEST_GROUP else text[: _LONGEST_GROUP - 1] + "…"
