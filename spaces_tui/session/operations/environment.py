"""Variables and secrets: read before writing, one key a request, never a name in both lists."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import BadRequest, Conflict, Forbidden, InvalidKey, NotFound
from spaces_tui.model.environment import Edit, EntryKind, Environment, Variable
from spaces_tui.model.identity import Secret
from spaces_tui.model.text import clean_line
from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.operations.usednames import find_used_names
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.environment import (
    ApplyEnvironment,
    FindUsedNames,
    LoadEnvironment,
)
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from spaces_tui.hub.environment import SecretsResource, VariablesResource
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.session.operations.tools import Tools

_Call = Callable[[], Awaitable[object]]
_Check = Callable[[], Awaitable[bool]]
_NOT_LISTED: Final = (Forbidden, NotFound, BadRequest)
"""What an older Hub or a lesser token says to a list of secrets; setting may work all the same."""
_THIS_KEY_ALONE: Final = (BadRequest, InvalidKey, Conflict)
"""Refusals that say nothing about the next key."""
_WHOEVER: Final = "Somebody else, or an earlier try of yours whose answer was lost,"
"""A secret's value is nowhere to be read, so nobody knows whose it is."""


async def load(tools: Tools, request: LoadEnvironment) -> Environment:
    """Read both maps."""
    return await read_both(tools.space(request.space), request.space)


async def apply(tools: Tools, request: ApplyEnvironment) -> Outcome:
    """Do the edits; the first refusal that would meet the others too ends it."""
    with tools.shown(request.space, "changing"):
        return await _applied(tools, request)


async def _applied(tools: Tools, request: ApplyEnvironment) -> Outcome:
    space = tools.space(request.space)
    desk = _Writer(space, await read_both(space, request.space))
    going = True
    for edit in sorted(request.edits, key=_order):
        if going:
            going = await desk.carry_out(edit)
        else:
            desk.steps.skip(edit.step, _what(edit))
    if desk.steps.outcome.done:
        tools.commands.follow(request.space)
    return desk.steps.outcome


class _Writer:
    """Carries out edits on one Space and knows what is set meanwhile."""

    def __init__(self, space: SpaceResource, now: Environment) -> None:
        self.steps = Steps(now.space)
        self._space = space
        self._now = now
        self._names = {kind: set(now.keys(kind)) for kind in EntryKind}

    async def carry_out(self, edit: Edit) -> bool:
        """Do one edit; return whether the next ones are worth trying."""
        why = self._refusal(edit)
        if why:
            self.steps.refuse(edit.step, _what(edit), why)
            return True
        call: _Call = _nothing
        check: _Check | None = None
        if not self._is_so(edit):
            call, check = (self._delete if edit.delete else self._set)(edit)
        done = await self.steps.do(edit.step, _what(edit), call, check=check)
        if not done:
            return isinstance(self.steps.error, _THIS_KEY_ALONE)
        names = self._names[edit.kind]
        (names.discard if edit.delete else names.add)(edit.key)
        return True

    def _refusal(self, edit: Edit) -> str:
        changed = self._lists(edit.kind) and self._now.entry(edit.kind, edit.key) != edit.before
        if changed and not self._is_so(edit):
            who = "Somebody else" if edit.kind is EntryKind.VARIABLE else _WHOEVER
            return f"{who} changed {clean_line(edit.key)} meanwhile: it was left alone."
        if not edit.delete and edit.key in self._names[edit.kind.other]:
            return (
                f"{clean_line(edit.key)} is a {edit.kind.other}: one name in both lists stops "
                "the Space."
            )
        return ""

    def _is_so(self, edit: Edit) -> bool:
        """Whether it was done already, such as by an earlier try whose answer was lost."""
        now = self._now.entry(edit.kind, edit.key)
        if edit.delete:
            return edit.before is not None and now is None and self._lists(edit.kind)
        if not isinstance(now, Variable) or now == edit.before:
            return False
        return (now.value, now.description) == (edit.value, edit.description)

    def _lists(self, kind: EntryKind) -> bool:
        return kind is EntryKind.VARIABLE or self._now.secrets is not None

    def _delete(self, edit: Edit) -> tuple[_Call, _Check | None]:
        resource = self._resource(edit)

        async def gone() -> bool:
            return edit.key not in await resource.list()

        return lambda: resource.delete(edit.key), gone

    def _set(self, edit: Edit) -> tuple[_Call, _Check | None]:
        description = _description(edit)
        if isinstance(edit.value, Secret):
            secret = edit.value
            return (
                lambda: self._space.secrets.set(edit.key, secret, description),
                self._newer(edit.key),
            )
        value = edit.value or ""

        async def there() -> bool:
            found = (await self._space.variables.list()).get(edit.key)
            return found is not None and found.value == value

        return lambda: self._space.variables.set(edit.key, value, description), there

    def _newer(self, key: str) -> _Check | None:
        """Return how to see that a secret was set: by its date. None where there is none."""
        if self._now.secrets is None:
            return None
        before = self._now.secrets.get(key)

        async def newer() -> bool:
            found = (await self._space.secrets.list()).get(key)
            if found is None:
                return False
            return before is None or (found.updated is not None and found != before)

        return newer

    def _resource(self, edit: Edit) -> SecretsResource | VariablesResource:
        secret = edit.kind is EntryKind.SECRET
        return self._space.secrets if secret else self._space.variables


async def read_both(space: SpaceResource, name: str) -> Environment:
    """Read both maps; secrets that cannot be listed are None."""
    variables, secrets = await asyncio.gather(
        space.variables.list(), space.secrets.list(), return_exceptions=True
    )
    if isinstance(variables, BaseException):
        raise variables
    if isinstance(secrets, _NOT_LISTED):
        return Environment(name, variables, None, sentence(secrets))
    if isinstance(secrets, BaseException):
        raise secrets
    return Environment(name, variables, secrets)


async def _nothing() -> None:
    """Do what is done already."""


def _order(edit: Edit) -> tuple[bool, bool]:
    return not edit.delete, edit.kind is EntryKind.SECRET


def _what(edit: Edit) -> str:
    return f"{'delete' if edit.delete else 'set'} the {edit.kind} {clean_line(edit.key)}"


def _description(edit: Edit) -> str | None:
    """Return the description to send: none where there was none and none is wanted."""
    known = edit.before.description if edit.before else ""
    return edit.description if edit.description or known else None


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    LoadEnvironment: load,
    FindUsedNames: find_used_names,
    ApplyEnvironment: apply,
}
