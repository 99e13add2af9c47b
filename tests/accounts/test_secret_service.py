"""Tokens in a real Secret Service, with everything that can happen to one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring as library
import pytest
from keyring.backend import KeyringBackend

from spaces_tui.accounts.backend import usual_backend
from spaces_tui.accounts.choice import Unfound, choose
from spaces_tui.accounts.environment import FoundToken
from spaces_tui.accounts.keeper import Forgotten, Keeper
from spaces_tui.accounts.keyring import SERVICE, Keyring
from spaces_tui.accounts.outcomes import (
    Absent,
    Failed,
    Locked,
    NoBackend,
    Read,
    Removed,
    Slow,
    Stored,
)
from spaces_tui.model.identity import Secret
from tests.accounts.secretservice import SecretService, need_secret_service
from tests.e2e.programs import wait_until
from tests.patience import PATIENCE

HUB = "https://hub.example"
TOKEN = Secret("hf_" + "planted" * 5)
OTHER = Secret("hf_" + "replaced" * 4)


@pytest.fixture
def keyring(service: SecretService) -> Keyring:
    """Return a keyring that waits as long as it takes: a slow machine is no failure."""
    del service
    return Keyring(limit=PATIENCE)


def test_a_token_is_kept_read_replaced_and_removed(keyring: Keyring) -> None:
    assert keyring.read("ada", HUB) == Absent()
    assert keyring.store("ada", HUB, TOKEN) == Stored("the system's keyring")
    assert keyring.read("ada", HUB) == Read(TOKEN)
    assert keyring.store("ada", HUB, OTHER) == Stored("the system's keyring")
    assert keyring.read("ada", HUB) == Read(OTHER)
    assert keyring.remove("ada", HUB) == Removed("the system's keyring")
    assert keyring.read("ada", HUB) == Absent()
    assert keyring.remove("ada", HUB) == Absent()


def test_identities_and_hubs_are_kept_apart(keyring: Keyring) -> None:
    keyring.store("ada", HUB, TOKEN)
    keyring.store("bob", HUB, OTHER)
    assert keyring.read("ada", HUB) == Read(TOKEN)
    assert keyring.read("bob", HUB) == Read(OTHER)
    assert keyring.read("ada", "https://other.example") == Absent()
    keyring.remove("bob", HUB)
    assert keyring.read("ada", HUB) == Read(TOKEN)


def test_others_find_it_under_the_name_of_the_program(keyring: Keyring) -> None:
    keyring.store("ada", HUB, TOKEN)
    assert library.get_keyring().get_password(SERVICE, f"ada@{HUB}") == TOKEN.reveal()


def test_a_long_token_comes_back_whole(keyring: Keyring) -> None:
    long = Secret("hf_" + "x" * 10_000)
    assert keyring.store("ada", HUB, long) == Stored("the system's keyring")
    assert keyring.read("ada", HUB) == Read(long)


def test_a_locked_keyring_is_told(keyring: Keyring, service: SecretService) -> None:
    keyring.store("ada", HUB, TOKEN)
    service.lock()
    locked = Locked("the system's keyring")
    assert keyring.read("ada", HUB) == locked
    assert keyring.store("ada", HUB, OTHER) == locked
    assert keyring.remove("ada", HUB) == locked
    # With patience the system is told to ask; here nobody is there to be asked.
    assert keyring.read("ada", HUB, patient=True) == locked
    assert keyring.store("ada", HUB, OTHER, patient=True) == locked
    assert locked.sentence == "The system's keyring is locked."


def test_a_service_without_a_keyring_has_nothing_and_makes_none_unasked(
    keyring: Keyring, service: SecretService
) -> None:
    service.empty()
    assert keyring.read("ada", HUB) == Absent()
    assert keyring.remove("ada", HUB) == Absent()
    assert keyring.store("ada", HUB, TOKEN) == Locked("the system's keyring")


def test_a_daemon_that_is_killed_is_an_outcome_and_its_successor_has_the_token(
    keyring: Keyring, service: SecretService
) -> None:
    keyring.store("ada", HUB, TOKEN)
    service.kill()
    assert isinstance(keyring.read("ada", HUB), NoBackend)
    service.start()
    assert keyring.read("ada", HUB) == Read(TOKEN)


def test_a_daemon_that_is_killed_in_the_middle_of_a_call_is_an_outcome(
    keyring: Keyring, service: SecretService
) -> None:
    keyring.store("ada", HUB, TOKEN)
    service.stop()
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(keyring.store, "ada", HUB, OTHER)
        service.kill()
        assert isinstance(outcome.result(PATIENCE), NoBackend | Failed)
    service.start()
    assert keyring.read("ada", HUB) == Read(TOKEN)


def test_a_daemon_that_answers_nothing_is_given_up_and_used_again_later(
    keyring: Keyring, service: SecretService
) -> None:
    keyring.store("ada", HUB, TOKEN)
    hasty = Keyring(limit=0.05)
    service.stop()
    assert hasty.read("ada", HUB) == Slow(0.05)
    assert hasty.store("ada", HUB, OTHER) == Slow(0.05)
    service.go_on()
    assert keyring.read("ada", HUB) == Read(TOKEN)


def test_what_is_on_disk_shows_no_token(keyring: Keyring, isolated_environment: Path) -> None:
    keyring.store("ada", HUB, TOKEN)
    files = [file for file in isolated_environment.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if TOKEN.reveal().encode() in file.read_bytes()]


def test_a_slow_daemon_is_waited_for(keyring: Keyring, service: SecretService) -> None:
    keyring.store("ada", HUB, TOKEN)
    service.stop()
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(keyring.read, "ada", HUB)
        with pytest.raises(TimeoutError):
            outcome.result(0.2)  # nobody can answer while it stands still
        service.go_on()
        assert outcome.result(PATIENCE) == Read(TOKEN)


def test_what_was_given_up_may_still_be_done_later(
    keyring: Keyring, service: SecretService
) -> None:
    keyring.store("ada", HUB, TOKEN)

    def stopped() -> KeyringBackend:
        backend = usual_backend()
        service.stop()
        return backend

    hasty = Keyring(stopped, limit=0.5)
    assert hasty.store("ada", HUB, OTHER) == Slow(0.5)
    service.go_on()
    wait_until(lambda: keyring.read("ada", HUB) == Read(OTHER), "what was given up")


def test_two_identities_are_found_in_order_and_one_is_signed_out(
    keyring: Keyring, tmp_path: Path
) -> None:
    keeper = Keeper(tmp_path, keyring)
    keeper.keep("ada", HUB, TOKEN)
    keeper.keep("bob", HUB, OTHER)
    assert choose({}, HUB, keeper) == FoundToken(OTHER, "bob in the keyring")
    assert choose({"HF_TOKEN": "hf_env"}, HUB, keeper) == FoundToken(Secret("hf_env"), "HF_TOKEN")
    assert choose({}, HUB, keeper, "ada") == FoundToken(TOKEN, "ada in the keyring")
    assert keeper.forget("bob", HUB) == Forgotten(("the system's keyring",))
    assert choose({}, HUB, keeper) == FoundToken(TOKEN, "ada in the keyring")


def test_whoever_is_signed_in_is_not_lost_while_the_keyring_is_locked_or_gone(
    keyring: Keyring, service: SecretService, tmp_path: Path
) -> None:
    keeper = Keeper(tmp_path, keyring)
    keeper.keep("ada", HUB, TOKEN)
    service.lock()
    locked = choose({}, HUB, keeper)
    assert isinstance(locked, Unfound)
    assert locked.locked
    assert keeper.forget("ada", HUB).troubles == ("The system's keyring is locked.",)
    service.kill()
    gone = choose({}, HUB, keeper)
    assert isinstance(gone, Unfound)
    assert not gone.locked
    service.start()
    assert choose({}, HUB, keeper) == FoundToken(TOKEN, "ada in the keyring")


def test_in_ci_a_machine_without_a_keyring_fails_and_elsewhere_it_skips(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="gnome-keyring-daemon"):
        need_secret_service()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="gnome-keyring-daemon"):
        need_secret_service()
