"""A watcher is given up when looks find what it did not tell, and not sooner."""

from __future__ import annotations

from spaces_tui.sync.silence import LATE, Silence


def test_a_change_that_was_told_is_no_silence() -> None:
    silence = Silence()
    silence.heard("pkg", 0.0)
    silence.found(["pkg/new.py"], 0.1)
    assert not silence.broken(0.1 + LATE)


def test_a_change_that_nothing_told_of_is_silence_after_a_while() -> None:
    silence = Silence()
    silence.found(["app.py"], 0.0)
    assert not silence.broken(LATE / 2)
    assert silence.broken(LATE)


def test_a_new_watcher_is_not_to_blame_for_what_came_before_it() -> None:
    silence = Silence()
    silence.heard("app.py", 0.0)
    silence.forget()
    silence.found(["app.py"], 0.1)
    assert not silence.broken(0.1 + LATE)
    silence.found(["util.py"], 5.0)
    assert silence.broken(5.0 + LATE)
