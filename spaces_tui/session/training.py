"""Tasks of Spaces that train on demand: read while somebody looks or one of them is under way."""

from __future__ import annotations

import asyncio
import logging
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from spaces_tui.guard import lending
from spaces_tui.guard.lending import Expected, LoanError
from spaces_tui.guard.protocols import GuardError
from spaces_tui.hub.errors import HubError
from spaces_tui.session.facade import CommandError
from spaces_tui.session.queues import SpaceQueue
from spaces_tui.session.snapshot import TaskQueue
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from spaces_tui.model.loan import Loan
    from spaces_tui.session.board import Board
    from spaces_tui.session.identities import Identities
    from spaces_tui.session.loans import Loans
    from spaces_tui.trainer.tasks import Task

_SEEN: Final = 15.0
"""Seconds between looks at a queue that is on the screen."""
_UNSEEN: Final = 120.0
"""Seconds between looks at one with tasks under way that nobody looks at."""
_MARGIN: Final = 3600
"""Seconds that a task gets beyond its run, for starting, saving and the way back."""
_log = logging.getLogger(__name__)


class Training:
    """Everything here runs on the session's loop."""

    def __init__(
        self, identities: Identities, board: Board, loans: Loans, *, read_only: bool
    ) -> None:
        self._identities = identities
        self._board = board
        self._loans = loans
        self._read_only = read_only
        self._queues: dict[str, SpaceQueue] = {}
        self._seen: str | None = None
        self._rung = asyncio.Event()

    async def run(self) -> None:
        """Read what has to be read until cancelled."""
        while True:
            self._rung.clear()
            seen, under_way = self._seen, self._under_way()
            for space in under_way | ({seen} if seen else set()):
                await self.look(space)
            pause = _SEEN if self._seen else _UNSEEN
            try:
                async with asyncio.timeout(pause):
                    await self._rung.wait()
            except TimeoutError:
                continue

    def attend(self, space: str | None) -> None:
        """Say whose queue is on the screen, None for none."""
        if space != self._seen:
            self._seen = space
            self._rung.set()

    def look_anew(self) -> None:
        """Forget which Spaces have no tasks: one may have got a dataset meanwhile."""
        queues = self._board.snapshot.queues
        there = {space: queue for space, queue in queues.items() if not queue.missing}
        if len(there) < len(queues):
            self._board.change(queues=MappingProxyType(there))

    def ring(self) -> None:
        """Look again at once, as after tokens came or tasks were begun."""
        self._rung.set()

    async def look(self, space: str) -> None:
        """Read one queue and hang it up, and let the guard know what is over."""
        before = self._board.snapshot.queues.get(space)
        try:
            await self._identities.settled(space)
            queue = await self.queue(space).read(before)
        except (HubError, CommandError) as error:
            said = sentence(error) if isinstance(error, HubError) else error.message
            known = before or TaskQueue()
            self._hang(space, _with_error(known, said))
            return
        self._hang(space, queue)
        if not self._read_only and not queue.missing:
            await self._guarded(space, queue)

    def queue(self, space: str) -> SpaceQueue:
        """Return the queue of a Space, through the account that acts on it."""
        if space not in self._queues:
            self._queues[space] = SpaceQueue(self._identities.hub(space), space)
        return self._queues[space]

    async def stand_behind(self, space: str, task: Task) -> Loan:
        """Write down that a task is going to ask for hardware.

        Raises:
            CommandError: it cannot be guarded; the message says why.
        """
        remote, acting = await self._loans.remote(space)
        others = self._board.snapshot.queues.get(space, TaskQueue()).tasks
        waits = sum(one.seconds + _MARGIN for one in others if one.open and one.id != task.id)
        wish = Expected(
            acting.endpoint,
            space,
            acting.name,
            task.id,
            task.flavor,
            task.price,
            waits + task.seconds + _MARGIN,
            task.before.flavor if task.before else "",
        )
        try:
            loan = await lending.expect(self._loans.keeper, remote, wish)
        except (LoanError, GuardError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            said = f"The guard of the task cannot be written down: {error.strerror}."
            raise CommandError(said) from error
        self._loans.note(loan)
        self._loans.ring(loan.id)
        return loan

    async def let_go(self, space: str, task: str) -> None:
        """Note that a task is not there after all."""
        loan = self._loan(space)
        if loan is not None:
            await self._left(loan, set(loan.tasks) - {task})

    async def _guarded(self, space: str, queue: TaskQueue) -> None:
        """Stand behind every open task, and behind none that is over."""
        loan = self._loan(space)
        for task in queue.tasks:
            if task.open and (loan is None or task.id not in loan.tasks):
                try:
                    loan = await self.stand_behind(space, task)
                except CommandError as error:
                    _log.warning("a task has no guard: %s", error.message)
                    self._hang(space, _with_error(queue, f"A task has no guard. {error.message}"))
                    return
        if loan is not None:
            await self._left(loan, {one.id for one in queue.tasks if one.open})

    async def _left(self, loan: Loan, tasks: set[str]) -> None:
        if not set(loan.tasks) - tasks:
            return
        try:
            newer = await lending.tasks_left(self._loans.keeper, loan.id, tasks)
        except (LoanError, OSError) as error:
            _log.warning("the guard keeps a task that is over: %s", error)
            return
        self._loans.note(newer)
        self._loans.ring(newer.id)

    def _loan(self, space: str) -> Loan | None:
        loans = self._board.snapshot.loans
        return next((one for one in loans if one.open and one.expects and one.space == space), None)

    def _under_way(self) -> set[str]:
        loans = self._board.snapshot.loans
        return {one.space for one in loans if one.open and one.expects and one.tasks}

    def _hang(self, space: str, queue: TaskQueue) -> None:
        queues = {**self._board.snapshot.queues, space: queue}
        self._board.change(queues=MappingProxyType(queues))


def _with_error(queue: TaskQueue, said: str) -> TaskQueue:
    return TaskQueue(
        queue.tasks, queue.revision, queue.read_at, queue.missing, queue.broken, error=said
    )
