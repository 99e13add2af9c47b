"""Each example of a broken Space gets its verdict, and no healthy one gets any."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.diagnose.examine import diagnose
from spaces_tui.diagnose.rule import Rank
from spaces_tui.diagnose.rules import RULES
from spaces_tui.localhub.chatter import VOICES
from tests.diagnose.reading import BROKEN, QUIET, advised, load, shown


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_space_gets_its_cause(path: Path) -> None:
    evidence, expected = load(path)
    verdict = diagnose(evidence).verdict
    assert verdict is not None
    assert verdict.rule == expected["rule"]
    assert verdict.cause == expected["cause"]
    assert shown(verdict.evidence[0]) == expected["shows"]
    assert advised(verdict) == expected["fixes"]


@pytest.mark.parametrize("path", QUIET, ids=lambda path: path.stem)
def test_a_healthy_or_unexplained_space_gets_no_verdict(path: Path) -> None:
    evidence, _ = load(path)
    found = diagnose(evidence)
    assert found.verdict is None
    assert found.facts


@pytest.mark.parametrize("stage", ["RUNTIME_ERROR", "BUILD_ERROR", None])
def test_a_healthy_log_explains_no_failure(stage: str | None) -> None:
    healthy = [load(path) for path in QUIET]
    served = [evidence for evidence, _ in healthy if evidence.stage == "RUNNING"]
    assert len(served) >= 10
    for evidence in served:
        assert diagnose(replace(evidence, stage=stage)).verdict is None


@pytest.mark.parametrize("voice", sorted(VOICES))
def test_what_lively_apps_write_explains_no_failure(voice: str) -> None:
    rng = random.Random(7)
    lines = [
        line
        for _ in range(400)
        for chunk in VOICES[voice](rng, 1_790_000_000.0)
        for line in chunk.splitlines()
    ]
    assert diagnose(Evidence(stage="RUNTIME_ERROR", run=tuple(lines))).verdict is None


def test_each_rule_has_an_example() -> None:
    shown_off = {load(path)[1]["rule"] for path in BROKEN}
    assert {rule.id for rule in RULES} == shown_off


def test_rules_are_named_once_and_find_something() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.looks or rule.state for rule in RULES)


def test_there_are_enough_examples() -> None:
    assert len(BROKEN) >= 60
    assert len(QUIET) >= 20


def test_a_consequence_is_told_after_its_cause() -> None:
    evidence, _ = load(next(path for path in BROKEN if path.stem == "pip-conflict"))
    found = diagnose(evidence)
    ranks = {rule.id: rule.rank for rule in RULES}
    assert [verdict.rule for verdict in found.others] == ["docker.step"]
    assert ranks["docker.step"] is Rank.CONSEQUENCE


_WORDS = st.sampled_from(
    [
        "Traceback (most recent call last):",
        '  File "/home/user/app/app.py", line 3, in <module>',
        "    import torch",
        "ModuleNotFoundError: No module named 'torch'",
        "KeyError: 'HF_TOKEN'",
        "{name} {0} {",
        "During handling of the above exception, another exception occurred:",
        "===== Application Startup at 2026-10-05 08:04:11 =====",
        "Exit code: 137. Reason: ",
        "npm error code ERESOLVE",
        "",
    ]
)


@given(
    lines=st.lists(_WORDS | st.text(max_size=60), max_size=30),
    message=_WORDS | st.text(max_size=200),
    stage=st.sampled_from(["RUNTIME_ERROR", "BUILD_ERROR", "RUNNING", "PAUSED", None]),
)
def test_whatever_comes_a_verdict_shows_lines_that_are_there(
    lines: list[str], message: str, stage: str | None
) -> None:
    log = tuple(lines)
    found = diagnose(Evidence(stage=stage, message=message, run=log, build=log))
    for verdict in (found.verdict, *found.others):
        if verdict is None:
            continue
        assert verdict.evidence
        for trace in verdict.evidence:
            if trace.where in {"container log", "build log"}:
                assert trace.number is not None
                assert trace.text == log[trace.number - 1].strip()
