"""Which token is acted with, and what is found on a machine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from spaces_tui.accounts.choice import Unfound, choose
from spaces_tui.accounts.environment import FoundToken
from spaces_tui.accounts.keeper import Keeper
from spaces_tui.accounts.keyring import Keyring
from spaces_tui.accounts.official import saved_tokens, token_path
from spaces_tui.accounts.pasted import cleaned, complaint
from spaces_tui.model.identity import Secret
from tests.accounts.backends import Shut, Working
from tests.patience import PATIENCE

HUB = "https://hub.example"
ADA = Secret("hf_" + "a" * 34)
BOB = Secret("hf_" + "b" * 34)


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    backend = Working()
    kept = Keeper(tmp_path / "state", Keyring(lambda: backend, limit=PATIENCE))
    kept.keep("ada", HUB, ADA)
    kept.keep("bob", HUB, BOB, in_file=True)
    return kept


def test_the_environment_goes_first_then_who_signed_in_last(keeper: Keeper) -> None:
    environment = {"HF_TOKEN": "hf_env"}
    assert choose(environment, HUB, keeper) == FoundToken(Secret("hf_env"), "HF_TOKEN")
    assert choose({}, HUB, keeper) == FoundToken(BOB, "bob in the file")
    keeper.forget("bob", HUB)
    assert choose({}, HUB, keeper) == FoundToken(ADA, "ada in the keyring")


def test_who_is_named_goes_before_the_environment(keeper: Keeper) -> None:
    found = choose({"HF_TOKEN": "hf_env"}, HUB, keeper, "Ada")
    assert found == FoundToken(ADA, "ada in the keyring")


def test_a_token_is_never_used_at_another_hub(keeper: Keeper) -> None:
    found = choose({}, "https://mirror.example", keeper)
    assert isinstance(found, Unfound)
    assert "spaces-tui login" in found.why
    assert isinstance(choose({}, "https://mirror.example", keeper, "ada"), Unfound)


def test_who_is_not_there_is_told_with_who_is(keeper: Keeper) -> None:
    found = choose({"HF_TOKEN": "hf_env"}, HUB, keeper, "eve")
    assert isinstance(found, Unfound)
    assert "eve is not signed in" in found.why
    assert "bob, ada" in found.why


def test_a_keyring_out_of_reach_is_told(tmp_path: Path) -> None:
    open_one, shut = Working(), Shut()
    Keeper(tmp_path, Keyring(lambda: open_one, limit=PATIENCE)).keep("ada", HUB, ADA)
    found = choose({}, HUB, Keeper(tmp_path, Keyring(lambda: shut, limit=PATIENCE)))
    assert isinstance(found, Unfound)
    assert "locked" in found.why
    emptied = Keeper(tmp_path, Keyring(Working, limit=PATIENCE))
    gone = choose({}, HUB, emptied)
    assert isinstance(gone, Unfound)
    assert "gone" in gone.why


def test_the_hf_command_keeps_its_token_where_its_variables_say(
    isolated_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = isolated_environment
    assert token_path({}) == home / ".cache/huggingface/token"
    assert token_path({"XDG_CACHE_HOME": "~/c"}) == home / "c/huggingface/token"
    assert token_path({"XDG_CACHE_HOME": "/c", "HF_HOME": "~/h"}) == home / "h/token"
    monkeypatch.setenv("PLACE", str(home / "p"))
    given = {"HF_HOME": "/h", "HF_TOKEN_PATH": "$PLACE/my-token"}
    assert token_path(given) == home / "p/my-token"


def test_tokens_that_the_hf_command_saved(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{BOB.reveal()}\n")
    (tmp_path / "stored_tokens").write_text(
        f"[laptop, 100 %]\nhf_token = {ADA.reveal()}\n\n"
        f"[bob-oauth]\nhf_token = {BOB.reveal()}\nrefresh_token = hf_r\nexpires_at = 1790000000\n\n"
        "[empty]\nhf_token =\n"
    )
    used, other = saved_tokens({"HF_HOME": str(tmp_path)})
    assert (used.name, used.token) == ("bob-oauth", BOB)
    assert used.expires == datetime.fromtimestamp(1790000000, UTC)
    assert (other.name, other.token, other.expires) == ("laptop, 100 %", ADA, None)
    assert other.source == "the hf command's token “laptop, 100 %”"


def test_a_token_file_alone_and_files_that_cannot_be_read(tmp_path: Path) -> None:
    here = {"HF_HOME": str(tmp_path)}
    assert saved_tokens(here) == ()
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    (tmp_path / "stored_tokens").write_text("no section\n")
    assert saved_tokens(here) == ()
    (tmp_path / "token").write_text(f" {ADA.reveal()} ")
    assert [one.token for one in saved_tokens(here)] == [ADA]


@pytest.mark.parametrize(
    "text",
    ["hf_abc", " hf_abc\r\n", "hf_\nabc", "\x1b[200~hf_abc\x1b[201~", "\ufeff'hf_abc'", "“hf_abc”"],
)
def test_a_paste_is_forgiven(text: str) -> None:
    assert cleaned(text) == "hf_abc"
    assert complaint(cleaned(text)) is None


@pytest.mark.parametrize("text", ["", " \n", "hf_ä", "hf_\x1b[A"])
def test_what_is_no_token_is_told_without_showing_it(text: str) -> None:
    why = complaint(cleaned(text))
    assert why is not None
    assert "hf_" not in why
