"""What stands behind tasks, for which the Space itself asks for hardware."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from spaces_tui.guard.journal import Journal
from spaces_tui.guard.keeper import Keeper
from spaces_tui.guard.lending import Expected, LoanError, borrow, expect, tasks_left
from spaces_tui.model.loan import Before, Ended, Loan, LoanState
from tests.guard.fakes import (
    BEFORE,
    BORROWED,
    OTHER,
    PRICE,
    SPACE,
    START,
    FakeClock,
    FakeHub,
    program,
    wish,
)


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub(FakeClock())


@pytest.fixture
def keeper(hub: FakeHub, tmp_path: Path) -> Keeper:
    return program(hub, tmp_path / "guards")


def task(name: str = "one", seconds: int = 3600, flavor: str = BORROWED) -> Expected:
    return Expected("http://hub", SPACE, "ada", name, flavor, PRICE, seconds)


async def step(keeper: Keeper, hub: FakeHub, seconds: float = 0.0) -> Loan:
    """Let time pass, take a step and return the loan as it is then."""
    hub.clock.passed += seconds
    loan = await keeper.step((await keeper.loans())[-1].id)
    assert loan is not None
    return loan


async def test_the_hardware_of_a_task_is_taken_back_at_the_deadline(
    hub: FakeHub, keeper: Keeper
) -> None:
    loan = await expect(keeper, hub, task())
    assert (loan.state, loan.before.flavor, hub.sent) == (LoanState.EXPECTED, BEFORE, [])
    assert (await step(keeper, hub, 600)).state is LoanState.EXPECTED
    hub.choose(BORROWED)
    assert (await step(keeper, hub, 60)).state is LoanState.LENT
    late = await step(keeper, hub, 3600)
    assert (late.ended, hub.requested) == (Ended.RETURNED, BEFORE)
    assert late.spent > 0


async def test_it_ends_quietly_once_no_task_needs_it(hub: FakeHub, keeper: Keeper) -> None:
    loan = await expect(keeper, hub, task())
    hub.choose(BORROWED)
    assert (await step(keeper, hub, 60)).state is LoanState.LENT
    hub.choose(BEFORE)
    assert (await step(keeper, hub, 60)).state is LoanState.EXPECTED
    await tasks_left(keeper, loan.id, ())
    assert (await step(keeper, hub)).ended is Ended.QUIET
    assert hub.sent == []


async def test_hardware_that_no_task_needs_any_more_is_taken_back(
    hub: FakeHub, keeper: Keeper
) -> None:
    loan = await expect(keeper, hub, task())
    hub.choose(BORROWED)
    await step(keeper, hub, 60)
    await tasks_left(keeper, loan.id, ())
    assert (await step(keeper, hub)).ended is Ended.RETURNED
    assert [one.flavor for one in hub.sent] == [BEFORE]


async def test_tasks_of_one_space_share_one_loan_until_the_last_deadline(
    hub: FakeHub, keeper: Keeper, tmp_path: Path
) -> None:
    first = await expect(keeper, hub, task("one", 3600))
    second = await expect(keeper, hub, task("two", 7200, OTHER))
    await expect(keeper, hub, task("three", 60))
    (loan,) = Journal(tmp_path / "guards").open_loans()
    assert first.id == second.id == loan.id
    assert (loan.tasks, loan.deadline) == (("one", "two", "three"), START + timedelta(hours=2))
    hub.choose(OTHER)
    seen = await step(keeper, hub, 5000)
    assert (seen.state, seen.flavor) == (LoanState.LENT, OTHER), "either task may be first"


async def test_there_are_never_two_guards_on_one_space(hub: FakeHub, keeper: Keeper) -> None:
    await expect(keeper, hub, task())
    with pytest.raises(LoanError, match="has tasks"):
        await borrow(keeper, hub, wish())
    assert hub.sent == []


async def test_a_task_does_not_stand_beside_borrowed_hardware(hub: FakeHub, keeper: Keeper) -> None:
    await borrow(keeper, hub, wish())
    with pytest.raises(LoanError, match="give it back, then add the task"):
        await expect(keeper, hub, task())


async def test_a_refused_return_ends_in_a_pause(hub: FakeHub, keeper: Keeper) -> None:
    await expect(keeper, hub, task())
    hub.choose(BORROWED)
    hub.always = {"downgrade": "refused"}
    assert (await step(keeper, hub, 3600)).ended is Ended.PAUSED


async def test_what_a_person_chose_between_tasks_is_what_it_goes_back_to(
    hub: FakeHub, keeper: Keeper
) -> None:
    await expect(keeper, hub, task())
    hub.choose(OTHER)
    assert (await step(keeper, hub, 60)).before == Before(OTHER, None)
    hub.choose(BORROWED)
    await step(keeper, hub, 60)
    assert (await step(keeper, hub, 3600)).ended is Ended.RETURNED
    assert hub.requested == OTHER


async def test_a_guard_that_begins_while_the_task_runs_knows_what_was_before(
    hub: FakeHub, keeper: Keeper
) -> None:
    hub.choose(BORROWED)
    hub.settle()
    await expect(keeper, hub, Expected("http://hub", SPACE, "ada", "x", BORROWED, 1, 60, BEFORE))
    assert (await step(keeper, hub, 30)).state is LoanState.LENT
    assert (await step(keeper, hub, 60)).ended is Ended.RETURNED
    assert hub.requested == BEFORE
