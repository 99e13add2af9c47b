"""What a session consists of once it knows its Hub. The only module that wires the parts."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from spaces_tui.accounts.keeper import Keeper
from spaces_tui.hub.errors import HubError
from spaces_tui.session.attention import Attention
from spaces_tui.session.budgets import Budgets
from spaces_tui.session.commands import Commands
from spaces_tui.session.doctor import Doctor
from spaces_tui.session.facade import CommandError
from spaces_tui.session.fleet import Fleet
from spaces_tui.session.identities import Identities
from spaces_tui.session.idling import Idling
from spaces_tui.session.lastwords import LastWords, forget
from spaces_tui.session.leftovers import Leftovers
from spaces_tui.session.loans import Loans
from spaces_tui.session.logfeed import Logs
from spaces_tui.session.merge import DirectReads
from spaces_tui.session.operations.accounts import Reception
from spaces_tui.session.operations.desk import Desk
from spaces_tui.session.operations.tools import Tools
from spaces_tui.session.pace import RUNTIME_AWAITED, RUNTIME_IDLE, RUNTIME_MOVING, thrift
from spaces_tui.session.returning import Returning
from spaces_tui.session.runtimes import RuntimeFeeds, stops_feeds
from spaces_tui.session.sharedgpus import SharedGpus
from spaces_tui.session.sleeping import wake_up
from spaces_tui.session.snapshot import Standing
from spaces_tui.session.spending import Spending
from spaces_tui.session.tasks import spawn
from spaces_tui.session.training import Training
from spaces_tui.session.trouble import about, sentence
from spaces_tui.session.watching import Watching
from spaces_tui.store.asked import Asked, read_asked, write_asked
from spaces_tui.store.listing import Listing, write_listing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from spaces_tui.model.space import Runtime
    from spaces_tui.session.acting import Acting
    from spaces_tui.session.board import Board
    from spaces_tui.session.config import Origin, SessionConfig
    from spaces_tui.session.loads import Loads
    from spaces_tui.session.rings import Rings
    from spaces_tui.session.snapshot import Gauge

_log = logging.getLogger(__name__)


class Works:
    """The parts of a live session. Everything here runs on the session's loop."""

    def __init__(
        self,
        config: SessionConfig,
        origin: Origin,
        board: Board,
        rings: Rings,
        loads: Loads,
    ) -> None:
        self._config = config
        self._origin = origin
        self._board = board
        self._reads = DirectReads()
        self._kept_wishes: Mapping[str, Asked] = {}
        self.identities = Identities(board, origin)
        self.identities.resumed, self.identities.left = self._resumed, self._left
        self._feeds = RuntimeFeeds(
            self.identities, pace=self._pace, seen=self._seen, failed=self._failed
        )
        keeper = config.keeper or Keeper(config.paths.state)
        self._returning = Returning(
            self.identities,
            keeper,
            origin.endpoint,
            anybody=origin.anybody,
        )
        self._fleet = Fleet(self.identities, board, self._reads, self._keep)
        self.commands = Commands(
            self.identities, board, self._feeds, self._seen, read_only=config.read_only
        )
        place = None if config.demo else config.paths.unsent
        self.leftovers = Leftovers(board, place, origin.endpoint)
        self.watching = Watching(
            self.identities,
            board,
            self._feeds,
            self.leftovers,
            state=config.paths.sync,
            read_only=config.read_only,
            ignore=config.ignore,
            settle=config.settle,
        )
        state = None if config.demo else config.paths.state
        self._spending = Spending(board, state, origin.endpoint, config.clock)
        self._idling = Idling(self.identities, board, state, origin.endpoint, config.clock)
        # The demo's Hub ends with the demo: nothing of it is to be seen to later.
        self._demo_loans = Path(tempfile.mkdtemp(prefix="spaces-tui-")) if config.demo else None
        self.loans = Loans(
            self.identities,
            board,
            self._demo_loans or config.paths.guard,
            self._seen,
            read_only=config.read_only,
        )
        self.training = Training(self.identities, board, self.loans, read_only=config.read_only)
        self.desk = Desk(
            Tools(
                self.identities,
                board,
                self.commands,
                self._seen,
                self.refresh,
                self._stop_watch,
                self._fleet.learned,
                self._forget,
                self.find,
                self.watching,
                config.paths.state,
                config.read_only,
                rings,
                self.loans,
                self.training,
            ),
            Reception(
                self.identities,
                keeper,
                config.environment,
                origin.endpoint,
                demo=config.demo,
            ),
        )
        self._budgets = Budgets(
            board,
            config.budgets,
            state,
            self.desk.carry_out,
            config.clock,
            read_only=config.read_only,
        )
        kept = config.last_words and not config.demo
        self._words = LastWords(config.paths.logs if kept else None, origin.endpoint)
        self.attention = Attention(
            self.identities,
            board,
            self._feeds,
            Logs(self.identities, board, rings, self._words),
            loads,
            Doctor(board, rings),
            SharedGpus(self.identities, board),
        )

    async def __aenter__(self) -> Self:
        self.identities.begin()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.identities.aclose()

    async def run(self) -> None:
        """Run until cancelled."""
        await self.leftovers.load()
        state, endpoint = self._config.paths.state, self._origin.endpoint
        self._kept_wishes = await asyncio.to_thread(read_asked, state, endpoint)
        self._board.wished(self._kept_wishes)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.identities.find_tokens())
            group.create_task(self.loans.run())
            group.create_task(self.training.run())
            if not self._config.demo:
                group.create_task(self._returning.run())
            group.create_task(self._live() if self._config.fleet else self.identities.meet())
            await asyncio.Event().wait()

    async def _live(self) -> None:
        """Keep the lists live, and on the disk what was seen of them."""
        async with asyncio.TaskGroup() as group:
            if not self._config.demo:
                await self._board.stages.load(self._config.paths.state, self._origin.endpoint)
                group.create_task(
                    self._board.stages.keep(self._config.paths.state, self._origin.endpoint)
                )
            group.create_task(
                self._words.run()
                if self._config.last_words or self._config.demo
                else forget(self._config.paths.logs)
            )
            group.create_task(self._spending.run())
            group.create_task(self._idling.run())
            group.create_task(self._budgets.run())
            group.create_task(wake_up(self._woke))
            group.create_task(self._fleet.run())

    def rest(self, resting: bool) -> None:
        """Ask for nothing that only a screen needs, or go on at once.

        Watched folders never rest.
        """
        self._idling.resting = resting
        self._fleet.rest(resting)
        self.attention.rest(resting)

    def _woke(self) -> None:
        """Read everything again: the machine slept, and what was known is old."""
        _log.info("time has passed unseen: reading everything again")
        self.loans.ring()
        self._feeds.afresh()
        self.attention.afresh()
        self._fleet.nudge()

    async def find(self, space: str) -> None:
        """Bring somebody else's Space onto the list.

        Raises:
            CommandError: there is no such Space, or it cannot be read now.
        """
        await self.identities.settled(space)
        try:
            await self._fleet.admit(space)
        except HubError as error:
            raise CommandError(about(space, error), request_id=error.request_id) from error

    async def refresh(self) -> None:
        """Read everything again now.

        Raises:
            CommandError: the Hub cannot be asked.
        """
        await self.identities.settled(None)
        self.training.look_anew()
        detail = self._board.snapshot.detail
        if detail is not None:
            self._feeds.nudge(detail.space)
        try:
            await self._fleet.refresh()
        except HubError as error:
            self._fleet.nudge()
            raise CommandError(sentence(error), request_id=error.request_id) from error

    async def end(self, timeout: float) -> None:
        """End in order: watched folders first, they have something to lose."""
        self.attention.close()
        await self.watching.close(timeout)
        await self._words.flush()
        await self._spending.write()
        if self._demo_loans is not None:
            await asyncio.to_thread(shutil.rmtree, self._demo_loans, ignore_errors=True)
        if self._config.fleet and not self._config.demo:
            await self._board.stages.write(self._config.paths.state, self._origin.endpoint)

    def _resumed(self, acting: Acting) -> None:
        """Let everything go on that acts through an account: it has a token."""

        def acts(space: str) -> bool:
            return self.identities.hub(space) is acting.hub

        self._feeds.resume(acts)
        self.loans.ring()
        self.training.ring()
        self.attention.resume(acts)
        self.watching.resume(acts)

    def _left(self, acting: Acting) -> None:
        """End what acted through an account that is signed out."""
        owners = acting.owners
        stop = self.watching.leave(lambda space: space.partition("/")[0] in owners)
        spawn(stop, f"leave {acting.name}")

    async def _stop_watch(self, space: str) -> None:
        await self.watching.stop(space)

    async def _forget(self, space: str) -> None:
        """Take a Space that was deleted off everything."""
        self._fleet.forget(space)
        for left in self._board.snapshot.unsent:
            if left.space == space:
                await self.leftovers.forget(space, left.folder)

    def _seen(self, space: str, runtime: Runtime) -> None:
        known = self._board.space(space)
        before = known.stage if known else None
        self._reads.note(space)
        self._board.runtime(space, runtime)
        self.watching.runtime_seen(space, runtime)
        if before != runtime.stage:
            self.attention.stage_changed(space)

    def _failed(self, space: str, error: HubError) -> None:
        acting = self.identities.of(space.partition("/")[0])
        if stops_feeds(error) and acting is not None and acting.standing is Standing.LIVE:
            acting.wake.nudge()
        elif not stops_feeds(error):
            self._board.detail(space, error=sentence(error))

    def _pace(self, space: str) -> float:
        if self.watching.awaits(space):
            return RUNTIME_AWAITED
        known = self._board.space(space)
        moving = known is not None and known.stage.transitional
        return (RUNTIME_MOVING if moving else RUNTIME_IDLE) * thrift(self._gauge(space))

    def _gauge(self, space: str) -> Gauge | None:
        acting = self.identities.of(space.partition("/")[0])
        return acting.gauge if acting else None

    async def _keep(self, listing: Listing) -> None:
        if self._config.demo:
            return
        try:
            await asyncio.to_thread(
                write_listing, self._config.paths.cache, self._origin.endpoint, listing
            )
            await self._keep_wishes()
        except OSError as error:
            # The list is a convenience of the next start; a full disk must not stop this one.
            _log.warning("the list could not be kept: %s", error)

    async def _keep_wishes(self) -> None:
        """Remember which Spaces still wait for hardware, where that has changed."""
        wishes = self._board.wishes
        if wishes is not self._kept_wishes:
            place = self._config.paths.state
            await asyncio.to_thread(write_asked, place, self._origin.endpoint, wishes)
            self._kept_wishes = wishes
