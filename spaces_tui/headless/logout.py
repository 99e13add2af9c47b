"""`spaces-tui logout`: removes a token from wherever we put it, and says what it leaves alone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from spaces_tui.accounts.environment import token_from
from spaces_tui.accounts.official import saved_tokens
from spaces_tui.headless.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spaces_tui.accounts.keeper import Keeper


def logout(
    endpoint: str,
    keeper: Keeper,
    environment: Mapping[str, str],
    account: str | None,
    *,
    everybody: bool = False,
) -> Exit:
    """Sign out one identity, or everybody, at a Hub; return the exit code.

    Without a name there must be no more than one.
    """
    names = [kept.name for kept in keeper.accounts(endpoint)]
    if account is not None:
        known = [name for name in names if name.casefold() == account.casefold()]
        names = known or [account]
    elif len(names) > 1 and not everybody:
        listed = ", ".join(names)
        print(
            f"spaces-tui: {listed} are signed in at {endpoint}: name one with --account, "
            f"or say --all.",
            file=sys.stderr,
        )
        return Exit.USAGE
    patient = sys.stdin.isatty()  # somebody is there to unlock the keyring
    left = [name for name in names if not _signed_out(name, endpoint, keeper, patient=patient)]
    if not names:
        print(f"Nobody is signed in at {endpoint}.")
    for line in _left_alone(endpoint, environment, anybody=bool(names)):
        print(line)
    return Exit.FAILED if left else Exit.DONE


def _signed_out(name: str, endpoint: str, keeper: Keeper, *, patient: bool) -> bool:
    gone = keeper.forget(name, endpoint, patient=patient)
    for place in gone.removed:
        print(f"{name}: the token is removed from {place}.")
    for why in (*gone.troubles, *gone.unsure):
        print(f"spaces-tui: {name}: {why}", file=sys.stderr)
    if gone.troubles:
        print(f"spaces-tui: {name} is still signed in.", file=sys.stderr)
        return False
    if not gone.removed:
        print(f"{name}: no token was kept here.")
    return True


def _left_alone(endpoint: str, environment: Mapping[str, str], *, anybody: bool) -> Iterator[str]:
    if found := token_from(environment):
        yield f"Left alone: {found.source}, which this program goes on using while it is set."
    for saved in saved_tokens(environment):
        yield f"Left alone: {saved.source}, in {saved.path}."
    if anybody:
        yield f"The token itself is valid until it is revoked at {endpoint}/settings/tokens"
