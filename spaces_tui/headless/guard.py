"""`spaces-tui guard`: sees to borrowed hardware without a screen, once or until none is left."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from spaces_tui import __version__
from spaces_tui.guard.journal import Journal
from spaces_tui.guard.keeper import Keeper
from spaces_tui.guard.protocols import GuardError, Trouble
from spaces_tui.guard.rounds import Rounds
from spaces_tui.guard.time import SystemClock
from spaces_tui.headless.exits import Exit
from spaces_tui.hub.client import Hub
from spaces_tui.hub.errors import HubError
from spaces_tui.model.identity import Secret
from spaces_tui.model.loan import LoanState
from spaces_tui.model.loanwords import loan_words
from spaces_tui.session.apart import apart
from spaces_tui.session.loanremote import LoanRemote
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spaces_tui.guard.protocols import Remote
    from spaces_tui.model.loan import Loan
    from spaces_tui.session.config import Candidate, Origin

_PROOF: Final = 90.0
"""Seconds a single run waits until a read proves that what was due is given back."""
_BETWEEN: Final = 2.0


def guard(origin: Origin, folder: Path, *, wait: bool) -> Exit:
    """See to all loans once, or with `wait` until none is left; return the exit code.

    One line for each loan goes to standard output; what went wrong to standard error.
    """
    return asyncio.run(_guarded(origin, folder, wait=wait))


async def _guarded(origin: Origin, folder: Path, *, wait: bool) -> Exit:
    async with AsyncExitStack() as stack:
        accounts = _Accounts(origin, stack)
        keeper = Keeper(Journal(folder), accounts.remote_of, SystemClock())
        try:
            loans = await keeper.to_see_to()
        except OSError as error:
            print(f"spaces-tui: {folder} cannot be read: {error.strerror}.", file=sys.stderr)
            return Exit.FAILED
        if not loans:
            print("No hardware is borrowed.")
            return Exit.DONE
        if wait:
            await _until_none(keeper)
        else:
            await _once(keeper, loans)
        return await _told(keeper, loans)


async def _until_none(keeper: Keeper) -> None:
    said: dict[str, LoanState] = {}

    def changed(loan: Loan) -> None:
        if loan.open and said.get(loan.id) is not loan.state:
            said[loan.id] = loan.state
            print(f"{loan.space}  {loan_words(loan, datetime.now(UTC))}", flush=True)

    await Rounds(keeper, changed).run(until_none=True)


async def _once(keeper: Keeper, loans: Sequence[Loan]) -> None:
    """Take each loan a step further, and those that end to their proof, if it comes soon."""
    waiting = {loan.id for loan in loans}
    with suppress(TimeoutError):
        async with asyncio.timeout(_PROOF):
            while waiting:
                for key in tuple(waiting):
                    loan = await keeper.step(key)
                    if loan is None or not _ends_soon(loan, keeper):
                        waiting.discard(key)
                if waiting:
                    await asyncio.sleep(_BETWEEN)


def _ends_soon(loan: Loan, keeper: Keeper) -> bool:
    """Whether the next looks may prove its end."""
    if not loan.open or loan.state in (LoanState.INTENDED, LoanState.ALARM):
        return False
    return loan.ending or loan.cause is not None or loan.due() <= keeper.time.now()


async def _told(keeper: Keeper, seen_to: Sequence[Loan]) -> Exit:
    """Say how each loan stands now."""
    code = Exit.DONE
    now = {loan.id: loan for loan in await keeper.loans()}
    for loan in seen_to:
        stands = now.get(loan.id, loan)
        print(f"{stands.space}  {loan_words(stands, datetime.now(UTC))}")
        error = keeper.troubles.get(loan.id)
        if error is not None and stands.open:
            print(f"spaces-tui: {stands.space}: {error.message}", file=sys.stderr)
        if error is not None and error.trouble is Trouble.AUTH:
            code = max(code, Exit.NOT_ALLOWED)
        elif error is not None or stands.state is LoanState.ALARM:
            code = max(code, Exit.FAILED)
    return code


class _Accounts:
    """Finds the account that borrowed, and its client; each token is read once."""

    def __init__(self, origin: Origin, stack: AsyncExitStack) -> None:
        self._origin = origin
        self._stack = stack
        self._hubs: dict[int, Hub] = {}
        self._names: dict[int, str] = {}

    async def remote_of(self, loan: Loan) -> Remote | None:
        """Return the Hub as the account that borrowed sees it.

        Raises:
            GuardError: it is not signed in, or its token cannot be had.
        """
        here = [one for one in self._origin.accounts if one.endpoint == loan.endpoint]
        fitting = [one for one in here if one.name in ("", loan.account)]
        for candidate in sorted(fitting, key=lambda one: not one.name):
            hub = await self._hub(candidate)
            if await self._name(candidate, hub) == loan.account:
                return LoanRemote(hub, partial(_namespaces, hub))
        who = f"{loan.account} borrowed it and is not signed in at {loan.endpoint}"
        raise GuardError(Trouble.AUTH, f"{who}: run spaces-tui login.")

    async def _name(self, candidate: Candidate, hub: Hub) -> str:
        """Return whose token it is; the Hub is asked where that was not kept."""
        if candidate.name:
            return candidate.name
        key = id(candidate)
        if key not in self._names:
            try:
                self._names[key] = (await hub.whoami()).name
            except HubError as error:
                raise GuardError(Trouble.OFFLINE, sentence(error)) from error
        return self._names[key]

    async def _hub(self, candidate: Candidate) -> Hub:
        key = id(candidate)
        if key not in self._hubs:
            token = candidate.token
            if token is None and candidate.read is not None:
                found = await apart(candidate.read)
                if not isinstance(found, Secret):
                    raise GuardError(Trouble.AUTH, found)
                token = found
            hub = Hub(candidate.endpoint, token, version=__version__)
            self._hubs[key] = await self._stack.enter_async_context(hub)
        return self._hubs[key]


async def _namespaces(hub: Hub) -> Sequence[str]:
    return (await hub.whoami()).namespaces
