"""Borrows hardware and dies at a step, as with `kill -9`: `python -m tests.guard.victim …`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from spaces_tui.guard.journal import Journal
from spaces_tui.guard.keeper import Keeper
from spaces_tui.guard.lending import Wish, borrow, end
from spaces_tui.guard.protocols import Remote
from spaces_tui.hub.client import Hub
from spaces_tui.model.identity import Secret
from spaces_tui.model.loan import Loan
from spaces_tui.model.space import Runtime, Space
from spaces_tui.session.loanremote import LoanRemote

AGO = timedelta(minutes=20)


class Before:
    """A clock that is behind, so that what ends in ten minutes is overdue in truth."""

    def wall(self) -> datetime:
        return datetime.now(UTC) - AGO

    def steady(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Mortal(LoanRemote):
    """Dies around the requests that change something."""

    step = ""

    async def info(self, space: str) -> Space:
        found = await super().info(space)
        die(self.step == "before the journal")
        return found

    async def set_hardware(self, space: str, flavor: str, sleep_time: int | None) -> Runtime:
        back = flavor == "cpu-basic"
        die(self.step == ("before the downgrade" if back else "before the request"))
        runtime = await super().set_hardware(space, flavor, sleep_time)
        die(self.step == ("after the downgrade" if back else "after the request"))
        return runtime


def die(now: bool) -> None:
    """End at once, with nothing tidied up."""
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, token: str, folder: str, space: str, step: str) -> None:
    """Borrow, and give back before the time; somewhere on the way this ends."""
    async with Hub(url, Secret(token), version="test") as hub:

        async def namespaces() -> Sequence[str]:
            return (await hub.whoami()).namespaces

        remote = Mortal(hub, namespaces)
        remote.step = step

        async def remote_of(loan: Loan) -> Remote:
            del loan
            return remote

        keeper = Keeper(Journal(Path(folder)), remote_of, Before())
        wish = Wish(url, space, "ada", "t4-small", 6_667, seconds=600)
        loan = await borrow(keeper, remote, wish)
        die(step == "once borrowed")
        await end(keeper, loan.id)
        await keeper.step(loan.id)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
