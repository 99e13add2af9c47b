"""The quiet window learns what tools do, and nothing from hands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.sync.window import PATIENCE, QUIET, Window

Save = tuple[float, ...]
"""Seconds after a save at which the same file is written again."""


def after(saves: list[Save], *, pause: float = 5.0, names: tuple[str, ...] = ("a.py",)) -> float:
    """Let these saves happen; return how long the window is for the next one."""
    window = Window()
    at = 100.0
    for number, answers in enumerate(saves):
        name = names[number % len(names)]
        window.heard(name, at)
        for answer in answers:
            window.heard(name, at + answer)
        window.done()
        at += pause
    window.heard(names[0], at)
    return window.quiet(names[0])


@pytest.mark.parametrize(
    ("saves", "least", "most"),
    [
        ([(0.18,), (0.18,)], 0.18, 0.25),
        ([(0.18,), (0.195,)], 0.195, 0.25),
        ([(0.18, 0.30), (0.185, 0.31)], 0.185, 0.25),
        ([(0.40,), (0.43,)], 0.43, 0.6),
        ([(0.18,)] * 2 + [()] * 2, 0.18, 0.25),
        ([(0.18,)] * 2 + [(), (0.18,)] * 5, 0.18, 0.25),
        ([(0.18,)] * 2 + [()] * 4, QUIET, QUIET),
        ([(0.18,)] * 2 + [(0.45,), (0.3,), (0.25,), (0.4,)], QUIET, QUIET),
        ([(0.18,)], QUIET, QUIET),
        ([(0.18,), (), (0.18,)], QUIET, QUIET),
        ([(0.3,), (0.45,)], QUIET, QUIET),
        ([(0.6,), (0.6,), (0.9,), (0.9,)], QUIET, QUIET),
        ([(0.3, 0.6), (0.3,)], QUIET, QUIET),
        ([(0.2, 0.4, 0.6, 0.8, 1.0)] * 3, QUIET, QUIET),
        ([(0.01, 0.02), (0.01, 0.02)], QUIET, QUIET),
        ([(0.05,), (0.05,)], QUIET, QUIET),
    ],
)  # fmt: skip
def test_a_habit_is_believed_when_two_saves_in_a_row_were_answered_alike(
    saves: list[Save], least: float, most: float
) -> None:
    assert least <= after(saves) <= most


def test_a_habit_belongs_to_a_suffix() -> None:
    saves: list[Save] = [(0.18,), (0.18,)]
    assert after(saves, names=("a.py", "b.py")) > QUIET
    mixed: list[Save] = [(0.18,), (), (0.18,), ()]
    assert after(mixed, names=("a.py", "b.css")) > QUIET
    assert after([(), *mixed], names=("b.css", "a.py")) == QUIET


def test_saving_all_at_once_counts_as_one_save() -> None:
    window = Window()
    for at in (0.0, 5.0):
        window.heard("a.py", at)
        window.heard("a.py", at + 0.18)
    window.done()
    for number in range(8):
        window.heard(f"{number}.py", 10.0 + number / 100)
    window.done()
    window.heard("a.py", 20.0)
    assert window.quiet("a.py") > QUIET


def test_a_storm_teaches_nothing() -> None:
    window = Window()
    for at in (0.0, 5.0, 10.0):
        for number in range(200):
            window.heard(f"{number}.py", at)
            window.heard(f"{number}.py", at + 0.2)
        window.done()
    window.heard("a.py", 20.0)
    window.done()
    window.heard("1.py", 30.0)
    assert window.quiet("1.py") < 0.25


saves_of_a_tool = st.tuples(
    st.floats(0.16, 0.4), st.lists(st.floats(-0.009, 0.009), min_size=2, max_size=12)
)


@given(saves_of_a_tool)
def test_every_tool_is_learned_from_two_sightings(tool: tuple[float, list[float]]) -> None:
    delay, jitter = tool
    saves: list[Save] = [(delay + each,) for each in jitter]
    assert delay + max(jitter[-2:]) <= after(saves) <= 1.2 * (delay + 0.01) + 0.001


@given(st.lists(st.one_of(st.just(0.0), st.floats(0.5, 3.0)), max_size=30))
def test_nobody_waits_longer_for_saving_by_hand(gaps: list[float]) -> None:
    """People type between two saves, so those are half a second apart at the least."""
    window = Window()
    at = 100.0
    for gap in gaps:
        window.heard("a.py", at)
        if gap:
            at += gap + 0.001
            window.heard("a.py", at)
            assert window.quiet("a.py") == QUIET
        window.done()
        at += 2.0


@given(st.lists(st.floats(0.15, 0.5), min_size=1, max_size=20))
def test_one_hasty_second_save_teaches_nothing(gaps: list[float]) -> None:
    saves: list[Save] = [save for gap in gaps for save in ((gap,), ())]
    assert after(saves) == QUIET


def test_what_moves_when_it_is_sent_has_to_rest_longer_each_time() -> None:
    window = Window()
    window.heard("a.py", 100.0)
    waits = []
    for at in range(101, 108):
        window.moved("state.json", float(at))
        waits.append(window.quiet("state.json"))
    assert waits[:3] == [2 * QUIET, 4 * QUIET, 8 * QUIET]
    assert waits[-2:] == [PATIENCE, PATIENCE]
    assert window.quiet("a.py") == QUIET
    window.sent(["state.json"])
    assert window.quiet("state.json") == QUIET
