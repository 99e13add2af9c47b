"""What can go wrong on the way to the Hub and back, and what the client has to make of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Unpack

from spaces_tui.hub import errors
from spaces_tui.hub.errors import HubError
from spaces_tui.localhub.faults import FaultOptions
from spaces_tui.localhub.ratelimit import class_of
from tests.faults.intentions import Answer, Intention
from tests.faults.world import MANY, World

Strike = Callable[[World, Intention, int | None], None]
"""Lets so many requests of an intention meet the trouble, or all (None)."""

NOTHING_DONE = (
    errors.BadRequest,
    errors.Conflict,
    errors.Forbidden,
    errors.LoginRefused,
    errors.Moved,
    errors.NotFound,
    errors.PaymentRequired,
    errors.RateLimited,
    errors.Unauthorized,
    errors.Unreachable,
)
"""Errors that promise that the Hub did nothing."""

LONG = 60.0
"""Seconds, which nobody waits."""
_A_BYTE_A_MINUTE = 1 / LONG
_BODIES: frozenset[Answer] = frozenset({"json", "ignored", "bytes"})


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble."""

    name: str
    strike: Strike = field(repr=False)
    kind: Callable[[Intention], type[HubError]]
    passing: bool = False
    """Whether a read is tried again."""
    unsent: bool = False
    """Whether nothing was sent, so that a change is tried again, too."""
    done: bool = False
    """Whether the Hub did what it was asked for."""
    bodies: frozenset[Answer] | None = None
    """Which answers it can happen to; None: all, also before there is any."""
    harmless: frozenset[Answer] = frozenset()
    """Which answers it does not spoil, because nobody reads them."""

    def meets(self, intention: Intention) -> bool:
        """Whether this can happen to an intention."""
        if self.strike is _exhaust and intention.later:
            return False  # the steps before would meet it, or nobody counts
        if intention.answer == "stream" and self.done:
            return False  # there is no end of an answer that could be lost
        return self.bodies is None or intention.answer in self.bodies | self.harmless

    def error(self, intention: Intention) -> type[HubError] | None:
        """Return what the client has to raise, or None if it notices nothing."""
        return None if intention.answer in self.harmless else self.kind(intention)


def _fault(options: FaultOptions, world: World, intention: Intention, count: int | None) -> None:
    path = rf"^{intention.path}(\?|$)"
    struck: FaultOptions = {**options, "method": intention.method, "count": count}
    world.server.fault(path, **struck)


def _silence(
    options: FaultOptions, head: bool, world: World, intention: Intention, count: int | None
) -> None:
    _fault(options, world, intention, count)
    world.network.impatient(count, head=head)


def _refuse(world: World, _intention: Intention, count: int | None) -> None:
    world.network.refuse = MANY if count is None else count


def _exhaust(world: World, intention: Intention, count: int | None) -> None:
    kind = class_of(re.sub(r"\\(.)", r"\1", intention.path))
    seconds = 1 if count else LONG
    world.server.exhaust_rate(intention.token, kind=kind, seconds=seconds)


def _is(kind: type[HubError]) -> Callable[[Intention], type[HubError]]:
    return lambda _intention: kind


def _unauthorized(intention: Intention) -> type[HubError]:
    if intention.path.startswith("/oauth/"):
        return errors.LoginRefused
    hidden = re.match(r"/api/spaces/ada/|/spaces/ada/demo/resolve/", intention.path)
    return errors.NotFoundOrPrivate if hidden else errors.Unauthorized


def _forbidden(intention: Intention) -> type[HubError]:
    return errors.LoginRefused if intention.path.startswith("/oauth/") else errors.Forbidden


def _status(
    status: int, kind: Callable[[Intention], type[HubError]], *, passing: bool = False
) -> Trouble:
    strike = partial(_fault, FaultOptions(status=status, body='{"error": "no"}'))
    return Trouble(str(status), strike, kind, passing=passing)


def _lost(name: str, *, done: bool = False, **options: Unpack[FaultOptions]) -> Trouble:
    strike = partial(_fault, options)
    return Trouble(name, strike, _is(errors.AnswerLost), passing=True, done=done)


TROUBLES = (
    _status(401, _unauthorized),
    _status(403, _forbidden),
    _status(404, _is(errors.NotFound)),
    _status(409, _is(errors.Conflict)),
    _status(412, _is(errors.Moved)),
    Trouble("429 general", _exhaust, _is(errors.RateLimited), passing=True),
    Trouble(
        "429 of this action",
        partial(_fault, FaultOptions(status=429)),
        _is(errors.RateLimited),
        passing=True,
    ),
    _status(500, _is(errors.ServerError), passing=True),
    _status(502, _is(errors.ServerError), passing=True),
    _status(503, _is(errors.ServerError), passing=True),
    _status(504, _is(errors.ServerError), passing=True),
    Trouble(
        "504 after the fact",
        partial(_fault, FaultOptions(status=504, handled=True, body="<html>")),
        _is(errors.ServerError),
        passing=True,
        done=True,
    ),
    Trouble("refused", _refuse, _is(errors.Unreachable), passing=True, unsent=True),
    _lost("closed before", drop="before"),
    _lost("closed after", done=True, drop="after"),
    _lost("reset before", drop="before", cut="reset"),
    _lost("reset after", done=True, drop="after", cut="reset"),
    Trouble(
        "silent before",
        partial(_silence, FaultOptions(delay=LONG), True),
        _is(errors.AnswerLost),
        passing=True,
    ),
    Trouble(
        "silent in the body",
        partial(_silence, FaultOptions(bytes_per_second=_A_BYTE_A_MINUTE), False),
        _is(errors.AnswerLost),
        passing=True,
        done=True,
        bodies=_BODIES,
    ),
    Trouble(
        "truncated",
        partial(_fault, FaultOptions(mangle="truncated")),
        _is(errors.AnswerLost),
        passing=True,
        done=True,
        bodies=_BODIES,
    ),
    Trouble(
        "malformed",
        partial(_fault, FaultOptions(mangle="malformed")),
        _is(errors.AnswerLost),
        done=True,
        bodies=frozenset({"json"}),
        harmless=frozenset({"ignored", "empty"}),
    ),
)
"""What may happen to any request. Statuses come without the Hub doing anything, unless said."""
