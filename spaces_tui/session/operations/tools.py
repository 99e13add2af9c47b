"""What every operation works with, and the steps a change is made of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import AnswerLost, HubError, RateLimited, ServerError
from spaces_tui.hub.trace import request_ids
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.snapshot import Pending
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from spaces_tui.hub.client import Hub
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.model.identity import Secret
    from spaces_tui.model.space import Runtime, Space
    from spaces_tui.session.board import Board
    from spaces_tui.session.commands import Commands
    from spaces_tui.session.identities import Identities
    from spaces_tui.session.loans import Loans
    from spaces_tui.session.rings import Rings
    from spaces_tui.session.training import Training
    from spaces_tui.session.watching import Watching

_UNKNOWN: Final = (AnswerLost, ServerError)
"""After these nobody knows whether it was done."""
_UNSAID: Final = 60.0
"""Seconds to wait after a refusal by the rate limit that names none."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The parts of a session that operations need."""

    identities: Identities
    board: Board
    commands: Commands
    seen: Callable[[str, Runtime], None]
    """Takes a runtime that was just read."""
    refresh: Callable[[], Awaitable[None]]
    """Reads the list of Spaces again; raises `CommandError`."""
    stop_watch: Callable[[str], Awaitable[None]]
    """Ends the watch of a Space in order, where there is one."""
    learned: Callable[[Space, str], None]
    """Takes a Space that was just read, and the name it had before."""
    forget: Callable[[str], Awaitable[None]]
    """Takes a Space that is deleted off everything."""
    find: Callable[[str], Awaitable[None]]
    """Reads one Space and brings it onto the list; raises `CommandError`."""
    watching: Watching
    state: Path
    """The folder of what must survive."""
    read_only: bool
    rings: Rings
    """The logs that were looked at."""
    loans: Loans
    training: Training

    def hub(self, space: str) -> Hub:
        """Return the client that acts on a Space."""
        return self.identities.hub(space)

    def hub_of(self, owner: str | None) -> Hub:
        """Return the client for what an owner has; None: the preferred account's."""
        return self.identities.hub_of(owner)

    def space(self, space: str) -> SpaceResource:
        """Return a Space to act on."""
        return self.identities.space(space)

    @property
    def secrets(self) -> Sequence[Secret]:
        """What must never be sent as the content of a file."""
        return self.identities.secrets

    @contextmanager
    def shown(self, space: str, verb: str) -> Iterator[None]:
        """Say on a Space's row what goes on, unless something is said there already."""
        known = self.board.space(space)
        if known is None or space in self.board.snapshot.pending:
            yield
            return
        self.board.pending(space, Pending(verb, known.stage))
        try:
            yield
        finally:
            self.board.pending(space, None)


@dataclass(slots=True)
class Steps:
    """Does the steps of a change in order and notes what became of each."""

    space: str
    error: HubError | CommandError | None = None
    """Why the last step that was tried was not done; None when it was."""
    _steps: list[Step] = field(default_factory=list)

    async def do(
        self,
        key: str,
        what: str,
        call: Callable[[], Awaitable[object]],
        *,
        check: Callable[[], Awaitable[bool]] | None = None,
    ) -> bool:
        """Do one step; return whether it was done. The Hub's errors are noted, not raised.

        `check` finds out whether it was done when the answer was lost; without it, or when it
        fails too, the step counts as not done and its error says that nobody knows.
        """
        with request_ids() as ids:
            error = await _tried(call)
            if isinstance(error, _UNKNOWN) and check is not None and await _found(check):
                error = None
        self.error = error
        request_id = ids[-1] if ids else None
        if error is None:
            self._steps.append(Step(key, what, done=True, request_id=request_id))
            return True
        said = error.message if isinstance(error, CommandError) else sentence(error)
        if isinstance(error, _UNKNOWN):
            said = f"{said} It may have been done all the same: look before you repeat it."
        step = Step(
            key,
            what,
            error=said,
            request_id=error.request_id or request_id,
            retry_in=retry_in(error),
        )
        self._steps.append(step)
        return False

    def skip(self, key: str, what: str) -> None:
        """Note a step that was not tried because an earlier one failed."""
        self._steps.append(Step(key, what))

    def refuse(
        self, key: str, what: str, why: str, because: HubError | CommandError | None = None
    ) -> None:
        """Note a step that was not tried, and why; `because` of an error, where there was one."""
        self.error = because
        step = Step(
            key,
            what,
            error=why,
            request_id=because.request_id if because else None,
            retry_in=retry_in(because) if because else None,
        )
        self._steps.append(step)

    @property
    def outcome(self) -> Outcome:
        """What became of everything so far."""
        return Outcome(self.space, tuple(self._steps))


async def _tried(call: Callable[[], Awaitable[object]]) -> HubError | CommandError | None:
    try:
        await call()
    except (HubError, CommandError) as error:
        return error
    return None


def retry_in(error: HubError | CommandError) -> float | None:
    """Return the seconds after which a refusal by the rate limit ends; None for other errors."""
    cause = error.__cause__ if isinstance(error, CommandError) else error
    if not isinstance(cause, RateLimited):
        return None
    return _UNSAID if cause.retry_after is None else cause.retry_after


async def _found(check: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await check()
    except HubError:
        return False
