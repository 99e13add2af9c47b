"""The accounts that a session begins with: `HF_TOKEN`'s, and those that are signed in here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.accounts.choice import Unfound, nobody, same, source_of, token_of
from spaces_tui.accounts.environment import token_from
from spaces_tui.accounts.roster import Place
from spaces_tui.session.config import Candidate, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from spaces_tui.accounts.keeper import Keeper
    from spaces_tui.accounts.roster import Kept
    from spaces_tui.model.identity import Secret


def all_accounts(
    environment: Mapping[str, str],
    endpoint: str,
    keeper: Keeper,
    account: str | None = None,
    *,
    alone: bool = False,
) -> Origin:
    """Return every account there is, for the console. No keyring is asked yet.

    Args:
        environment: its `HF_TOKEN` comes first, unless an account is named.
        endpoint: the Hub that comes first.
        keeper: what is kept.
        account: the one identity to act as.
        alone: leave out the accounts of other Hubs.
    """
    signed_in = keeper.everybody()
    here = [kept for kept in signed_in if kept.endpoint == endpoint]
    if account is not None:
        named = [kept for kept in here if same(kept.name, account)]
        return _origin(endpoint, keeper, named, nobody(endpoint, here, account), anybody=False)
    elsewhere = [] if alone else [kept for kept in signed_in if kept.endpoint != endpoint]
    origin = _origin(endpoint, keeper, [*here, *elsewhere], nobody(endpoint, here, None))
    found = token_from(environment)
    if found is None:
        return origin
    first = Candidate(endpoint, found.source, found.token)
    return Origin(endpoint, (first, *origin.accounts))


def accounts_for(
    environment: Mapping[str, str],
    endpoint: str,
    keeper: Keeper,
    owner: str,
    account: str | None = None,
) -> Origin:
    """Return the accounts that may have to do with one Space, for a command that watches it.

    `HF_TOKEN` acts alone, so that a script behaves alike wherever it runs. Without it the owner
    itself does, if it is signed in; else everybody at this Hub comes into question.
    """
    if account is None and (found := token_from(environment)):
        return Origin.of_token(endpoint, found.token, found.source)
    everybody = keeper.accounts(endpoint)
    if account is None and any(same(kept.name, owner) for kept in everybody):
        account = owner
    chosen = [kept for kept in everybody if account is None or same(kept.name, account)]
    why = nobody(endpoint, everybody, account)
    return _origin(endpoint, keeper, chosen, why, anybody=account is None)


def _origin(
    endpoint: str, keeper: Keeper, accounts: Iterable[Kept], why: str, *, anybody: bool = True
) -> Origin:
    candidates = tuple(_candidate(keeper, kept) for kept in accounts)
    return Origin(endpoint, candidates, why, anybody=anybody)


def _candidate(keeper: Keeper, kept: Kept) -> Candidate:
    return Candidate(
        kept.endpoint,
        source_of(kept),
        name=kept.name,
        read=_reader(keeper, kept),
        slow=kept.place is Place.KEYRING,
    )


def _reader(keeper: Keeper, kept: Kept) -> Callable[[], Secret | str]:
    def read() -> Secret | str:
        found = token_of(keeper, kept)
        return found.why if isinstance(found, Unfound) else found.token

    return read
