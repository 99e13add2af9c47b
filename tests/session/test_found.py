"""Which accounts a session begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from spaces_tui.accounts.keeper import Keeper
from spaces_tui.accounts.keyring import Keyring
from spaces_tui.accounts.outcomes import Stored
from spaces_tui.model.identity import Secret
from spaces_tui.session.config import Origin
from spaces_tui.session.found import accounts_for, all_accounts
from tests.accounts.backends import Shut, Working

HUB = "https://huggingface.co"
OTHER = "http://hub.example:8080"
SET = {"HF_TOKEN": "hf_set"}


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    """Keep tokens of three identities, ada's the last one."""
    backend = Working()
    keeper = Keeper(tmp_path, Keyring(lambda: backend))
    for name, endpoint in (("zoe", OTHER), ("bob", HUB), ("ada", HUB)):
        assert isinstance(keeper.keep(name, endpoint, Secret(f"hf_{name}")), Stored)
    return keeper


def names(origin: Origin) -> list[str]:
    return [one.name or one.source for one in origin.accounts]


def test_the_set_token_comes_first_then_the_newest_then_other_hubs(keeper: Keeper) -> None:
    assert names(all_accounts(SET, HUB, keeper)) == ["HF_TOKEN", "ada", "bob", "zoe"]
    assert names(all_accounts({}, HUB, keeper)) == ["ada", "bob", "zoe"]
    assert names(all_accounts({}, OTHER, keeper)) == ["zoe", "ada", "bob"]


def test_a_hub_that_was_chosen_is_alone(keeper: Keeper) -> None:
    assert names(all_accounts(SET, HUB, keeper, alone=True)) == ["HF_TOKEN", "ada", "bob"]


def test_a_named_account_is_alone_whatever_is_set(keeper: Keeper) -> None:
    origin = all_accounts(SET, HUB, keeper, "Bob")
    assert names(origin) == ["bob"]
    assert not origin.anybody
    nobody = all_accounts(SET, HUB, keeper, "zoe")
    assert nobody.accounts == ()
    assert "zoe is not signed in" in nobody.why


def test_nobody_is_said_to_be_nobody(tmp_path: Path) -> None:
    origin = all_accounts({}, HUB, Keeper(tmp_path))
    assert origin.accounts == ()
    assert "spaces-tui login" in origin.why


def test_a_token_is_read_only_when_it_is_asked_for(keeper: Keeper) -> None:
    ada, *_ = all_accounts({}, HUB, keeper).accounts
    assert ada.token is None
    assert ada.slow
    assert ada.read is not None
    assert ada.read() == Secret("hf_ada")


def test_a_locked_keyring_becomes_a_sentence(keeper: Keeper, tmp_path: Path) -> None:
    shut = Keeper(tmp_path, Keyring(Shut))
    ada, *_ = all_accounts({}, HUB, shut).accounts
    assert ada.read is not None
    said = ada.read()
    assert isinstance(said, str)
    assert "locked" in said


def test_a_watch_acts_as_the_owner_if_it_can(keeper: Keeper) -> None:
    assert names(accounts_for({}, HUB, keeper, "BOB")) == ["bob"]
    assert names(accounts_for({}, HUB, keeper, "acme")) == ["ada", "bob"]
    assert names(accounts_for({}, HUB, keeper, "bob", "ada")) == ["ada"]
    assert names(accounts_for(SET, HUB, keeper, "bob")) == ["HF_TOKEN"]
    assert names(accounts_for(SET, HUB, keeper, "bob", "ada")) == ["ada"]
