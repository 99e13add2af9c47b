"""Tokens that stop working while the session runs, and those that come in their place."""

from __future__ import annotations

import json
from concurrent.futures import Future

import pytest

from spaces_tui.accounts.keeper import Keeper
from spaces_tui.accounts.outcomes import Stored
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from spaces_tui.session.facade import CommandError
from spaces_tui.session.snapshot import Link, Snapshot, Standing
from spaces_tui.store.paths import Paths
from tests.e2e.programs import wait_until
from tests.patience import PATIENCE
from tests.session.conftest import StartSession

SPACE = "ada/lab"
INVALID = json.dumps({"error": "Invalid credentials in Authorization header"})


@pytest.fixture
def keeper(paths: Paths) -> Keeper:
    """Return what keeps tokens where the session looks for them."""
    return Keeper(paths.state)


def keep(keeper: Keeper, hub: LocalHub, name: str = "ada") -> str:
    """Sign in with a new token, as another program does; return it."""
    token = hub.issue_token(name)
    assert isinstance(keeper.keep(name, hub.url, Secret(token), in_file=True), Stored)
    return token


def live(snapshot: Snapshot) -> bool:
    """Whether everything is up to date."""
    return snapshot.connection.link is Link.LIVE


def refused(snapshot: Snapshot) -> bool:
    """Whether the Hub does not take the token."""
    return snapshot.connection.link is Link.REFUSED


def ended(future: Future[None]) -> BaseException | None:
    """Wait for the end of a command; return its error."""
    return future.exception(PATIENCE)


def asked_in_vain(hub: LocalHub) -> int:
    """Return how often the Hub was asked with a token that is none."""
    return sum(one.account is None and "authorization" in one.headers for one in hub.requests())


def test_who_signs_in_elsewhere_is_taken_up(
    local_hub: LocalHub, start: StartSession, keeper: Keeper
) -> None:
    local_hub.create(SPACE)
    running = start(local_hub.url, None)
    running.until(lambda s: s.connection.link is Link.SIGNED_OUT)
    keep(keeper, local_hub)
    snapshot = running.until(lambda s: live(s) and s.spaces)
    assert [one.name for one in snapshot.accounts] == ["ada"]
    assert snapshot.accounts[0].source == "ada in the file"


def test_a_token_that_was_replaced_before_the_old_one_ended_is_taken_at_once(
    local_hub: LocalHub, start: StartSession, keeper: Keeper
) -> None:
    running = start(local_hub.url, local_hub.token())
    running.until(live)
    keep(keeper, local_hub)
    local_hub.revoke("ada")
    assert ended(running.session.refresh()) is not None
    snapshot = running.until(
        lambda s: live(s) and s.accounts[0].source == "ada in the file", "the token that is kept"
    )
    assert len(snapshot.accounts) == 1


def test_neither_somebody_else_nor_the_same_token_nor_a_bad_one_is_taken(
    local_hub: LocalHub, start: StartSession, keeper: Keeper
) -> None:
    token = local_hub.token()
    keeper.keep("ada", local_hub.url, Secret(token), in_file=True)
    running = start(local_hub.url, token)
    running.until(live)
    local_hub.revoke("ada")
    running.session.refresh()
    running.until(refused)
    before = asked_in_vain(local_hub)
    keep(keeper, local_hub, "bob")
    keeper.keep("ada", local_hub.url, Secret("hf_" + "x" * 34), in_file=True)
    wait_until(lambda: asked_in_vain(local_hub) > before, "the bad one to be tried")
    assert isinstance(ended(running.session.refresh()), CommandError)
    assert refused(running.snapshot)
    assert asked_in_vain(local_hub) == before + 1
    keep(keeper, local_hub)
    snapshot = running.until(live)
    assert [one.name for one in snapshot.accounts] == ["ada"]


def test_after_a_refusal_nothing_is_asked_any_more(
    local_hub: LocalHub, start: StartSession
) -> None:
    local_hub.create(SPACE)
    running = start(local_hub.url, local_hub.token())
    running.until(live)
    local_hub.revoke("ada")
    local_hub.clear_requests()
    running.session.refresh()
    snapshot = running.until(refused)
    assert snapshot.accounts[0].standing is Standing.REFUSED
    assert "spaces-tui login" in snapshot.accounts[0].sentence
    tried = len(local_hub.requests())
    for _ in range(3):
        assert isinstance(ended(running.session.refresh()), CommandError)
    assert len(local_hub.requests()) == tried
    assert sum("whoami" in one.path for one in local_hub.requests()) == 1


def test_a_call_that_is_refused_for_reasons_of_its_own_costs_one_question(
    local_hub: LocalHub, start: StartSession
) -> None:
    running = start(local_hub.url, local_hub.token())
    running.until(live)
    local_hub.clear_requests()
    local_hub.fault(r"/api/spaces\?", count=None, status=401, body=INVALID)
    for _ in range(3):
        assert isinstance(ended(running.session.refresh()), CommandError)
    running.until(lambda s: s.connection.link is Link.OFFLINE)
    local_hub.wait_requests("whoami")
    local_hub.clear_faults()
    assert ended(running.session.refresh()) is None
    running.until(live)
    assert sum("whoami" in one.path for one in local_hub.requests()) == 1


def test_while_nobody_can_tell_the_token_is_kept_and_asked_with_again(
    local_hub: LocalHub, start: StartSession
) -> None:
    running = start(local_hub.url, local_hub.token())
    running.until(live)
    local_hub.fault("whoami", count=None, status=500)
    local_hub.fault(r"/api/spaces\?", count=3, status=401, body=INVALID)
    assert isinstance(ended(running.session.refresh()), CommandError)
    local_hub.clear_faults()
    assert ended(running.session.refresh()) is None
    running.until(live)
