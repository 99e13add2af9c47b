"""`spaces-tui accounts` and `spaces-tui whoami`: who is signed in, and what they may do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from spaces_tui.accounts.check import check
from spaces_tui.accounts.choice import SIGN_IN, Unfound, choose, source_of
from spaces_tui.accounts.environment import FoundToken, token_from
from spaces_tui.accounts.outcomes import Absent, Read
from spaces_tui.headless.exits import Exit
from spaces_tui.headless.tokenlines import report
from spaces_tui.hub.errors import Forbidden, HubError, Unauthorized
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spaces_tui.accounts.keeper import Keeper
    from spaces_tui.model.identity import Identity


def whoami(
    endpoint: str, keeper: Keeper, environment: Mapping[str, str], account: str | None
) -> Exit:
    """Say whose token this program acts with, and what it may do; return the exit code.

    At a terminal, a locked keyring is unlocked if the system asks for that and gets its answer.
    """
    found = choose(environment, endpoint, keeper, account)
    if isinstance(found, Unfound) and found.locked and sys.stdin.isatty():
        _complain("The keyring is locked. The system may ask you to unlock it; ctrl+c leaves.")
        found = choose(environment, endpoint, keeper, account, patient=True)
    if isinstance(found, Unfound):
        print(f"spaces-tui: {found.why}", file=sys.stderr)
        return Exit.NOT_ALLOWED
    return _show([found], check(endpoint, [found.token]))


def accounts(
    endpoint: str, keeper: Keeper, environment: Mapping[str, str], account: str | None = None
) -> Exit:
    """List every identity at a Hub, the one that is used first; return the exit code.

    With `account`, only that one is listed. One that cannot be asked, or that the Hub refuses,
    does not keep the others from being shown.
    """
    set_here = token_from(environment) if account is None else None
    found = [set_here] if set_here else []
    for kept in keeper.accounts(endpoint):
        if account is not None and kept.name.casefold() != account.casefold():
            continue
        match keeper.read(kept):
            case Read(token):
                found.append(FoundToken(token, source_of(kept)))
            case Absent():
                _complain(f"{kept.name}: the token is gone from the {kept.place}: sign in again.")
            case trouble:
                _complain(f"{kept.name}: {trouble.sentence}")
    if not found:
        _complain(f"Nobody can be asked about at {endpoint}: {SIGN_IN}.")
        return Exit.NOT_ALLOWED
    return _show(found, check(endpoint, [one.token for one in found]))


def _show(found: Sequence[FoundToken], answers: Sequence[Identity | HubError]) -> Exit:
    """Print a report for each token; the exit code is that of the best one."""
    codes: list[Exit] = []
    for one, answer in zip(found, answers, strict=True):
        if isinstance(answer, HubError):
            _complain(f"{one.source}: {sentence(answer)}")
            refused = isinstance(answer, Unauthorized | Forbidden)
            codes.append(Exit.NOT_ALLOWED if refused else Exit.FAILED)
        else:
            head, *rest = report(answer)
            print("\n".join([f"{head} · from {one.source}", *rest]))
            codes.append(Exit.DONE)
    return min(codes)


def _complain(why: str) -> None:
    print(f"spaces-tui: {why}", file=sys.stderr)
