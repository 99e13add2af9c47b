"""Borrowed hardware in a session: shown, extended, given back, taken up again at the next start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spaces_tui.guard.journal import Journal
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.loan import AtEnd, Before, Ended, Loan, LoanState
from spaces_tui.session.requests.loans import Borrow, EndLoan, ExtendLoan
from spaces_tui.session.snapshot import Snapshot
from spaces_tui.store.paths import Paths
from tests.patience import PATIENCE
from tests.session.conftest import Running, StartSession
from tests.session.test_session import live

SPACE = "acme/leaderboard"


def priced(snapshot: Snapshot) -> bool:
    """Whether the list and the price list are there."""
    return live(snapshot) and "t4-small" in snapshot.hardware


def borrow(running: Running, seconds: int = 3600) -> Loan:
    """Borrow a GPU and return the loan once it is there."""
    outcome = running.session.ask(Borrow(SPACE, "t4-small", seconds)).result(PATIENCE)
    assert outcome.ok, outcome.errors
    running.until(lambda s: s.loans and s.loans[0].state is LoanState.LENT)
    return running.session.snapshot.loans[0]


def hardware(running: Running, space: str = SPACE) -> str | None:
    """Return what the Space is asked to run on, as the session knows it."""
    (found,) = (one for one in running.session.snapshot.spaces if one.id == space)
    assert found.runtime is not None
    return found.runtime.requested_hardware or found.runtime.hardware


def test_what_is_borrowed_is_shown_and_given_back_when_asked(demo: Running, paths: Paths) -> None:
    demo.until(priced)
    loan = borrow(demo)
    assert loan.before == Before("cpu-basic", 48 * 3600, 1)
    assert hardware(demo) == "t4-small"
    assert demo.session.ask(EndLoan(SPACE, loan.id)).result(PATIENCE).ok
    demo.until(lambda s: not any(loan.open for loan in s.loans))
    demo.until(lambda s: hardware(demo) == "cpu-basic")
    (ended,) = Journal(paths.guard).loans()
    assert ended.ended is Ended.RETURNED
    demo.until(lambda s: any("was given back" in one.text for one in s.notices))


def test_a_loan_is_extended_and_never_given_twice(demo: Running) -> None:
    demo.until(priced)
    loan = borrow(demo)
    assert demo.session.ask(ExtendLoan(SPACE, loan.id, seconds=1800)).result(PATIENCE).ok
    (longer,) = demo.session.snapshot.loans
    assert longer.deadline == loan.deadline + timedelta(minutes=30)
    again = demo.session.ask(Borrow(SPACE, "a10g-small", seconds=60)).result(PATIENCE)
    assert again.errors == (f"{SPACE} is already on a loan of t4-small.",)
    assert hardware(demo) == "t4-small"


def test_an_overdue_loan_is_taken_back_at_the_next_start(
    demo_hub: LocalHub, start: StartSession, paths: Paths
) -> None:
    first = start(demo_hub.url, demo_hub.token())
    first.until(priced)
    loan = borrow(first)
    first.session.close(PATIENCE)
    late = loan.deadline - timedelta(hours=2)
    Journal(paths.guard).write(
        Loan(**{name: getattr(loan, name) for name in Loan.__slots__} | {"deadline": late})
    )
    again = start(demo_hub.url, demo_hub.token())
    again.until(lambda s: any("was given back" in one.text for one in s.notices))
    assert not any(one.open for one in Journal(paths.guard).loans())


def test_a_console_that_only_reads_shows_loans_and_leaves_them(
    demo_hub: LocalHub, start: StartSession, paths: Paths
) -> None:
    now = datetime.now(UTC)
    overdue = Loan(
        "5eed",
        demo_hub.url,
        SPACE,
        "5f00",
        "ada",
        Before("cpu-basic", None),
        "t4-small",
        6_667,
        now - timedelta(hours=3),
        now - timedelta(hours=1),
        state=LoanState.LENT,
    )
    Journal(paths.guard).write(overdue)
    running = start(demo_hub.url, demo_hub.token(), read_only=True)
    running.until(live)
    running.until(lambda s: s.loans == (overdue,))
    assert Journal(paths.guard).loans() == (overdue,)


@pytest.mark.parametrize(("status", "words"), [(402, "plan"), (403, "allow"), (503, "")])
def test_a_refusal_leaves_nothing_borrowed(
    demo: Running, demo_hub: LocalHub, status: int, words: str, paths: Paths
) -> None:
    demo.until(priced)
    demo_hub.fault("/hardware", status=status, count=1)
    outcome = demo.session.ask(Borrow(SPACE, "t4-small", seconds=60)).result(PATIENCE)
    if status == 503:  # nobody knows: it is written down, and looked at
        assert outcome.ok
        assert demo.session.snapshot.loans[0].state is LoanState.INTENDED
        return
    assert words in outcome.errors[0]
    assert hardware(demo) == "cpu-basic"
    (loan,) = Journal(paths.guard).loans()
    assert loan.ended is Ended.NEVER_BEGAN


def test_a_space_is_paused_at_the_end_when_that_is_wanted(demo: Running, paths: Paths) -> None:
    demo.until(priced)
    asked = Borrow(SPACE, "t4-small", seconds=3600, at_end=AtEnd.PAUSE)
    assert demo.session.ask(asked).result(PATIENCE).ok
    demo.until(lambda s: s.loans and s.loans[0].state is LoanState.LENT)
    loan = demo.session.snapshot.loans[0]
    assert demo.session.ask(EndLoan(SPACE, loan.id)).result(PATIENCE).ok
    demo.until(lambda s: not any(loan.open for loan in s.loans))
    (ended,) = Journal(paths.guard).loans()
    assert ended.ended is Ended.PAUSED
