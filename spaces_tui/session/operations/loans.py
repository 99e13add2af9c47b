"""Borrows hardware, and what may be asked of a loan."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.guard import lending
from spaces_tui.guard.lending import LoanError, Wish
from spaces_tui.guard.protocols import GuardError
from spaces_tui.model.loanwords import dollars
from spaces_tui.model.sleep import sleep_words
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.loans import Borrow, EndLoan, ExtendLoan, SeeAlarm

if TYPE_CHECKING:
    from spaces_tui.model.loan import Loan
    from spaces_tui.session.operations.tools import Tools


async def borrow(tools: Tools, request: Borrow) -> Outcome:
    """Borrow hardware; it is written down before it is asked for."""

    async def ask() -> Loan:
        hardware = tools.board.snapshot.hardware.get(request.flavor)
        if hardware is None:
            raise LoanError(f"The price of {request.flavor} is not known: it cannot be borrowed.")
        remote, acting = await tools.loans.remote(request.space)
        wish = Wish(
            acting.endpoint,
            request.space,
            acting.name,
            request.flavor,
            hardware.micro_usd_per_minute,
            request.seconds,
            request.budget,
            request.at_end,
        )
        return await lending.borrow(tools.loans.keeper, remote, wish)

    limits = [sleep_words(request.seconds)] if request.seconds else []
    limits += [f"up to {dollars(request.budget)}"] if request.budget else []
    outcome = await _done(tools, request, f"borrow {request.flavor} {', '.join(limits)}", ask)
    if outcome.ok:
        tools.commands.follow(request.space)
    return outcome


async def extend(tools: Tools, request: ExtendLoan) -> Outcome:
    """Let a loan last longer."""

    async def ask() -> Loan:
        remote, _ = await tools.loans.remote(request.space)
        return await lending.extend(
            tools.loans.keeper,
            remote,
            request.loan,
            seconds=request.seconds,
            budget=request.budget,
        )

    more = [sleep_words(request.seconds)] if request.seconds else []
    more += [dollars(request.budget)] if request.budget else []
    return await _done(tools, request, f"extend the loan by {', '.join(more)}", ask)


async def end(tools: Tools, request: EndLoan) -> Outcome:
    """End a loan; the hardware is taken back at once."""
    return await _done(
        tools, request, "give it back", lambda: lending.end(tools.loans.keeper, request.loan)
    )


async def seen(tools: Tools, request: SeeAlarm) -> Outcome:
    """Note that an alarm was seen; it is still tried to take the hardware back."""
    return await _done(
        tools, request, "see the alarm", lambda: lending.seen(tools.loans.keeper, request.loan)
    )


async def _done(
    tools: Tools,
    request: Borrow | ExtendLoan | EndLoan | SeeAlarm,
    what: str,
    call: Callable[[], Awaitable[Loan]],
) -> Outcome:
    async def tried() -> None:
        try:
            loan = await call()
        except (LoanError, GuardError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            why = error.strerror or os.strerror(error.errno or 0)
            said = f"The loan cannot be written down, so nothing was done: {why}."
            raise CommandError(said) from error
        tools.loans.note(loan)
        tools.loans.ring(loan.id)

    steps = Steps(request.space)
    await steps.do("loan", what, tried)
    return steps.outcome


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    Borrow: borrow,
    EndLoan: end,
    ExtendLoan: extend,
    SeeAlarm: seen,
}
