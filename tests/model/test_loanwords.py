"""Limits as people write them, and loans in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from spaces_tui.model.loan import AtEnd, Before, Ended, Loan, LoanState
from spaces_tui.model.loanwords import Limit, left_words, loan_words, parse_limit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOAN = Loan(
    "1",
    "https://hub.example",
    "ada/demo",
    "5f00",
    "ada",
    Before("cpu-basic", None),
    "t4-small",
    6_667,
    NOW,
    NOW + timedelta(hours=2),
    state=LoanState.LENT,
    measured=NOW,
    running=True,
)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("2h", Limit(7200, None)),
        ("45m", Limit(2700, None)),
        ("90", Limit(5400, None)),
        ("$5", Limit(None, 5_000_000)),
        ("2,50 $", Limit(None, 2_500_000)),
        ("2h or $5", Limit(7200, 5_000_000)),
        ("$0.5, 1h 30m", Limit(5400, 500_000)),
    ],
)
def test_limits_as_people_write_them(text: str, limit: Limit) -> None:
    assert parse_limit(text) == limit


@pytest.mark.parametrize("text", ["", "never", "soon", "$", "$0", "31d", "0m", "$1 $2", "-2h"])
def test_what_is_no_limit_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_limit(text)


@pytest.mark.parametrize(
    ("left", "words"),
    [(-1, "due"), (30, "<1m"), (90, "1m"), (3_900, "1h 05m"), (3 * 86_400, "3d 0h")],
)
def test_how_long_a_loan_lasts(left: int, words: str) -> None:
    assert left_words(replace(LOAN, deadline=NOW + timedelta(seconds=left)), NOW) == words


def test_a_loan_in_words_says_what_comes_and_what_it_cost() -> None:
    half = NOW + timedelta(minutes=30)
    assert loan_words(LOAN, half) == "t4-small · back to cpu-basic in 1h 30m · $0.20 so far"
    pause = replace(LOAN, at_end=AtEnd.PAUSE)
    assert "pause in 2h 00m" in loan_words(pause, NOW)
    alarm = replace(LOAN, state=LoanState.ALARM, note="No payment method.")
    assert "could not be taken back: No payment method. It is still tried" in loan_words(alarm, NOW)
    ended = replace(LOAN, spent=1_050_000).finished(Ended.RETURNED)
    assert loan_words(ended, NOW) == (
        "t4-small was given back; it is on cpu-basic again. It cost about $1.05."
    )
