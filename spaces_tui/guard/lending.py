"""What a person asks for: to borrow, for longer, no longer, and that an alarm was seen.

And to stand behind tasks, for which a Space itself asks for hardware.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from spaces_tui.guard.place import BusyError
from spaces_tui.guard.protocols import GuardError, Trouble
from spaces_tui.model.loan import (
    AtEnd,
    Before,
    Cause,
    Ended,
    Loan,
    LoanState,
    latest_end,
    net_for,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from spaces_tui.guard.keeper import Keeper
    from spaces_tui.guard.place import Lock
    from spaces_tui.guard.protocols import Remote
    from spaces_tui.model.space import Space

_TRIES: Final = 50
_APART: Final = 0.2
"""Seconds between tries for a Space that another program is at work on."""


class LoanError(Exception):
    """It cannot be done; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to borrow."""

    endpoint: str
    space: str
    account: str
    flavor: str
    price: int
    """Micro-dollars a minute of one replica."""
    seconds: int | None = None
    budget: int | None = None
    """Micro-dollars."""
    at_end: AtEnd = AtEnd.BACK


async def borrow(keeper: Keeper, remote: Remote, wish: Wish) -> Loan:
    """Ask for hardware, written down first. The request is sent once, and never again.

    The loan that is returned may still be `INTENDED`: then the answer was lost, and the keeper
    finds out.

    Raises:
        LoanError: it cannot be borrowed; nothing was asked for.
        GuardError: the Hub cannot be asked, or refused; nothing is borrowed.
        OSError: it cannot be written down; nothing was asked for.
    """
    space = await remote.info(wish.space)
    if not space.uid.isalnum():
        raise LoanError(f"The Hub does not say which Space {space.id} is.")
    space = replace(space, runtime=await remote.runtime(space.id))
    with await _alone(keeper, space.uid):
        loan = _planned(wish, space, await keeper.loans(), keeper.time.now())
        await keeper.save(loan)
        try:
            runtime = await remote.set_hardware(loan.space, loan.flavor, loan.net)
        except GuardError as error:
            if error.trouble is Trouble.UNCLEAR:
                return loan
            await keeper.save(loan.finished(Ended.NEVER_BEGAN, error.message))
            raise
        there = runtime.hardware == loan.flavor
        loan = replace(loan, state=LoanState.LENT if there else LoanState.ASKED)
        await keeper.save(loan)
        return loan


@dataclass(frozen=True, slots=True)
class Expected:
    """A task for which a Space is going to ask for hardware by itself."""

    endpoint: str
    space: str
    account: str
    task: str
    """Its id."""
    flavor: str
    price: int
    """Micro-dollars a minute of one replica."""
    seconds: int
    """How long from now until the hardware has to be back."""
    before: str = ""
    """What the Space ran on before the task, where it has begun; else what it runs on now."""


async def expect(keeper: Keeper, remote: Remote, wish: Expected) -> Loan:
    """Stand behind a task: whatever it asks for is taken back at the deadline. Nothing is sent.

    All tasks of a Space share one loan, which lasts until the last deadline.

    Raises:
        LoanError: a person has borrowed hardware for it, or nobody knows what it runs on.
        GuardError: the Hub cannot be asked.
        OSError: it cannot be written down.
    """
    space = await remote.info(wish.space)
    if not space.uid.isalnum():
        raise LoanError(f"The Hub does not say which Space {space.id} is.")
    runtime = await remote.runtime(space.id)
    with await _alone(keeper, space.uid):
        now = keeper.time.now()
        deadline = now + timedelta(seconds=wish.seconds)
        known = await _open_loan(keeper, wish.endpoint, space.uid)
        if known is not None:
            loan = _also(known, wish, deadline)
        else:
            flavor = wish.before or runtime.requested_hardware or runtime.hardware
            if flavor is None:
                raise LoanError(
                    f"The Hub does not say what {space.id} runs on, so it could not go back."
                )
            replicas = max(1, runtime.replicas or runtime.requested_replicas or 1)
            loan = Loan(
                id=secrets.token_hex(8),
                endpoint=wish.endpoint,
                space=space.id,
                uid=space.uid,
                account=wish.account,
                before=Before(flavor, runtime.sleep_time, replicas),
                flavor=wish.flavor,
                price=wish.price,
                begun=now,
                deadline=deadline,
                state=LoanState.EXPECTED,
                expects=((wish.flavor, wish.price),),
                tasks=(wish.task,),
            )
        await keeper.save(loan)
        return loan


async def tasks_left(keeper: Keeper, key: str, tasks: Collection[str]) -> Loan:
    """Note which tasks of a Space are not over yet; without any, its loan ends when the old
    hardware is there.

    Raises:
        LoanError: there is no such loan.
        OSError: it cannot be written down.
    """
    known = await _known(keeper, key)
    with await _alone(keeper, known.uid):
        loan = await _known(keeper, key)
        left = tuple(one for one in loan.tasks if one in tasks)
        if left != loan.tasks:
            loan = replace(loan, tasks=left)
            await keeper.save(loan)
        return loan


def _also(loan: Loan, wish: Expected, deadline: datetime) -> Loan:
    """Return the loan of a Space's tasks with one more of them."""
    if not loan.expects:
        raise LoanError(
            f"{loan.space} is on a loan of {loan.flavor}: give it back, then add the task."
        )
    if loan.ending or loan.cause:
        raise LoanError(f"{loan.space} is just giving {loan.flavor} back: try again in a moment.")
    prices = dict(loan.expects) | {wish.flavor: wish.price}
    return replace(
        loan,
        expects=tuple(prices.items()),
        tasks=tuple(dict.fromkeys((*loan.tasks, wish.task))),
        deadline=max(loan.deadline, deadline),
    )


async def _open_loan(keeper: Keeper, endpoint: str, uid: str) -> Loan | None:
    loans = await keeper.loans()
    mine = (one for one in loans if one.open and one.endpoint == endpoint and one.uid == uid)
    return next(mine, None)


async def extend(
    keeper: Keeper, remote: Remote, key: str, *, seconds: int = 0, budget: int = 0
) -> Loan:
    """Let a loan last longer, or cost more (micro-dollars).

    Raises:
        LoanError: there is no such loan, or it is being taken back.
        GuardError: the Hub's own sleep time, which would end it earlier, cannot be set.
        OSError: it cannot be written down; it ends when it was to end.
    """
    known = await _known(keeper, key)
    with await _alone(keeper, known.uid):
        loan = await _known(keeper, key)
        if loan.ending or loan.cause:
            raise LoanError(f"{loan.space} is giving {loan.flavor} back already: borrow it again.")
        longer = _longer(loan, seconds, budget)
        if loan.net is not None and longer.deadline > loan.deadline:
            net = loan.net + int((longer.deadline - loan.deadline).total_seconds())
            await remote.set_sleep_time(loan.space, net)
            longer = replace(longer, net=net)
        await keeper.save(longer)
        return longer


async def end(keeper: Keeper, key: str) -> Loan:
    """End a loan now. The hardware is taken back with the keeper's next step.

    Raises:
        LoanError: there is no such loan.
        OSError: it cannot be written down.
    """
    known = await _known(keeper, key)
    with await _alone(keeper, known.uid):
        loan = await _known(keeper, key)
        if loan.cause is None:
            loan = replace(loan, cause=Cause.EARLY)
            await keeper.save(loan)
        return loan


async def seen(keeper: Keeper, key: str) -> Loan:
    """Note that a person has seen an alarm. The keeper goes on trying.

    Raises:
        LoanError: there is no such loan.
        OSError: it cannot be written down.
    """
    known = await _known(keeper, key)
    with await _alone(keeper, known.uid):
        loan = replace(await _known(keeper, key), seen=True)
        await keeper.save(loan)
        return loan


def _planned(wish: Wish, space: Space, loans: tuple[Loan, ...], now: datetime) -> Loan:
    runtime = space.runtime
    flavor = runtime.requested_hardware or runtime.hardware if runtime else None
    if space.static:
        raise LoanError(f"{space.id} is static: it runs on no hardware.")
    if runtime is None or flavor is None:
        raise LoanError(f"The Hub does not say what {space.id} runs on, so it could not go back.")
    for loan in loans:
        if loan.open and loan.endpoint == wish.endpoint and loan.uid == space.uid:
            if loan.expects:
                raise LoanError(
                    f"{space.id} has tasks that bring their own hardware: wait for them."
                )
            raise LoanError(f"{space.id} is already on a loan of {loan.flavor}.")
    if flavor == wish.flavor:
        raise LoanError(f"{space.id} is on {flavor} already.")
    replicas = max(1, runtime.replicas or runtime.requested_replicas or 1)
    before = Before(flavor, runtime.sleep_time, replicas)
    try:
        deadline = latest_end(
            now, seconds=wish.seconds, budget=wish.budget, rate=wish.price * replicas
        )
    except ValueError as error:
        raise LoanError(str(error)) from error
    return Loan(
        id=secrets.token_hex(8),
        endpoint=wish.endpoint,
        space=space.id,
        uid=space.uid,
        account=wish.account,
        before=before,
        flavor=wish.flavor,
        price=wish.price,
        begun=now,
        deadline=deadline,
        budget=wish.budget,
        at_end=wish.at_end,
        net=net_for(before, now, deadline),
        replicas=replicas,
    )


def _longer(loan: Loan, seconds: int, budget: int) -> Loan:
    if seconds < 0 or budget < 0 or not (seconds or budget):
        raise LoanError("Say how much longer, or what it may cost more.")
    if not seconds and loan.budget is None:
        raise LoanError("This loan has no limit on its cost: give it more time.")
    by_sum = timedelta(seconds=budget * 60 / loan.rate) if loan.rate and not seconds else None
    more = by_sum or timedelta(seconds=seconds)
    total = None if loan.budget is None else loan.budget + budget
    return replace(loan, deadline=loan.deadline + more, budget=total)


async def _known(keeper: Keeper, key: str) -> Loan:
    for loan in await keeper.loans():
        if loan.id == key and loan.open:
            return loan
    raise LoanError("This loan has ended.")


async def _alone(keeper: Keeper, uid: str) -> Lock:
    """Take a Space for ourselves; a step that another program is at takes seconds at most."""
    for _ in range(_TRIES):
        try:
            return keeper.alone(uid)
        except BusyError:
            await keeper.time.clock.sleep(_APART)
    raise LoanError("Another program is at work on this Space's loan: try again in a moment.")
