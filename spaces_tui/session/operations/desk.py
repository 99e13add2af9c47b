"""Takes requests: refuses what a read-only console may not do, and keeps the journal."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar, cast

from spaces_tui.hub.errors import HubError
from spaces_tui.model.journal import Record
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations import (
    bundle,
    control,
    creation,
    deletion,
    diagnosis,
    downloads,
    edits,
    environment,
    environments,
    files,
    history,
    loans,
    logs,
    machine,
    settings,
    timer,
    training,
    volumes,
)
from spaces_tui.session.operations.accounts import Reception
from spaces_tui.session.operations.many import many
from spaces_tui.session.operations.tools import Tools
from spaces_tui.session.requests.accounts import AccountRequest
from spaces_tui.session.requests.actions import Many, ReadJournal
from spaces_tui.session.requests.base import Change, Outcome, Request
from spaces_tui.session.trouble import sentence
from spaces_tui.store import journal

T = TypeVar("T")
Handler = Callable[[Tools, Any], Awaitable[object]]

_log = logging.getLogger(__name__)
_HANDLERS: Final[Mapping[type[Request[Any]], Handler]] = {
    **bundle.HANDLERS,
    **control.HANDLERS,
    **creation.HANDLERS,
    **deletion.HANDLERS,
    **diagnosis.HANDLERS,
    **downloads.HANDLERS,
    **edits.HANDLERS,
    **environment.HANDLERS,
    **environments.HANDLERS,
    **files.HANDLERS,
    **history.HANDLERS,
    **loans.HANDLERS,
    **logs.HANDLERS,
    **machine.HANDLERS,
    **settings.HANDLERS,
    **timer.HANDLERS,
    **training.HANDLERS,
    **volumes.HANDLERS,
}
_READ_ONLY: Final = "This console is read-only: start it without --read-only to act."


class Desk:
    """Answers requests. Everything here runs on the session's loop."""

    def __init__(self, tools: Tools, reception: Reception) -> None:
        self._tools = tools
        self._reception = reception

    async def answer(self, request: Request[T]) -> T:
        """Do what is asked and return the answer.

        Raises:
            CommandError: it cannot be done at all; a change that failed half-way says so in its
                outcome instead.
        """
        if isinstance(request, Change):
            return cast("T", await self._change(request))
        if isinstance(request, Many):
            return cast("T", await many(self._tools, request.changes, self._change))
        if isinstance(request, ReadJournal):
            found = await asyncio.to_thread(journal.read, self._tools.state, request.limit)
            return cast("T", found)
        return cast("T", await self._handled(request))

    async def carry_out(self, change: Change) -> None:
        """Do a change that either is done or is not.

        Raises:
            CommandError: it was not done, or nobody knows.
        """
        outcome = await self._change(change)
        for step in outcome.steps:
            if step.failed:
                raise CommandError(step.error, request_id=step.request_id)

    async def _change(self, change: Change) -> Outcome:
        if self._tools.read_only:
            raise CommandError(_READ_ONLY)
        outcome = cast("Outcome", await self._handled(change))
        if outcome.done:
            self._tools.board.changed(outcome.space)
        await self._record(outcome)
        return outcome

    async def _handled(self, request: Request[Any]) -> object:
        if request.needs_account:
            await self._tools.identities.settled(getattr(request, "space", None))
        try:
            if isinstance(request, AccountRequest):
                return await self._reception.answer(request)
            return await _HANDLERS[type(request)](self._tools, request)
        except HubError as error:
            raise CommandError(sentence(error), request_id=error.request_id) from error

    async def _record(self, outcome: Outcome) -> None:
        now = datetime.now(UTC)
        acting = self._tools.identities.of(outcome.space.partition("/")[0])
        account = acting.name if acting else ""
        records = [
            Record(now, outcome.space, step.what, step.error, step.request_id, account)
            for step in outcome.steps
            if step.done or step.failed
        ]
        try:
            await asyncio.to_thread(journal.append, self._tools.state, records)
        except OSError as error:
            # What was done was done; a full disk must not make it look undone.
            _log.warning("the journal could not be written: %s", error.strerror)
