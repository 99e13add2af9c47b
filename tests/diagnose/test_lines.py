"""Logs keep their line numbers, and only the last attempt counts."""

from __future__ import annotations

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.diagnose.examine import diagnose
from spaces_tui.diagnose.lines import Lines, last_attempt

_DEATH = (
    "Traceback (most recent call last):",
    '  File "/home/user/app/app.py", line 2, in <module>',
    "    import cv2",
    "ModuleNotFoundError: No module named 'cv2'",
)


def test_an_offset_leads_to_its_line() -> None:
    lines = Lines(["one", "", "three"])
    assert [lines.index(offset) for offset in (0, 3, 4, 5, 9)] == [0, 0, 1, 2, 2]


def test_lines_keep_the_numbers_of_the_whole_log() -> None:
    found = diagnose(Evidence(stage="RUNTIME_ERROR", run=_DEATH, run_first=1_201))
    assert found.verdict is not None
    assert found.verdict.evidence[0].number == 1_204


def test_the_end_of_a_log_has_no_numbers() -> None:
    found = diagnose(Evidence(stage="RUNTIME_ERROR", run=_DEATH, run_first=None))
    assert found.verdict is not None
    assert found.verdict.evidence[0].place == "container log"


def test_a_long_log_is_looked_at_from_its_end() -> None:
    run = ("working",) * 10_000 + _DEATH
    found = diagnose(Evidence(stage="RUNTIME_ERROR", run=run))
    assert found.verdict is not None
    assert found.verdict.evidence[0].number == 10_004


def test_lines_without_end_leave_no_room_for_others() -> None:
    lines = Lines(["x" * 100_000] * 1_000 + list(_DEATH))
    assert lines.all[-4:] == _DEATH
    assert len(lines.text) <= 400_000
    assert lines.number(len(lines.all) - 1) == 1_004


def test_only_the_last_attempt_counts() -> None:
    log = ["== start 1", "broke", "== start 2", "fine"]
    assert last_attempt(log, 1, "== start").all == ("== start 2", "fine")
    assert last_attempt(log, 11, "== start").number(0) == 13
    assert last_attempt(log, 1, "-- start").all == tuple(log)


def test_tracebacks_that_are_linked_are_one_chain() -> None:
    linked = [
        *_DEATH,
        "",
        "During handling of the above exception, another exception occurred:",
        "",
        *_DEATH,
    ]
    assert Lines(["quiet", *linked]).last_chain() == 1
    assert Lines([*_DEATH, "survived", *_DEATH]).last_chain() == 5
